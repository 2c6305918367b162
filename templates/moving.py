"""Functions that move, repeat or select whole entries; most know the place each comes from."""

import copy

import numpy as np

constant(positions, strided_positions, running_extreme)


@linear(gather, "x")
def _(x, index) -> y:
    d[x] = scatter(d[y], index, x)


@linear(scatter, "g")
def _(g, index, x) -> y:
    d[g] = gather(d[y], index)


@linear(np.resize, "a")
def _(a, new_shape) -> y:
    d[a] = scatter(d[y], np.resize(positions(a), new_shape), a)


@linear(np.lib.stride_tricks.sliding_window_view, "x", view=True)
def _(x, window_shape, axis=None, *, subok=False, writeable=False) -> y:
    windows = np.lib.stride_tricks.sliding_window_view(positions(x), window_shape, axis)
    d[x] = scatter(d[y], windows, x)


@linear(np.lib.stride_tricks.as_strided, "x", view=True)
def _(x, shape=None, strides=None, subok=False, writeable=True) -> y:
    d[x] = scatter(d[y], strided_positions(x, shape, strides), x)


@linear(outer_column, "a", view="maybe")
def _(a, b) -> y:
    d[a] = np.reshape(d[y], np.shape(a))


# Several arrays at once


@tangent(np.broadcast_arrays)
def _(*args, subok=False) -> y:
    d[y] = np.broadcast_arrays(*d[args])


@adjoint(np.broadcast_arrays)
def _(*args, subok=False) -> y:
    d[args] = unbroadcast_each(d[y], args)


@tangent(unbroadcast_each)
def _(g, arrays) -> y:
    d[y] = unbroadcast_each(d[g], arrays)


@tangent(np.meshgrid)
def _(*xi, copy=True, sparse=False, indexing="xy") -> y:
    fresh = copy
    d[y] = np.meshgrid(*d[xi], sparse=sparse, indexing=indexing)


@adjoint(np.meshgrid)
def _(*xi, copy=True, sparse=False, indexing="xy") -> y:
    fresh = copy
    d[xi] = meshgrid_adjoint(d[y], xi, sparse, indexing)


@linear(np.block, "arrays")
def _(arrays) -> y:
    d[arrays] = unblock(d[y], arrays)


@linear(unblock, "g")
def _(g, arrays) -> y:
    d[g] = np.block(d[y])


@tangent(np.insert)
def _(arr, obj, values, axis=None) -> y:
    d[y] = np.insert(d[arr], obj, d[values], axis)


@adjoint(np.insert)
def _(arr, obj, values, axis=None) -> y:
    parts = insert_parts(d[y], arr, obj, values, axis)
    d[arr] = parts[0]
    d[values] = parts[1]


@linear(insert_parts, "g")
def _(g, arr, obj, values, axis=None) -> y:
    d[g] = np.insert(d[y][0], obj, d[y][1], axis)


@linear(np.choose, "choices")
def _(a, choices, out=None, mode="raise") -> y:
    d[choices] = choose_adjoint(d[y], a, choices, mode)


@linear(choose_adjoint, "g")
def _(g, a, choices, mode="raise") -> y:
    d[g] = np.choose(a, d[y], None, mode)


# Points between two ends


@macro
def between(y, t, axis, start, stop):
    return (1 - t) * along_axis_of(start, y, axis) + t * along_axis_of(stop, y, axis)


@linear(along_axis_of, "v", view="maybe")
def _(v, y, axis) -> z:
    d[v] = np.reshape(d[z], np.shape(v))


@tangent(np.linspace)
def _(
    start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0, *, device=None
) -> y:
    precision = dtype
    d[y] = between(y, linspace_weights(y, num, endpoint, axis), axis, d[start], d[stop])


@tangent(np.logspace)
def _(start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0) -> y:
    precision = dtype
    t = linspace_weights(y, num, endpoint, axis)
    power = between(y, t, axis, start, stop)
    d[y] = y * np.log(base) * between(y, t, axis, d[start], d[stop]) + y * power / base * d[base]


