"""Named tuples that a function makes are tuples, whose items have names while it is compiled.

    p = Point(x, 2.0)              p = (x, 2.0)
    p = p._replace(a=p.a * 2)      p = (p[0] * 2, p[1])
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from s2s.errors import Unsupported
from s2s.frontend.lower import default_atom
from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Const, Function, Let, Method, Ref, Star, Stmt, Value
from s2s.transform.objects.kinds import ITEM, Kind, find

_GETITEM = Ref("getitem", operator.getitem)
_TUPLE = Ref("tuple", prims.build_tuple)


def is_named(cls: Any) -> bool:
    """Whether a class is made by `namedtuple`, or adds methods to such a one."""
    if not isinstance(cls, type) or not issubclass(cls, tuple) or not hasattr(cls, "_fields"):
        return False
    made = next(c for c in cls.__mro__ if "__new__" in vars(c))
    return "_fields" in vars(made) and "__init__" not in {
        n for c in cls.__mro__[: cls.__mro__.index(tuple)] for n in vars(c)
    }  # fmt: skip


def named_tuple(
    stmt: Let, named_of: Callable[[Any], type | None]
) -> list[Stmt] | None:  # fmt: skip
    """What stands for a statement that makes a named tuple, or asks one by name."""
    expr = stmt.expr
    if not isinstance(expr, Apply) or any(isinstance(a, Star) for a in expr.args):
        return None
    args: list[Any] = list(expr.args)
    if isinstance(expr.fn, Ref) and is_named(expr.fn.obj):
        items = _bound(expr.fn.obj, args, dict(expr.kwargs))
        return None if items is None else [replace(stmt, expr=Apply(_TUPLE, tuple(items)))]
    cls = named_of(args[0]) if args else None
    if cls is None:
        return None
    fields: tuple[str, ...] = cls._fields  # type: ignore[attr-defined]
    if isinstance(expr.fn, Ref) and expr.fn.obj is getattr and isinstance(args[1], Const):
        if args[1].value not in fields:
            return None
        place = Const(fields.index(args[1].value))
        return [replace(stmt, expr=Apply(_GETITEM, (args[0], place)))]
    if isinstance(expr.fn, Method) and expr.fn.name == "_replace" and len(args) == 1:
        new = dict(expr.kwargs)
        if not set(new) <= set(fields):
            return None
        stmts: list[Stmt] = []
        parts: list[Atom] = []
        for k, name in enumerate(fields):
            if name in new:
                parts.append(new[name])
                continue
            part = Value(name)
            stmts.append(Let((part,), Apply(_GETITEM, (args[0], Const(k))), stmt.origin))
            parts.append(part)
        return [*stmts, replace(stmt, expr=Apply(_TUPLE, tuple(parts)))]
    return None


def _bound(cls: Any, args: list[Any], kwargs: dict[str | None, Atom]) -> list[Atom] | None:
    """The items of a new tuple."""
    fields, defaults = cls._fields, cls._field_defaults
    given: dict[str, Atom] = dict(zip(fields, args, strict=False))
    if len(args) > len(fields) or None in kwargs or not set(kwargs) <= set(fields) - set(given):
        return None
    given.update({str(k): a for k, a in kwargs.items()})
    items = [
        given[f] if f in given else default_atom(f, defaults[f]) if f in defaults else None
        for f in fields
    ]  # fmt: skip
    return None if None in items else items  # type: ignore[return-value]


def refuse_named_result(function: Function, kind: Kind) -> None:
    """A named tuple that is returned would be a plain one.

    Raises
    ------
    Unsupported
        Where the result is, or holds, a named tuple that was made here.
    """
    if any(k.named for k in _inside(kind)):
        raise Unsupported(
            f"`{function.name}` returns a named tuple that it makes", origin=function.origin,
            advice=("return a plain tuple, a list or a dict",),
        )  # fmt: skip


def _inside(kind: Kind) -> Iterable[Kind]:
    for _ in range(4):
        yield kind
        if ITEM not in kind.parts:
            return
        kind = find(kind.parts[ITEM])
