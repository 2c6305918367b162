"""A Haar wavelet transform that goes on with a view of the first half."""

import numpy as np


def haar(a):
    half = len(a) // 2
    if half == 0:
        return
    mean = (a[::2] + a[1::2]) / 2
    step = (a[::2] - a[1::2]) / 2
    a[:half] = mean
    a[half:] = step
    haar(a[:half])


def roughness(x):
    a = x.copy()
    haar(a)
    return np.sum(a[1:] ** 4)


FUNCTION = roughness
ARGNUMS = (0,)


def example():
    return (np.array([0.3, -0.2, 0.9, 0.4, 1.1, -0.7, 0.6, 0.2]),)
