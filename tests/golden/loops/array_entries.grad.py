import numpy as np


def asymmetric_loss_grad(x, weight, asymmetric_loss_bar=1.0):
    """Gradient of `asymmetric_loss` with respect to x, weight."""

    x_bar = np.zeros_like(x)
    weight_bar = 0.0
    for k in reversed(range(len(x))):
        v2 = x[k]
        if v2 < 0:
            t = weight * v2
            # total += weight * v * v
            t_bar = asymmetric_loss_bar * v2
            weight_bar = weight_bar + t_bar * v2
            v_bar = t * asymmetric_loss_bar + weight * t_bar
        else:
            # total += np.log1p(v)
            v_bar = asymmetric_loss_bar / (1 + v2)
        x_bar[k] += v_bar
    return x_bar, float(weight_bar)
