"""scipy.ndimage: filters of images with borders, interpolation, and sums over labels.

`bordered` puts the border around an image that a filter of some shape sees; the rest is a
convolution.  Separable filters run over the axes one by one.
"""

requires = "scipy.ndimage"

import numpy as np
import scipy.ndimage
import scipy.signal

constant(gaussian_taps, filter_origins, gaussian_chains, uniform_chains, kernel_chains)
constant(rank_source, axis_matrices)


@tangent(bordered)
def _(x, shape, mode, cval, origins) -> y:
    d[y] = bordered(d[x], shape, mode, 0.0, origins)


@adjoint(bordered)
def _(x, shape, mode, cval, origins) -> y:
    d[x] = unbordered(d[y], x, shape, mode, origins)


@linear(unbordered, "g")
def _(g, x, shape, mode, origins) -> y:
    d[g] = bordered(d[y], shape, mode, 0.0, origins)


@macro
def correlated(x, weights, mode, cval, origins):
    return scipy.signal.correlate(
        bordered(x, np.shape(weights), mode, cval, origins), np.conj(weights), "valid"
    )


@composite(scipy.ndimage.correlate, "input", "weights")
def _(input, weights, output=None, mode="reflect", cval=0.0, origin=0) -> y:
    return correlated(input, weights, mode, cval, filter_origins(input, weights, origin, False))


@composite(scipy.ndimage.convolve, "input", "weights")
def _(input, weights, output=None, mode="reflect", cval=0.0, origin=0) -> y:
    origins = filter_origins(input, weights, origin, True)
    return correlated(input, np.flip(weights), mode, cval, origins)


@macro
def correlated_1d(x, weights, axis, mode, cval, origin, turned):
    whole = lifted(np.flip(weights) if turned else weights, x, axis)
    return correlated(x, whole, mode, cval, filter_origins(x, whole, origin, turned, axis))


@linear(lifted, "w")
def _(w, x, axis) -> y:
    d[w] = np.ravel(d[y])


@composite(scipy.ndimage.correlate1d, "input", "weights")
def _(input, weights, axis=-1, output=None, mode="reflect", cval=0.0, origin=0) -> y:
    return correlated_1d(input, np.asarray(weights), axis, mode, cval, origin, False)


@composite(scipy.ndimage.convolve1d, "input", "weights")
def _(input, weights, axis=-1, output=None, mode="reflect", cval=0.0, origin=0) -> y:
    return correlated_1d(input, np.asarray(weights), axis, mode, cval, origin, True)


@composite(scipy.ndimage.gaussian_filter1d, "input")
def _(
    input, sigma, axis=-1, order=0, output=None, mode="reflect", cval=0.0, truncate=4.0,
    *, radius=None,
) -> y:  # fmt: skip
    taps = gaussian_taps(sigma, order, truncate, radius)
    return correlated_1d(input, taps, axis, mode, cval, 0, False)


@composite(scipy.ndimage.uniform_filter1d, "input")
def _(input, size, axis=-1, output=None, mode="reflect", cval=0.0, origin=0) -> y:
    return correlated_1d(input, np.full(size, 1 / size), axis, mode, cval, origin, False)


@composite(scipy.ndimage.gaussian_filter, "input")
def _(
    input, sigma, order=0, output=None, mode="reflect", cval=0.0, truncate=4.0,
    *, radius=None, axes=None,
) -> y:  # fmt: skip
    edge = cval
    return separable(input, gaussian_chains(input, sigma, order, truncate, radius, axes), mode)


@composite(scipy.ndimage.uniform_filter, "input")
def _(input, size=3, output=None, mode="reflect", cval=0.0, origin=0, *, axes=None) -> y:
    edge = cval
    return separable(input, uniform_chains(input, size, origin, axes), mode)


@composite(scipy.ndimage.sobel, "input")
def _(input, axis=-1, output=None, mode="reflect", cval=0.0) -> y:
    edge = cval
    return separable(input, kernel_chains(input, "sobel", axis), mode)


@composite(scipy.ndimage.prewitt, "input")
def _(input, axis=-1, output=None, mode="reflect", cval=0.0) -> y:
    edge = cval
    return separable(input, kernel_chains(input, "prewitt", axis), mode)


@composite(scipy.ndimage.laplace, "input")
def _(input, output=None, mode="reflect", cval=0.0) -> y:
    edge = cval
    return separable(input, kernel_chains(input, "laplace", None), mode)


@composite(scipy.ndimage.gaussian_laplace, "input")
def _(input, sigma, output=None, mode="reflect", cval=0.0) -> y:
    edge = cval
    return separable(input, kernel_chains(input, "gaussian", sigma), mode)


@linear(separable, "x")
def _(x, chains, mode) -> y:
    d[x] = separable_adjoint(d[y], chains, mode)


