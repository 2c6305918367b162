import numpy as np


def potential_grad(x, strength, potential_bar=1.0):
    """Gradient of `potential` with respect to x, strength."""
    gap = x - 0.5
    t = -strength
    t2 = -gap
    t3 = np.exp(t2 * gap)
    gap_2 = x - -1.0
    t4 = -strength
    t5 = -gap_2
    t6 = np.exp(t5 * gap_2)

    # return np.sum(well(0.5) + 2.0 * well(-1.0))
    result_bar = 2.0 * potential_bar
    # return -strength * np.exp(-gap * gap)
    gap_bar = (t5 - gap_2) * (t4 * result_bar * t6)
    strength_bar = -(result_bar * t6).sum()
    # return -strength * np.exp(-gap * gap)
    gap_bar_2 = (t2 - gap) * (t * potential_bar * t3)
    strength_bar = strength_bar - (potential_bar * t3).sum()
    # gap = x - centre
    x_bar = gap_bar + gap_bar_2
    return x_bar, float(strength_bar)
