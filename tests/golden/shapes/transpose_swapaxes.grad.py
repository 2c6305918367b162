import numpy as np
from s2s.runtime import spread_to


def permuted_grad(x, permuted_bar=1.0):
    """Gradient of `permuted` with respect to x."""
    a = np.transpose(x, (2, 0, 1))
    b = np.swapaxes(x, 0, 2)
    c = x.transpose(1, 2, 0)
    t = x[0]
    t2 = t.T
    t3 = x[1]
    d = t2 @ t3

    # return np.sum(a[0] * x[:, :, 1]) + np.sum(b[1] ** 2) + np.sum(np.sin(c)) + np.sum(d)
    d_bar = spread_to(permuted_bar, d)
    c_bar = permuted_bar * np.cos(c)
    b_bar = np.zeros_like(b)
    b_bar[1] = 2 * permuted_bar * b[1]
    x_bar = np.zeros_like(x)
    x_bar[:, :, 1] = a[0] * permuted_bar
    a_bar = np.zeros_like(a)
    a_bar[0] = permuted_bar * x[:, :, 1]
    # d = x[0].T @ x[1]
    x_bar[1] += t @ d_bar
    x_bar[0] += (d_bar @ t3.T).T
    # c = x.transpose(1, 2, 0)
    x_bar += c_bar.transpose((2, 0, 1))
    # b = np.swapaxes(x, 0, 2)
    x_bar += b_bar.swapaxes(0, 2)
    # a = np.transpose(x, (2, 0, 1))
    x_bar += a_bar.transpose((1, 2, 0))
    return x_bar
