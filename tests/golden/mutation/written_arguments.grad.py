import numpy as np
from s2s.runtime import over_or_zero, require_apart


def final_distance_grad(position, velocity, dt, final_distance_bar=1.0):
    """Gradient of `final_distance` with respect to position, velocity, dt."""
    require_apart(position, velocity)
    position = position.copy()
    velocity = velocity.copy()
    velocity -= dt * position
    position_old = position.copy()
    position += dt * velocity
    velocity_old = velocity.copy()
    velocity -= dt * position
    position_old2 = position.copy()
    position += dt * velocity

    # return np.sqrt(position @ position)
    t = 2 * over_or_zero(final_distance_bar, 2 * np.sqrt(position @ position))
    position_bar = t * position
    # position += dt * velocity
    position[...] = position_old2
    dt_bar = position_bar @ velocity
    velocity_bar = dt * position_bar
    # velocity -= dt * position
    velocity[...] = velocity_old
    t_bar = -velocity_bar
    dt_bar = dt_bar + t_bar @ position
    position_bar += dt * t_bar
    # position += dt * velocity
    position[...] = position_old
    dt_bar = dt_bar + position_bar @ velocity
    velocity_bar += dt * position_bar
    # velocity -= dt * position
    t_bar = -velocity_bar
    dt_bar = dt_bar + t_bar @ position
    position_bar += dt * t_bar
    return position_bar, velocity_bar, float(dt_bar)
