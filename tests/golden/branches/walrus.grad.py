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
        slope_bar = moved_bar @ direction
        direction_bar = slope * moved_bar
    else:
        t = 0.1 * slope
        # moved = x - 0.1 * slope * slope * direction
        t_bar = moved_bar @ direction
        direction_bar = -(t * slope) * moved_bar
        slope_bar = t * -t_bar - 0.1 * (t_bar * slope)
    x_bar = moved_bar + slope_bar * direction
    direction_bar = direction_bar + x * slope_bar
    return x_bar, direction_bar
