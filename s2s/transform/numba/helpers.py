"""What to write for the helpers of the runtime, which ask for ranks and kinds when they run."""

from __future__ import annotations

import operator

import numpy as np

from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Const, Expr, Let, Method, Ref, Value, Write
from s2s.runtime.products import summed_axes
from s2s.transform.numba.asks import (
    FALSE,
    FUNCTIONS,
    GETITEM,
    NONE,
    ONE,
    TRUE,
    TWO,
    ZERO,
    bound,
    call,
    helper,
    is_number,
    literal,
    native_call,
    rank,
    require_same,
    size_of,
)
from s2s.transform.numba.functions import contracted, matrix, transposed
from s2s.transform.numba.kinds import same_dtype, widths
from s2s.transform.numba.legal import Legal, NotNative


@helper("unbroadcast")
def _unbroadcast(at: Legal, g: Atom, x: Atom) -> Expr:
    if is_number(at, x):
        return g if is_number(at, g) else Apply(Ref("np.sum", np.sum), (g,))
    need = at.facts.of(x).dims
    if is_number(at, g) and need is not None:
        return Apply(Ref("np.full_like", np.full_like), (x, g))
    have = at.facts.of(g).dims
    if need is None or have is None or len(have) < len(need):
        raise NotNative("a sum over broadcast axes of unknown rank")
    for _ in range(len(have) - len(need)):
        g = call(at, np.sum, g, Const(0), name="g")
    have = have[len(have) - len(need) :]
    for k, (m, n) in enumerate(zip(have, need, strict=True)):
        if n == 1 and m != 1:
            g = call(at, np.sum, g, Const(k), name="g")
            g = call(at, np.expand_dims, g, Const(k), name="g")
    return g


@helper("spread_to")
def _spread_to(at: Legal, g: Atom, x: Atom) -> Expr:
    if is_number(at, x):
        return g
    need = at.facts.of(x).dims
    if need is None:
        raise NotNative("a broadcast to an unknown rank")
    if is_number(at, g):
        return Apply(Ref("np.full_like", np.full_like), (x, g))
    have = at.facts.of(g).dims
    if have is None or len(have) > len(need):
        raise NotNative("a broadcast from an unknown rank")
    if len(have) == len(need) and all(m != 1 or n == 1 for m, n in zip(have, need, strict=True)):
        return g
    shape = call(at, getattr, x, Const("shape"), name="shape")
    return Apply(Ref("np.broadcast_to", np.broadcast_to), (g, shape))


@helper("as_gradient")
def _as_gradient(at: Legal, g: Atom, x: Atom) -> Expr:
    fx, fg = at.facts.of(x), at.facts.of(g)
    if fx.kind in ("tuple", "list") and fx.items is not None:
        return _gradients(at, g, x, len(fx.items))
    if is_number(at, x):
        if not is_number(at, g):
            raise NotNative("a gradient of unknown kind")
        real = fg.dtype is not None and fg.dtype.kind == "f"
        return g if real else Apply(Ref("float", float), (g,))
    if fx.kind != "array" or fx.dtype is None or fx.dtype.kind not in "fc":
        raise NotNative("a gradient of something else than numbers and arrays")
    if is_number(at, g):
        return Apply(Ref("np.full_like", np.full_like), (x, g))
    if fg.kind != "array":
        raise NotNative("a gradient of unknown kind")
    require_same(at, g, x)
    if not same_dtype(fg.dtype, fx.dtype):
        dtype = Ref(f"np.{fx.dtype.name}", fx.dtype.type)
        return Apply(Method("astype"), (g, dtype))
    return Apply(Method("copy"), (g,))


