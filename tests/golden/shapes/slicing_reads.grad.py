import numpy as np
from s2s.runtime import add_at, as_gradient, copy_of, spread_to, unbroadcast


def roughness_grad(u, roughness_bar=1.0):
    """Gradient of `roughness` with respect to u."""
    index = slice(None, -2, None)
    t = u[index]
    index2 = slice(1, -1, None)
    t2 = 2 * u[index2]
    second = t - t2
    index3 = slice(2, None, None)
    t3 = u[index3]
    second_2 = second + t3
    index4 = slice(None, None, 2)
    coarse = u[index4]
    t4 = second_2**2
    t5 = np.sum(coarse)
    t6 = u[-1]
    index5 = slice(None, None, -1)
    t7 = u[index5]
    t8 = u * t7

    # return np.sum(second**2) + np.sum(coarse) * u[-1] + np.sum(u * u[::-1])
    t_bar = spread_to(roughness_bar, t8)
    u_bar = copy_of(t_bar * t7)
    add_at(u_bar, index5, u * t_bar)
    t_bar = roughness_bar * t6
    add_at(u_bar, -1, t5 * roughness_bar)
    coarse_bar = spread_to(t_bar, coarse)
    second_bar = spread_to(roughness_bar, t4) * (2 * second_2)
    # coarse = u[::2]
    add_at(u_bar, index4, coarse_bar)
    # second = u[:-2] - 2 * u[1:-1] + u[2:]
    g = unbroadcast(second_bar, second)
    add_at(u_bar, index3, unbroadcast(second_bar, t3))
    g2 = unbroadcast(g, t)
    add_at(u_bar, index2, 2 * unbroadcast(-g, t2))
    add_at(u_bar, index, g2)
    u_bar = as_gradient(u_bar, u)
    return u_bar
