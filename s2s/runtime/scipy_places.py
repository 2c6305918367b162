"""Interpolation between the entries of an image, and sums over its regions."""

from __future__ import annotations

from typing import Any

import numpy as np


def axis_matrices(x: Any, kind: str, option: Any, order: int, mode: str, prefilter: bool) -> Any:
    """A separable interpolation as one matrix for each axis.

    Parameters
    ----------
    x : array
        The image.
    kind : str
        shift, zoom or spline.
    option : object
        The shifts, the factors, or the axis.
    order, mode, prefilter : object
        Of the spline.

    Returns
    -------
    list of (axis, matrix)
        The new values along an axis from the old ones.

    Examples
    --------
    >>> axis_matrices(np.zeros(2), "shift", 1, 1, "constant", True)
    [(0, array([[0., 0.],
           [1., 0.]]))]
    """
    from scipy import ndimage

    rank = np.ndim(x)
    if kind == "spline":
        one = np.eye(np.shape(x)[option])
        return [(option % rank, ndimage.spline_filter1d(one, order, axis=0, mode=mode))]
    found = []
    for axis, value in enumerate(np.broadcast_to(option, (rank,))):
        one = np.eye(np.shape(x)[axis])
        if kind == "shift":
            if value != 0:
                made = ndimage.shift(one, (value, 0), None, order, mode, 0.0, prefilter)
                found.append((axis, made))
        elif value != 1:
            made = ndimage.zoom(one, (value, 1), None, order, mode, 0.0, prefilter)
            found.append((axis, made))
    return found


def along_axes(x: Any, matrices: Any) -> Any:
    """Matrices applied along axes.

    Parameters
    ----------
    x : array
        An image.
    matrices : list of (axis, matrix)
        As `axis_matrices` gives them.

    Returns
    -------
    array
        The product.

    Examples
    --------
    >>> along_axes(np.array([1.0, 2.0]), [(0, np.array([[0.0, 1.0]]))])
    array([2.])
    """
    for axis, matrix in matrices:
        x = np.moveaxis(np.moveaxis(x, axis, -1) @ matrix.T, -1, axis)
    return x


def along_axes_adjoint(g: Any, matrices: Any) -> Any:
    """The adjoint of `along_axes`.

    Parameters
    ----------
    g : array
        The adjoint of the product.
    matrices : list of (axis, matrix)
        As for `along_axes`.

    Returns
    -------
    array
        In the shape of the image.

    Examples
    --------
    >>> along_axes_adjoint(np.array([2.0]), [(0, np.array([[0.0, 1.0]]))])
    array([0., 2.])
    """
    for axis, matrix in reversed(matrices):
        g = np.moveaxis(np.moveaxis(g, axis, -1) @ matrix, -1, axis)
    return g


def interpolated(x: Any, coordinates: Any, order: int, mode: str, cval: Any) -> Any:
    """`scipy.ndimage.map_coordinates` by its own name, for its derivative.

    Parameters
    ----------
    x, coordinates : array
        The image, and where it is read.
    order, mode, cval : object
        Of the spline.

    Returns
    -------
    array
        The values.

    Examples
    --------
    >>> interpolated(np.array([1.0, 3.0]), np.array([[0.5]]), 1, "constant", 0.0)
    array([2.])
    """
    from scipy import ndimage

    return ndimage.map_coordinates(x, coordinates, order=order, mode=mode, cval=cval)