def _gradients(at: Legal, g: Atom, x: Atom, count: int) -> Expr:
    """The gradients of the items of a tuple or list, as a tuple."""
    parts: list[Atom] = []
    for k in range(count):
        part = at.build.call(GETITEM, g, Const(k), name="part")
        item = at.build.call(GETITEM, x, Const(k), name="item")
        expr = _as_gradient(at, part, item)
        done = isinstance(expr, Value | Const)
        parts.append(expr if done else at.build.let(expr, "part"))  # type: ignore[arg-type]
    return Apply(Ref("tuple", prims.build_tuple), tuple(parts))


@helper("copy_of")
def _copy_of(at: Legal, g: Atom) -> Expr:
    if is_number(at, g):
        return g
    if at.facts.of(g).kind != "array":
        raise NotNative("a copy of a list or of an object")
    return Apply(Method("copy"), (g,))


@helper("zeros_of")
def _zeros_of(at: Legal, x: Atom) -> Expr:
    f = at.facts.of(x)
    if is_number(at, x):
        return Const(0j if f.dtype is not None and f.dtype.kind == "c" else 0.0)
    if f.kind != "array" or f.dtype is None:
        raise NotNative("zeros of a list or of an object")
    if f.dtype.kind in "fc":
        return Apply(Ref("np.zeros_like", np.zeros_like), (x,))
    return Apply(Ref("np.zeros", np.zeros), (call(at, getattr, x, Const("shape")),))


@helper("accumulate")
def _accumulate(at: Legal, a: Atom, b: Atom) -> Expr:
    if not (at.facts.of(a).numeric and at.facts.of(b).numeric):
        raise NotNative("a sum of gradients of lists or objects")
    return Apply(Ref("add", operator.add), (a, b))


@helper("stacked_rows")
def _stacked_rows(at: Legal, a: Atom) -> Expr:
    r = rank(at, a, "rows")
    return a if r == 2 else matrix(at, a, list(range(r)), r - 1)


@helper("require_scalar")
def _require_scalar(at: Legal, y: Atom) -> None:
    if not is_number(at, y):
        raise NotNative("a result of which it is not known that it is one number")


@helper("unarray")
def _unarray(at: Legal, g: Atom, x: Atom) -> Expr:
    # What is asked of the items of a nested list is asked of the rows of the array.
    f, fg = at.facts.of(x), at.facts.of(g)
    if f.kind in ("list", "tuple") and fg.kind == "array" and fg.dims is not None:
        return g
    if f.kind == "array" and fg.kind == "array" and len(f.dims or ()) == len(fg.dims or ()):
        return g
    raise NotNative("an array of nested lists")


@helper("written")
def _written(at: Legal, shadow: Atom, index: Atom) -> Expr | None:
    key = at.facts.of(index)
    entries = key.items if key.kind == "tuple" else (key,)
    if not all(e.kind in ("int", "slice", "none") or e.const is ... for e in entries or (key,)):
        if key.kind == "array" and key.dtype is not None and key.dtype.kind == "i":
            return native_call("last_written", shadow, index)
        raise NotNative("the adjoint of an assignment at these indices")
    part = at.build.call(GETITEM, shadow, index, name="part")
    return _copy_of(at, part)


@helper("require_apart")
def _require_apart(at: Legal, x: Atom, *others: Atom) -> None:
    for other in others:
        if is_number(at, x) or is_number(at, other):
            continue
        if at.facts.of(x).kind != "array" or at.facts.of(other).kind != "array":
            raise NotNative("arguments that may share memory, one of which is written")
        at.build.emit(Let((), native_call("apart", x, other), at.build.origin))


@helper("require_view")
def _require_view(at: Legal, view: Atom, base: Atom) -> None:
    at.build.emit(Let((), native_call("joined", view, base), at.build.origin))


@helper("require_in_order")
def _require_in_order(at: Legal, part: Atom, value: Atom) -> None:
    if at.facts.of(part).dims is None or at.facts.of(value).dims is None:
        raise NotNative("a copy within an array whose order may matter")
    if len(at.facts.of(part).dims or ()) == 1 == len(at.facts.of(value).dims or ()):
        at.build.emit(Let((), native_call("in_order", part, value), at.build.origin))


