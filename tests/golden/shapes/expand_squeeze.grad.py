import numpy as np


def pairwise_grad(x, y, pairwise_bar=1.0):
    """Gradient of `pairwise` with respect to x, y."""
    gap = np.expand_dims(x, 1) - y[None, :]
    kernel = np.exp(-(gap**2))
    total = np.sum(kernel, axis=1, keepdims=True)

    # return np.sum(np.squeeze(total, axis=1) * x)
    x_bar = np.squeeze(total, axis=1) * pairwise_bar
    total_bar = (pairwise_bar * x).reshape(total.shape)
    # kernel = np.exp(-(gap**2))
    gap_bar = -2 * total_bar * kernel * gap
    # gap = np.expand_dims(x, 1) - y[None, :]
    y_bar = np.zeros(y.shape)
    y_bar[None, :] -= gap_bar.sum(axis=0, keepdims=True)
    x_bar += gap_bar.sum(axis=1, keepdims=True).reshape(x.shape)
    return x_bar, y_bar
