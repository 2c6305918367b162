import numpy as np


def bounced_grad(position, velocity, loss, bounced_bar=1.0):
    """Gradient of `bounced` with respect to position, velocity, loss."""
    t = 0.5 * velocity
    p_position = position.copy()
    p_energy = t @ velocity
    p_energy_saved = []
    for _ in range(3):
        p_energy_saved.append(p_energy)
        p_position = p_position + 0.1 * velocity
        p_energy = p_energy * (1.0 - loss)

    # return p.energy + p.position @ p.position
    p_position_bar = 2 * bounced_bar * p_position
    velocity_bar = np.zeros(velocity.shape)
    t2 = 1.0 - loss
    velocity_bar_2 = 0.1 * p_position_bar
    p_energy_bar, loss_bar = bounced_bar, 0.0
    for p_energy in reversed(p_energy_saved):
        # p.energy *= 1.0 - loss
        p_energy_bar_2 = p_energy_bar * t2
        loss_bar = loss_bar - p_energy * p_energy_bar
        # p.position += 0.1 * velocity
        velocity_bar += velocity_bar_2
        p_energy_bar = p_energy_bar_2
    # p = Particle(position.copy(), 0.5 * velocity @ velocity)
    velocity_bar += p_energy_bar * t
    velocity_bar += 0.5 * p_energy_bar * velocity
    return p_position_bar, velocity_bar, float(loss_bar)
