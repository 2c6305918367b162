import numpy as np


def pair_energy_grad(positions, pair_energy_bar=1.0):
    """Gradient of `pair_energy` with respect to positions."""

    positions_bar = np.zeros(positions.shape)
    for i in reversed(range(len(positions))):
        for j in reversed(range(i)):
            gap = positions[i] - positions[j]
            t = 0.5 + gap * gap
            # energy += 1.0 / (0.5 + gap * gap)
            gap_bar = 2 * (-(pair_energy_bar / t) * (1.0 / t)) * gap
            # gap = positions[i] - positions[j]
            positions_bar[j] -= gap_bar
            positions_bar[i] += gap_bar
    return positions_bar
