import numpy as np
from s2s.runtime import add_at, as_gradient, spread_to


def drawdown_grad(returns, drawdown_bar=1.0):
    """Gradient of `drawdown` with respect to returns."""
    balance = np.zeros(len(returns) + 1)
    for i, r in enumerate(returns):
        balance[i + 1] = balance[i] + r
    t = balance**2

    # return np.mean(balance**2)
    balance_bar = spread_to(drawdown_bar / np.size(t), t) * (2 * balance)
    returns_bar = np.zeros_like(returns)
    for k in reversed(range(len(returns))):
        index = k + 1
        # balance[i + 1] = balance[i] + r
        t_bar = balance_bar[index]
        balance_bar[index] = 0.0
        balance_bar[k] += t_bar
        add_at(returns_bar, k, t_bar)
    # balance = np.zeros(len(returns) + 1)
    returns_bar = as_gradient(returns_bar, returns)
    return returns_bar
