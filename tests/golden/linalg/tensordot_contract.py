"""Contracting two axes of a three-dimensional array."""

import numpy as np


def contract(tensor, kernel):
    """Contract the last two axes of a tensor with a kernel."""
    response = np.tensordot(tensor, kernel, axes=([1, 2], [0, 1]))
    plain = np.tensordot(kernel, kernel, axes=2)
    return np.sum(response**2) * plain


FUNCTION = contract
ARGNUMS = (0, 1)


def example():
    return np.sin(np.arange(12.0)).reshape(2, 3, 2), np.array(
        [[0.4, -0.2], [0.9, 0.3], [-0.5, 0.7]]
    )