def linear_taps(x: Any, coordinates: Any, order: int, mode: str) -> Any:
    """The entries and weights of an interpolation of order 0 or 1.

    Parameters
    ----------
    x, coordinates : array
        The image, and where it is read.
    order, mode : object
        Of the spline.

    Returns
    -------
    places, weights, slopes : array (corners, ...), (corners, ...), (axes, corners, ...)
        Flat places in the image, weights, and how these change with the coordinates.

    Raises
    ------
    NotImplementedError
        For borders that are not known; splines of a higher order have no slopes.

    Examples
    --------
    >>> places, weights, slopes = linear_taps(np.zeros(2), np.array([[0.25]]), 1, "constant")
    >>> places[:, 0], weights[:, 0]
    (array([0, 1]), array([0.75, 0.25]))
    """
    if order > 1:
        from scipy import ndimage

        matrix = impulse_matrix(
            x, lambda one: ndimage.map_coordinates(one, coordinates, order=order, mode=mode)
        )
        whole = np.reshape(matrix.T, (np.size(x), *np.shape(coordinates)[1:]))
        each = np.reshape(np.arange(np.size(x)), (-1,) + (1,) * (np.ndim(coordinates) - 1))
        return np.broadcast_to(each, whole.shape), whole, None
    if order not in (0, 1) or mode not in ("constant", "nearest", "mirror", "reflect", "wrap"):
        raise NotImplementedError(
            "map_coordinates is differentiated for order 0 or 1 and the modes constant, nearest, "
            "mirror, reflect and wrap"
        )
    shape = np.shape(x)
    inside = np.ones(np.shape(coordinates)[1:], dtype=bool)
    corners: list[tuple[Any, Any, list[Any]]] = [(0, 1.0, [])]
    for axis, n in enumerate(shape):
        c, turn = np.asarray(coordinates[axis], dtype=float), np.ones(inside.shape)
        if mode == "constant":
            inside = inside & (c >= 0) & (c <= n - 1)
            c = np.clip(c, 0, n - 1)
        elif mode == "nearest":
            turn = np.where((c < 0) | (c > n - 1), 0.0, 1.0)
            c = np.clip(c, 0, n - 1)
        elif mode == "wrap":
            c = np.mod(c, n - 1) if n > 1 else c * 0
        else:
            period = 2 * (n - 1) if mode == "mirror" else 2 * n
            shifted = c if mode == "mirror" else c + 0.5
            phase = np.mod(shifted, period) if period else shifted * 0
            turn = np.where(2 * phase > period, -1.0, 1.0)
            c = np.where(2 * phase > period, period - phase, phase)
            if mode == "reflect":
                turn = np.where((c < 0.5) | (c > n - 0.5), 0.0, turn)
                c = np.clip(c - 0.5, 0, n - 1)
        if order == 0:
            low = np.floor(c + 0.5).astype(int)
            pairs = [(np.clip(low, 0, n - 1), np.ones_like(c), np.zeros_like(c))]
        else:
            low = np.clip(np.floor(c).astype(int), 0, max(n - 2, 0))
            part = c - low
            pairs = [(low, 1 - part, -turn), (np.minimum(low + 1, n - 1), part, turn)]
        corners = [
            (place * n + one, weight * w, [s * w for s in slopes] + [weight * slope])
            for place, weight, slopes in corners for one, w, slope in pairs
        ]  # fmt: skip
    places = np.array([np.broadcast_to(p, inside.shape) for p, _, _ in corners])
    weights = np.array([w * inside for _, w, _ in corners])
    slopes = np.array([[s[k] * inside for _, _, s in corners] for k in range(len(shape))])
    return places, weights, slopes


def mixed(x: Any, taps: Any) -> Any:
    """The entries of an image mixed as an interpolation says.

    Parameters
    ----------
    x : array
        The image.
    taps : tuple
        As `linear_taps` gives them.

    Returns
    -------
    array
        The values.

    Examples
    --------
    >>> mixed(np.array([1.0, 3.0]), (np.array([[0], [1]]), np.array([[0.5], [0.5]]), None))
    array([2.])
    """
    return np.sum(np.ravel(x)[taps[0]] * taps[1], axis=0)


def unmixed(g: Any, x: Any, taps: Any) -> Any:
    """The adjoint of `mixed`.

    Parameters
    ----------
    g, x : array
        The adjoint of the values, and the image for its shape.
    taps : tuple
        As `linear_taps` gives them.

    Returns
    -------
    array
        In the shape of `x`.

    Examples
    --------
    >>> taps = np.array([[0], [1]]), np.array([[0.5], [0.5]]), None
    >>> unmixed(np.array([2.0]), np.zeros(2), taps)
    array([1., 1.])
    """
    total = np.zeros(np.size(x), dtype=np.result_type(g, taps[1]))
    np.add.at(total, taps[0], g * taps[1])
    return np.reshape(total, np.shape(x))


def interpolated_slope(x: Any, coordinates: Any, order: int, mode: str) -> Any:
    """The slope of an interpolation in the coordinates.

    Parameters
    ----------
    x, coordinates : array
        The image, and where it is read.
    order, mode : object
        Of the spline.

    Returns
    -------
    array
        In the shape of `coordinates`.

    Examples
    --------
    >>> interpolated_slope(np.array([1.0, 3.0]), np.array([[0.5]]), 1, "constant")
    array([[2.]])
    """
    if order > 1:
        raise NotImplementedError("coordinates are differentiated for order 0 or 1")
    places, _, slopes = linear_taps(x, coordinates, order, mode)
    return np.sum(np.ravel(x)[places] * slopes, axis=1)


