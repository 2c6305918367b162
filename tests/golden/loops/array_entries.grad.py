import numpy as np


def asymmetric_loss_grad(x, weight, asymmetric_loss_bar=1.0):
    """Gradient of `asymmetric_loss` with respect to x, weight."""

    x_bar = np.zeros(x.shape)
    weight_bar = 0.0
    for k in reversed(range(len(x))):
        v2 = x[k]
        if v2 < 0:
            # total += weight * v * v
            t_bar = asymmetric_loss_bar * v2
            weight_bar = weight_bar + t_bar * v2
            v_bar = (v2 * asymmetric_loss_bar + t_bar) * weight
        else:
            # total += np.log1p(v)
            v_bar = asymmetric_loss_bar / (1 + v2)
        x_bar[k] += v_bar
    return x_bar, float(weight_bar)
