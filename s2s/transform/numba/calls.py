"""What to write for a call: helpers of the runtime, functions and methods of NumPy.

Each handler gets the arguments of a call and gives the expression to write in its place, None
where nothing is left to write.  What has no handler is written as it stands: Numba either
compiles it or says why not.
"""

from __future__ import annotations

import operator
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from s2s.analysis import callables as table
from s2s.analysis.fact import NUMBER_KINDS, Fact
from s2s.ir import prims
from s2s.ir.effects import augmented, in_place
from s2s.ir.nodes import Apply, Atom, Const, Expr, Let, Method, Ref, Star, Value, Write
from s2s.runtime import loops as native
from s2s.transform.numba.kinds import ELEMENTWISE, generated, runtime_name
from s2s.transform.numba.legal import NotNative

if TYPE_CHECKING:
    from s2s.transform.numba.legal import Legal

Handler: TypeAlias = "Callable[..., Expr | None]"

HELPERS: dict[str, Handler] = {}
FUNCTIONS: dict[Any, Handler] = {}
METHODS: dict[str, str] = {
    name: name for name in
    "sum mean max min prod dot reshape transpose any all std var ravel cumsum trace".split()
}  # fmt: skip
_GETITEM = Ref("getitem", operator.getitem)


def helper(*names: str) -> Callable[[Handler], Handler]:
    """Register what to write for helpers of the runtime."""
    def register(fn: Handler) -> Handler:
        HELPERS.update(dict.fromkeys(names, fn))
        return fn
    return register


def function(*objects: Any) -> Callable[[Handler], Handler]:
    """Register what to write for functions."""
    def register(fn: Handler) -> Handler:
        FUNCTIONS.update(dict.fromkeys(objects, fn))
        return fn
    return register


def rewrite(stmt: Let, at: Legal) -> Expr | None:
    """What to write in place of the expression of a statement."""
    expr = stmt.expr
    if not isinstance(expr, Apply):
        return expr
    if any(isinstance(a, Star) for a in expr.args) or any(k is None for k, _ in expr.kwargs):
        raise NotNative("a call with `*` or `**`", stmt.origin)
    if isinstance(expr.fn, Value):
        known, obj = at.facts.constant(expr.fn)
        if not known:
            raise NotNative(f"`{expr.fn.name}`, a function known only at run time", stmt.origin)
        expr = Apply(Ref(expr.fn.name, obj), expr.args, expr.kwargs)
    if isinstance(expr.fn, Method):
        return _method(expr, stmt, at)
    if not isinstance(expr.fn, Ref):
        return expr
    if generated(expr) is not None:
        at.note(expr, at.facts)
        return expr
    return _call(expr, stmt, at)


def _call(expr: Apply, stmt: Let, at: Legal) -> Expr | None:
    """A call of something known by name."""
    assert isinstance(expr.fn, Ref)
    obj, kwargs = expr.fn.obj, dict(expr.kwargs)
    name = runtime_name(expr.fn)
    if name in ELEMENTWISE:
        return Apply(Ref(f"{name}_1", getattr(native, f"{name}_1")), expr.args, expr.kwargs)
    handler = HELPERS.get(name) if name else _lookup(FUNCTIONS, obj)
    if handler is not None:
        try:
            return handler(at, *expr.args, **kwargs)
        except TypeError as error:
            if "argument" not in str(error):
                raise
            raise NotNative(f"`{expr.fn.text}` with these arguments", stmt.origin) from None
        except NotNative as error:
            raise NotNative(error.what, error.origin or stmt.origin) from None
    if name:
        raise NotNative(f"the helper `{name}`", stmt.origin)
    if in_place(expr) and augmented(expr) is not None:
        return _augmented(expr, at)
    if isinstance(obj, types.FunctionType) and _is_source(obj):
        return at.adopt(obj, expr, at.facts)  # type: ignore[no-any-return]
    return expr


