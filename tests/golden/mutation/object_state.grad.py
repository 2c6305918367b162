import numpy as np


def descended_grad(start, rate, descended_bar=1.0):
    """Gradient of `descended` with respect to start, rate."""
    x = start.copy()
    optimiser_velocity = np.zeros(len(x))
    optimiser_rate = rate
    optimiser_velocity_saved = []
    for _ in range(3):
        optimiser_velocity = optimiser_velocity * 0.9
        optimiser_velocity += 2 * x
        optimiser_velocity_saved.append(optimiser_velocity)
        x -= optimiser_rate * optimiser_velocity

    # return np.sum(x * x)
    x_bar = 2 * descended_bar * x
    optimiser_velocity_bar = np.zeros(optimiser_velocity.shape)
    optimiser_rate_bar = 0.0
    for _ in reversed(range(3)):
        optimiser_velocity = optimiser_velocity_saved.pop()
        # x -= self.rate * self.velocity
        t_bar = -x_bar
        optimiser_rate_bar = optimiser_rate_bar + t_bar @ optimiser_velocity
        optimiser_velocity_bar_2 = optimiser_velocity_bar + optimiser_rate * t_bar
        # self.velocity *= 0.9
        optimiser_velocity_bar = optimiser_velocity_bar_2 * 0.9
        # optimiser.step(x, 2 * x)
        x_bar += 2 * optimiser_velocity_bar_2
    return x_bar, float(optimiser_rate_bar)
