"""Building blocks of statements: the one way in which passes write new code."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Protocol

from s2s.errors import Origin
from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Block, Const, Expr, Let, Method, Ref, Stmt, Value


class Learner(Protocol):
    """Who is told of every value that a builder binds."""

    def learn(self, value: Value, expr: Expr) -> None:
        """Note that `value` is `expr`."""


class Builder:
    """A list of statements under construction, with the origin that new ones get."""

    def __init__(self, origin: Origin | None = None, facts: Learner | None = None) -> None:
        self.stmts: list[Stmt] = []
        self.origin = origin
        self.facts = facts

    def emit(self, stmt: Stmt) -> None:
        """Append a statement."""
        self.stmts.append(stmt)

    def let(self, expr: Expr, name: str = "t", user: bool = False) -> Value:
        """Bind an expression to a new value."""
        value = Value(name, user)
        self.stmts.append(Let((value,), expr, self.origin))
        if self.facts is not None:
            self.facts.learn(value, expr)
        return value

    def call(
        self, fn: Callable[..., Any] | Ref | Method, *args: Atom, name: str = "t", **kwargs: Atom
    ) -> Value:
        """Bind `fn(*args, **kwargs)` to a new value."""
        target = fn if isinstance(fn, Ref | Method) else Ref(fn_text(fn), fn)
        return self.let(Apply(target, args, tuple(kwargs.items())), name)

    def block(self, *outs: Atom, exit: str | None = None, mirror: int | None = None) -> Block:
        """The block of what was built."""
        return Block(tuple(self.stmts), outs, exit, mirror=mirror)


def fn_text(fn: Callable[..., Any]) -> str:
    """How generated code writes a callable that the compiler itself introduces."""
    module = getattr(fn, "__module__", None) or ""
    name = str(getattr(fn, "__qualname__", None) or getattr(fn, "__name__", fn))
    if module == "numpy" or (not module and hasattr(fn, "nin")) or type(fn).__name__ == "ufunc":
        return f"np.{fn.__name__}"
    if module.startswith("numpy.linalg"):
        return f"np.linalg.{name}"
    return name


def add(build: Builder, a: Atom, b: Atom, name: str = "t") -> Value:
    """`a + b`."""
    return build.call(operator.add, a, b, name=name)


def tuple_of(build: Builder, *items: Atom, name: str = "t") -> Value:
    """`(a, b)`."""
    return build.call(prims.build_tuple, *items, name=name)


def getitem(build: Builder, x: Atom, index: Atom, name: str = "t") -> Value:
    """`x[index]`."""
    return build.call(operator.getitem, x, index, name=name)


def getattribute(build: Builder, x: Atom, attribute: str, name: str = "t") -> Value:
    """`x.attribute`."""
    return build.call(getattr, x, Const(attribute), name=name)