def _augmented(expr: Apply, at: Legal) -> Expr:
    """`x += y`: on numbers a sum like any other."""
    x = expr.args[0]
    assert isinstance(expr.fn, Ref)
    if at.facts.is_scalar(x) is True:  # type: ignore[arg-type]
        plain = table.OUT_OF_PLACE[expr.fn.obj]
        return Apply(Ref(plain.__name__, plain), expr.args)
    return expr


def _is_source(obj: types.FunctionType) -> bool:
    module = str(obj.__module__ or "")
    return not module.startswith(("numpy", "s2s."))


def _lookup(handlers: dict[Any, Handler], obj: Any) -> Handler | None:
    return handlers.get(obj) if table.hashable(obj) else None


def _method(expr: Apply, stmt: Let, at: Legal) -> Expr | None:
    """A method of an array, written as the function where that has a handler."""
    assert isinstance(expr.fn, Method)
    x, name = expr.args[0], expr.fn.name
    fact = at.facts.of(x)  # type: ignore[arg-type]
    if fact.numeric and name in METHODS:
        fn = getattr(np, METHODS[name])
        rest = expr.args[1:]
        if name in ("reshape", "transpose") and len(rest) > 1:
            shape = at.build.call(prims.build_tuple, *rest, name="shape")  # type: ignore[arg-type]
            rest = (shape,)
        return _call(Apply(Ref(f"np.{METHODS[name]}", fn), (x, *rest), expr.kwargs), stmt, at)
    if fact.kind in NUMBER_KINDS and name in ("item", "copy", "conj", "conjugate"):
        return x if name in ("item", "copy") else Apply(Ref("np.conj", np.conj), (x,))  # type: ignore[return-value]
    return expr


# ---- questions and building blocks -----------------------------------------------------------


def fact(at: Legal, a: Atom) -> Fact:
    """What is known of an atom."""
    return at.facts.of(a)


def rank(at: Legal, a: Atom, what: str) -> int:
    """The rank of an array, which has to be known."""
    dims = at.facts.of(a).dims
    if dims is None:
        raise NotNative(f"{what} of an array of unknown rank")
    return len(dims)


def is_number(at: Legal, a: Atom) -> bool:
    """Whether an atom is one number."""
    f = at.facts.of(a)
    return f.kind in NUMBER_KINDS or (f.dims == () and f.numeric)


def literal(at: Legal, a: Atom, what: str) -> Any:
    """The value of an option, which has to be known."""
    known, value = at.facts.constant(a)
    if not known:
        raise NotNative(f"{what} that is known only at run time")
    return value


def size_of(at: Legal, x: Atom, axis: int) -> Value:
    """`x.shape[axis]`."""
    return at.build.call(
        _GETITEM, at.build.call(getattr, x, Const("shape"), name="shape"), Const(axis), name="n"
    )


def call(at: Legal, fn: Any, *args: Atom, name: str = "t") -> Value:
    """Bind a call of a function that is written under its own name."""
    return at.build.call(fn, *args, name=name)


def native_call(name: str, *args: Atom) -> Apply:
    """A call of a helper that Numba compiles."""
    return Apply(Ref(name, getattr(native, name)), args)


def require_same(at: Legal, a: Atom, b: Atom) -> None:
    """Compare two shapes when the program runs, unless they are the same by construction."""
    da, db = at.facts.of(a).dims, at.facts.of(b).dims
    if da is None or db is None or len(da) != len(db):
        raise NotNative("a gradient of another rank than its argument")
    ra = at.facts.raw_dims(a) or (None,) * len(da)
    rb = at.facts.raw_dims(b) or (None,) * len(db)
    for k, (m, n) in enumerate(zip(ra, rb, strict=True)):
        if not at.facts.certain(m, n):
            at.build.emit(Let((), native_call("agree", size_of(at, a, k), size_of(at, b, k))))


