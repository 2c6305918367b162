import numpy as np


def cost_grad(x, weight, cost_bar=1.0):
    """Gradient of `cost` with respect to x, weight."""
    calls = 0
    t_saved = []
    for v in x:
        calls = calls + 1
        t_saved.append(np.sin(v))
        calls = calls + 1

    # return total / calls
    total_bar = cost_bar / calls
    x_bar = np.zeros(x.shape)
    weight_bar = 0.0
    for k in reversed(range(len(x))):
        v = x[k]
        t = t_saved.pop()
        # total += weight * amount * amount
        t_bar = total_bar * t
        weight_bar = weight_bar + t_bar * t
        t_bar = t * total_bar + t_bar
        # total += weight * amount * amount
        t_bar_2 = total_bar * v
        weight_bar = weight_bar + t_bar_2 * v
        v_bar = (t_bar * np.cos(v) + v * total_bar + t_bar_2) * weight
        x_bar[k] += v_bar
    return x_bar, float(weight_bar)
