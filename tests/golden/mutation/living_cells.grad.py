import numpy as np


def harvest_grad(food, alive, growth, harvest_bar=1.0):
    """Gradient of `harvest` with respect to food, growth."""
    food = food.copy()
    alive = alive.copy()
    food_old_saved = []
    alive_old_saved = []
    for _ in range(3):
        food_old_saved.append(food[alive])
        food[alive] *= growth
        neighbours = np.roll(alive, 1).astype(int) + np.roll(alive, -1)
        alive_old_saved.append(alive[:].copy())
        alive[:] = neighbours == 1

    # return np.sum(food**2)
    food_bar = harvest_bar * (2 * food)
    growth_bar = 0.0
    for _ in reversed(range(3)):
        alive_old = alive_old_saved.pop()
        food_old = food_old_saved.pop()
        # alive[:] = neighbours == 1
        alive[:] = alive_old
        # food[alive] *= growth
        food[alive] = food_old
        t = food_bar[alive] * food[alive]
        food_bar[alive] *= growth
        growth_bar = growth_bar + t.sum()
    return food_bar, float(growth_bar)
