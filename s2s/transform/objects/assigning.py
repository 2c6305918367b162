"""Assignments to attributes and items of objects: setters, `__setitem__`, operators.

    tank.h = v                 (a property)   the body of its setter
    b.pos += d                 (an object)    old = b.pos; b.pos = old.__iadd__(d)
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import TYPE_CHECKING

from s2s.errors import Unsupported
from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Const, Let, Ref, Stmt, Value, Write
from s2s.transform.objects.classes import has_setter, member, setter
from s2s.transform.objects.kinds import ITEM, find

if TYPE_CHECKING:
    from s2s.transform.inline import Inliner
    from s2s.transform.objects.inlining import ObjectInliner, Stack

_GETITEM = Ref("getitem", operator.getitem)


def assigned(
    objects: ObjectInliner, worker: Inliner, stmt: Write, stack: Stack
) -> list[Stmt] | None:
    """What stands for an assignment to an attribute or an item of an object."""
    if stmt.op is not None and _holds_object(objects, stmt):
        before, value = _updated(objects, worker, stmt, stack)
        put = replace(stmt, value=value, op=None)
        objects.kinds.statement(put)
        return [*before, *worker.stmt(put, stack)]
    if stmt.kind == "attr" and isinstance(stmt.target, Value):
        found = _set(objects, worker, stmt, stack)
        if found is not None:
            return found
    elif stmt.kind == "item" and isinstance(stmt.target, Value):
        cls = objects.class_of(stmt.target)
        method = member(cls, "__setitem__") if cls is not None else None
        if method is not None:
            out: list[Stmt] = []
            value = stmt.value
            if stmt.op is not None:
                out, value = _updated(objects, worker, stmt, stack)
            args = (stmt.target, stmt.key, value)
            rest = objects.call(worker, method, args, (), _effect(stmt), stack)
            return None if rest is None else [*out, *rest]
    return [] if objects.store(worker, stmt) else None


def _set(
    objects: ObjectInliner, worker: Inliner, stmt: Write, stack: Stack
) -> list[Stmt] | None:
    """The setter of a property, and its getter before that for an update."""
    obj, name = stmt.target, str(getattr(stmt.key, "value", ""))
    assert isinstance(obj, Value)
    cls = objects.class_of(obj)
    if cls is None or not has_setter(cls, name):
        return None
    method = setter(cls, name)
    out: list[Stmt] = []
    value = stmt.value
    if method is not None and stmt.op is not None:
        out, value = _updated(objects, worker, stmt, stack)
    if method is not None:
        rest = objects.call(worker, method, (obj, value), (), _effect(stmt), stack)
        if rest is not None:
            return [*out, *rest]
    raise Unsupported(
        f"cannot tell what assigning `{name}` does", origin=stmt.origin,
        advice=("assign the attribute that the property stands for",
                "or call a method that does so"),
    )  # fmt: skip


def _holds_object(objects: ObjectInliner, stmt: Write) -> bool:
    """Whether what an update changes is an object, with operators of its own."""
    if not isinstance(stmt.target, Value) or objects.kinds.is_slice(stmt.key):
        return False
    named = isinstance(stmt.key, Const) and stmt.kind == "attr"
    key = f".{stmt.key.value}" if named else ITEM if stmt.kind == "item" else ""  # type: ignore[union-attr]
    inner = objects.kinds.of(stmt.target).parts.get(key)
    return inner is not None and bool(find(inner).classes)


def _updated(
    objects: ObjectInliner, worker: Inliner, stmt: Write, stack: Stack
) -> tuple[list[Stmt], Atom]:  # fmt: skip
    """What an attribute or an item is after an update."""
    assert stmt.op is not None
    read = Ref("getattr", getattr) if stmt.kind == "attr" else _GETITEM
    old, value = Value("old"), Value("new")
    fn = prims.INPLACE[stmt.op]
    new = [
        Let((old,), Apply(read, (stmt.target, stmt.key)), stmt.origin),
        Let((value,), Apply(Ref(fn.__name__, fn), (old, stmt.value)), stmt.origin),
    ]
    out = objects.run(worker, new, stack)
    return out, worker.swap(value)


def _effect(stmt: Write) -> Let:
    """The statement that an assignment is where it is a call."""
    return Let((), Const(None), stmt.origin)
