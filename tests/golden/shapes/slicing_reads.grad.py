import numpy as np


def roughness_grad(u, roughness_bar=1.0):
    """Gradient of `roughness` with respect to u."""
    second = u[:-2] - 2 * u[1:-1] + u[2:]
    coarse = u[::2]

    # return np.sum(second**2) + np.sum(coarse) * u[-1] + np.sum(u * u[::-1])
    u_bar = roughness_bar * u[::-1]
    u_bar[::-1] += u * roughness_bar
    t_bar = roughness_bar * u[-1]
    u_bar[-1] += np.sum(coarse) * roughness_bar
    second_bar = 2 * roughness_bar * second
    # coarse = u[::2]
    u_bar[::2] += t_bar
    # second = u[:-2] - 2 * u[1:-1] + u[2:]
    u_bar[2:] += second_bar
    u_bar[1:-1] -= 2 * second_bar
    u_bar[:-2] += second_bar
    return u_bar
