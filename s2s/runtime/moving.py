"""Functions that move entries around, through the place from which each entry comes."""

from __future__ import annotations

from typing import Any

import numpy as np


def positions(x: Any) -> Any:
    """Where each entry of `x` is when `x` is laid out flat.

    Examples
    --------
    >>> positions(np.zeros((2, 2)))
    array([[0, 1],
           [2, 3]])
    """
    return np.reshape(np.arange(np.size(x)), np.shape(x))


def gather(x: Any, index: Any) -> Any:
    """The entries of `x` at flat positions.

    Examples
    --------
    >>> gather(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([3, 0]))
    array([4., 1.])
    """
    return np.ravel(x)[index]


def scatter(g: Any, index: Any, x: Any) -> Any:
    """The transpose of `gather`: entries of `g` summed at flat positions of an array like `x`.

    Examples
    --------
    >>> scatter(np.array([4.0, 1.0, 2.0]), np.array([3, 0, 0]), np.zeros((2, 2)))
    array([[3., 0.],
           [0., 4.]])
    """
    flat = np.zeros(np.size(x), np.result_type(g, np.float16))
    np.add.at(flat, index, g)
    return np.reshape(flat, np.shape(x))


def strided_positions(x: Any, shape: Any, strides: Any) -> Any:
    """The flat positions that `as_strided(x, shape, strides)` reads.

    Examples
    --------
    >>> strided_positions(np.zeros(4), (3, 2), (8, 8))
    array([[0, 1],
           [1, 2],
           [2, 3]])
    """
    shape = x.shape if shape is None else shape
    steps = [s // x.itemsize for s in (x.strides if strides is None else strides)]
    places = np.zeros(shape, int)
    for k, (n, step) in enumerate(zip(shape, steps, strict=True)):
        places = places + step * np.reshape(np.arange(n), (n,) + (1,) * (len(shape) - 1 - k))
    if not x.flags.c_contiguous or np.min(places) < 0 or np.max(places) >= x.size:
        raise ValueError("as_strided is differentiated inside one contiguous array: copy it first")
    return places


def outer_column(a: Any, b: Any) -> Any:
    """`a` with an axis of size 1 for each axis of `b`: `f(outer_column(a, b), b)` is `f.outer`.

    Examples
    --------
    >>> outer_column(np.zeros(2), np.zeros((3, 4))).shape
    (2, 1, 1)
    """
    return np.reshape(a, np.shape(a) + (1,) * np.ndim(b))


def unbroadcast_each(g: Any, arrays: Any) -> list[Any]:
    """The adjoint of each of the arrays that were broadcast together.

    Examples
    --------
    >>> unbroadcast_each((np.ones(3), np.ones(3)), (1.0, np.zeros(3)))
    [np.float64(3.0), array([1., 1., 1.])]
    """
    return [_sum_to(bar, np.shape(x)) for bar, x in zip(g, arrays, strict=True)]


def _sum_to(g: Any, shape: tuple[int, ...]) -> Any:
    """`g` summed over what broadcasting to it added to a shape."""
    g = np.sum(g, axis=tuple(range(np.ndim(g) - len(shape))))
    kept = tuple(k for k, n in enumerate(shape) if n == 1 and np.shape(g)[k] != 1)
    return np.sum(g, axis=kept, keepdims=True) if kept else g


def meshgrid_adjoint(g: Any, axes: Any, sparse: bool, indexing: str) -> list[Any]:
    """The adjoint of each of the arguments of `np.meshgrid`.

    Examples
    --------
    >>> g = np.ones((3, 2))
    >>> meshgrid_adjoint((g, g), (np.zeros(2), np.zeros(3)), False, "xy")
    [array([3., 3.]), array([2., 2., 2.])]
    """
    bars = []
    for k, x in enumerate(axes):
        place = 1 - k if k < 2 and indexing == "xy" and len(axes) > 1 else k
        others = tuple(j for j in range(np.ndim(g[k])) if j != place)
        bars.append(np.reshape(np.sum(g[k], axis=others), np.shape(x)))
    return bars


def unblock(g: Any, arrays: Any) -> Any:
    """The transpose of `np.block`: nested lists of the parts of `g`.

    Examples
    --------
    >>> unblock(np.array([[1.0, 2.0], [3.0, 4.0]]), [[np.zeros((1, 2))], [np.zeros(2)]])
    [[array([[1., 2.]])], [array([3., 4.])]]
    """
    count = 0

    def number(part: Any) -> Any:
        """The entries numbered through, in the same structure."""
        nonlocal count
        if isinstance(part, list):
            return [number(p) for p in part]
        count += np.size(part)
        return positions(part) + (count - np.size(part))

    places = np.block(number(arrays))
    flat = np.zeros(count, np.asarray(g).dtype)
    flat[np.ravel(places)] = np.ravel(g)
    start = 0

    def pick(part: Any) -> Any:
        """The entries of each part, in the same structure."""
        nonlocal start
        if isinstance(part, list):
            return [pick(p) for p in part]
        start += np.size(part)
        return np.reshape(flat[start - np.size(part) : start], np.shape(part))[()]

    return pick(arrays)


def insert_parts(g: Any, arr: Any, obj: Any, values: Any, axis: Any = None) -> tuple[Any, Any]:
    """The parts of `g` that `np.insert(arr, obj, values, axis)` took from `arr` and `values`.

    Examples
    --------
    >>> insert_parts(np.array([1.0, 2.0, 3.0]), np.zeros(2), 1, 5.0)
    (array([1., 3.]), array(2.))
    """
    places = np.insert(positions(arr) + 1, obj, -1 - positions(values), axis)
    old = places > 0
    of_arr = scatter(np.asarray(g)[old], places[old] - 1, arr)
    return of_arr, scatter(np.asarray(g)[~old], -1 - places[~old], values)


def choose_adjoint(g: Any, a: Any, choices: Any, mode: str = "raise") -> Any:
    """The adjoint of the choices of `np.choose(a, choices)`.

    Examples
    --------
    >>> choose_adjoint(np.array([1.0, 2.0]), np.array([0, 1]), (np.zeros(2), 5.0))
    [array([1., 0.]), np.float64(2.0)]
    """
    count = len(choices)
    picked = np.asarray(a)
    if mode == "wrap":
        picked = picked % count
    elif mode == "clip":
        picked = np.clip(picked, 0, count - 1)
    bars = [_sum_to(np.where(picked == k, g, 0), np.shape(choices[k])) for k in range(count)]
    return np.stack(bars) if isinstance(choices, np.ndarray) else bars


def view_adjoint(g: Any, x: Any) -> Any:
    """The adjoint of `x.view(dtype)` between real and complex numbers of one precision.

    Examples
    --------
    >>> view_adjoint(np.array([1.0 + 2.0j]), np.zeros(2))
    array([ 1., -2.])
    """
    if np.shape(g) == np.shape(x):
        return np.real(g) if np.isrealobj(x) else g
    if np.size(g) < np.size(x):  # real numbers seen as complex ones
        whole = np.ascontiguousarray(np.conj(g) + 0j)
        return whole.view(whole.real.dtype)
    pairs = np.ascontiguousarray(np.real(g))
    return np.conj(pairs.view(np.result_type(pairs, np.complex64)))


def reduceat_adjoint(g: Any, array: Any, indices: Any, axis: int = 0) -> Any:
    """The adjoint of the array of `np.add.reduceat`.

    Examples
    --------
    >>> reduceat_adjoint(np.array([1.0, 2.0]), np.zeros(4), [0, 3])
    array([1., 1., 1., 2.])
    """
    bar = np.zeros(np.shape(array), np.result_type(g, np.float16))
    line, parts = np.moveaxis(bar, axis, 0), np.moveaxis(np.asarray(g), axis, 0)
    ends = [*list(indices)[1:], len(line)]
    for part, start, end in zip(parts, indices, ends, strict=True):
        line[start : max(start + 1, end)] += part
    return bar


def running_extreme(array: Any, y: Any, axis: int = 0) -> Any:
    """Where along `axis` each entry of a running maximum or minimum comes from: the first place.

    Examples
    --------
    >>> running_extreme(np.array([1.0, 3.0, 2.0]), np.array([1.0, 3.0, 3.0]))
    array([0, 1, 1])
    """
    array = np.asarray(array)
    steps = np.reshape(np.arange(array.shape[axis]), [-1 if k == axis % array.ndim else 1
                                                      for k in range(array.ndim)])  # fmt: skip
    before = np.concatenate(
        (np.zeros_like(np.take(y, [0], axis), bool), np.diff(y, axis=axis) == 0), axis=axis
    )
    return np.maximum.accumulate(np.where(before, 0, steps), axis=axis)


def bessel_i(n: int, x: Any) -> Any:
    """The modified Bessel function of the first kind of whole order.

    By the trapezoidal rule for `exp(x cos(t)) cos(n t) / pi` over half a period, which is exact
    to rounding for a periodic function.

    Examples
    --------
    >>> float(bessel_i(1, 0.5)).__round__(12)
    0.257894305391
    """
    size, total = np.abs(x), 0.0
    for k in range(257):
        t = np.pi * k / 256
        weight = (0.5 if k in (0, 256) else 1.0) * np.cos(n * t)
        total = total + weight * np.exp(size * (np.cos(t) - 1))
    return np.sign(x) ** (n % 2) * np.exp(size) * total / 256
