import numpy as np
from s2s.runtime import as_gradient, spread_to, tensordot_adjoint_a, tensordot_adjoint_b


def products_grad(u, v, m, products_bar=1.0):
    """Gradient of `products` with respect to u, v, m."""
    length = np.dot(u, v)
    table = np.outer(u, v)
    gram = np.inner(m, m)
    t = table**2
    t2 = np.sum(t)
    t3 = np.dot(m, v)
    t4 = gram * gram

    # return length * np.sum(table**2) + np.sum(np.dot(m, v)) + np.sum(gram * gram)
    t_bar = spread_to(products_bar, t4)
    gram_bar = t_bar * gram + gram * t_bar
    t_bar = spread_to(products_bar, t3)
    m_bar = t_bar[:, None] * v
    v_bar = m.T @ t_bar
    length_bar = products_bar * t2
    table_bar = spread_to(length * products_bar, t) * (2 * table)
    # gram = np.inner(m, m)
    m_bar = m_bar + tensordot_adjoint_a(gram_bar, m, m, (-1, -1))
    m_bar += tensordot_adjoint_b(gram_bar, m, m, (-1, -1))
    # table = np.outer(u, v)
    u_bar = np.reshape(table_bar @ np.ravel(v), np.shape(u))
    v_bar = v_bar + np.reshape(np.ravel(u) @ table_bar, np.shape(v))
    # length = np.dot(u, v)
    u_bar = u_bar + length_bar * v
    v_bar += length_bar * u
    u_bar = as_gradient(u_bar, u)
    v_bar = as_gradient(v_bar, v)
    m_bar = as_gradient(m_bar, m)
    return u_bar, v_bar, m_bar
