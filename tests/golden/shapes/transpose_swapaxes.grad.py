import numpy as np
from s2s.runtime import add_at, as_gradient, inverse_permutation, spread_to


def permuted_grad(x, permuted_bar=1.0):
    """Gradient of `permuted` with respect to x."""
    t = 2, 0, 1
    a = np.transpose(x, t)
    b = np.swapaxes(x, 0, 2)
    c = x.transpose(1, 2, 0)
    t2 = x[0].T
    t3 = x[1]
    d = t2 @ t3
    t4 = a[0]
    index = slice(None, None, None), slice(None, None, None), 1
    t5 = x[index]
    t6 = t4 * t5
    t7 = b[1]
    t8 = t7**2
    t9 = np.sin(c)

    # return np.sum(a[0] * x[:, :, 1]) + np.sum(b[1] ** 2) + np.sum(np.sin(c)) + np.sum(d)
    d_bar = spread_to(permuted_bar, d)
    c_bar = spread_to(permuted_bar, t9) * np.cos(c)
    b_bar = np.zeros_like(b)
    add_at(b_bar, 1, spread_to(permuted_bar, t8) * (2 * t7))
    t_bar = spread_to(permuted_bar, t6)
    t_bar_2 = t_bar * t5
    x_bar = np.zeros_like(x)
    add_at(x_bar, index, t4 * t_bar)
    a_bar = np.zeros_like(a)
    add_at(a_bar, 0, t_bar_2)
    # d = x[0].T @ x[1]
    t10 = d_bar @ t3.T
    add_at(x_bar, 1, t2.T @ d_bar)
    add_at(x_bar, 0, np.transpose(t10))
    # c = x.transpose(1, 2, 0)
    x_bar += np.transpose(c_bar, inverse_permutation((1, 2, 0)))
    # b = np.swapaxes(x, 0, 2)
    x_bar += np.swapaxes(b_bar, 0, 2)
    # a = np.transpose(x, (2, 0, 1))
    x_bar += np.transpose(a_bar, inverse_permutation(t))
    x_bar = as_gradient(x_bar, x)
    return x_bar