@helper("extreme_share")
def _extreme_share(
    at: Legal, a: Atom, y: Atom, axis: Atom = NONE, keepdims: Atom = FALSE, where: Atom = TRUE
) -> Expr | None:
    if literal(at, where, "`where`") is not True:
        raise NotNative("a reduction with `where`")
    if is_number(at, a):
        return Const(1.0)
    along = literal(at, axis, "an axis")
    if along is not None and not literal(at, keepdims, "`keepdims`"):
        y = bound(at, FUNCTIONS[np.expand_dims](at, y, axis), "y")
    hit = call(at, np.equal, a, y, name="hit")
    one = call(at, np.where, hit, Const(1.0), Const(0.0), name="one")
    count = bound(at, FUNCTIONS[np.sum](at, one, axis, TRUE if along is not None else FALSE),
                  "count")  # fmt: skip
    return Apply(Ref("truediv", operator.truediv), (one, count))


@helper("centered")
def _centered(at: Legal, a: Atom, axis: Atom = NONE, where: Atom = TRUE) -> Expr | None:
    if literal(at, where, "`where`") is not True:
        raise NotNative("a mean with `where`")
    keep = FALSE if literal(at, axis, "an axis") is None else TRUE
    mean = bound(at, FUNCTIONS[np.mean](at, a, axis, keep), "mean")
    return Apply(Ref("sub", operator.sub), (a, mean))


@helper("reduced_size")
def _reduced_size(
    at: Legal, a: Atom, axis: Atom = NONE, where: Atom = TRUE, keepdims: Atom = FALSE
) -> Expr | None:
    if literal(at, where, "`where`") is not True:
        raise NotNative("a reduction with `where`")
    along = literal(at, axis, "an axis")
    if along is None:
        return FUNCTIONS[np.size](at, a)
    axes = [along] if isinstance(along, int) else list(along)
    total: Atom = size_of(at, a, axes[0])
    for k in axes[1:]:
        total = call(at, operator.mul, total, size_of(at, a, k), name="size")
    return total if isinstance(total, Value | Const) else None


@helper("softmax")
def _softmax(at: Legal, x: Atom, axis: Atom = NONE) -> Expr | None:
    keep = FALSE if literal(at, axis, "an axis") is None else TRUE
    top = bound(at, FUNCTIONS[np.max](at, x, axis, keep), "top")
    tie = call(at, np.equal, x, top, name="tie")
    gap = call(at, operator.sub, x, top, name="gap")
    weight = call(at, np.exp, call(at, np.where, tie, Const(0.0), gap), name="weight")
    total = bound(at, FUNCTIONS[np.sum](at, weight, axis, keep), "total")
    return Apply(Ref("truediv", operator.truediv), (weight, total))


@helper("put_diagonal")
def _put_diagonal(
    at: Legal, g: Atom, a: Atom, offset: Atom = ZERO, axis1: Atom = ZERO, axis2: Atom = ONE
) -> Expr:
    order = literal(at, axis1, "an axis"), literal(at, axis2, "an axis")
    if rank(at, a, "a diagonal") != 2 or (order[0] % 2, order[1] % 2) != (0, 1):
        raise NotNative("a diagonal of a stack of matrices")
    return native_call("put_diagonal_2", g, a, offset)


@helper("cofactors")
def _cofactors(at: Legal, a: Atom) -> Expr:
    if rank(at, a, "a determinant") != 2:
        raise NotNative("determinants of a stack of matrices")
    return native_call("cofactors_2", a)


