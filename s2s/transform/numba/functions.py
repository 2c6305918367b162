"""What to write for functions of NumPy that Numba lacks, or has with fewer options."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.analysis.fact import NUMBER_KINDS
from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Const, Expr, Method, Ref, Value, Write
from s2s.runtime import loops as native
from s2s.runtime.products import summed_axes
from s2s.transform.numba.asks import (
    C_ORDER,
    CONSTANT,
    FALSE,
    FUNCTIONS,
    GETITEM,
    NONE,
    TWO,
    ZERO,
    Handler,
    bound,
    call,
    function,
    is_number,
    literal,
    native_call,
    rank,
    size_of,
)
from s2s.transform.numba.kinds import widths
from s2s.transform.numba.legal import NotNative

if TYPE_CHECKING:
    from s2s.transform.numba.legal import Legal


@function(np.errstate)
def _errstate(at: Legal, **options: Atom) -> None:
    return None  # nothing: compiled code does not warn


@function(np.ndim)
def _ndim(at: Legal, a: Atom) -> Expr:
    return Const(rank(at, a, "the rank"))


@function(np.shape)
def _shape(at: Legal, a: Atom) -> Expr:
    return Apply(Ref("getattr", getattr), (a, Const("shape")))


@function(np.size)
def _size(at: Legal, a: Atom) -> Expr:
    if is_number(at, a):
        return Const(1)
    return Apply(Ref("getattr", getattr), (a, Const("size")))


@function(getattr)
def _getattr(at: Legal, x: Atom, name: Atom) -> Expr:
    f = at.facts.of(x)
    if f.kind == "object":
        raise NotNative("an attribute of an object")
    if name == Const("ndim") and f.dims is not None:
        return Const(len(f.dims))
    if f.kind in NUMBER_KINDS and name == Const("T"):
        return x
    if name == Const("mT") and f.dims is not None and len(f.dims) == 2:
        return Apply(Ref("getattr", getattr), (x, Const("T")))
    return Apply(Ref("getattr", getattr), (x, name))


def _filled(fn: Any, number: float) -> Handler:
    """`zeros_like` and its kin, of numbers too."""

    def handler(at: Legal, a: Atom) -> Expr:
        if is_number(at, a):
            return Const(number)
        f = at.facts.of(a)
        if f.kind in ("list", "tuple", "dict"):
            raise NotNative(f"`np.{fn.__name__}` of a list")
        return Apply(Ref(f"np.{fn.__name__}", fn), (a,))

    return handler


FUNCTIONS[np.zeros_like] = _filled(np.zeros_like, 0.0)
FUNCTIONS[np.ones_like] = _filled(np.ones_like, 1.0)


def _axes(at: Legal, axis: Atom, r: int) -> list[int] | None:
    """The axes of a reduction, the last first; None for all of them."""
    value = literal(at, axis, "an axis")
    if value is None:
        return None
    axes = [value] if isinstance(value, int) else list(value)
    return sorted({a % r for a in axes}, reverse=True)


def _reduction(at: Legal, fn: Any, a: Atom, axis: Atom, keepdims: Atom) -> Value | Const | Apply:
    """A reduction over all axes, or over one after the other."""
    assert isinstance(a, Value | Const)
    if is_number(at, a):
        return a
    r = rank(at, a, "a reduction")
    axes = _axes(at, axis, r)
    keep = bool(literal(at, keepdims, "`keepdims`"))
    if axes is None or len(axes) == r:
        if keep:
            raise NotNative("a reduction over all axes with `keepdims`")
        return Apply(Ref(f"np.{fn.__name__}", fn), (a,))
    for k in axes:
        a = call(at, fn, a, Const(k))  # in loops, see `element`
    if keep:
        for k in reversed(axes):
            a = call(at, np.expand_dims, a, Const(k))
    return a


@function(np.sum)
def _sum(at: Legal, a: Atom, axis: Atom = NONE, keepdims: Atom = FALSE) -> Expr:
    if at.facts.of(a).kind in ("list", "tuple"):
        raise NotNative("`np.sum` of a list")
    return _reduction(at, np.sum, a, axis, keepdims)


@function(np.max, np.amax)
def _max(at: Legal, a: Atom, axis: Atom = NONE, keepdims: Atom = FALSE) -> Expr:
    return _reduction(at, np.max, a, axis, keepdims)


@function(np.min, np.amin)
def _min(at: Legal, a: Atom, axis: Atom = NONE, keepdims: Atom = FALSE) -> Expr:
    return _reduction(at, np.min, a, axis, keepdims)


@function(np.prod)
def _prod(at: Legal, a: Atom, axis: Atom = NONE, keepdims: Atom = FALSE) -> Expr:
    return _reduction(at, np.prod, a, axis, keepdims)


@function(np.std)
def _std(
    at: Legal, a: Atom, axis: Atom = NONE, ddof: Atom = ZERO, keepdims: Atom = FALSE
) -> Expr:
    variance = _var(at, a, axis, ddof, keepdims)
    return Apply(Ref("np.sqrt", np.sqrt), (bound(at, variance, "variance"),))


@function(np.var)
def _var(
    at: Legal, a: Atom, axis: Atom = NONE, ddof: Atom = ZERO, keepdims: Atom = FALSE
) -> Expr:
    if literal(at, ddof, "`ddof`") != 0:
        raise NotNative("`np.var` with `ddof`")
    r = rank(at, a, "a variance")
    axes = _axes(at, axis, r)
    if axes is None:
        mean = bound(at, _mean(at, a), "mean")
    else:
        mean = bound(at, _mean(at, a, axis, Const(True)), "mean")
    off = call(at, operator.sub, a, mean, name="off")
    square = call(at, operator.mul, off, off, name="square")
    return bound(at, _mean(at, square, axis, keepdims), "variance")


@function(np.mean)
def _mean(at: Legal, a: Atom, axis: Atom = NONE, keepdims: Atom = FALSE) -> Expr:
    if is_number(at, a):
        return a
    r = rank(at, a, "a mean")
    axes = _axes(at, axis, r)
    total = _reduction(at, np.sum, a, axis, keepdims)
    if isinstance(total, Apply):
        total = at.build.let(total, "total")
    if axes is None:
        count: Atom = call(at, getattr, a, Const("size"), name="count")
    else:
        count = size_of(at, a, axes[0])
        for k in axes[1:]:
            count = call(at, operator.mul, count, size_of(at, a, k), name="count")
    return Apply(Ref("truediv", operator.truediv), (total, count))


@function(np.matmul, operator.matmul, np.dot)
def _matmul(at: Legal, a: Atom, b: Atom) -> Expr:
    ranks = rank(at, a, "a product"), rank(at, b, "a product")
    if 0 in ranks:
        return Apply(Ref("mul", operator.mul), (a, b))
    if max(ranks) <= 2 and 1 in ranks:
        return _with_vector(at, a, b, ranks)
    if ranks[0] > 3 and ranks[1] == 2:  # one product of matrices for the whole stack
        return contracted(at, a, b, [ranks[0] - 1], [0])
    a, b = alike(at, a, b)
    name = f"matmul_{ranks[0]}{ranks[1]}"
    if not hasattr(native, name):
        raise NotNative(f"a product of arrays of rank {ranks[0]} and {ranks[1]}")
    return native_call(name, a, b)


@function(np.vdot)
def _vdot(at: Legal, a: Atom, b: Atom) -> Expr:
    """Of real arrays of one shape: a sum of products."""
    if any(getattr(at.facts.of(x).dtype, "kind", "c") == "c" for x in (a, b)):
        raise NotNative("`np.vdot` of complex arrays")
    if rank(at, a, "an inner product") != rank(at, b, "an inner product"):
        raise NotNative("`np.vdot` of arrays of different ranks")
    return Apply(Ref("np.sum", np.sum), (call(at, operator.mul, a, b, name="product"),))


def _with_vector(at: Legal, a: Atom, b: Atom, ranks: tuple[int, int]) -> Expr:
    """A product with a vector as a sum of products, which loops with what is around it.

    The loop runs along the rows of a matrix as they lie in memory: that of a transpose is
    taken from the other side.  What the matrix is multiplied by is multiplied to the vector.
    """
    if ranks != (1, 1):
        matrix, vector = (a, b) if ranks[0] == 2 else (b, a)
        made = at.made.get(matrix) if isinstance(matrix, Value) else None
        rows = ranks[0] == 2
        if isinstance(made, Apply) and made.fn == Ref("getattr", getattr):
            if made.args[1] == Const("T"):
                matrix, rows = made.args[0], not rows  # type: ignore[assignment]
        number: Atom | None = None
        if isinstance(matrix, Value) and matrix in at.scaled:
            number, matrix = at.scaled[matrix]
        if not rows:
            every = at.build.call(slice, NONE)
            key = at.build.call(Ref("tuple", prims.build_tuple), every, NONE, name="key")
            vector = at.build.call(GETITEM, vector, key, name="column")
        product = call(at, operator.mul, matrix, vector, name="product")
        total = Apply(Ref("np.sum", np.sum), (product, Const(1 if rows else 0)))
        if number is None:
            return total
        return Apply(Ref("mul", operator.mul), (number, bound(at, total, "product")))
    return Apply(Ref("np.sum", np.sum), (call(at, operator.mul, a, b, name="product"),))


def alike(at: Legal, a: Atom, b: Atom) -> tuple[Atom, Atom]:
    """Two operands of one dtype, which the products of Numba ask for."""
    da, db = at.facts.of(a).dtype, at.facts.of(b).dtype
    if da is None or db is None:
        return a, b
    common = np.result_type(da, db)
    if common.kind not in "fc":
        raise NotNative("a product of integer matrices")
    dtype = Ref(f"np.{common.name}", common.type)
    return tuple(  # type: ignore[return-value]
        x if d == common else at.build.call(Method("astype"), x, dtype)
        for x, d in ((a, da), (b, db))
    )


@function(np.swapaxes)
def _swapaxes(at: Legal, a: Atom, axis1: Atom, axis2: Atom) -> Expr:
    r = rank(at, a, "`np.swapaxes`")
    p, q = (literal(at, x, "an axis") % r for x in (axis1, axis2))
    order = list(range(r))
    order[p], order[q] = q, p
    return transposed(at, a, tuple(order))


@function(np.transpose)
def _transpose(at: Legal, a: Atom, axes: Atom = NONE) -> Expr:
    r = rank(at, a, "`np.transpose`")
    order = literal(at, axes, "an order of axes")
    return transposed(at, a, tuple(k % r for k in order) if order else tuple(range(r))[::-1])


@function(np.moveaxis)
def _moveaxis(at: Legal, a: Atom, source: Atom, destination: Atom) -> Expr:
    r = rank(at, a, "`np.moveaxis`")
    p, q = (literal(at, x, "an axis") for x in (source, destination))
    if not isinstance(p, int) or not isinstance(q, int):
        raise NotNative("`np.moveaxis` of several axes")
    order = [k for k in range(r) if k != p % r]
    order.insert(q % r, p % r)
    return transposed(at, a, tuple(order))


def transposed(at: Legal, a: Atom, order: tuple[int, ...]) -> Expr:
    """An array with its axes in another order."""
    if order == tuple(range(len(order))):
        return a
    if order == tuple(range(len(order)))[::-1]:
        return Apply(Ref("getattr", getattr), (a, Const("T")))
    items = at.build.call(prims.build_tuple, *map(Const, order), name="order")
    return Apply(Ref("np.transpose", np.transpose), (a, items))


@function(np.expand_dims)
def _expand_dims(at: Legal, a: Atom, axis: Atom) -> Expr:
    value = literal(at, axis, "an axis")
    axes = [value] if isinstance(value, int) else list(value)
    if is_number(at, a):
        one = at.build.call(prims.build_tuple, *[Const(1)] * len(axes), name="shape")
        return Apply(Ref("np.full", np.full), (one, a))
    r = rank(at, a, "`np.expand_dims`") + len(axes)
    *before, last = sorted(k % r for k in axes)
    for k in before:
        a = call(at, np.expand_dims, a, Const(k))
    return Apply(Ref("np.expand_dims", np.expand_dims), (a, Const(last)))


@function(np.reshape)
def _reshape(at: Legal, a: Atom, shape: Atom, order: Atom = C_ORDER) -> Expr:
    if literal(at, order, "an order") != "C":
        raise NotNative("a reshape in another order than that of C")
    plain = call(at, np.ascontiguousarray, a)
    return Apply(Ref("np.reshape", np.reshape), (plain, shape))


@function(np.array, np.asarray)
def _array(at: Legal, x: Atom, dtype: Atom = NONE) -> Expr:
    f = at.facts.of(x)
    if f.kind == "array" and dtype == Const(None):
        return Apply(Method("copy"), (x,))
    items = at.facts.items(x)
    if items is None or dtype != Const(None):
        return Apply(Ref("np.array", np.array), (x,) if dtype == Const(None) else (x, dtype))
    facts = [at.facts.of(i) for i in items]
    dtypes = {i.dtype for i in facts}
    ranks = {len(i.dims) if i.dims is not None else -1 for i in facts}
    if any(d is None for d in dtypes) or len(ranks) != 1 or -1 in ranks:
        raise NotNative("an array of items of unknown kind")
    common = np.result_type(*dtypes)
    shape: list[Atom] = [Const(len(items))]
    shape += [size_of(at, items[0], k) for k in range(ranks.pop())]
    one = shape[0] if len(shape) == 1 else at.build.call(
        prims.build_tuple, *shape, name="shape"
    )  # fmt: skip
    kind = () if common == np.float64 else (Ref(f"np.{common.name}", common.type),)
    out = call(at, np.empty, one, *kind, name="out")
    for k, item in enumerate(items):
        at.build.emit(Write("item", out, Const(k), item, at.build.origin))
    return out


@function(np.outer)
def _outer(at: Legal, a: Atom, b: Atom) -> Expr:
    if rank(at, a, "`np.outer`") != 1 or rank(at, b, "`np.outer`") != 1:
        return Apply(Ref("np.outer", np.outer), (a, b))
    every = at.build.call(slice, Const(None))
    key = at.build.call(prims.build_tuple, every, Const(None), name="key")
    column = at.build.call(GETITEM, a, key, name="column")
    return Apply(Ref("mul", operator.mul), (column, b))


@function(np.tensordot)
def _tensordot(at: Legal, a: Atom, b: Atom, axes: Atom = TWO) -> Expr:
    p, q = rank(at, a, "`np.tensordot`"), rank(at, b, "`np.tensordot`")
    left, right = summed_axes(literal(at, axes, "the axes of `np.tensordot`"), p, q)
    return contracted(at, a, b, left, right)


def contracted(at: Legal, a: Atom, b: Atom, left: list[int], right: list[int]) -> Expr:
    """The sum of products over some axes of two arrays, as a product of matrices."""
    p, q = rank(at, a, "`np.tensordot`"), rank(at, b, "`np.tensordot`")
    keep = [k for k in range(p) if k not in left]
    rest = [k for k in range(q) if k not in right]
    shape = [size_of(at, a, k) for k in keep] + [size_of(at, b, k) for k in rest]
    a, b = alike(at, a, b)
    a = matrix(at, a, [*keep, *left], len(keep))
    b = matrix(at, b, [*right, *rest], len(right))
    product = bound(at, native_call("matmul_22", a, b), "product")
    if not shape:
        return Apply(GETITEM, (product, at.build.call(prims.build_tuple, ZERO, ZERO)))
    whole = shape[0] if len(shape) == 1 else at.build.call(
        prims.build_tuple, *shape, name="shape"
    )  # fmt: skip
    return Apply(Ref("np.reshape", np.reshape), (product, whole))


def matrix(at: Legal, a: Atom, order: list[int], rows: int) -> Atom:
    """An array as a matrix: the first axes of an order along the rows, the others along columns."""
    first = len(order) - rows
    if order == [*range(first, len(order)), *range(first)] and 0 < first < len(order):
        # The last axes before the first: the transpose of a matrix, which BLAS reads as it lies.
        return call(at, getattr, matrix(at, a, sorted(order), first), Const("T"))
    a = bound(at, transposed(at, a, tuple(order)), "a")
    sizes = [size_of(at, a, k) for k in range(len(order))]
    shape = [_product(at, sizes[:rows]), _product(at, sizes[rows:])]
    both = at.build.call(prims.build_tuple, *shape, name="shape")
    return call(at, np.reshape, call(at, np.ascontiguousarray, a), both, name="matrix")


def _product(at: Legal, sizes: list[Value]) -> Atom:
    """The product of some sizes."""
    if not sizes:
        return Const(1)
    total = sizes[0]
    for n in sizes[1:]:
        total = call(at, operator.mul, total, n, name="n")
    return total


@function(operator.getitem)
def _getitem(at: Legal, x: Atom, index: Atom) -> Expr:
    plain = Apply(GETITEM, (x, index))
    if at.facts.of(x).kind != "array":
        return plain
    if index == Const(...) and isinstance(x, Value):
        return x
    key = at.facts.of(index)
    if key.kind == "list":
        raise NotNative("a list as an index")
    entries = key.items if key.kind == "tuple" else (key,)
    kinds = [(e.kind, e.dtype.kind if e.dtype is not None else "", len(e.dims or ()))
             for e in entries or ()]  # fmt: skip
    if kinds == [("array", "i", 1)] * 2 and rank(at, x, "an index") == 2:
        i, j = (at.build.call(GETITEM, index, Const(k)) for k in range(2))
        return native_call("take_pairs", x, i, j)
    if len(kinds) == 1 and kinds[0][:2] == ("array", "b") and kinds[0][2] > 1:
        if kinds[0][2] != rank(at, x, "an index"):
            raise NotNative("a mask of fewer axes than the array")
        return native_call("take_masked", x, index)
    if sum(kind == "array" for kind, _, _ in kinds) > 1:
        raise NotNative("several arrays in one index")
    return plain



@function(np.pad)
def _pad(at: Legal, x: Atom, pad_width: Atom, mode: Atom = CONSTANT) -> Expr:
    if literal(at, mode, "a mode") != "constant":
        raise NotNative("`np.pad` in this mode")
    r = rank(at, x, "`np.pad`")
    shape: list[Atom] = []
    parts: list[Atom] = []
    for k, (b, a) in enumerate(widths(literal(at, pad_width, "a width"), r)):
        shape.append(call(at, operator.add, size_of(at, x, k), Const(b + a), name="n"))
        parts.append(at.build.call(slice, Const(b or None), Const(-a or None)))
    one = shape[0] if r == 1 else at.build.call(prims.build_tuple, *shape, name="shape")
    key = parts[0] if r == 1 else at.build.call(prims.build_tuple, *parts, name="inner")
    dtype = at.facts.of(x).dtype
    if dtype is None:
        raise NotNative("`np.pad` of an array of unknown dtype")
    kind = () if dtype == np.float64 else (Ref(f"np.{dtype.name}", dtype.type),)
    out = call(at, np.zeros, one, *kind, name="out")
    at.build.emit(Write("item", out, key, x, at.build.origin))
    return out


@function(np.squeeze)
def _squeeze(at: Legal, a: Atom, axis: Atom = NONE) -> Expr:
    dims = at.facts.of(a).dims
    along = literal(at, axis, "an axis")
    if dims is None or (along is None and any(not isinstance(n, int) for n in dims)):
        raise NotNative("`np.squeeze` of an array of unknown shape")
    axes = [along] if isinstance(along, int) else along
    gone = {k % len(dims) for k in axes} if axes else {k for k, n in enumerate(dims) if n == 1}
    every = at.build.call(slice, NONE)
    parts = [ZERO if k in gone else every for k in range(len(dims))]
    return Apply(GETITEM, (a, at.build.call(prims.build_tuple, *parts, name="key")))


@function(np.clip)
def _clip(at: Legal, a: Atom, a_min: Atom = NONE, a_max: Atom = NONE) -> Expr:
    if a_min != NONE:
        a = call(at, np.maximum, a, a_min)
    if a_max != NONE:
        a = call(at, np.minimum, a, a_max)
    return a if isinstance(a, Value | Const) else Const(None)


@function(np.flip)
def _flip(at: Legal, m: Atom, axis: Atom = NONE) -> Expr:
    r = rank(at, m, "`np.flip`")
    along = literal(at, axis, "an axis")
    axes = range(r) if along is None else [along] if isinstance(along, int) else along
    turned = {k % r for k in axes}
    every = at.build.call(slice, NONE)
    back = at.build.call(slice, NONE, NONE, Const(-1))
    parts = [back if k in turned else every for k in range(r)]
    key = parts[0] if r == 1 else at.build.call(prims.build_tuple, *parts, name="key")
    return Apply(GETITEM, (m, key))
