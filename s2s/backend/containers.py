"""Changes of lists and dicts as the methods of Python that make them.

    write insert points, 1: v      points.insert(1, v)
    v = points[1]                  v = points.pop(1)
    write del points, 1
"""

from __future__ import annotations

from typing import Any

import gast

from s2s.backend.syntax import Writer
from s2s.ir.nodes import Const, Write

_END = Const(None)


def of_container(stmt: Write, write: Writer) -> Any | None:
    """The statement of a write that is a method of a container; None for all others."""
    kind = stmt.op if stmt.kind == "restore" and stmt.op else stmt.kind
    value = [write.atom(stmt.value)]
    match kind:
        case "insert" if stmt.key == _END:
            return _method(stmt, "append", value, write)
        case "insert":
            return _method(stmt, "insert", [write.atom(stmt.key), *value], write)
        case "extend":
            return _method(stmt, "extend", value, write)
        case "clear":
            return _method(stmt, "clear", [], write)
        case "del" if stmt.key == _END:
            return _method(stmt, "pop", [], write)
        case "refill":
            function = write.atom(stmt.args[0])
            return gast.Expr(gast.Call(function, [write.atom(stmt.target), *value], []))
    return None


def _method(stmt: Write, name: str, args: list[Any], write: Writer) -> Any:
    function = write.attribute(stmt.target, name, gast.Load())
    return gast.Expr(gast.Call(function, args, []))


def fused(before: list[Any], change: Any) -> bool:
    """Put `v = points.pop(k)` in the place of `v = points[k]`, and whether `change` was that.

    Between the two may stand `v_saved.append(v)`.
    """
    k = len(before) - 1
    if k > 0 and _saves(before[k], before[k - 1]):
        k -= 1
    taken = _popped(before[k], change) if k >= 0 else None
    if taken is not None:
        before[k] = taken
    return taken is not None


def _saves(stmt: Any, read: Any) -> bool:
    """Whether a statement only appends the variable that another one binds."""
    match stmt, read:
        case (
            gast.Expr(value=gast.Call(func=gast.Attribute(attr="append"), args=[gast.Name(id=a)])),
            gast.Assign(targets=[gast.Name(id=b)]),
        ):
            return bool(a == b)
    return False


def _popped(read: Any, change: Any) -> Any | None:
    """`v = points.pop(k)` for `v = points[k]` and what takes out the same item; else None."""
    match read:
        case gast.Assign(targets=[gast.Name()], value=gast.Subscript(value=base, slice=key)):
            pass
        case _:
            return None
    pop = gast.Attribute(base, "pop", gast.Load())
    match change:
        case gast.Expr(value=gast.Call(func=gast.Attribute(value=other, attr="pop"), args=[])):
            if gast.dump(base) == gast.dump(other) and gast.dump(key) == _LAST:
                return gast.Assign(read.targets, gast.Call(pop, [], []), None)
        case gast.Delete(targets=[gast.Subscript(value=other, slice=same)]):
            alike = gast.dump(base) == gast.dump(other) and gast.dump(key) == gast.dump(same)
            if alike and not isinstance(key, gast.Slice):
                return gast.Assign(read.targets, gast.Call(pop, [key], []), None)
    return None


_LAST = gast.dump(gast.UnaryOp(gast.USub(), gast.Constant(1, None)))
