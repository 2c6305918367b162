"""Functions of numbers without a branch or a call, so that loops over them run on vectors.

The functions of the C library take one number after the other: ten times as long.  Each stands
alone, so that a generated file can carry the ones it uses.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def exp_1(x: Any) -> Any:
    """`exp(x)` to within one unit in the last place.

    Examples
    --------
    >>> float(exp_1(-800.0)), float(exp_1(-np.inf)), float(exp_1(0.0))
    (0.0, 0.0, 1.0)
    >>> bool(abs(exp_1(1.0) - np.e) <= np.spacing(np.e))
    True
    """
    y = min(max(x, -750.0), 710.0)
    k = np.floor(y * 1.4426950408889634 + 0.5)  # exp(y) = 2**k * exp(r)
    r = (y - k * 0.6931471803691238) - k * 1.9082149292705877e-10
    p = 2.08767569878681e-09 + r * 1.6059043836821613e-10
    p = 2.7557319223985893e-07 + r * (2.505210838544172e-08 + r * p)
    p = 2.48015873015873e-05 + r * (2.7557319223985893e-06 + r * p)
    p = 0.001388888888888889 + r * (0.0001984126984126984 + r * p)
    p = 0.041666666666666664 + r * (0.008333333333333333 + r * p)
    p = 0.5 + r * (0.16666666666666666 + r * p)
    p = r * r * p + r + 1.0
    n = np.int64(k)
    half = n >> 1  # two factors: 2**k itself may be out of range
    low = np.int64((half + 1023) << 52).view(np.float64)
    high = np.int64((n - half + 1023) << 52).view(np.float64)
    return p * low * high if x == x else x


def tanh_1(x: Any) -> Any:
    """`tanh(x)` to within three units in the last place.

    Examples
    --------
    >>> round(float(tanh_1(0.5)), 15), float(tanh_1(-40.0)), float(tanh_1(1e-300))
    (0.46211715726001, -1.0, 1e-300)
    """
    y = min(2.0 * abs(x), 40.0)
    k = np.floor(y * 1.4426950408889634 + 0.5)  # exp(y) - 1 = 2**k * (exp(r) - 1) + 2**k - 1
    r = (y - k * 0.6931471803691238) - k * 1.9082149292705877e-10
    p = 2.08767569878681e-09 + r * 1.6059043836821613e-10
    p = 2.7557319223985893e-07 + r * (2.505210838544172e-08 + r * p)
    p = 2.48015873015873e-05 + r * (2.7557319223985893e-06 + r * p)
    p = 0.001388888888888889 + r * (0.0001984126984126984 + r * p)
    p = 0.041666666666666664 + r * (0.008333333333333333 + r * p)
    p = 0.5 + r * (0.16666666666666666 + r * p)
    scale = np.int64((np.int64(k) + 1023) << 52).view(np.float64)
    e = scale * (r * r * p + r) + (scale - 1.0)
    t = e / (e + 2.0)
    t = t if x > 0.0 else -t
    return t if x == x and x != 0.0 else x
