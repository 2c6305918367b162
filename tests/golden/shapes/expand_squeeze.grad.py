import numpy as np
from s2s.runtime import add_at, as_gradient, spread_to


def pairwise_grad(x, y, pairwise_bar=1.0):
    """Gradient of `pairwise` with respect to x, y."""
    index = None, slice(None, None, None)
    gap = np.expand_dims(x, 1) - y[index]
    kernel = np.exp(-(gap**2))
    total = np.sum(kernel, axis=1, keepdims=True)
    t = np.squeeze(total, axis=1)
    t2 = t * x

    # return np.sum(np.squeeze(total, axis=1) * x)
    t_bar = spread_to(pairwise_bar, t2)
    x_bar = t * t_bar
    total_bar = np.reshape(t_bar * x, np.shape(total))
    # total = np.sum(kernel, axis=1, keepdims=True)
    kernel_bar = spread_to(total_bar, kernel)
    # kernel = np.exp(-(gap**2))
    gap_bar = -(kernel_bar * kernel) * (2 * gap)
    # gap = np.expand_dims(x, 1) - y[None, :]
    y_bar = np.zeros_like(y)
    add_at(y_bar, index, np.sum(-gap_bar, axis=0, keepdims=True))
    x_bar = x_bar + np.reshape(np.sum(gap_bar, axis=1, keepdims=True), np.shape(x))
    x_bar = as_gradient(x_bar, x)
    y_bar = as_gradient(y_bar, y)
    return x_bar, y_bar
