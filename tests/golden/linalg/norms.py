"""Vector and matrix norms, whole and by row."""

import numpy as np


def norm_mix(x):
    """Combine the Frobenius norm with the norms of the rows."""
    whole = np.linalg.norm(x)
    rows = np.linalg.norm(x, axis=1)
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    return whole * np.sum(rows) + np.sum(unit**3)


FUNCTION = norm_mix
ARGNUMS = 0


def example():
    return (np.array([[0.6, -1.1, 0.4], [1.3, 0.2, -0.8]]),)
