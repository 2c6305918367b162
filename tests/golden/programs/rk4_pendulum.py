"""A pendulum integrated by the classical Runge-Kutta method."""

import numpy as np


def pendulum(state, length):
    """Time derivative of angle and angular velocity."""
    angle, velocity = state
    return np.array([velocity, -9.81 / length * np.sin(angle)])


def final_angle(state, length, dt, steps):
    """Angle after a number of RK4 steps."""
    for _ in range(steps):
        k1 = pendulum(state, length)
        k2 = pendulum(state + dt / 2 * k1, length)
        k3 = pendulum(state + dt / 2 * k2, length)
        k4 = pendulum(state + dt * k3, length)
        state = state + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return state[0]


FUNCTION = final_angle
ARGNUMS = (0, 1)


def example():
    return np.array([0.8, -0.3]), 1.2, 0.05, 4
