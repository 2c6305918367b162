import numpy as np


def potential_grad(x, strength, potential_bar=1.0):
    """Gradient of `potential` with respect to x, strength."""
    gap = x - 0.5
    t = -gap
    t2 = np.exp(t * gap)
    gap_2 = x - -1.0
    t3 = -gap_2
    t4 = np.exp(t3 * gap_2)

    # return np.sum(well(0.5) + 2.0 * well(-1.0))
    result_bar = 2.0 * potential_bar
    # return -strength * np.exp(-gap * gap)
    gap_bar = (t3 - gap_2) * (-strength * result_bar * t4)
    strength_bar = -(result_bar * t4).sum()
    # return -strength * np.exp(-gap * gap)
    gap_bar_2 = (t - gap) * (-strength * potential_bar * t2)
    strength_bar = strength_bar - (potential_bar * t2).sum()
    # gap = x - centre
    x_bar = gap_bar + gap_bar_2
    return x_bar, float(strength_bar)
