"""Reshaping, joining, splitting, indexing: linear functions that move entries around."""

import operator

import numpy as np

# The same entries in another shape


@linear(np.reshape, "a", view="maybe")
def _(a, shape, order="C", *, copy=None) -> y:
    fresh = copy
    if order == "C":
        d[a] = np.reshape(d[y], np.shape(a))
    else:
        d[a] = np.reshape(d[y], np.shape(a), layout(a, order))


@tangent(np.reshape)
def _(a, shape, order="C", *, copy=None) -> y:
    fresh = copy
    d[y] = np.reshape(d[a], shape, order if order == "C" else layout(a, order))


@linear(np.ravel, "a", view="maybe")
def _(a, order="C") -> y:
    if order == "C":
        d[a] = np.reshape(d[y], np.shape(a))
    else:
        d[a] = unravelled(d[y], a, order)


@tangent(np.ravel)
def _(a, order="C") -> y:
    d[y] = np.ravel(d[a]) if order == "C" else ravelled(d[a], a, order)


@linear(np.ndarray.flatten, "self")
def _(self, order="C") -> y:
    if order == "C":
        d[self] = np.reshape(d[y], np.shape(self))
    else:
        d[self] = unravelled(d[y], self, order)


@tangent(np.ndarray.flatten)
def _(self, order="C") -> y:
    d[y] = np.ravel(d[self]) if order == "C" else ravelled(d[self], self, order)


@linear(np.squeeze, "a", view="maybe")
def _(a, axis=None) -> y:
    removed = axis
    d[a] = np.reshape(d[y], np.shape(a))


@linear(np.expand_dims, "a", view=True)
def _(a, axis) -> y:
    d[a] = np.reshape(d[y], np.shape(a))


@linear(np.atleast_1d, np.atleast_2d, np.atleast_3d, "a", view="maybe")
def _(a) -> y:
    d[a] = np.reshape(d[y], np.shape(a))


@linear(np.transpose, "a", view=True)
def _(a, axes=None) -> y:
    if axes is None:
        d[a] = np.transpose(d[y])
    else:
        d[a] = np.transpose(d[y], inverse_permutation(axes))


@linear(np.matrix_transpose, np.linalg.matrix_transpose, "x", view=True)
def _(x) -> y:
    d[x] = mT(d[y])


@linear(np.swapaxes, "a", view=True)
def _(a, axis1, axis2) -> y:
    d[a] = np.swapaxes(d[y], axis1, axis2)


@linear(np.moveaxis, "a", view=True)
def _(a, source, destination) -> y:
    d[a] = np.moveaxis(d[y], destination, source)


@linear(np.rollaxis, "a", view=True)
def _(a, axis, start=0) -> y:
    here = axis % ndim(a)
    there = start if start >= 0 else start + ndim(a)
    d[a] = np.moveaxis(d[y], there - 1 if here < there else there, here)


@linear(np.flip, "m", view=True)
def _(m, axis=None) -> y:
    d[m] = np.flip(d[y], axis)


@linear(np.fliplr, "m", view=True)
def _(m) -> y:
    d[m] = np.fliplr(d[y])


@linear(np.flipud, "m", view=True)
def _(m) -> y:
    d[m] = np.flipud(d[y])


@linear(np.rot90, "m", view=True)
def _(m, k=1, axes=(0, 1)) -> y:
    d[m] = np.rot90(d[y], -k, axes)


@linear(np.roll, "a")
def _(a, shift, axis=None) -> y:
    if is_scalar(shift):
        d[a] = np.roll(d[y], -shift, axis)
    else:
        d[a] = np.roll(d[y], np.negative(shift), axis)


# The same entries, copied or converted


@linear(np.copy, "a")
def _(a, order="K", subok=False) -> y:
    layout = order
    d[a] = d[y]


@linear(np.array, "object")
def _(object, dtype=None, *, copy=True, order="K", subok=False, ndmin=0, like=None) -> y:
    how = dtype, copy, order
    if ndmin != 0:
        d[object] = unarray(np.reshape(d[y], np.shape(object)), object)
    elif is_array(object):
        d[object] = d[y]
    else:
        d[object] = unarray(d[y], object)


@linear(np.asarray, np.asanyarray, "a", view="maybe")
def _(a, dtype=None, order=None, *, device=None, copy=None, like=None) -> y:
    how = dtype, copy, order
    if is_array(a):
        d[a] = d[y]
    else:
        d[a] = unarray(d[y], a)


@linear(np.ascontiguousarray, np.asfortranarray, "a", view="maybe")
def _(a, dtype=None, *, like=None) -> y:
    precision = dtype
    if is_array(a):
        d[a] = d[y]
    else:
        d[a] = unarray(d[y], a)


@linear(np.asarray_chkfinite, "a", view="maybe")
def _(a, dtype=None, order=None) -> y:
    how = dtype, order
    d[a] = d[y]


@tangent(np.ndarray.astype, view="maybe")
def _(x, dtype, order="K", casting="unsafe", subok=True, copy=True) -> y:
    how = order, casting, copy
    d[y] = cast_dot(d[x], dtype)


