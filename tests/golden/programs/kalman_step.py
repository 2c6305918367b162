"""Log likelihood of observations under a Kalman filter."""

import numpy as np


def kalman_likelihood(noise, transition, observations):
    """Predict, compare and update for every observation."""
    mean, cov = np.zeros(2), np.eye(2)
    h = np.array([1.0, 0.0])
    likelihood = 0.0
    for y in observations:
        mean = transition @ mean
        cov = transition @ cov @ transition.T + noise * np.eye(2)
        innovation = y - h @ mean
        s = h @ cov @ h + 0.1
        gain = cov @ h / s
        mean = mean + gain * innovation
        cov = cov - np.outer(gain, h @ cov)
        likelihood -= 0.5 * (np.log(s) + innovation**2 / s)
    return likelihood


FUNCTION = kalman_likelihood
ARGNUMS = (0, 1)


def example():
    return 0.2, np.array([[1.0, 0.3], [-0.1, 0.9]]), np.array([0.4, 0.7, 0.3])