@linear(separable_adjoint, "g")
def _(g, chains, mode) -> y:
    d[g] = separable(d[y], chains, mode)


# Order statistics: one entry of the window is taken


@macro
def picked(x, source, cval):
    return np.take(np.append(np.ravel(x), cval), source)


@composite(scipy.ndimage.median_filter, "input")
def _(input, size, footprint=None, output=None, mode="reflect", cval=0.0) -> y:
    return picked(input, rank_source(input, size, 0.5, mode, cval), cval)


@composite(scipy.ndimage.maximum_filter, "input")
def _(input, size, footprint=None, output=None, mode="reflect", cval=0.0) -> y:
    return picked(input, rank_source(input, size, 1.0, mode, cval), cval)


@composite(scipy.ndimage.minimum_filter, "input")
def _(input, size, footprint=None, output=None, mode="reflect", cval=0.0) -> y:
    return picked(input, rank_source(input, size, 0.0, mode, cval), cval)


@composite(scipy.ndimage.grey_dilation, "input")
def _(input, size, footprint=None, structure=None, output=None, mode="reflect", cval=0.0) -> y:
    return picked(input, rank_source(input, size, 1.0, mode, cval, True), cval)


@composite(scipy.ndimage.grey_erosion, "input")
def _(input, size, footprint=None, structure=None, output=None, mode="reflect", cval=0.0) -> y:
    return picked(input, rank_source(input, size, 0.0, mode, cval), cval)


# Interpolation.  Shifts and zooms are one matrix for each axis.


@composite(scipy.ndimage.shift, "input")
def _(input, shift, output=None, order=3, mode="constant", cval=0.0, prefilter=True) -> y:
    edge = cval
    return along_axes(input, axis_matrices(input, "shift", shift, order, mode, prefilter))


@composite(scipy.ndimage.zoom, "input")
def _(input, zoom, output=None, order=3, mode="constant", cval=0.0, prefilter=True) -> y:
    edge = cval
    return along_axes(input, axis_matrices(input, "zoom", zoom, order, mode, prefilter))


@composite(scipy.ndimage.spline_filter1d, "input")
def _(input, order=3, axis=-1, output=None, mode="mirror") -> y:
    return along_axes(input, axis_matrices(input, "spline", axis, order, mode, True))


@linear(along_axes, "x")
def _(x, matrices) -> y:
    d[x] = along_axes_adjoint(d[y], matrices)


@linear(along_axes_adjoint, "g")
def _(g, matrices) -> y:
    d[g] = along_axes(d[y], matrices)


@composite(scipy.ndimage.rotate, "input")
def _(
    input, angle, axes=(1, 0), reshape=True, output=None, order=3, mode="constant", cval=0.0
) -> y:  # fmt: skip
    edge = cval
    return flat_product(
        input, transform_matrix(input, "rotate", angle, (axes, reshape), order, mode), y
    )


@composite(scipy.ndimage.affine_transform, "input")
def _(
    input, matrix, offset=0.0, output_shape=None, output=None, order=3, mode="constant", cval=0.0
) -> y:  # fmt: skip
    edge = cval
    return flat_product(
        input, transform_matrix(input, "affine", matrix, (offset, output_shape), order, mode), y
    )


constant(transform_matrix)


@linear(flat_product, "x")
def _(x, matrix, like) -> y:
    d[x] = flat_product(d[y], mT(matrix), x)


@composite(scipy.ndimage.map_coordinates, "input", "coordinates")
def _(input, coordinates, output=None, order=3, mode="constant", cval=0.0) -> y:
    return interpolated(input, np.asarray(coordinates), order, mode, cval)


@tangent(interpolated)
def _(x, coordinates, order, mode, cval) -> y:
    d[y] = mixed(d[x], linear_taps(x, coordinates, order, mode))
    d[y] += np.sum(interpolated_slope(x, coordinates, order, mode) * d[coordinates], axis=0)


@linear(mixed, "x")
def _(x, taps) -> y:
    d[x] = unmixed(d[y], x, taps)


@linear(unmixed, "g")
def _(g, x, taps) -> y:
    d[g] = mixed(d[y], taps)


# Sums over labels


@composite(scipy.ndimage.sum_labels, scipy.ndimage.sum, "input")
def _(input, labels=None, index=None) -> y:
    return label_sums(input, labels, index)


@composite(scipy.ndimage.mean, "input")
def _(input, labels=None, index=None) -> y:
    return label_sums(input, labels, index) / label_sums(np.ones_like(input), labels, index)


@linear(label_sums, "x")
def _(x, labels=None, index=None) -> y:
    d[x] = label_spread(d[y], x, labels, index)


@linear(label_spread, "g")
def _(g, x, labels=None, index=None) -> y:
    d[g] = label_sums(d[y], labels, index)