@tangent(np.astype, view="maybe")
def _(x, dtype, /, *, copy=True, device=None) -> y:
    how = copy
    d[y] = cast_dot(d[x], dtype)


@linear(np.float64, np.float32, np.float16, np.longdouble, np.complex128, np.complex64, "x")
def _(x) -> y:
    d[x] = d[y]


# Entries repeated: the adjoint sums


@linear(np.broadcast_to, "array", view=True)
def _(array, shape, subok=False) -> y:
    kind = subok
    d[array] = sum_to(d[y], array)


@linear(np.full, "fill_value")
def _(shape, fill_value, dtype=None, order="C", *, device=None, like=None) -> y:
    how = dtype, order
    d[fill_value] = sum_to(d[y], fill_value)


@linear(np.full_like, "fill_value")
def _(a, fill_value, dtype=None, order="K", subok=True, shape=None, *, device=None) -> y:
    how = dtype, order, shape
    d[fill_value] = sum_to(d[y], fill_value)


@linear(np.tile, "A")
def _(A, reps) -> y:
    d[A] = untile(d[y], A, reps)


@linear(untile, "g")
def _(g, A, reps) -> y:
    d[g] = np.tile(d[y], reps)


@linear(np.repeat, "a")
def _(a, repeats, axis=None) -> y:
    d[a] = unrepeat(d[y], a, repeats, axis)


@linear(unrepeat, "g")
def _(g, a, repeats, axis=None) -> y:
    d[g] = np.repeat(d[y], repeats, axis)


@tangent(np.arange)
def _(start, stop=None, step=1, dtype=None, *, device=None, like=None) -> y:
    precision = dtype
    if stop is not None:
        d[y] = np.ones_like(y) * d[start] + np.arange(np.size(y)) * d[step]


# Entries left out or put among zeros


@linear(np.tril, "m")
def _(m, k=0) -> y:
    d[m] = sum_to(np.tril(d[y], k), m)  # a vector is taken for rows of a matrix


@linear(np.triu, "m")
def _(m, k=0) -> y:
    d[m] = sum_to(np.triu(d[y], k), m)


@linear(np.diag, "v", view="maybe")
def _(v, k=0) -> y:
    if ndim(v) == 1:
        d[v] = np.diagonal(d[y], k)
    else:
        d[v] = put_diagonal(d[y], v, k)


@linear(np.diagflat, "v")
def _(v, k=0) -> y:
    d[v] = np.reshape(np.diagonal(d[y], k), np.shape(v))


@linear(np.diagonal, "a", view=True)
def _(a, offset=0, axis1=0, axis2=1) -> y:
    d[a] = put_diagonal(d[y], a, offset, axis1, axis2)


@linear(np.linalg.diagonal, "x", view=True)
def _(x, /, *, offset=0) -> y:
    d[x] = put_diagonal(d[y], x, offset, -2, -1)


@linear(put_diagonal, "g")
def _(g, a, offset=0, axis1=0, axis2=1) -> y:
    d[g] = sum_to(np.diagonal(d[y], offset, axis1, axis2), g)


@tangent(np.pad)
def _(
    array, pad_width, mode="constant", constant_values=0,
    end_values=0, stat_length=None, reflect_type="even",
) -> y:  # fmt: skip
    d[y] = pad_linear(d[array], pad_width, mode)
    d[y] += pad_mask(array, pad_width) * d[constant_values]


@linear(pad_linear, "x")
def _(x, pad_width, mode) -> y:
    d[x] = pad_adjoint(d[y], x, pad_width, mode)


@linear(pad_adjoint, "g")
def _(g, x, pad_width, mode) -> y:
    d[g] = pad_linear(d[y], pad_width, mode)


# Reading by index


@linear(operator.getitem, "a", view="maybe")
def _(a, b) -> y:
    d[a] = add_at(zeros_of(a), b, d[y])


@linear(np.take, "a")
def _(a, indices, axis=None, out=None, mode="raise") -> y:
    d[a] = take_adjoint(d[y], a, indices, axis, mode)


@linear(take_adjoint, "g")
def _(g, a, indices, axis=None, mode="raise") -> y:
    d[g] = np.take(d[y], indices, axis, None, mode)


@linear(np.take_along_axis, "arr")
def _(arr, indices, axis=-1) -> y:
    d[arr] = take_along_adjoint(d[y], arr, indices, axis)


@linear(take_along_adjoint, "g")
def _(g, arr, indices, axis=-1) -> y:
    d[g] = np.take_along_axis(d[y], indices, axis)


@linear(np.compress, "a")
def _(condition, a, axis=None, out=None) -> y:
    d[a] = take_adjoint(d[y], a, np.flatnonzero(condition), axis, "raise")


@linear(np.extract, "arr")
def _(condition, arr) -> y:
    d[arr] = take_adjoint(d[y], arr, np.flatnonzero(condition), None, "raise")