# ---- helpers of the runtime ------------------------------------------------------------------


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
    if fg.dtype != fx.dtype:
        dtype = Ref(f"np.{fx.dtype.name}", fx.dtype.type)
        return Apply(Method("astype"), (g, dtype))
    return Apply(Method("copy"), (g,))


def _gradients(at: Legal, g: Atom, x: Atom, count: int) -> Expr:
    """The gradients of the items of a tuple or list, as a tuple."""
    parts: list[Atom] = []
    for k in range(count):
        part = at.build.call(_GETITEM, g, Const(k), name="part")
        item = at.build.call(_GETITEM, x, Const(k), name="item")
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


@helper("add_at")
def _add_at(at: Legal, shadow: Atom, index: Atom, v: Atom) -> Expr:
    f = at.facts.of(shadow)
    if f.kind != "array" or f.dims is None:
        raise NotNative("a sum into the items of a list or of an object")
    key = at.facts.of(index)
    entries = key.items if key.kind == "tuple" else (key,)
    if entries is None:
        raise NotNative("an index of unknown kind")
    if all(e.kind in ("int", "slice", "none") or e.const is ... for e in entries):
        old = at.build.call(_GETITEM, shadow, index, name="old")
        new = at.build.let(_augmented(Apply(Ref("iadd", operator.iadd), (old, v)), at), "new")
        at.build.emit(Write("item", shadow, index, new, at.build.origin))
        return shadow
    kinds = [(e.kind, e.dtype.kind if e.dtype is not None else "", len(e.dims or ()))
             for e in entries]  # fmt: skip
    scalar = is_number(at, v)
    fv = at.facts.of(v)
    if kinds == [("array", "i", 1)] and (scalar or fv.dims is not None):
        if not scalar and len(fv.dims or ()) != len(f.dims):
            raise NotNative("a sum at integer indices with broadcasting")
        name = "add_each" if scalar else "add_rows"
    elif kinds == [("array", "i", 1)] * 2 and len(f.dims) == 2 and (scalar or len(fv.dims or ()) == 1):
        name = "add_each_pair" if scalar else "add_pairs"
    elif len(kinds) == 1 and kinds[0][:2] == ("array", "b") and kinds[0][2] == len(f.dims):
        name = "add_where" if scalar else "add_masked"
    else:
        raise NotNative("a sum at these integer indices")
    parts = [index] if key.kind != "tuple" else [
        at.build.call(_GETITEM, index, Const(k)) for k in range(len(entries))
    ]  # fmt: skip
    at.build.emit(Let((), native_call(name, shadow, *parts, v), at.build.origin))
    return shadow


# ---- NumPy -----------------------------------------------------------------------------------


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


def _reduction(at: Legal, fn: Any, a: Atom, axis: Atom, keepdims: Atom) -> Atom | Apply:
    """A reduction over all axes, or over one after the other."""
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
        a = call(at, fn, a, Const(k)) if fn is np.sum else at.build.let(
            _extreme_along(at, fn, a, k)
        )  # fmt: skip
    if keep:
        for k in reversed(axes):
            a = call(at, np.expand_dims, a, Const(k))
    return a


def _extreme_along(at: Legal, fn: Any, a: Atom, axis: int) -> Apply:
    """`np.max(a, axis=...)` by a loop over the other axes."""
    r = rank(at, a, "a reduction")
    if fn not in (np.max, np.min, np.prod) or r > 3:
        raise NotNative(f"`np.{fn.__name__}` along an axis")
    first = a if axis == 0 else call(at, np.moveaxis, a, Const(axis), Const(0))
    if axis:
        order = (axis, *(k for k in range(r) if k != axis))
        first = at.build.let(Apply(Ref("np.transpose", np.transpose), (a, Const(order))))
    return native_call(f"{fn.__name__}_rows", first)


@function(np.sum)
def _sum(at: Legal, a: Atom, axis: Atom = Const(None), keepdims: Atom = Const(False)) -> Expr:
    if at.facts.of(a).kind in ("list", "tuple"):
        raise NotNative("`np.sum` of a list")
    return _reduction(at, np.sum, a, axis, keepdims)