@helper("pad_adjoint")
def _pad_adjoint(at: Legal, g: Atom, x: Atom, pad_width: Atom, mode: Atom) -> Expr | None:
    if literal(at, mode, "a mode") not in ("constant", "empty"):
        raise NotNative("`np.pad` in this mode")
    r = rank(at, x, "`np.pad`")
    parts: list[Atom] = []
    for b, a in widths(literal(at, pad_width, "a width"), r):
        parts.append(at.build.call(slice, Const(b or None), Const(-a or None)))
    key = parts[0] if r == 1 else at.build.call(prims.build_tuple, *parts, name="inner")
    return _copy_of(at, at.build.call(GETITEM, g, key, name="part"))


@helper("tensordot_adjoint_a")
def _tensordot_adjoint_a(
    at: Legal, g: Atom, a: Atom, b: Atom, axes: Atom = TWO
) -> Expr | None:
    na, nb = rank(at, a, "`np.tensordot`"), rank(at, b, "`np.tensordot`")
    of_a, of_b = summed_axes(literal(at, axes, "the axes of `np.tensordot`"), na, nb)
    free_a = [k for k in range(na) if k not in of_a]
    free_b = [k for k in range(nb) if k not in of_b]
    last = list(range(len(free_a), len(free_a) + len(free_b)))
    part = bound(at, contracted(at, g, b, last, free_b), "part")
    order = free_a + [of_a[of_b.index(k)] for k in sorted(of_b)]
    return transposed(at, part, tuple(order.index(k) for k in range(na)))


@helper("tensordot_adjoint_b")
def _tensordot_adjoint_b(
    at: Legal, g: Atom, a: Atom, b: Atom, axes: Atom = TWO
) -> Expr | None:
    na, nb = rank(at, a, "`np.tensordot`"), rank(at, b, "`np.tensordot`")
    of_a, of_b = summed_axes(literal(at, axes, "the axes of `np.tensordot`"), na, nb)
    free_a = [k for k in range(na) if k not in of_a]
    free_b = [k for k in range(nb) if k not in of_b]
    part = bound(at, contracted(at, a, g, free_a, list(range(len(free_a)))), "part")
    order = [of_b[of_a.index(k)] for k in sorted(of_a)] + free_b
    return transposed(at, part, tuple(order.index(k) for k in range(nb)))


@helper("add_at")
def add_at(at: Legal, shadow: Atom, index: Atom, v: Atom) -> Expr:
    """A sum into the items of an array, repeated integers included."""
    f = at.facts.of(shadow)
    if f.kind != "array" or f.dims is None:
        raise NotNative("a sum into the items of a list or of an object")
    key = at.facts.of(index)
    entries = key.items if key.kind == "tuple" else (key,)
    if entries is None:
        raise NotNative("an index of unknown kind")
    if all(e.kind in ("int", "slice", "none") or e.const is ... for e in entries):
        at.build.emit(Write("item", shadow, index, v, at.build.origin, (), "Add"))
        return shadow
    kinds = [(e.kind, e.dtype.kind if e.dtype is not None else "", len(e.dims or ()))
             for e in entries]  # fmt: skip
    scalar = is_number(at, v)
    fv = at.facts.of(v)
    if kinds == [("array", "i", 1)] and (scalar or fv.dims is not None):
        if not scalar and len(fv.dims or ()) != len(f.dims):
            raise NotNative("a sum at integer indices with broadcasting")
        name = "add_each" if scalar else "add_rows"
    elif kinds == [("array", "i", 1)] * 2 and len(f.dims) == 2 and (
        scalar or len(fv.dims or ()) == 1
    ):
        name = "add_each_pair" if scalar else "add_pairs"
    elif len(kinds) == 1 and kinds[0][:2] == ("array", "b") and kinds[0][2] == len(f.dims):
        name = "add_where" if scalar else "add_masked"
    else:
        raise NotNative("a sum at these integer indices")
    parts = [index] if key.kind != "tuple" else [
        at.build.call(GETITEM, index, Const(k)) for k in range(len(entries))
    ]  # fmt: skip
    at.build.emit(Let((), native_call(name, shadow, *parts, v), at.build.origin))
    return shadow
