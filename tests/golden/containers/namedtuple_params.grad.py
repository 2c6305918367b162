import numpy as np
from s2s.runtime import accumulate, add_at, as_gradient, zeros_of


def mean_radius_grad(orbit, angles, mean_radius_bar=1.0):
    """Gradient of `mean_radius` with respect to orbit."""
    axis, eccentricity, _ = orbit
    t = 1 - eccentricity**2
    radius = axis * t
    t2 = angles - orbit.phase
    t3 = np.cos(t2)
    t4 = 1 + eccentricity * t3
    radius = radius / t4

    # radius = axis * (1 - eccentricity**2) / (1 + eccentricity * np.cos(angles - orbit.phase))
    radius_bar = mean_radius_bar / angles.size / t4
    radius_bar_2 = radius_bar.sum()
    t_bar = -radius_bar * radius
    orbit_bar = zeros_of(orbit)
    add_at(orbit_bar, 2, eccentricity * t_bar @ np.sin(t2))
    axis_bar = radius_bar_2 * t
    eccentricity_bar = t_bar @ t3 - axis * radius_bar_2 * (2 * eccentricity)
    # axis, eccentricity, _ = orbit
    orbit_bar = accumulate(orbit_bar, (axis_bar, eccentricity_bar, 0.0))
    return as_gradient(orbit_bar, orbit)
