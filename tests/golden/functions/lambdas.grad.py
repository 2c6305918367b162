import numpy as np


def blend_grad(x, t, blend_bar=1.0):
    """Gradient of `blend` with respect to x, t."""
    t_2 = np.exp(-t)
    t_3 = 1.0 + t_2
    result = 1.0 / t_3
    t = np.exp(-t)
    t_4 = 1.0 + t
    result2 = 1.0 / t_4

    # mix = lambda a, b: sigmoid(t) * a + (1.0 - sigmoid(t)) * b  # noqa: E731
    t_bar = (blend_bar * (x * x)).sum()
    # sigmoid = lambda z: 1.0 / (1.0 + np.exp(-z))  # noqa: E731
    t_bar = t_bar / t_4 * result2 * t
    # mix = lambda a, b: sigmoid(t) * a + (1.0 - sigmoid(t)) * b  # noqa: E731
    result_bar = (blend_bar * np.sin(x)).sum()
    # sigmoid = lambda z: 1.0 / (1.0 + np.exp(-z))  # noqa: E731
    t_bar = result_bar / t_3 * result * t_2 - t_bar
    # return np.sum(mix(np.sin(x), x * x))
    x_bar = blend_bar * (2 * (1.0 - result2) * x + result * np.cos(x))
    return x_bar, float(t_bar)
