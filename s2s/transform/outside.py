"""Arrays from outside of a function that it writes into: it works on copies of its own.

    work = np.zeros(3)                  def f_grad(x, f_bar=1.0):
                                            require_apart(work, x)
    def f(x):                               work_2 = np.array(work)
        work[:] = x * x                     work_2[:] = x * x
        return np.sum(work)                 ...

As of an array that is passed in, nothing of the caller's is modified.  The array may be an
attribute of an object, such as `model.work`.  Nothing else that runs may read it: it would see the
old contents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from s2s import runtime
from s2s.analysis.activity import closures_of
from s2s.analysis.buffers import UNTRACKED
from s2s.analysis.operations import Called, Late, Unknown, classify
from s2s.errors import Origin, S2SError, Unsound
from s2s.ir.build import Builder
from s2s.ir.effects import pure
from s2s.ir.nodes import Apply, Atom, Const, Function, Let, Ref, Stmt, Value, Write
from s2s.ir.record import replace
from s2s.ir.walk import all_atoms, map_block, own_atoms, statements
from s2s.rules import Nothing

_GETATTR = Ref("getattr", getattr)
_ADVICE = ("pass it as an argument: of an array that is passed in, the derivative makes a copy",
           "or make the array in the function")  # fmt: skip
_PLAIN = (np.ndarray, float, int, bool, complex, str, bytes, type(None), type(...), np.dtype)


@dataclass(frozen=True, eq=False)
class _Place:
    """An array, or other data, from outside, and how a function comes by it."""

    array: Any
    text: str
    expr: Ref | Apply  # a name, or an attribute of what has a name


def own_captured(function: Function) -> Function:
    """The function with copies of the arrays from outside that it writes into.

    Raises
    ------
    Unsound
        Where something else may read such an array.
    """
    if not any(isinstance(s, Write) for s in statements(function.body)):
        return function
    places = _places(function)
    written = _written(function, places)
    if not written:
        return function
    build, copies = Builder(function.origin, None), dict[int, Value]()
    for place, origin in written.items():
        _check_alone(function, place, places, origin)
        whole = build.let(place.expr) if isinstance(place.expr, Apply) else place.expr
        given: list[Atom] = [p.value for p in function.params]
        given += [a for a, p in places.items() if isinstance(a, Ref) and p.array is not place.array]
        if given:
            apart = Ref("require_apart", runtime.require_apart)
            build.emit(Let((), Apply(apart, (whole, *given)), function.origin))
        copy = copies[id(place.array)] = Value(place.text.rpartition(".")[2], True)
        build.emit(Let((copy,), Apply(Ref("np.array", np.array), (whole,)), function.origin))
    table: dict[Any, Atom] = {
        atom: copies[id(p.array)] for atom, p in places.items() if id(p.array) in copies
    }

    def swap(atom: Atom) -> Atom:
        return table.get(atom, atom) if isinstance(atom, Value | Ref) else atom

    body = map_block(function.body, swap)
    return replace(function, body=replace(body, stmts=(*build.stmts, *body.stmts)))


def _places(function: Function) -> dict[Any, _Place]:
    """Names of arrays from outside, and values that are attributes of objects from there."""
    found: dict[Any, _Place] = {}
    for atom in all_atoms(function.body):
        if isinstance(atom, Ref) and atom.live and type(atom.obj) is np.ndarray:
            found[atom] = _Place(atom.obj, atom.text, atom)
    for stmt in statements(function.body):
        held = _attribute(stmt)
        if held is not None and type(held.array) is np.ndarray:
            found[stmt.targets[0]] = held  # type: ignore[union-attr]
    return found


def _attribute(stmt: Stmt) -> _Place | None:
    """What a statement takes out of the data of an object from outside, if it does that."""
    expr = stmt.expr if isinstance(stmt, Let) else None
    if not isinstance(expr, Apply) or expr.fn != _GETATTR:
        return None
    ref, name = expr.args
    if not isinstance(ref, Ref) or not isinstance(name, Const) or _is_code(ref.obj):
        return None
    data = getattr(ref.obj, "__dict__", None)
    if not isinstance(data, dict) or name.value not in data:
        return None
    return _Place(data[name.value], f"{ref.text}.{name.value}", expr)


def _is_code(obj: Any) -> bool:
    """Whether an object holds no data: a function, a class, a module."""
    if isinstance(obj, type | ModuleType | FunctionType):
        return True
    return callable(obj) and type(obj).__module__.partition(".")[0] in ("numpy", "builtins")


def _written(
    function: Function, places: Mapping[Any, _Place]
) -> dict[_Place, Origin | None]:
    """The arrays that are written into, or whose parts are."""
    made = {
        s.targets[0]: s.expr for s in statements(function.body)
        if isinstance(s, Let) and len(s.targets) == 1 and not s.unpack
    }  # fmt: skip
    found: dict[int, tuple[_Place, Origin | None]] = {}
    for stmt in statements(function.body):
        if not isinstance(stmt, Write) or stmt.kind in UNTRACKED:
            continue
        atom: Any = stmt.target
        while isinstance(atom, Value) and atom in made and atom not in places:
            expr = made[atom]
            atom = expr.args[0] if isinstance(expr, Apply) and expr.args else expr
        place = places.get(atom) if isinstance(atom, Value | Ref) else None
        if place is not None:
            found.setdefault(id(place.array), (place, stmt.origin))
    return dict(found.values())


def _check_alone(
    function: Function, place: _Place, places: Mapping[Any, _Place], origin: Origin | None
) -> None:
    """Refuse an array that is known under another name, or that something else reads."""
    for other in places.values():
        if other.array is not place.array and np.may_share_memory(other.array, place.array):
            raise _shared(place, f"`{other.text}`", origin)
    holder = _holder(function)
    if holder is not None:
        raise _shared(place, f"`{holder}`", origin)
    reader = _reader(function, place.array, set())
    if reader is not None:
        raise _shared(place, f"{reader}, which is called,", origin)


def _holder(function: Function) -> str | None:
    """An object or container from outside that is used for more than its arrays and numbers."""
    for stmt in statements(function.body):
        held = _attribute(stmt)
        if held is not None and type(held.array) in _PLAIN:
            continue
        for atom in own_atoms(stmt):
            if isinstance(atom, Ref) and not _is_code(atom.obj) and type(atom.obj) not in _PLAIN:
                return atom.text
    return None


def _reader(function: Function, array: Any, seen: set[object]) -> str | None:
    """What is called and names an array as well, or may."""
    closures = closures_of(function.body)
    for stmt in statements(function.body):
        op = classify(stmt.expr, Nothing(), closures) if isinstance(stmt, Let) else None
        if isinstance(op, Late) or isinstance(op, Unknown) and not pure(stmt.expr):  # type: ignore[union-attr]
            return op.what
        if not isinstance(op, Called) or op.key in seen:
            continue
        seen.add(op.key)
        try:
            callee = op.function()
        except S2SError:
            continue
        if _holder(callee) is not None or any(
            np.may_share_memory(p.array, array) for p in _places(callee).values()
        ):
            return f"`{op.name}`"
        found = _reader(callee, array, seen)
        if found is not None:
            return found
    return None


def _shared(place: _Place, what: str, origin: Origin | None) -> Unsound:
    return Unsound(
        f"`{place.text}` comes from outside of the function and is updated in place, and {what}"
        " may show it", origin=origin, advice=_ADVICE,
    )  # fmt: skip