@function(np.max, np.amax)
def _max(at: Legal, a: Atom, axis: Atom = Const(None), keepdims: Atom = Const(False)) -> Expr:
    return _reduction(at, np.max, a, axis, keepdims)


@function(np.min, np.amin)
def _min(at: Legal, a: Atom, axis: Atom = Const(None), keepdims: Atom = Const(False)) -> Expr:
    return _reduction(at, np.min, a, axis, keepdims)


@function(np.mean)
def _mean(at: Legal, a: Atom, axis: Atom = Const(None), keepdims: Atom = Const(False)) -> Expr:
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
    a, b = _alike(at, a, b)
    if max(ranks) <= 2:
        if ranks == (1, 1):
            return Apply(Ref("np.dot", np.dot), (a, b))
        return Apply(Ref("matmul", operator.matmul), (a, b))
    name = f"matmul_{ranks[0]}{ranks[1]}"
    if not hasattr(native, name):
        raise NotNative(f"a product of arrays of rank {ranks[0]} and {ranks[1]}")
    return native_call(name, a, b)


def _alike(at: Legal, a: Atom, b: Atom) -> tuple[Atom, Atom]:
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
    return _transposed(at, a, tuple(order))


@function(np.transpose)
def _transpose(at: Legal, a: Atom, axes: Atom = Const(None)) -> Expr:
    r = rank(at, a, "`np.transpose`")
    order = literal(at, axes, "an order of axes")
    return _transposed(at, a, tuple(k % r for k in order) if order else tuple(range(r))[::-1])


@function(np.moveaxis)
def _moveaxis(at: Legal, a: Atom, source: Atom, destination: Atom) -> Expr:
    r = rank(at, a, "`np.moveaxis`")
    p, q = (literal(at, x, "an axis") for x in (source, destination))
    if not isinstance(p, int) or not isinstance(q, int):
        raise NotNative("`np.moveaxis` of several axes")
    order = [k for k in range(r) if k != p % r]
    order.insert(q % r, p % r)
    return _transposed(at, a, tuple(order))


def _transposed(at: Legal, a: Atom, order: tuple[int, ...]) -> Expr:
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
def _reshape(at: Legal, a: Atom, shape: Atom, order: Atom = Const("C")) -> Expr:
    if literal(at, order, "an order") != "C":
        raise NotNative("a reshape in another order than that of C")
    plain = call(at, np.ascontiguousarray, a)
    return Apply(Ref("np.reshape", np.reshape), (plain, shape))


@function(np.array, np.asarray)
def _array(at: Legal, x: Atom, dtype: Atom = Const(None)) -> Expr:
    f = at.facts.of(x)
    if f.kind == "array" and dtype == Const(None):
        return Apply(Method("copy"), (x,))
    items = at.facts.items(x)
    if items is None or dtype != Const(None):
        return Apply(Ref("np.array", np.array), (x,) if dtype == Const(None) else (x, dtype))
    facts = [at.facts.of(i) for i in items]
    dtypes = {i.dtype for i in facts}
    ranks = {len(i.dims) if i.dims is not None else -1 for i in facts}
    if None in dtypes or len(ranks) != 1 or -1 in ranks:
        raise NotNative("an array of items of unknown kind")
    common = np.result_type(*dtypes)  # type: ignore[arg-type]
    shape: list[Atom] = [Const(len(items))]
    shape += [size_of(at, items[0], k) for k in range(ranks.pop())]
    one = shape[0] if len(shape) == 1 else at.build.call(
        prims.build_tuple, *shape, name="shape"
    )  # fmt: skip
    kind = () if common == float else (Ref(f"np.{common.name}", common.type),)
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
    column = at.build.call(_GETITEM, a, key, name="column")
    return Apply(Ref("mul", operator.mul), (column, b))