@linear(np.delete, "arr")
def _(arr, obj, axis=None) -> y:
    d[arr] = delete_adjoint(d[y], arr, obj, axis)


@linear(delete_adjoint, "g")
def _(g, arr, obj, axis=None) -> y:
    d[g] = np.delete(d[y], obj, axis)


@linear(np.trim_zeros, "filt", view=True)
def _(filt, trim="fb", axis=None) -> y:
    sides = trim, axis
    d[filt] = untrim(d[y], filt, trim)


@linear(untrim, "g")
def _(g, x, trim) -> y:
    d[g] = retrim(d[y], x, trim)


@linear(retrim, "v")
def _(v, x, trim) -> y:
    d[v] = untrim(d[y], x, trim)


# Joining and splitting


@linear(np.concatenate, "arrays")
def _(arrays, axis=0, out=None, *, dtype=None, casting="same_kind") -> y:
    precision = dtype
    d[arrays] = split_like(d[y], arrays, "concatenate", axis)


@linear(np.stack, "arrays")
def _(arrays, axis=0, out=None, *, dtype=None, casting="same_kind") -> y:
    precision = dtype
    d[arrays] = split_like(d[y], arrays, "stack", axis)


@linear(np.vstack, "tup")
def _(tup, *, dtype=None, casting="same_kind") -> y:
    precision = dtype
    d[tup] = split_like(d[y], tup, "vstack")


@linear(np.hstack, "tup")
def _(tup, *, dtype=None, casting="same_kind") -> y:
    precision = dtype
    d[tup] = split_like(d[y], tup, "hstack")


@linear(np.dstack, "tup")
def _(tup) -> y:
    d[tup] = split_like(d[y], tup, "dstack")


@linear(np.column_stack, "tup")
def _(tup) -> y:
    d[tup] = split_like(d[y], tup, "column_stack")


@linear(split_like, "g")
def _(g, arrays, how, axis=0) -> y:
    d[g] = join(d[y], how, axis)


@linear(join, "arrays")
def _(arrays, how, axis=0) -> y:
    d[arrays] = split_like(d[y], arrays, how, axis)


@tangent(np.append)
def _(arr, values, axis=None) -> y:
    d[y] = np.append(d[arr], d[values], axis)


@adjoint(np.append)
def _(arr, values, axis=None) -> y:
    parts = split_like(d[y], (arr, values), "concatenate", axis)
    d[arr] = parts[0]
    d[values] = parts[1]


@linear(np.split, np.array_split, "ary", view=True)
def _(ary, indices_or_sections, axis=0) -> y:
    d[ary] = np.concatenate(d[y], axis)


@linear(np.vsplit, "ary", view=True)
def _(ary, indices_or_sections) -> y:
    d[ary] = np.concatenate(d[y])


@linear(np.hsplit, "ary", view=True)
def _(ary, indices_or_sections) -> y:
    if ndim(ary) == 1:
        d[ary] = np.concatenate(d[y])
    else:
        d[ary] = np.concatenate(d[y], 1)


@linear(np.dsplit, "ary", view=True)
def _(ary, indices_or_sections) -> y:
    d[ary] = np.concatenate(d[y], 2)


@linear(np.unstack, "x", view=True)
def _(x, /, *, axis=0) -> y:
    d[x] = np.stack(d[y], axis)


@tangent(np.select)
def _(condlist, choicelist, default=0) -> y:
    d[y] = np.select(condlist, d[choicelist], d[default])


@adjoint(np.select)
def _(condlist, choicelist, default=0) -> y:
    d[choicelist] = select_adjoint(d[y], condlist, choicelist)
    d[default] = sum_to(select_default(d[y], condlist), default)


# Differences and integrals on a grid


@linear(np.gradient, "f")
def _(f, *varargs, axis=None, edge_order=1) -> y:
    d[f] = gradient_adjoint(d[y], f, varargs, axis, edge_order)


@tangent(np.trapezoid)
def _(y, x=None, dx=1.0, axis=-1) -> area:
    width = trapezoid_weights(y, x, dx, axis) * d[y]
    moved = trapezoid_slopes(y, axis) * fit_weights(d[x], y, axis)
    scaled = np.trapezoid(y, axis=axis) * d[dx]
    d[area] = np.sum(width, axis=axis) + np.sum(moved, axis=axis) + scaled


@linear(trapezoid_weights, "x")
def _(y, x, dx, axis) -> w:
    d[x] = unfit_weights(trapezoid_slopes(d[w], axis), x, axis)


@linear(trapezoid_weights, "dx")
def _(y, x, dx, axis) -> w:
    d[dx] = np.sum(d[w] * trapezoid_weights(y, None, 1.0, axis))


@linear(trapezoid_slopes, "y")
def _(y, axis) -> v:
    d[y] = trapezoid_weights(y, d[v], 1.0, axis)


@linear(cast_dot, "v")
def _(v, dtype) -> y:
    d[v] = cast_bar(d[y], v, dtype)


@linear(cast_bar, "g")
def _(g, x, dtype) -> y:
    d[g] = cast_dot(d[y], dtype)
