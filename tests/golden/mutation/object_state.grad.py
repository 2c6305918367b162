import numpy as np


def descended_grad(start, rate, descended_bar=1.0):
    """Gradient of `descended` with respect to start, rate."""
    x = start.copy()
    t = np.zeros(len(x))
    optimiser_velocity = t
    optimiser_rate = rate
    optimiser_velocity_old_saved = []
    for _ in range(3):
        optimiser_velocity_old_saved.append(optimiser_velocity.copy())
        optimiser_velocity *= 0.9
        optimiser_velocity += 2 * x
        x -= optimiser_rate * optimiser_velocity

    # return np.sum(x * x)
    x_bar = 2 * descended_bar * x
    t_bar = np.zeros(t.shape)
    optimiser_rate_bar = 0.0
    for _ in reversed(range(3)):
        optimiser_velocity_old = optimiser_velocity_old_saved.pop()
        # x -= self.rate * self.velocity
        t_bar_2 = -x_bar
        optimiser_rate_bar = optimiser_rate_bar + t_bar_2 @ optimiser_velocity
        t_bar += optimiser_rate * t_bar_2
        # self.velocity += g
        t_bar_2 = t_bar.copy()
        # self.velocity *= 0.9
        optimiser_velocity[...] = optimiser_velocity_old
        t_bar *= 0.9
        # optimiser.step(x, 2 * x)
        x_bar += 2 * t_bar_2
    return x_bar, float(optimiser_rate_bar)
