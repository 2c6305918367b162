"""Questions and building blocks of those who say what to write for a call."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from s2s.analysis.fact import NUMBER_KINDS
from s2s.ir.nodes import Apply, Atom, Const, Expr, Let, Ref, Value
from s2s.runtime import loops as native
from s2s.transform.numba.legal import NotNative

if TYPE_CHECKING:
    from s2s.transform.numba.legal import Legal

Handler: TypeAlias = "Callable[..., Expr | None]"

HELPERS: dict[str, Handler] = {}
FUNCTIONS: dict[Any, Handler] = {}
GETITEM = Ref("getitem", operator.getitem)


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
NONE, FALSE, TRUE = Const(None), Const(False), Const(True)
ZERO, ONE, TWO = Const(0), Const(1), Const(2)
C_ORDER, CONSTANT = Const("C"), Const("constant")


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
        GETITEM, at.build.call(getattr, x, Const("shape"), name="shape"), Const(axis), name="n"
    )


def call(at: Legal, fn: Any, *args: Atom, name: str = "t") -> Value:
    """Bind a call of a function that is written under its own name."""
    return at.build.call(fn, *args, name=name)


def bound(at: Legal, expr: Expr | None, name: str) -> Atom:
    """The value of an expression."""
    assert expr is not None
    return expr if isinstance(expr, Value | Const) else at.build.let(expr, name)


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
