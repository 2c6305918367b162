import numpy as np
from s2s.runtime import as_gradient, phase, spread_to


def antenna_gain_grad(weights, angles, antenna_gain_bar=1.0):
    """Gradient of `antenna_gain` with respect to weights, angles."""
    t = np.arange(len(weights))
    t2 = np.sin(angles)
    phase_ = np.exp(1j * np.outer(t, t2))
    field = weights @ phase_
    t3 = np.abs(field)
    t4 = t3**2
    t5 = np.sum(t4)
    t6 = np.abs(weights)
    t7 = t6**2
    t8 = 1.0 + np.sum(t7)
    result = t5 / t8

    # return np.sum(np.abs(field) ** 2) / (1.0 + np.sum(np.abs(weights) ** 2))
    t9 = np.real(spread_to(-antenna_gain_bar * result / t8, t7) * (2 * t6))
    weights_bar = t9 * phase(weights)
    field_bar = np.real(spread_to(antenna_gain_bar / t8, t4) * (2 * t3)) * phase(field)
    # field = weights @ phase
    phase_bar = weights[:, None] * field_bar
    weights_bar = weights_bar + phase_ @ field_bar
    # phase = np.exp(1j * np.outer(np.arange(len(weights)), np.sin(angles)))
    t_bar = np.reshape(np.ravel(t) @ (1j * (phase_bar * phase_)), np.shape(t2))
    angles_bar = t_bar * np.cos(angles)
    weights_bar = as_gradient(weights_bar, weights)
    angles_bar = as_gradient(angles_bar, angles)
    return weights_bar, angles_bar
