"""The lists that stand for the objects of one kind, and what arguments put into them.

    def f(bodies):             require_separate(bodies)
        ...                    bodies_x, places = [], []
                               for body in bodies:
                                   places.append(len(bodies_x))
                                   bodies_x.append(body.x)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from s2s import runtime
from s2s.errors import Origin
from s2s.frontend.lower import default_atom
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.nodes import (
    Apply,
    Atom,
    Const,
    For,
    Function,
    Iter,
    Let,
    Method,
    Ref,
    Stmt,
    Value,
)  # fmt: skip
from s2s.transform.objects.classes import default

_LIST = Ref("list", prims.build_list)


@dataclass
class Table:
    """The objects of one kind: a list for each attribute."""

    cls: type
    name: str
    given: list[Value]  # parameters that are, or hold, such objects
    columns: dict[str, Value] = field(default_factory=dict)
    updated: frozenset[str] = frozenset()  # attributes that are updated in place
    alone: frozenset[str] = frozenset()  # attributes whose arrays nobody else holds

    def first(self, name: str) -> Atom:
        """What an attribute is before it is assigned."""
        found, held = default(self.cls, name)
        return default_atom(name, held) if found else Const(None)


def append_to(column: Atom, value: Atom, origin: Origin | None) -> Stmt:
    """`column.append(value)`."""
    return Let((), Apply(Method("append"), (column, value)), origin)


def given_places(
    function: Function, tables: list[Table], given: Mapping[Value, object]
) -> tuple[list[Stmt], dict[Value, Atom]]:
    """The lists, with what the arguments hold, and the places of the arguments' objects."""
    build = Builder(function.origin)
    places: dict[Value, Atom] = {}
    for table in tables:
        if table.given:
            names = [Const(n) for n in table.columns if n in table.updated]
            every = build.call(prims.build_tuple, *table.given)
            check = Apply(Ref("require_separate", runtime.require_separate), (every, *names))
            build.emit(Let((), check, function.origin))
        for column in table.columns.values():
            build.emit(Let((column,), Apply(_LIST), function.origin))
        for v in table.given:
            witness = given[v]
            if not isinstance(witness, list | tuple):
                places[v] = _place(build, table, v, witness)
                continue
            places[v] = found = Value(f"{v.name}_places", True)
            build.emit(Let((found,), Apply(_LIST), function.origin))
            item, inner = Value(table.cls.__name__.lower(), True), Builder(function.origin)
            place = _place(inner, table, item, witness[0])
            inner.emit(append_to(found, place, function.origin))
            loop = For(Iter("each", (v,), (), item), (), (), inner.block(), (), function.origin)
            build.emit(loop)
    return build.stmts, places


def _place(build: Builder, table: Table, obj: Value, witness: object) -> Value:
    """The place of an object of the caller, where its attributes are from now on."""
    place = Value("place", True)
    first = next(iter(table.columns.values()))
    build.emit(Let((place,), Apply(Ref("len", len), (first,)), build.origin))
    for name, column in table.columns.items():
        value: Atom = Const(None)
        if hasattr(witness, name):
            value = build.call(getattr, obj, Const(name))
            if name in table.updated:
                value = build.call(Ref("copy_of", runtime.copy_of), value)
        build.emit(append_to(column, value, build.origin))
    return place
