"""A comprehension builds a list that is stacked."""

import numpy as np


def features(x, centres):
    """Radial basis features of every centre."""
    columns = [np.exp(-((x - c) ** 2)) for c in centres if c > -2.0]
    table = np.stack(columns, axis=1)
    return np.sum(table @ np.ones(len(columns)) * x)


FUNCTION = features
ARGNUMS = (0, 1)


def example():
    return np.array([0.2, -0.5, 1.0]), np.array([0.4, -1.1, -3.0, 0.9])
