import numpy as np


def step_size_grad(x, direction, step_size_bar=1.0):
    """Gradient of `step_size` with respect to x, direction."""
    slope = np.sum(x * direction)
    test = slope > 0
    if test:
        moved = x + slope * direction
    else:
        moved = x - 0.1 * slope * slope * direction

    # return np.sum(moved**2)
    moved_bar = 2 * step_size_bar * moved
    if test:
        # moved = x + slope * direction
<<<<<<< HEAD
        slope_bar = np.sum(moved_bar * direction)
        direction_bar = slope * moved_bar
=======
        direction_bar = slope * moved_bar
        slope_bar = (moved_bar * direction).sum()
>>>>>>> cbaded9 (Numbers of a product at one place, sums as methods, adjoints reuse memory; passes are tested against their absence)
    else:
        t = 0.1 * slope
        t2 = t * slope
        # moved = x - 0.1 * slope * slope * direction
<<<<<<< HEAD
        t_bar = -moved_bar
        t_bar_2 = np.sum(t_bar * direction)
        direction_bar = t2 * t_bar
        slope_bar = t * t_bar_2
        slope_bar = slope_bar + 0.1 * (t_bar_2 * slope)
=======
        g = (moved_bar * direction).sum()
        direction_bar = -t2 * moved_bar
        slope_bar = t * -g
        slope_bar = slope_bar - 0.1 * (g * slope)
>>>>>>> cbaded9 (Numbers of a product at one place, sums as methods, adjoints reuse memory; passes are tested against their absence)
    x_bar = moved_bar + slope_bar * direction
    direction_bar = direction_bar + x * slope_bar
    return x_bar, direction_bar
