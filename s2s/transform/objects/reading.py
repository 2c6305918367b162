"""What an attribute of an object is where it is more than data: a method, or taken apart at once.

    f = model.rhs              f = partial(Model.rhs, model)
    (a, b), c = tri.points     t = tri.points; (a, b), c = t
    parts = list(layers)       parts = [first, second]      (a display of objects)
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import TYPE_CHECKING

from s2s.ir import prims
from s2s.ir.nodes import Apply, Const, Let, Method, Ref, Stmt, Value
from s2s.ir.record import replace
from s2s.transform.objects.classes import Member, body_of, calls_super, member

if TYPE_CHECKING:
    from s2s.transform.inline import Inliner
    from s2s.transform.objects.inlining import ObjectInliner, Stack

_DISPLAYS = {list: prims.build_list, tuple: prims.build_tuple}


def read(
    objects: ObjectInliner, worker: Inliner, stmt: Let, stack: Stack
) -> list[Stmt] | None:
    """What stands for such a statement, or None for others."""
    expr = stmt.expr
    if not isinstance(expr, Apply) or not isinstance(expr.fn, Ref) or expr.kwargs:
        return None
    if expr.fn.obj in (list, tuple) and len(expr.args) == 1 and not stmt.unpack:
        return _copied(objects, worker, stmt, stack)
    if expr.fn.obj is not getattr or len(expr.args) != 2:
        return None
    obj, name = expr.args
    if not isinstance(obj, Value | Ref) or not isinstance(name, Const):
        return None
    after = None
    if isinstance(obj, Value) and obj in objects.supers:
        after, obj = objects.supers[obj]
    cls = objects.class_of(obj)
    found = member(cls, str(name.value), after) if cls is not None else None
    captured = isinstance(obj, Ref) and _asks_a_base(found)
    if not captured and obj not in objects.made and obj not in objects.given and after is None:
        return None
    if stmt.unpack and found is None:
        whole = Value(str(name.value))
        parts = (Let((whole,), expr, stmt.origin), replace(stmt, expr=whole))
        return objects.run(worker, parts, stack)
    held = isinstance(obj, Value) and objects.parts.load(obj, str(name.value)) is not None
    if found is None or held or stmt.unpack:
        return None
    text = f"{found.owner.__name__}.{found.fn.__name__}"
    bound = Apply(Ref("partial", functools.partial), (Ref(text, found.fn), obj))
    new = replace(stmt, expr=bound)
    worker.known.define(new)
    return [new]


def _copied(
    objects: ObjectInliner, worker: Inliner, stmt: Let, stack: Stack
) -> list[Stmt] | None:
    """A copy of a display that holds objects or functions is such a display."""
    expr = stmt.expr
    assert isinstance(expr, Apply) and isinstance(expr.fn, Ref)
    source = expr.args[0]
    held = objects.holds(worker, source) or worker.known.is_function(source)
    display = worker.known.displays.get(source) if held and isinstance(source, Value) else None
    if display is None or display.fn == Ref("dict", prims.build_dict):
        return None
    worker.known.display(source)
    make = _DISPLAYS[expr.fn.obj]
    new = replace(stmt, expr=Apply(Ref(expr.fn.text, make), display.args))
    return objects.run(worker, [new], stack)


def of_class(objects: ObjectInliner, expr: Apply) -> Member | None:
    """The method that a call names by its class: `Base.step(self, dt)`."""
    if not isinstance(expr.fn, Ref) or not expr.args:
        return None
    obj, fn = expr.args[0], expr.fn.obj
    cls = objects.class_of(obj) if isinstance(obj, Value | Ref) else None
    if cls is None or not isinstance(fn, types.FunctionType):
        return None
    name: str = fn.__name__
    for c in cls.__mro__:
        if name in vars(c) and vars(c)[name] is fn:
            return Member(fn, c)
    return None


def captured_method(expr: Apply, class_of: Callable[[Value | Ref], type | None]) -> Member | None:
    """A method of a captured object that asks for what a base class has."""
    if not isinstance(expr.fn, Method) or not expr.args or not isinstance(expr.args[0], Ref):
        return None
    cls = class_of(expr.args[0])
    found = member(cls, expr.fn.name) if cls is not None else None
    return found if _asks_a_base(found) else None


def _asks_a_base(found: Member | None) -> bool:
    function = body_of(found) if found is not None else None
    return function is not None and calls_super(function)
