import numpy as np
from s2s.runtime import as_gradient, spread_to


def step_size_grad(x, direction, step_size_bar=1.0):
    """Gradient of `step_size` with respect to x, direction."""
    t = x * direction
    slope = np.sum(t)
    test = slope > 0
    if test:
        moved = x + slope * direction
    else:
        moved = x - 0.1 * slope * slope * direction
    t2 = moved**2

    # return np.sum(moved**2)
    moved_bar = spread_to(step_size_bar, t2) * (2 * moved)
    if test:
        # moved = x + slope * direction
        direction_bar = slope * moved_bar
        slope_bar = np.sum(moved_bar * direction)
    else:
        t3 = 0.1 * slope
        t4 = t3 * slope
        # moved = x - 0.1 * slope * slope * direction
        t_bar = -moved_bar
        g = np.sum(t_bar * direction)
        direction_bar = t4 * t_bar
        slope_bar = t3 * g
        slope_bar = slope_bar + 0.1 * (g * slope)
    t_bar = spread_to(slope_bar, t)
    x_bar = moved_bar + t_bar * direction
    direction_bar = direction_bar + x * t_bar
    x_bar = as_gradient(x_bar, x)
    direction_bar = as_gradient(direction_bar, direction)
    return x_bar, direction_bar
