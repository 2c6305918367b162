"""What to write for a call: helpers of the runtime, functions and methods of NumPy.

Each handler gets the arguments of a call and gives the expression to write in its place, None
where nothing is left to write.  What has no handler is written as it stands: Numba either
compiles it or says why not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.analysis import callables as table
from s2s.analysis.fact import NUMBER_KINDS
from s2s.ir import prims
from s2s.ir.effects import augmented, in_place
from s2s.ir.nodes import Apply, Const, Expr, Let, Method, Ref, Star, Value
from s2s.runtime import loops as native
from s2s.transform.numba import angles, functions, helpers, rolled, systems
from s2s.transform.numba.asks import FUNCTIONS, GETITEM, HELPERS, Handler
from s2s.transform.numba.kinds import ELEMENTWISE, generated, runtime_name
from s2s.transform.numba.legal import NotNative, added, is_source

if TYPE_CHECKING:
    from s2s.transform.numba.legal import Legal

REGISTERED = (angles, functions, helpers, rolled, systems)  # importing them fills the tables
METHODS: dict[str, str] = {
    name: name for name in
    "sum mean max min prod dot reshape transpose swapaxes any all std var ravel cumsum trace"
    .split()
}  # fmt: skip


def rewrite(stmt: Let, at: Legal) -> Expr | None:
    """What to write in place of the expression of a statement."""
    expr = stmt.expr
    if not isinstance(expr, Apply):
        return expr
    if getattr(expr.fn, "obj", None) is prims.build_tuple:
        expr = _unstarred(expr, at)
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
    obj = expr.fn.obj
    kwargs = {k: a for k, a in expr.kwargs if k is not None}
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
        return added(expr, at.facts)
    if is_source(obj):
        return at.adopt(obj, expr, at.facts)  # type: ignore[no-any-return]
    return expr


def _unstarred(expr: Apply, at: Legal) -> Apply:
    """`(n, *x.shape)` with the items one by one."""
    args: list[Any] = []
    for a in expr.args:
        items = at.facts.of(a.atom).items if isinstance(a, Star) else None
        if isinstance(a, Star) and items is not None:
            args += [at.build.call(GETITEM, a.atom, Const(k)) for k in range(len(items))]
        else:
            args.append(a)
    return Apply(expr.fn, tuple(args), expr.kwargs)


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
