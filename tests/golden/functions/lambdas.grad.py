import numpy as np


def blend_grad(x, t, blend_bar=1.0):
    """Gradient of `blend` with respect to x, t."""
    t_2 = np.sin(x)
    t_3 = x * x
    t_4 = np.exp(-t)
    t_5 = 1.0 + t_4
    result = 1.0 / t_5
    t = np.exp(-t)
    t_6 = 1.0 + t
    result2 = 1.0 / t_6
    t_7 = 1.0 - result2

    # mix = lambda a, b: sigmoid(t) * a + (1.0 - sigmoid(t)) * b  # noqa: E731
    t_bar = (blend_bar * t_3).sum()
    # sigmoid = lambda z: 1.0 / (1.0 + np.exp(-z))  # noqa: E731
    t_bar = t_bar / t_6 * result2 * t
    # mix = lambda a, b: sigmoid(t) * a + (1.0 - sigmoid(t)) * b  # noqa: E731
    result_bar = (blend_bar * t_2).sum()
    # sigmoid = lambda z: 1.0 / (1.0 + np.exp(-z))  # noqa: E731
    t_bar = result_bar / t_5 * result * t_4 - t_bar
    # return np.sum(mix(np.sin(x), x * x))
    x_bar = blend_bar * (2 * t_7 * x + result * np.cos(x))
    return x_bar, float(t_bar)