def label_sums(x: Any, labels: Any = None, index: Any = None) -> Any:
    """Sums over the regions of an image.

    Parameters
    ----------
    x : array
        The image.
    labels, index : object
        As for `scipy.ndimage.sum_labels`.

    Returns
    -------
    array or scalar
        One sum for each index.

    Examples
    --------
    >>> label_sums(np.arange(3.0), np.array([1, 2, 1]), [1, 2])
    array([2., 1.])
    """
    if labels is None:
        return np.sum(x)
    if index is None:
        return np.sum(np.where(np.asarray(labels) > 0, x, 0))
    hits = [np.sum(np.where(np.asarray(labels) == one, x, 0)) for one in np.ravel(index)]
    return np.reshape(np.array(hits), np.shape(index))[()]


def label_spread(g: Any, x: Any, labels: Any = None, index: Any = None) -> Any:
    """The adjoint of `label_sums`.

    Parameters
    ----------
    g : array or scalar
        The adjoint of the sums.
    x : array
        The image, for its shape.
    labels, index : object
        As for `label_sums`.

    Returns
    -------
    array
        In the shape of `x`.

    Examples
    --------
    >>> label_spread(np.array([5.0, 7.0]), np.zeros(3), np.array([1, 2, 1]), [1, 2])
    array([5., 7., 5.])
    """
    if labels is None:
        return np.full(np.shape(x), g)
    if index is None:
        return np.where(np.asarray(labels) > 0, g, 0.0) + np.zeros(np.shape(x))
    total = np.zeros(np.shape(x))
    for one, part in zip(np.ravel(index), np.ravel(g)):
        total = total + np.where(np.asarray(labels) == one, part, 0.0)
    return total


def impulse_matrix(x: Any, f: Any) -> Any:
    """A linear function of an image as a matrix, from its values at unit impulses.

    Parameters
    ----------
    x : array
        The image, for its shape.
    f : callable
        The function.

    Returns
    -------
    array (results, entries)
        The matrix.

    Raises
    ------
    NotImplementedError
        For images of more than 10,000 entries, for which this is too large.

    Examples
    --------
    >>> impulse_matrix(np.zeros(2), lambda one: one[::-1])
    array([[0., 1.],
           [1., 0.]])
    """
    size = int(np.size(x))
    if size > 10_000:
        raise NotImplementedError("this interpolation is differentiated for small images only")
    ones = np.reshape(np.eye(size), (size, *np.shape(x)))
    return np.stack([np.ravel(f(one)) for one in ones], axis=1)


def transform_matrix(x: Any, kind: str, option: Any, more: Any, order: int, mode: str) -> Any:
    """A rotation or an affine map of an image as a matrix.

    Parameters
    ----------
    x : array
        The image, for its shape.
    kind : str
        rotate or affine.
    option, more : object
        The angle, the axes and whether to reshape; or the matrix, the offset and the shape.
    order, mode : object
        Of the spline.

    Returns
    -------
    array (results, entries)
        The matrix.

    Examples
    --------
    >>> transform_matrix(np.zeros((2, 2)), "rotate", 90.0, ((1, 0), True), 0, "constant").round()
    array([[0., 1., 0., 0.],
           [0., 0., 0., 1.],
           [1., 0., 0., 0.],
           [0., 0., 1., 0.]])
    """
    from scipy import ndimage

    def applied(one: Any) -> Any:
        """The image of one impulse."""
        if kind == "rotate":
            return ndimage.rotate(one, option, *more, order=order, mode=mode)
        return ndimage.affine_transform(one, option, *more, order=order, mode=mode)

    return impulse_matrix(x, applied)


def flat_product(x: Any, matrix: Any, like: Any) -> Any:
    """A matrix times the entries of an image, in the shape of `like`.

    Parameters
    ----------
    x : array
        The image.
    matrix : array (results, entries)
        The matrix.
    like : array
        What has the shape of the result.

    Returns
    -------
    array
        The product.

    Examples
    --------
    >>> flat_product(np.array([1.0, 2.0]), np.array([[0.0, 1.0]]), np.zeros(1))
    array([2.])
    """
    return np.reshape(matrix @ np.ravel(x), np.shape(like))
