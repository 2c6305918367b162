"""Ridge regression by its normal equations."""

import numpy as np


def ridge_residual(features, target, strength):
    """Residual of the ridge solution."""
    gram = features.T @ features + strength * np.eye(features.shape[1])
    weights = np.linalg.solve(gram, features.T @ target)
    residual = features @ weights - target
    return residual @ residual


FUNCTION = ridge_residual
ARGNUMS = (0, 1, 2)


def example():
    features = np.array([[1.0, 0.3], [0.8, -0.9], [0.2, 1.1], [-0.6, 0.5]])
    return features, np.array([0.7, -0.2, 1.0, 0.1]), 0.4
