import numpy as np
from s2s.runtime import spread_to


def permuted_grad(x, permuted_bar=1.0):
    """Gradient of `permuted` with respect to x."""
    a = np.transpose(x, (2, 0, 1))
    b = np.swapaxes(x, 0, 2)
    c = x.transpose(1, 2, 0)
    t = x[0].T
    t2 = x[1]
    d = t @ t2
    t3 = a[0]
    t4 = x[:, :, 1]
    t5 = b[1]

    # return np.sum(a[0] * x[:, :, 1]) + np.sum(b[1] ** 2) + np.sum(np.sin(c)) + np.sum(d)
    d_bar = spread_to(permuted_bar, d)
    c_bar = spread_to(permuted_bar, c) * np.cos(c)
    b_bar = np.zeros_like(b)
    b_bar[1] = spread_to(permuted_bar, t5) * (2 * t5)
    t_bar = spread_to(permuted_bar, t3)
    x_bar = np.zeros_like(x)
    x_bar[:, :, 1] = t3 * t_bar
    a_bar = np.zeros_like(a)
    a_bar[0] = t_bar * t4
    # d = x[0].T @ x[1]
    x_bar[1] += t.T @ d_bar
    x_bar[0] += (d_bar @ t2.T).T
    # c = x.transpose(1, 2, 0)
    x_bar += c_bar.transpose((2, 0, 1))
    # b = np.swapaxes(x, 0, 2)
    x_bar += b_bar.swapaxes(0, 2)
    # a = np.transpose(x, (2, 0, 1))
    x_bar += a_bar.transpose((1, 2, 0))
    return x_bar
