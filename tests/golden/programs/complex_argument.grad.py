import numpy as np
from s2s.runtime import as_gradient, phase


def antenna_gain_grad(weights, angles, antenna_gain_bar=1.0):
    """Gradient of `antenna_gain` with respect to weights, angles."""
    t = np.arange(len(weights))
    phase_ = np.exp(1j * np.outer(t, np.sin(angles)))
    field = weights @ phase_
    t2 = np.abs(field)
    t3 = np.sum(t2**2)
    t4 = np.abs(weights)
    t5 = 1.0 + np.sum(t4**2)

    # return np.sum(np.abs(field) ** 2) / (1.0 + np.sum(np.abs(weights) ** 2))
    t_bar = antenna_gain_bar / t5
    weights_bar = np.real(2 * (-t_bar * (t3 / t5)) * t4) * phase(weights)
    field_bar = np.real(2 * t_bar * t2) * phase(field)
    # field = weights @ phase
    phase_bar = weights[:, None] * field_bar
    weights_bar += phase_ @ field_bar
    # phase = np.exp(1j * np.outer(np.arange(len(weights)), np.sin(angles)))
    angles_bar = 1j * (t @ (phase_bar * phase_)) * np.cos(angles)
    return weights_bar, as_gradient(angles_bar, angles)
