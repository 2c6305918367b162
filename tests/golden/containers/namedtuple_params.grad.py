import numpy as np
from s2s.runtime import accumulate, add_at, as_gradient, spread_to, unbroadcast, zeros_of


def mean_radius_grad(orbit, angles, mean_radius_bar=1.0):
    """Gradient of `mean_radius` with respect to orbit."""
    axis, eccentricity, _ = orbit
    t = 1 - eccentricity**2
    radius = axis * t
    t2 = orbit.phase
    t3 = angles - t2
    t4 = np.cos(t3)
    t5 = 1 + eccentricity * t4
    radius_2 = radius / t5

    # return np.mean(radius)
    radius_bar = spread_to(mean_radius_bar / np.size(radius_2), radius_2)
    # radius = axis * (1 - eccentricity**2) / (1 + eccentricity * np.cos(angles - orbit.phase))
    radius_bar = radius_bar / t5
    radius_bar_2 = unbroadcast(radius_bar, radius)
    t_bar = -radius_bar * radius_2
    eccentricity_bar = unbroadcast(t_bar * t4, eccentricity)
    t_bar = unbroadcast(-(-(eccentricity * t_bar) * np.sin(t3)), t2)
    orbit_bar = zeros_of(orbit)
    add_at(orbit_bar, 2, t_bar)
    axis_bar = radius_bar_2 * t
    eccentricity_bar = eccentricity_bar + -(axis * radius_bar_2) * (2 * eccentricity)
    # axis, eccentricity, _ = orbit
    orbit_bar = accumulate(orbit_bar, (axis_bar, eccentricity_bar, 0.0))
    return as_gradient(orbit_bar, orbit)
