import numpy as np


def spread_grad(x, n, spread_bar=1.0):
    """Gradient of `spread` with respect to x."""
    total = 0.0
    count_ = 1
    x_saved = []
    k__saved = []
    result_saved = []
    for _ in range(n):
        x_saved.append(x)
        k_ = count_
        k__saved.append(k_)
        count_ = count_ + 1
        total = total + k_ * np.sin(x)
        result = total > 6
        result_saved.append(result)
        if result:
            break
        x = 2.5 * x * (1 - x)

    x_bar = 0.0
    for k2 in reversed(range(len(x_saved))):
        result2 = result_saved.pop()
        k_ = k__saved.pop()
        x = x_saved.pop()
        if not result2:
            # x = 2.5 * x * (1 - x)
            x_bar = 2.5 * (1 - x - x) * x_bar
        # total += k * np.sin(v)
        x_bar = x_bar + k_ * spread_bar * np.cos(x)
    return (float(x_bar),)
