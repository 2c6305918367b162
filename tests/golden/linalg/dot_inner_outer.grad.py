import numpy as np
from s2s.runtime import spread_to


def products_grad(u, v, m, products_bar=1.0):
    """Gradient of `products` with respect to u, v, m."""
    length = np.dot(u, v)
    table = np.outer(u, v)
    gram = np.inner(m, m)

    # return length * np.sum(table**2) + np.sum(np.dot(m, v)) + np.sum(gram * gram)
    gram_bar = 2 * products_bar * gram
    t_bar = spread_to(products_bar, np.dot(m, v))
    m_bar = t_bar[:, None] * v
    v_bar = m.T @ t_bar
    length_bar = products_bar * np.sum(table**2)
    t = 2 * (length * products_bar)
    # gram = np.inner(m, m)
    m_bar += gram_bar @ m + gram_bar.T @ m
    # table = np.outer(u, v)
    v_bar += t * (u @ table)
    # length = np.dot(u, v)
    u_bar = t * (table @ v) + length_bar * v
    v_bar += length_bar * u
    return u_bar, v_bar, m_bar
