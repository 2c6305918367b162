"""Who lives is integer work; what the living hold is not."""

import numpy as np


def harvest(food, alive, growth):
    """Food left by cells on a ring that die when crowded or lonely."""
    food = food.copy()
    alive = alive.copy()
    for _ in range(3):
        food[alive] *= growth
        neighbours = np.roll(alive, 1).astype(int) + np.roll(alive, -1)
        alive[:] = neighbours == 1
    return np.sum(food**2)


FUNCTION = harvest
ARGNUMS = (0, 2)


def example():
    alive = np.array([True, True, False, False, True, False])
    return np.array([1.0, 0.5, 2.0, 0.3, 0.8, 1.2]), alive, 0.9
