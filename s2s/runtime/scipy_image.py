"""Adjoints of the filters of images, and what they are made of."""

from __future__ import annotations

from typing import Any

import numpy as np


def border_source(n: int, before: int, after: int, mode: str) -> Any:
    """Where the entries of a bordered axis come from.

    Parameters
    ----------
    n, before, after : int
        The length of the axis, and of its borders.
    mode : str
        A mode of `scipy.ndimage`.

    Returns
    -------
    array of int
        Places, or -1 for a constant.

    Examples
    --------
    >>> border_source(3, 2, 1, "reflect")
    array([1, 0, 0, 1, 2, 2])
    """
    # Written out here, so that a module that pastes this function needs no table.
    kinds = {
        "reflect": "symmetric", "grid-mirror": "symmetric", "mirror": "reflect",
        "nearest": "edge", "wrap": "wrap", "grid-wrap": "wrap",
    }  # fmt: skip
    places = np.arange(n)
    if mode in ("constant", "grid-constant"):
        return np.pad(places, (before, after), constant_values=-1)
    how: Any = kinds[mode]
    return np.pad(places, (before, after), how)


def border_widths(shape: Any, origins: Any) -> list[tuple[int, int]]:
    """How many entries a filter sees before and after the image, for each axis.

    Parameters
    ----------
    shape, origins : sequence of int
        Of the filter.

    Returns
    -------
    list of (int, int)
        Before and after.

    Examples
    --------
    >>> border_widths((3, 4), (0, 0))
    [(1, 1), (2, 1)]
    """
    firsts = [n // 2 + o for n, o in zip(shape, origins)]
    return [(f, n - 1 - f) for n, f in zip(shape, firsts)]


def filter_origins(x: Any, weights: Any, origin: Any, turned: bool, axis: Any = None) -> Any:
    """The origins of a filter for each axis, as a correlation sees them.

    Parameters
    ----------
    x, weights : array
        Image and filter.
    origin : int or sequence of int
        As the user gave it.
    turned : bool
        Whether the filter is that of a convolution.
    axis : int, optional
        The only axis that the origin is for.

    Returns
    -------
    tuple of int
        One for each axis.

    Examples
    --------
    >>> filter_origins(np.zeros((4, 4)), np.zeros((2, 3)), 0, True)
    (-1, 0)
    """
    rank = np.ndim(x)
    given = [int(o) for o in np.broadcast_to(origin, (rank,))]
    if axis is not None:
        given = [o if k == axis % rank else 0 for k, o in enumerate(given)]
    if turned:
        given = [-o - (n % 2 == 0) for o, n in zip(given, np.shape(weights))]
    return tuple(given)


def bordered(x: Any, shape: Any, mode: str, cval: Any, origins: Any) -> Any:
    """An image with the border that a filter of a shape sees.

    Parameters
    ----------
    x : array
        The image.
    shape, origins : sequence of int
        Of the filter.
    mode, cval : object
        As for `scipy.ndimage.correlate`.

    Returns
    -------
    array
        Larger by the shape of the filter less 1.

    Examples
    --------
    >>> bordered(np.array([1.0, 2.0]), (3,), "reflect", 0.0, (0,))
    array([1., 1., 2., 2.])
    """
    for axis, (before, after) in enumerate(border_widths(shape, origins)):
        if before or after:
            source = border_source(np.shape(x)[axis], before, after, mode)
            outside = np.reshape(source < 0, [-1 if k == axis else 1 for k in range(np.ndim(x))])
            x = np.where(outside, cval, np.take(x, source, axis=axis))
    return x


def unbordered(g: Any, x: Any, shape: Any, mode: str, origins: Any) -> Any:
    """The adjoint of `bordered`: the border folded back.

    Parameters
    ----------
    g, x : array
        The adjoint of the larger image, and the image for its shape.
    shape, mode, origins : object
        As for `bordered`.

    Returns
    -------
    array
        In the shape of `x`.

    Examples
    --------
    >>> unbordered(np.ones(4), np.zeros(2), (3,), "reflect", (0,))
    array([2., 2.])
    """
    for axis, (before, after) in enumerate(border_widths(shape, origins)):
        if before or after:
            n = np.shape(x)[axis]
            source = border_source(n, before, after, mode)
            moved = np.moveaxis(g, axis, 0)
            folded = np.zeros((n, *moved.shape[1:]), dtype=moved.dtype)
            np.add.at(folded, source[source >= 0], moved[source >= 0])
            g = np.moveaxis(folded, 0, axis)
    return g


def lifted(w: Any, x: Any, axis: int) -> Any:
    """A vector as an array of the rank of `x` that lies along an axis.

    Parameters
    ----------
    w, x : array
        The vector, and what has the rank.
    axis : int
        The axis.

    Returns
    -------
    array
        Of size 1 along the other axes.

    Examples
    --------
    >>> lifted(np.ones(3), np.zeros((2, 2)), 0).shape
    (3, 1)
    """
    rank = np.ndim(x)
    return np.reshape(w, [-1 if k == axis % rank else 1 for k in range(rank)])


def gaussian_taps(sigma: float, order: int, truncate: float, radius: Any) -> Any:
    """The weights of `scipy.ndimage.gaussian_filter1d`, as a correlation takes them.

    Parameters
    ----------
    sigma, truncate : float
        Standard deviation, and where the filter ends in units of it.
    order : int
        Of the derivative.
    radius : int, optional
        Where the filter ends instead.

    Returns
    -------
    array
        The response to a unit impulse, turned.

    Examples
    --------
    >>> gaussian_taps(0.5, 0, 2.0, None).round(6)
    array([0.106507, 0.786986, 0.106507])
    """
    from scipy import ndimage

    reach = int(truncate * float(sigma) + 0.5) if radius is None else int(radius)
    impulse = np.zeros(4 * reach + 1)
    impulse[2 * reach] = 1
    response = ndimage.gaussian_filter1d(
        impulse, sigma, order=order, mode="constant", truncate=truncate, radius=radius
    )
    return response[reach : 3 * reach + 1][::-1]


def gaussian_chains(x: Any, sigma: Any, order: Any, truncate: float, radius: Any, axes: Any) -> Any:
    """The filters of `scipy.ndimage.gaussian_filter`, axis by axis.

    Parameters
    ----------
    x : array
        The image.
    sigma, order, truncate, radius, axes : object
        As for the filter.

    Returns
    -------
    list of list of (axis, weights, origin)
        One chain.

    Examples
    --------
    >>> [len(chain) for chain in gaussian_chains(np.zeros((3, 3)), 1.0, 0, 4.0, None, None)]
    [2]
    """
    over = list(range(np.ndim(x))) if axes is None else [int(a) for a in np.atleast_1d(axes)]
    sigmas = np.broadcast_to(sigma, (len(over),))
    orders = np.broadcast_to(order, (len(over),))
    reaches = [radius] * len(over) if np.ndim(radius or 0) == 0 else list(radius)
    return [[
        (a, gaussian_taps(s, int(o), truncate, r), 0)
        for a, s, o, r in zip(over, sigmas, orders, reaches) if s > 1e-15
    ]]  # fmt: skip


def uniform_chains(x: Any, size: Any, origin: Any, axes: Any) -> Any:
    """The filters of `scipy.ndimage.uniform_filter`, axis by axis.

    Parameters
    ----------
    x : array
        The image.
    size, origin, axes : object
        As for the filter.

    Returns
    -------
    list of list of (axis, weights, origin)
        One chain.

    Examples
    --------
    >>> uniform_chains(np.zeros(4), 2, 0, None)
    [[(0, array([0.5, 0.5]), 0)]]
    """
    over = list(range(np.ndim(x))) if axes is None else [int(a) for a in np.atleast_1d(axes)]
    sizes = [int(n) for n in np.broadcast_to(size, (len(over),))]
    origins = [int(o) for o in np.broadcast_to(origin, (len(over),))]
    return [[(a, np.full(n, 1 / n), o) for a, n, o in zip(over, sizes, origins) if n > 1]]


def kernel_chains(x: Any, kind: str, option: Any) -> Any:
    """The filters of Sobel, Prewitt and Laplace, axis by axis.

    Parameters
    ----------
    x : array
        The image.
    kind : str
        sobel, prewitt, laplace or gaussian (of which the Laplacian is taken).
    option : object
        The axis of a slope, or the standard deviation.

    Returns
    -------
    list of list of (axis, weights, origin)
        Chains whose results are added.

    Examples
    --------
    >>> kernel_chains(np.zeros(4), "sobel", -1)
    [[(0, array([-1.,  0.,  1.]), 0)]]
    """
    rank = np.ndim(x)
    if kind == "laplace":
        return [[(a, np.array([1.0, -2.0, 1.0]), 0)] for a in range(rank)]
    if kind == "gaussian":
        orders = [[2 if a == b else 0 for b in range(rank)] for a in range(rank)]
        return [chain for o in orders for chain in gaussian_chains(x, option, o, 4.0, None, None)]
    side = np.array([1.0, 2.0, 1.0]) if kind == "sobel" else np.ones(3)
    slope = [(option % rank, np.array([-1.0, 0.0, 1.0]), 0)]
    return [slope + [(a, side, 0) for a in range(rank) if a != option % rank]]


def separable(x: Any, chains: Any, mode: Any) -> Any:
    """Filters along the axes, with zeros for a constant border.

    Parameters
    ----------
    x : array
        The image.
    chains : list of list of (axis, weights, origin)
        Filters one after the other; the chains are added.
    mode : str or sequence of str
        Of the border, for each axis.

    Returns
    -------
    array
        In the shape of `x`.

    Examples
    --------
    >>> separable(np.array([1.0, 2.0, 4.0]), [[(0, np.array([-1.0, 0.0, 1.0]), 0)]], "reflect")
    array([1., 3., 2.])
    """
    from scipy import ndimage

    total = np.zeros(np.shape(x), dtype=np.result_type(x, np.float32))
    for chain in chains:
        part = x
        for axis, weights, origin in chain:
            how = mode if isinstance(mode, str) else mode[axis]
            part = ndimage.correlate1d(part, weights, axis, mode=how, cval=0.0, origin=origin)
        total = total + part
    return total


def separable_adjoint(g: Any, chains: Any, mode: Any) -> Any:
    """The adjoint of `separable`.

    Parameters
    ----------
    g : array
        The adjoint of what is filtered.
    chains, mode : object
        As for `separable`.

    Returns
    -------
    array
        In the shape of `g`.

    Examples
    --------
    >>> separable_adjoint(np.ones(3), [[(0, np.array([-1.0, 0.0, 1.0]), 0)]], "reflect")
    array([-2.,  0.,  2.])
    """
    total = np.zeros(np.shape(g), dtype=np.result_type(g, np.float32))
    for chain in chains:
        part = g
        for axis, weights, origin in reversed(chain):
            how = mode if isinstance(mode, str) else mode[axis]
            n, size = np.shape(part)[axis], len(weights)
            before = size // 2 + origin
            source = border_source(n, before, size - 1 - before, how)
            moved = np.moveaxis(part, axis, 0)
            folded = np.zeros(moved.shape, dtype=np.result_type(moved, weights))
            for k, weight in enumerate(weights):
                places = source[k : k + n]
                np.add.at(folded, places[places >= 0], weight * moved[places >= 0])
            part = np.moveaxis(folded, 0, axis)
        total = total + part
    return total


def rank_source(
    x: Any, size: Any, part: float, mode: str, cval: Any = 0.0, turned: bool = False
) -> Any:
    """Which entry a rank filter takes: a place in the flat image, or its size for the border.

    Parameters
    ----------
    x : array
        The image.
    size : int or sequence of int
        Of the window.
    part : float
        0 for the minimum, 1/2 for the median, 1 for the maximum.
    mode, cval : object
        Of the border.
    turned : bool
        Whether the window of an even size lies the other way.

    Returns
    -------
    array of int
        In the shape of `x`.

    Examples
    --------
    >>> rank_source(np.array([3.0, 1.0, 2.0]), 3, 0.5, "reflect")
    array([0, 2, 2])
    """
    x = np.asarray(x)
    sizes = [int(n) for n in np.broadcast_to(size, (x.ndim,))]
    places = np.reshape(np.arange(x.size), x.shape)
    for axis, n in enumerate(sizes):
        before = (n - 1) // 2 if turned else n // 2
        source = border_source(x.shape[axis], before, n - 1 - before, mode)
        outside = np.reshape(source < 0, [-1 if k == axis else 1 for k in range(x.ndim)])
        places = np.where(outside, x.size, np.take(places, source, axis=axis))
    windows = np.lib.stride_tricks.sliding_window_view(places, sizes)
    windows = np.reshape(windows, (*x.shape, -1))
    values = np.append(np.ravel(x), cval)[windows]
    count = windows.shape[-1]
    rank = count // 2 if part == 0.5 else round(part * (count - 1))
    order = np.argsort(values, axis=-1, kind="stable")[..., rank : rank + 1]
    return np.take_along_axis(windows, order, axis=-1)[..., 0]
