"""Sums over one axis, over several and over all."""

import numpy as np


def marginals(table):
    """Mix the sums of a three-dimensional table over different axes."""
    rows = np.sum(table, axis=0)
    columns = table.sum(axis=(1, 2))
    return np.sum(rows**2) + np.sum(np.sin(columns)) * np.sum(table)


FUNCTION = marginals
ARGNUMS = 0


def example():
    return (np.sin(np.arange(12.0)).reshape(2, 3, 2),)
