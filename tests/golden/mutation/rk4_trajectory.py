"""Runge-Kutta steps into a preallocated trajectory."""

import numpy as np


def pendulum(y):
    return np.array([y[1], -np.sin(y[0])])


def action(y0, dt, steps):
    """Mean square angle of a pendulum."""
    path = np.empty((steps + 1, 2))
    path[0] = y0
    for t in range(steps):
        y = path[t]
        k1 = pendulum(y)
        k2 = pendulum(y + 0.5 * dt * k1)
        k3 = pendulum(y + 0.5 * dt * k2)
        k4 = pendulum(y + dt * k3)
        path[t + 1] = y + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return np.mean(path[:, 0] ** 2)


FUNCTION = action
ARGNUMS = (0, 1)


def example():
    return np.array([0.6, -0.2]), 0.1, 4
