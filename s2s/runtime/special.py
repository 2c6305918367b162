"""Special functions that neither NumPy nor `math` has, and sums over Python sequences."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def polygamma(n: int, x: Any) -> Any:
    """The derivative of order `n + 1` of `log(gamma(x))`; digamma for `n = 0`.

    Parameters
    ----------
    n : int
        Order, 0 or more.
    x : array or scalar
        Real; the poles are NaN.

    Returns
    -------
    array or scalar
        A Python float for a Python float.

    Examples
    --------
    >>> round(polygamma(0, 1.0), 12), round(polygamma(1, 1.0), 12)
    (-0.577215664902, 1.644934066848)
    """
    # Bernoulli numbers B2, B4, ... of the asymptotic series.
    bernoulli = (
        1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510,
        43867 / 798, -174611 / 330, 854513 / 138,
    )  # fmt: skip

    def at(v: float) -> float:
        """The function of one number."""
        if v <= 0 and v == math.floor(v) or v != v:
            return math.nan
        if v < 0.5:
            # Reflection: psi(1 - v) - psi(v) = pi cot(pi v), differentiated n times.  The n-th
            # derivative of cot is a polynomial in cot, built by p -> -(1 + c^2) p'.
            cot = [0.0, 1.0]
            for _ in range(n):
                slope = [k * c for k, c in enumerate(cot)][1:]
                cot = [
                    -(slope[k] if k < len(slope) else 0.0) - (slope[k - 2] if k >= 2 else 0.0)
                    for k in range(len(slope) + 2)
                ]
            c = 1 / math.tan(math.pi * (v - math.floor(v)))
            turned = math.pow(math.pi, n + 1) * sum(w * c**k for k, w in enumerate(cot))
            return (at(1 - v) if n % 2 == 0 else -at(1 - v)) - turned
        total, sign = 0.0, 1.0 if n % 2 else -1.0
        while v < 15 + n:  # psi_n(v) = psi_n(v + 1) - (-1)^n n! / v^(n + 1)
            total += sign * math.factorial(n) / v ** (n + 1)
            v += 1
        if n == 0:
            total += math.log(v) - 0.5 / v
            return total - sum(b / (2 * k * v ** (2 * k)) for k, b in enumerate(bernoulli, 1))
        series = math.factorial(n - 1) / v**n + math.factorial(n) / (2 * v ** (n + 1))
        for k, b in enumerate(bernoulli, 1):
            rising = math.factorial(2 * k + n - 1) / math.factorial(2 * k)
            series += b * rising / v ** (2 * k + n)
        return total + sign * series

    if np.ndim(x) == 0:
        return at(float(x))
    values = [at(float(v)) for v in np.ravel(x)]
    return np.reshape(np.array(values, dtype=np.asarray(x).dtype), np.shape(x))


def fill_items(g: Any, items: Any) -> Any:
    """`g` for each of the items: the transpose of Python's `sum`.

    Parameters
    ----------
    g : array or scalar
        One term's adjoint.
    items : sequence or array
        What was summed.

    Returns
    -------
    list or array
        An array for an array, whose rows were summed.

    Examples
    --------
    >>> fill_items(2.0, [1.0, 5.0])
    [2.0, 2.0]
    """
    if isinstance(items, np.ndarray):
        return np.broadcast_to(g, items.shape)
    filled = []
    for item in items:
        part, extra = g, np.ndim(g) - np.ndim(item)
        if extra > 0:
            part = np.sum(part, axis=tuple(range(extra)))
        ones = tuple(k for k, n in enumerate(np.shape(item)) if n == 1)
        if ones and np.shape(part) != np.shape(item):
            part = np.sum(part, axis=ones, keepdims=True)
        filled.append(part)
    return filled


def dot_items(weights: Any, items: Any) -> Any:
    """The sum of the products of two sequences of numbers.

    Parameters
    ----------
    weights, items : sequence or array
        Of the same length; the items may be tuples or lists of numbers, all of one structure.

    Returns
    -------
    scalar, or list
        The sum.

    Examples
    --------
    >>> dot_items([1.0, 2.0], [3.0, 4.0])
    11.0
    """
    if len(items) and isinstance(items[0], list | tuple):
        return [dot_items(weights, part) for part in zip(*items)]
    return sum(w * v for w, v in zip(weights, items))


def scale_items(g: Any, items: Any) -> Any:
    """Each item times `g`.

    Parameters
    ----------
    g : scalar, or tuple or list
        The factor.
    items : sequence or array
        Numbers.

    Returns
    -------
    array, or list
        The products; of a tuple, a list of lists.

    Examples
    --------
    >>> scale_items(2.0, [1.0, 3.0])
    array([2., 6.])
    """
    if isinstance(g, list | tuple):
        return [list(parts) for parts in zip(*(scale_items(part, items) for part in g))]
    return g * np.asarray(items)


def other_products(items: Any, start: Any = 1) -> Any:
    """For each item, the product of `start` and the other items.

    Parameters
    ----------
    items : sequence or array
        Factors.
    start : scalar
        One more factor.

    Returns
    -------
    list
        The slopes of `math.prod`.

    Examples
    --------
    >>> other_products([2.0, 0.0, 5.0])
    [0.0, 10.0, 0.0]
    """
    values = list(items)
    before = [start]
    for value in values[:-1]:
        before.append(before[-1] * value)
    after = [1.0]
    for value in values[:0:-1]:
        after.append(after[-1] * value)
    return [b * a for b, a in zip(before, after[::-1])] if values else []


def pick_share(items: Any, y: Any) -> Any:
    """The share of each item in the extreme `y` of all: ties share equally.

    Parameters
    ----------
    items : sequence or array
        Numbers, or tuples and lists, of which the first alone is picked.
    y : scalar, or tuple or list
        Their maximum or minimum.

    Returns
    -------
    list
        Shares that sum to 1.

    Examples
    --------
    >>> pick_share([3.0, 1.0, 3.0], 3.0)
    [0.5, 0.0, 0.5]
    """
    if isinstance(y, list | tuple):
        place = list(items).index(y)
        return [float(k == place) for k in range(len(items))]
    hits = [float(item == y) for item in items]
    return [hit / max(sum(hits), 1.0) for hit in hits]


def unit_items(p: Any, q: Any, size: Any) -> Any:
    """The unit vector from `q` to `p`, 0 where they coincide.

    Parameters
    ----------
    p, q : sequence or array
        Points.
    size : scalar
        Their distance.

    Returns
    -------
    list
        The slopes of `math.dist`.

    Examples
    --------
    >>> unit_items([3.0, 0.0], [0.0, 4.0], 5.0)
    [0.6, -0.8]
    """
    return [(a - b) / size if size else 0.0 for a, b in zip(p, q)]


def item_at(g: Any, x: Any, args: Any) -> Any:
    """Zeros like `x` with `g` at the place that `x.item(*args)` reads.

    Parameters
    ----------
    g : scalar
        The adjoint of the item.
    x : array
        What was read.
    args : tuple
        One flat index, or one index for each axis, or one tuple of them.

    Returns
    -------
    array
        In the shape of `x`.

    Examples
    --------
    >>> item_at(2.0, np.zeros((2, 2)), (1,))
    array([[0., 2.],
           [0., 0.]])
    """
    out = np.zeros(np.shape(x), dtype=np.result_type(x, g))
    index = args[0] if len(args) == 1 and isinstance(args[0], tuple) else args
    if len(index) == 1 and out.ndim != 1:
        out.flat[index[0]] = g
    else:
        out[tuple(index)] = g
    return out
