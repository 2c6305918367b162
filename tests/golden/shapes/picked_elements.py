"""Single elements of a matrix read by row and column."""

import numpy as np


def determinant_by_hand(m):
    """The 2 by 2 determinant with the trace of the block below it."""
    det = m[0, 0] * m[1, 1] - m[0, 1] * m[1, 0]
    block = m[1:, 1:]
    return det * det + block[0, 0] + m[-1, -1] * np.sum(m[:, 0])


FUNCTION = determinant_by_hand
ARGNUMS = 0


def example():
    return (np.array([[0.9, 0.4, -0.3], [0.2, 1.3, 0.5], [-0.6, 0.1, 0.7]]),)