@tangent(np.geomspace)
def _(start, stop, num=50, endpoint=True, dtype=None, axis=0) -> y:
    precision = dtype
    t = linspace_weights(y, num, endpoint, axis)
    d[y] = y * between(y, t, axis, d[start] / start, d[stop] / stop)


# Copies


@linear(copy.copy, copy.deepcopy, "x")
def _(x) -> y:
    d[x] = d[y]


@linear(np.require, "a", view="maybe")
def _(a, dtype=None, requirements=None, *, like=None) -> y:
    how = dtype, requirements
    d[a] = d[y]


@linear(np.ndarray.__array__, "self", view="maybe")
def _(self, dtype=None, *, copy=None) -> y:
    how = dtype, copy
    d[self] = d[y]


@linear(np.ndarray.to_device, "self", view="maybe")
def _(self, device, /, *, stream=None) -> y:
    where = device
    d[self] = d[y]


@linear(np.fromiter, "iter")
def _(iter, dtype, count=-1, *, like=None) -> y:
    how = dtype, count
    d[iter] = unarray(d[y], iter)


@linear(np.ndarray.view, "self", view=True)
def _(self, dtype=None, type=None) -> y:
    as_what = dtype
    d[self] = view_adjoint(d[y], self)


@linear(view_adjoint, "g")
def _(g, x) -> y:
    d[g] = np.conj(view_adjoint(np.conj(d[y]), g))


@linear(np.ndarray.compress, "self")
def _(self, condition, axis=None, out=None) -> y:
    d[self] = take_adjoint(d[y], self, np.flatnonzero(condition), axis, "raise")


# Methods of ufuncs


@linear(np.add.accumulate, "array")
def _(array, axis=0, dtype=None, out=None) -> y:
    precision = dtype
    d[array] = np.flip(np.cumsum(np.flip(d[y], axis), axis=axis), axis)


@tangent(np.multiply.accumulate)
def _(array, axis=0, dtype=None, out=None) -> y:
    precision = dtype
    line = merge_axes(array, axis)
    moved = merge_axes(d[array], axis) * shift_product(merge_axes(y, axis))
    d[y] = split_axes(recurrence(line, moved), array, axis)


@tangent(np.maximum.accumulate, np.minimum.accumulate, np.fmax.accumulate, np.fmin.accumulate)
def _(array, axis=0, dtype=None, out=None) -> y:
    # Where a value comes again, the first place has the derivative.
    d[y] = np.take_along_axis(d[array], running_extreme(array, y, axis), axis)


@tangent(np.logaddexp.accumulate)
def _(array, axis=0, dtype=None, out=None) -> y:
    total = merge_axes(y, axis)
    fade = np.exp(shift_product(total) - total)
    moved = merge_axes(d[array], axis) * np.exp(merge_axes(array, axis) - total)
    d[y] = split_axes(recurrence(fade, moved), array, axis)


@linear(np.add.reduceat, "array")
def _(array, indices, axis=0, dtype=None, out=None) -> y:
    precision = dtype
    d[array] = reduceat_adjoint(d[y], array, indices, axis)


@linear(reduceat_adjoint, "g")
def _(g, array, indices, axis=0) -> y:
    d[g] = np.add.reduceat(d[y], indices, axis)


@elementwise(np.i0)
def _(x) -> y:
    d[x] = d[y] * bessel_i(1, x)


@elementwise(bessel_i)
def _(n, x) -> y:
    d[x] = d[y] * (bessel_i(n - 1, x) + bessel_i(n + 1, x)) / 2


# Counting: the places are piecewise constant, the weights are not


@linear(np.bincount, "weights")
def _(x, /, weights=None, minlength=0) -> y:
    least = minlength
    d[weights] = np.take(d[y], x)


# Entries in the order of the memory


@linear(ravelled, "v")
def _(v, a, order) -> y:
    d[v] = unravelled(d[y], a, order)


@linear(unravelled, "g")
def _(g, a, order) -> y:
    d[g] = ravelled(d[y], a, order)


constant(layout)
