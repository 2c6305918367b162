"""The lists that stand for the objects of one kind, and what arguments put into them.

    def f(bodies):             require_separate(bodies)
        ...                    bodies_x, places = [], []
                               for body in bodies:
                                   places.append(len(bodies_x))
                                   bodies_x.append(body.x)
"""

from __future__ import annotations

from collections.abc import Iterator
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
from s2s.transform.objects.kinds import ITEM, Kind, Kinds, is_holder, part

_LIST = Ref("list", prims.build_list)


@dataclass(frozen=True)
class Root:
    """Where objects of the caller are: a parameter, or an attribute of one."""

    param: Value
    names: tuple[str, ...]  # the attribute of the parameter, if it is one
    witness: object
    kind: Kind
    listed: bool


def roots_of(param: Value, witness: object, kinds: Kinds) -> Iterator[Root]:
    """The objects that a parameter is or holds, and those that its attributes hold."""
    yield from _root(param, (), witness, kinds.of(param))
    if not isinstance(witness, list | tuple):
        for name, held in vars(witness).items():
            if is_holder(held):
                yield from _root(param, (name,), held, part(kinds.of(param), f".{name}"))


def _root(param: Value, names: tuple[str, ...], witness: object, kind: Kind) -> Iterator[Root]:
    if not isinstance(witness, list | tuple):
        yield Root(param, names, witness, kind, False)
    elif all(is_holder(o) and not isinstance(o, list | tuple | dict) for o in witness):
        yield Root(param, names, witness, part(kind, ITEM), True)


@dataclass
class Table:
    """The objects of one kind: a list for each attribute."""

    cls: type
    name: str
    given: list[Root]  # parameters that are, or hold, such objects
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
    function: Function, tables: list[Table]
) -> tuple[list[Stmt], dict[Value, Atom], dict[tuple[Value, str], Atom]]:
    """The lists, with what the arguments hold, and the places of the arguments' objects.

    Those of parameters first, then those of attributes of parameters.
    """
    build = Builder(function.origin)
    places: dict[Value, Atom] = {}
    attributes: dict[tuple[Value, str], Atom] = {}
    for table in tables:
        for column in table.columns.values():
            build.emit(Let((column,), Apply(_LIST), function.origin))
        found: list[Atom] = [_read(build, root) for root in table.given]
        if found:
            names = [Const(n) for n in table.columns if n in table.updated]
            every = build.call(prims.build_tuple, *found)
            check = Apply(Ref("require_separate", runtime.require_separate), (every, *names))
            build.emit(Let((), check, function.origin))
        for root, atom in zip(table.given, found, strict=True):
            place = _places(build, table, root, atom)
            if root.names:
                attributes[root.param, root.names[0]] = place
            else:
                places[root.param] = place
    return build.stmts, places, attributes


def _read(build: Builder, root: Root) -> Atom:
    """What a root is."""
    atom: Atom = root.param
    for name in root.names:
        atom = build.call(getattr, atom, Const(name), name=name)
    return atom


def _places(build: Builder, table: Table, root: Root, atom: Atom) -> Value:
    """The places of the objects of a root."""
    if not root.listed:
        return _place(build, table, atom, root.witness)
    name = root.names[-1] if root.names else root.param.name
    found = Value(f"{name}_places", True)
    build.emit(Let((found,), Apply(_LIST), build.origin))
    item, inner = Value(table.cls.__name__.lower(), True), Builder(build.origin)
    place = _place(inner, table, item, root.witness[0])  # type: ignore[index]
    inner.emit(append_to(found, place, build.origin))
    build.emit(For(Iter("each", (atom,), (), item), (), (), inner.block(), (), build.origin))
    return found


def _place(build: Builder, table: Table, obj: Atom, witness: object) -> Value:
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
