"""Kepler's equation solved by Newton's method in a while loop."""

import numpy as np


def orbit_height(mean_anomaly, eccentricity):
    """Height above the major axis at a given mean anomaly."""
    anomaly = mean_anomaly
    error = eccentricity * np.sin(anomaly)
    while abs(error) > 1e-13:
        error = mean_anomaly + eccentricity * np.sin(anomaly) - anomaly
        anomaly = anomaly + error / (1.0 - eccentricity * np.cos(anomaly))
    return np.sqrt(1.0 - eccentricity**2) * np.sin(anomaly)


FUNCTION = orbit_height
ARGNUMS = (0, 1)


def example():
    return 1.1, 0.4
