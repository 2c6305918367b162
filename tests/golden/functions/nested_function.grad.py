import numpy as np
from s2s.runtime import as_gradient, spread_to, unbroadcast


def well_fwd(x, strength, centre):
    """Forward sweep of `well`: the value and what its reverse needs."""
    gap = x - centre
    t = -strength
    t2 = -gap
    t3 = np.exp(t2 * gap)
    return t * t3, (t3, t, gap, t2)


def well_bwd(saved, well_bar):
    """Backward sweep of `well`: gradients of x, strength."""
    t, t2, gap, t3 = saved
    # return -strength * np.exp(-gap * gap)
    t_bar = t2 * well_bar * t
    gap_bar = t3 * t_bar
    gap_bar = gap_bar + -(t_bar * gap)
    strength_bar = -np.sum(well_bar * t)
    return gap_bar, strength_bar


def potential_grad(x, strength, potential_bar=1.0):
    """Gradient of `potential` with respect to x, strength."""

    def well(centre):
        gap = x - centre
        return -strength * np.exp(-gap * gap)

    t, well_saved = well_fwd(x, strength, 0.5)
    t2, well_saved2 = well_fwd(x, strength, -1.0)
    t3 = 2.0 * t2
    t4 = t + t3

    # return np.sum(well(0.5) + 2.0 * well(-1.0))
    t_bar = spread_to(potential_bar, t4)
    g = unbroadcast(t_bar, t)
    x_bar, strength_bar = well_bwd(well_saved2, 2.0 * unbroadcast(t_bar, t3))
    x_bar_2, strength_bar_2 = well_bwd(well_saved, g)
    x_bar = x_bar + x_bar_2
    strength_bar = strength_bar + strength_bar_2
    x_bar = as_gradient(x_bar, x)
    strength_bar = as_gradient(strength_bar, strength)
    return x_bar, strength_bar
