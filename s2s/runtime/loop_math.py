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


def sin_1(x: Any) -> Any:
    """`sin(x)` to within one unit in the last place, where `x` is not `far_1`.

    Examples
    --------
    >>> [round(float(sin_1(x)), 15) for x in (0.0, 1.0, -2.0, 4.0)]
    [0.0, 0.841470984807897, -0.909297426825682, -0.756802495307928]
    """
    k = np.floor(x * 0.6366197723675814 + 0.5)  # x = k * pi / 2 + r + tail
    t = x - k * 1.5707963267341256
    w = k * 6.077100506303966e-11
    r = t - w
    w = k * 2.0222662487959506e-21 - ((t - r) - w)
    t = r
    r = t - w
    tail = (t - r) - w
    z = r * r
    p = -7.647163731819816e-13 + z * 2.8114572543455206e-15
    p = -2.505210838544172e-08 + z * (1.6059043836821613e-10 + z * p)
    p = -0.0001984126984126984 + z * (2.7557319223985893e-06 + z * p)
    p = -0.16666666666666666 + z * (0.008333333333333333 + z * p)
    sine = r + (z * r * p + tail * (1.0 - 0.5 * z))
    p = -1.1470745597729725e-11 + z * 4.779477332387385e-14
    p = -2.755731922398589e-07 + z * (2.08767569878681e-09 + z * p)
    p = -0.001388888888888889 + z * (2.48015873015873e-05 + z * p)
    p = z * z * (0.041666666666666664 + z * p)
    h = 1.0 - 0.5 * z
    cosine = h + (((1.0 - h) - 0.5 * z) + (p - r * tail))
    m = np.floor(0.5 * k)
    y = sine if k == 2.0 * m else cosine
    return y if m == 2.0 * np.floor(0.5 * m) else -y


def cos_1(x: Any) -> Any:
    """`cos(x)` to within one unit in the last place, where `x` is not `far_1`.

    Examples
    --------
    >>> [round(float(cos_1(x)), 15) for x in (0.0, 1.0, -2.0, 4.0)]
    [1.0, 0.54030230586814, -0.416146836547142, -0.653643620863612]
    """
    k = np.floor(x * 0.6366197723675814 + 0.5)  # x = k * pi / 2 + r + tail
    t = x - k * 1.5707963267341256
    w = k * 6.077100506303966e-11
    r = t - w
    w = k * 2.0222662487959506e-21 - ((t - r) - w)
    t = r
    r = t - w
    tail = (t - r) - w
    z = r * r
    p = -7.647163731819816e-13 + z * 2.8114572543455206e-15
    p = -2.505210838544172e-08 + z * (1.6059043836821613e-10 + z * p)
    p = -0.0001984126984126984 + z * (2.7557319223985893e-06 + z * p)
    p = -0.16666666666666666 + z * (0.008333333333333333 + z * p)
    sine = r + (z * r * p + tail * (1.0 - 0.5 * z))
    p = -1.1470745597729725e-11 + z * 4.779477332387385e-14
    p = -2.755731922398589e-07 + z * (2.08767569878681e-09 + z * p)
    p = -0.001388888888888889 + z * (2.48015873015873e-05 + z * p)
    p = z * z * (0.041666666666666664 + z * p)
    h = 1.0 - 0.5 * z
    cosine = h + (((1.0 - h) - 0.5 * z) + (p - r * tail))
    m = np.floor(0.5 * (k + 1.0))
    y = cosine if k + 1.0 != 2.0 * m else sine
    return y if m == 2.0 * np.floor(0.5 * m) else -y


def far_1(x: Any) -> Any:
    """Whether an angle is beyond what `sin_1` and `cos_1` reduce, as a number: 0 or 1.

    Examples
    --------
    >>> far_1(1e6), far_1(-2e6), far_1(np.inf)
    (0.0, 1.0, 0.0)
    """
    return 1.0 if 1e6 < abs(x) < np.inf else 0.0


def minimum_1(a: Any, b: Any) -> Any:
    """The smaller of two numbers, NaN where one of them is.

    Examples
    --------
    >>> minimum_1(1.0, 2.0), minimum_1(np.nan, 2.0), minimum_1(1.0, np.nan)
    (1.0, nan, nan)
    """
    return a if (a < b) | (a != a) else b


def maximum_1(a: Any, b: Any) -> Any:
    """The larger of two numbers, NaN where one of them is.

    Examples
    --------
    >>> maximum_1(1.0, 2.0), maximum_1(np.nan, 2.0), maximum_1(1.0, np.nan)
    (2.0, nan, nan)
    """
    return a if (a > b) | (a != a) else b
