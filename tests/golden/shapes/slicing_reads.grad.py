import numpy as np
from s2s.runtime import add_at, as_gradient, copy_of, spread_to


def roughness_grad(u, roughness_bar=1.0):
    """Gradient of `roughness` with respect to u."""
    second = u[:-2] - 2 * u[1:-1] + u[2:]
    coarse = u[::2]
    t = np.sum(coarse)
    t2 = u[-1]
    t3 = u[::-1]

    # return np.sum(second**2) + np.sum(coarse) * u[-1] + np.sum(u * u[::-1])
    u_bar = roughness_bar * t3
    u_bar = copy_of(u_bar)
    add_at(u_bar, slice(None, None, -1), u * roughness_bar)
    add_at(u_bar, -1, t * roughness_bar)
    coarse_bar = spread_to(roughness_bar * t2, coarse)
    second_bar = 2 * roughness_bar * second
    # coarse = u[::2]
    add_at(u_bar, slice(None, None, 2), coarse_bar)
    # second = u[:-2] - 2 * u[1:-1] + u[2:]
    add_at(u_bar, slice(2, None, None), second_bar)
    add_at(u_bar, slice(1, -1, None), -2 * second_bar)
    add_at(u_bar, slice(None, -2, None), second_bar)
    u_bar = as_gradient(u_bar, u)
    return u_bar
