import numpy as np


def damped_wave_grad(x, damped_wave_bar=1.0):
    """Gradient of `damped_wave` with respect to x."""
    decay = np.exp(-0.3 * x)
    t = 2.0 * x + 0.5
    wave = np.sin(t)

    # return np.sum(signal**2)
    signal_bar = 2 * damped_wave_bar * decay * wave
    # decay = np.exp(-0.3 * x)
    x_bar = (2.0 * np.cos(t) - 0.3 * wave) * decay * signal_bar
    return x_bar
