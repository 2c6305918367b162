"""A namedtuple read by attribute and by unpacking."""

from collections import namedtuple

import numpy as np

Orbit = namedtuple("Orbit", ["axis", "eccentricity", "phase"])


def mean_radius(orbit, angles):
    """Mean distance over a set of angles."""
    axis, eccentricity, _ = orbit
    radius = axis * (1 - eccentricity**2) / (1 + eccentricity * np.cos(angles - orbit.phase))
    return np.mean(radius)


FUNCTION = mean_radius
ARGNUMS = 0


def example():
    return Orbit(1.4, 0.3, 0.5), np.array([0.0, 1.0, 2.5, 4.0])
