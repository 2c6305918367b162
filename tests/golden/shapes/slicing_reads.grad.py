import numpy as np
from s2s.runtime import add_at, as_gradient, copy_of, spread_to


def roughness_grad(u, roughness_bar=1.0):
    """Gradient of `roughness` with respect to u."""
    index = slice(None, -2, None)
    t = u[index]
    index2 = slice(1, -1, None)
    second = t - 2 * u[index2]
    index3 = slice(2, None, None)
    second = second + u[index3]
    index4 = slice(None, None, 2)
    coarse = u[index4]
    t2 = second**2
    t3 = np.sum(coarse)
    t4 = u[-1]
    index5 = slice(None, None, -1)
    t5 = u[index5]
    t6 = u * t5

    # return np.sum(second**2) + np.sum(coarse) * u[-1] + np.sum(u * u[::-1])
    t_bar = spread_to(roughness_bar, t6)
    u_bar = copy_of(t_bar * t5)
    add_at(u_bar, index5, u * t_bar)
    t_bar = roughness_bar * t4
    add_at(u_bar, -1, t3 * roughness_bar)
    coarse_bar = spread_to(t_bar, coarse)
    second_bar = spread_to(roughness_bar, t2) * (2 * second)
    # coarse = u[::2]
    add_at(u_bar, index4, coarse_bar)
    # second = u[:-2] - 2 * u[1:-1] + u[2:]
    add_at(u_bar, index3, second_bar)
    add_at(u_bar, index2, 2 * -second_bar)
    add_at(u_bar, index, second_bar)
    u_bar = as_gradient(u_bar, u)
    return u_bar
