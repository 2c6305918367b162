"""Interpolation and its transposes: everything is linear in the values at the knots."""

from __future__ import annotations

from typing import Any

import numpy as np


def _cells(
    x: Any, xp: Any, left: Any, right: Any, period: Any
) -> tuple[Any, Any, Any, Any, Any, Any]:
    """For each `x` the knots to both sides, its share of the right one, the width, and masks."""
    x, xp = np.ravel(np.asarray(x)), np.asarray(xp)
    place = np.arange(len(xp))
    if period is not None:
        place = np.argsort(xp % period)
        xp, x = (xp % period)[place], x % period
        xp = np.concatenate((xp[-1:] - period, xp, xp[:1] + period))
        place = np.concatenate((place[-1:], place, place[:1]))
        left = right = None
    k = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, max(len(xp) - 2, 0))
    after = np.minimum(k + 1, len(xp) - 1)
    width = np.where(after > k, xp[after] - xp[k], 1)
    part = np.clip((x - xp[k]) / width, 0, 1)
    low, high = x < xp[0], x > xp[-1]
    valued = ~(low & (left is not None)) & ~(high & (right is not None))
    sloped = ~low & (x < xp[-1]) & (after > k)
    return place[k], place[after], part, width, valued, sloped


def interp_slope(
    fp: Any, x: Any, xp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    """The slope of `np.interp` in `x`: at a knot, the one to its right.

    Parameters
    ----------
    fp, x, xp, left, right, period
        As for `np.interp`.

    Returns
    -------
    array or scalar
        In the shape of `x`.

    Examples
    --------
    >>> interp_slope([0.0, 3.0], np.array([-1.0, 0.0, 0.5, 1.0]), [0.0, 1.0])
    array([0., 3., 3., 0.])
    """
    before, after, _, width, _, sloped = _cells(x, xp, left, right, period)
    fp = np.asarray(fp)
    slope = np.where(sloped, (fp[after] - fp[before]) / width, 0)
    return np.reshape(slope, np.shape(x))[()]


def slope_sum(
    g: Any, x: Any, xp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    """The transpose of `interp_slope` in `fp`.

    Parameters
    ----------
    g : array or scalar
        One number for each of `x`.
    x, xp, left, right, period
        As for `np.interp`.

    Returns
    -------
    array
        In the shape of `xp`.

    Examples
    --------
    >>> slope_sum(4.0, 0.25, [0.0, 2.0])
    array([-2.,  2.])
    """
    before, after, _, width, _, sloped = _cells(x, xp, left, right, period)
    rise = np.where(sloped, np.ravel(np.broadcast_to(g, np.shape(x))) / width, 0)
    total = np.zeros(len(xp), dtype=rise.dtype)
    np.add.at(total, after, rise)
    np.add.at(total, before, -rise)
    return total


def knot_mix(
    v: Any, x: Any, xp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    """Interpolate `v` at `x`; outside, 0 where `left` or `right` fixes the value.

    Parameters
    ----------
    v : array
        Values at the knots `xp`.
    x, xp, left, right, period
        As for `np.interp`.

    Returns
    -------
    array or scalar
        In the shape of `x`.

    Examples
    --------
    >>> float(knot_mix([0.0, 4.0], 0.25, [0.0, 1.0]))
    1.0
    """
    left, right = (None if edge is None else 0.0 for edge in (left, right))
    return np.interp(x, xp, v, left, right, period)


def knot_sum(
    g: Any, x: Any, xp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    """The transpose of `knot_mix`: share `g` at `x` between the neighbouring knots.

    Parameters
    ----------
    g : array or scalar
        One number for each of `x`.
    x, xp, left, right, period
        As for `np.interp`.

    Returns
    -------
    array
        In the shape of `xp`.

    Examples
    --------
    >>> knot_sum(4.0, 0.25, [0.0, 1.0])
    array([3., 1.])
    """
    before, after, part, _, valued, _ = _cells(x, xp, left, right, period)
    g = np.where(valued, np.ravel(np.broadcast_to(g, np.shape(x))), 0)
    total = np.zeros(len(xp), dtype=np.result_type(g, 1.0))
    np.add.at(total, before, g * (1 - part))
    np.add.at(total, after, g * part)
    return total
