"""Elementwise choice by maximum, minimum, absolute value and clip."""

import numpy as np


def hinge(margin, bound):
    """A clipped, bounded hinge loss."""
    slack = np.maximum(0.0, 1.0 - margin)
    capped = np.minimum(slack, bound)
    soft = np.clip(margin, -0.5, 0.5)
    return np.sum(capped * capped + np.abs(soft) * slack)


FUNCTION = hinge
ARGNUMS = (0, 1)


def example():
    return np.array([0.3, -0.2, 1.4, -2.0]), np.array([1.5, 0.9, 1.0, 2.2])
