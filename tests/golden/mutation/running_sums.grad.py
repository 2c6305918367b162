import numpy as np


def drawdown_grad(returns, drawdown_bar=1.0):
    """Gradient of `drawdown` with respect to returns."""
    balance = np.zeros(len(returns) + 1)
    for i, r in enumerate(returns):
        balance[i + 1] = balance[i] + r

    # return np.mean(balance**2)
    balance_bar = 2 * (drawdown_bar / balance.size) * balance
    returns_bar = np.zeros(returns.shape)
    for k in reversed(range(len(returns))):
        index = k + 1
        # balance[i + 1] = balance[i] + r
        t_bar = balance_bar[index]
        balance_bar[index] = 0.0
        balance_bar[k] += t_bar
        returns_bar[k] += t_bar
    return returns_bar
