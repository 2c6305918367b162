import numpy as np


def assembled_grad(stiffness, left, right, u, assembled_bar=1.0):
    """Gradient of `assembled` with respect to stiffness, u."""
    force = np.zeros(u.shape)
    t = u[right] - u[left]
    pull = stiffness * t
    np.add.at(force, left, pull)
    np.subtract.at(force, right, pull)

    # return np.sum(force**2)
    force_bar = 2 * assembled_bar * force
    # np.subtract.at(force, right, pull)
    pull_bar = -force_bar[right]
    # np.add.at(force, left, pull)
    pull_bar += force_bar[left]
    # pull = stiffness * (u[right] - u[left])
    stiffness_bar = pull_bar * t
    t_bar = stiffness * pull_bar
    u_bar = np.zeros(u.shape)
    np.add.at(u_bar, left, -t_bar)
    np.add.at(u_bar, right, t_bar)
    return stiffness_bar, u_bar
