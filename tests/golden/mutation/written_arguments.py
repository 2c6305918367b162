"""A function that writes into its arguments and returns nothing, called by a loss."""

import numpy as np


def step(position, velocity, dt):
    velocity -= dt * position
    position += dt * velocity


def final_distance(position, velocity, dt):
    """Distance from the origin after two steps of symplectic Euler."""
    step(position, velocity, dt)
    step(position, velocity, dt)
    return np.sqrt(position @ position)


FUNCTION = final_distance
ARGNUMS = (0, 1, 2)


def example():
    return np.array([1.0, 0.5]), np.array([-0.3, 0.9]), 0.1
