import numpy as np
from s2s.runtime import as_gradient, ratio, spread_to


def layer_norm_grad(x, gain, layer_norm_bar=1.0):
    """Gradient of `layer_norm` with respect to x, gain."""
    centred = x - np.mean(x, axis=-1, keepdims=True)
    t = centred**2
    scale = np.sqrt(np.mean(t, axis=-1, keepdims=True) + 0.001)
    t2 = centred / scale
    t3 = t2 * gain
    t4 = t3**3

    # return np.sum((centred / scale * gain) ** 3)
    t_bar = spread_to(layer_norm_bar, t4) * (3 * t3**2)
    t_bar_2 = t_bar * gain
    gain_bar = np.sum(t2 * t_bar, axis=0)
    centred_bar = t_bar_2 / scale
    scale_bar = np.sum(-t_bar_2 * t2 / scale, axis=1, keepdims=True)
    # scale = np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + 1e-3)
    t_bar = spread_to(ratio(scale_bar, 2 * scale) / np.shape(t)[-1], t)
    centred_bar = centred_bar + t_bar * (2 * centred)
    # centred = x - np.mean(x, axis=-1, keepdims=True)
    g = spread_to(np.sum(-centred_bar, axis=1, keepdims=True) / np.shape(x)[-1], x)
    x_bar = centred_bar + g
    x_bar = as_gradient(x_bar, x)
    gain_bar = as_gradient(gain_bar, gain)
    return x_bar, gain_bar
