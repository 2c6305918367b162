import numpy as np
from s2s.runtime import ratio


def layer_norm_grad(x, gain, layer_norm_bar=1.0):
    """Gradient of `layer_norm` with respect to x, gain."""
    centred = x - np.mean(x, axis=-1, keepdims=True)
    scale = np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + 0.001)
    t = centred / scale

    # return np.sum((centred / scale * gain) ** 3)
    t_bar = 3 * layer_norm_bar * (t * gain) ** 2
    gain_bar = (t * t_bar).sum(axis=0)
    centred_bar = t_bar * gain / scale
    scale_bar = -(centred_bar * t).sum(axis=1, keepdims=True)
    # scale = np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + 1e-3)
    centred_bar_2 = ratio(scale_bar, 2 * scale) / centred.shape[-1] * (2 * centred)
    centred_bar += centred_bar_2
    # centred = x - np.mean(x, axis=-1, keepdims=True)
    x_bar = centred_bar - centred_bar.sum(axis=1, keepdims=True) / x.shape[-1]
    return x_bar, gain_bar
