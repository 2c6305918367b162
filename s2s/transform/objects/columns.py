"""Objects that lists, dicts and other objects hold become places in lists, one for each attribute.

    bodies = []                         bodies_x, bodies_v, bodies = [], [], []
    for v in x:                         for v in x:
        bodies.append(Body(v))              body = len(bodies_x)
                                            bodies_x.append(v); bodies_v.append(0.0)
                                            bodies.append(body)
    for b in bodies:                    for b in bodies:
        b.x += dt * b.v                     bodies_x[b] += dt * bodies_v[b]

An object is the place where its attributes are.  Two names of one object are one place twice, so
that it does not matter who holds it, and whether the text says which one is meant.  Objects that
nobody holds become variables instead (`promote`).
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from s2s.errors import Origin, Unsupported
from s2s.frontend.lower import default_atom
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Let,
    Ref,
    Stmt,
    Value,
    While,
    Write,
)  # fmt: skip
from s2s.ir.walk import (
    blocks_of,
    defs_of,
    inner_defs,
    iter_atoms,
    iter_items,
    own_atoms,
    statements,
    substitute,
    with_blocks,
    with_stmts,
)  # fmt: skip
from s2s.transform.objects.classes import default
from s2s.transform.objects.handles import is_harmless, truth_atoms
from s2s.transform.objects.kinds import ITEM, Kind, Kinds, find
from s2s.transform.objects.private import PRIVATE, private
from s2s.transform.objects.promote import Objects
from s2s.transform.objects.tables import Table, append_to, given_places, roots_of

_GETITEM = Ref("getitem", operator.getitem)
_JOINS = If | For | While  # what these bind is what comes out of, or goes into, their blocks


def columns(function: Function, objects: Objects) -> Function:
    """The function with such objects as places.

    Raises
    ------
    Unsupported
        Where such an object is used otherwise than by its attributes.
    """
    kinds = _kinds(function, objects)
    tables = _tables(function, kinds, objects)
    if not tables:
        return function
    worker = _Columns(function, kinds, tables)
    known = {r.param for t in tables.values() for r in t.given}
    for p in function.params:
        if p.value not in known:
            worker.refuse(p.value, function.origin)  # nobody knows what it is
    body = worker.block(function.body)
    start, names, attributes = given_places(function, list(tables.values()))
    body = substitute(_parts_as_places(body, attributes), {**names, **worker.names})
    return replace(function, body=replace(body, stmts=(*start, *body.stmts)))


def held_classes(function: Function, objects: Objects) -> set[type]:
    """The classes of such objects."""
    kinds = _kinds(function, objects)
    return {t.cls for t in _tables(function, kinds, objects).values()}


def _kinds(function: Function, objects: Objects) -> Kinds:
    kinds = Kinds()
    kinds.learn(function.body)
    for v, witness in objects.given.items():
        kinds.give(v, witness)
    return kinds


def _tables(function: Function, kinds: Kinds, objects: Objects) -> dict[Kind, Table]:
    """The kinds of objects that are held by others, or known by a name that may mean several."""
    held: dict[Kind, None] = {}
    made: set[Kind] = set()
    written: set[Kind] = set()
    fields: dict[Kind, dict[str, bool]] = {}  # whether it is ever assigned

    def of(atom: Any) -> Kind | None:
        if not isinstance(atom, Value):
            return None
        kind = kinds.of(atom)
        return kind if kind.classes else None

    roots = [r for v, witness in objects.given.items() for r in roots_of(v, witness, kinds)]
    held.update((r.kind, None) for r in roots if r.names or r.listed)
    for stmt in statements(function.body):
        match stmt:
            case Let(targets=(target,), expr=Apply(fn=Ref(obj=obj))) if obj is prims.new_object:
                made.add(kinds.of(target))
                fields.setdefault(kinds.of(target), {})
                continue
            case Let(expr=Apply(fn=Ref(obj=obj), args=(Value() as o, Const(value=name)))) if (
                obj is getattr and of(o) is not None
            ):
                fields.setdefault(kinds.of(o), {}).setdefault(str(name), False)
                atoms: tuple[Any, ...] = () if o in objects.made or o in objects.given else (o,)
            case Write(kind="attr", target=Value() as o, key=Const(value=name), value=value) if (
                of(o) is not None
            ):
                fields.setdefault(kinds.of(o), {})[str(name)] = True
                written.add(kinds.of(o))
                static = o in objects.made or o in objects.given
                atoms = (value,) if static else (o, value)
            case _:
                atoms = tuple(own_atoms(stmt))
        held.update((k, None) for a in atoms if (k := of(a)) is not None)
    for b in _blocks(function.body):
        held.update((k, None) for a in b.outs if (k := of(a)) is not None)
    found: dict[Kind, Table] = {}
    for kind in held:
        kind = find(kind)
        given = [r for r in roots if find(r.kind) is kind]
        if kind in found or not (kind in made or given and kind in written):
            continue
        if len(kind.classes) != 1:
            continue
        cls = next(iter(kind.classes))
        table = Table(cls, _name(function, kinds, kind, cls), given)
        for name, assigned in fields.get(kind, {}).items():
            if assigned or given:
                table.columns[name] = Value(f"{table.name}_{name}", True)
        if not table.columns:
            table.columns[""] = Value(f"{table.name}_objects", True)
        table.alone = frozenset(
            n for n in private(function, kinds, kind, table.columns)
            if isinstance(table.first(n), Const)  # else an array of the class, which all share
        )
        table.updated = frozenset(
            str(s.key.value) for s in statements(function.body)
            if isinstance(s, Write) and s.kind == "attr" and s.op and isinstance(s.key, Const)
            and of(s.target) is kind
        )  # fmt: skip
        found[kind] = table
    return found


def _parts_as_places(block: Block, places: Mapping[tuple[Value, str], Atom]) -> Block:
    """The block with the places of the objects that attributes of arguments hold."""
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        match stmt:
            case Let(expr=Apply(fn=Ref(obj=obj), args=(Value() as o, Const(value=name)))) if (
                obj is getattr and (o, str(name)) in places
            ):
                stmts.append(replace(stmt, expr=places[o, str(name)]))
            case Write(kind="attr", target=Value() as o, key=Const(value=name)) if (
                (o, str(name)) in places
            ):
                raise Unsupported(
                    f"`{name}` holds objects that are changed, and is assigned",
                    origin=stmt.origin,
                    advice=("give the objects as an argument of their own",),
                )
            case _:
                inner = tuple(_parts_as_places(b, places) for b in blocks_of(stmt))
                stmts.append(with_blocks(stmt, inner) if inner else stmt)
    return with_stmts(block, stmts)


def _is_empty(stmt: Stmt) -> bool:
    """Whether a statement makes a container, or an object, that holds nothing yet."""
    expr = stmt.expr if isinstance(stmt, Let) else None
    makers = (prims.build_list, prims.build_dict, prims.build_tuple, prims.new_object)
    if not isinstance(expr, Apply):
        return isinstance(expr, Const) and expr.value is None
    return isinstance(expr.fn, Ref) and any(expr.fn.obj is m for m in makers)


def _blocks(block: Block) -> Iterable[Block]:
    yield block
    for stmt in statements(block):
        yield from blocks_of(stmt)


def _name(function: Function, kinds: Kinds, kind: Kind, cls: type) -> str:
    """What the objects are called: by the list that holds them, or one of them."""
    values = [p.value for p in function.params]
    values += [t for s in statements(function.body) if isinstance(s, Let) for t in s.targets]
    for v in values:
        inner = kinds.of(v).parts.get(ITEM)
        if v.user and inner is not None and find(inner) is kind:
            return v.name
    named = [v.name for v in values if v.user and kinds.of(v) is kind]
    return named[0] if named else cls.__name__.lower()


class _Columns:
    """The walk over a function that puts places where objects were."""

    def __init__(self, function: Function, kinds: Kinds, tables: Mapping[Kind, Table]) -> None:
        self.function, self.kinds, self.tables = function, kinds, tables
        self.holding: dict[Kind, bool] = {}
        self.names: dict[Value, Atom] = {}  # objects made here -> their places

    def table(self, atom: Any) -> Table | None:
        """The table of an object."""
        return self.tables.get(self.kinds.of(atom)) if isinstance(atom, Value) else None

    def holds(self, atom: Any) -> bool:
        """Whether a value is or holds such an object."""
        return isinstance(atom, Value) and self._reaches(self.kinds.of(atom))

    def _reaches(self, kind: Kind) -> bool:
        if kind not in self.holding:
            self.holding[kind] = kind in self.tables
            parts = {id(find(p)): find(p) for p in kind.parts.values()}.values()
            self.holding[kind] = kind in self.tables or any(self._reaches(p) for p in parts)
        return self.holding[kind]

    # Statements

    def block(self, block: Block, top: bool = True) -> Block:
        """The block in the new form."""
        stmts: list[Stmt] = []
        todo = list(block.stmts)
        for k, stmt in enumerate(todo):
            match stmt:
                case Let(targets=(obj,), expr=Apply(fn=Ref(obj=fn))) if (
                    fn is prims.new_object and (table := self.table(obj)) is not None
                ):
                    stmts += self._make(obj, table, todo, k, stmt.origin)
                case Write() if stmt.kind == "done":
                    stmts.append(append_to(stmt.target, stmt.value, stmt.origin))
                case _:
                    stmts += self.stmt(stmt)
        if top:
            for a in block.outs:
                self.refuse(a, self.function.origin)
        return with_stmts(block, stmts)

    def _make(
        self, obj: Value, table: Table, todo: list[Stmt], k: int, origin: Origin | None
    ) -> list[Stmt]:
        """A new place at the end; what is assigned at once is appended there and then."""
        first = next(iter(table.columns.values()))
        place = obj if obj.user else Value(table.cls.__name__.lower(), True)
        self.names[obj] = place
        made: list[Stmt] = [Let((place,), Apply(Ref("len", len), (first,)), origin)]
        direct: set[str] = set()
        for j in range(k + 1, len(todo)):
            stmt = todo[j]
            match stmt:
                case Write(kind="attr", op=None, target=target, key=Const(value=name)) if (
                    target is obj
                ):
                    if name not in direct and name in table.columns:
                        direct.add(str(name))
                        todo[j] = replace(stmt, kind="done", target=table.columns[str(name)])
                    continue
            if self._about(stmt, table, obj, direct):
                break
        for name, column in table.columns.items():
            if name not in direct:
                made.append(append_to(column, table.first(name), origin))
        return made

    def _about(self, stmt: Stmt, table: Table, obj: Value, direct: set[str]) -> bool:
        """Whether a statement may see that an object is not complete."""
        for s in (stmt, *(s for b in blocks_of(stmt) for s in statements(b))):
            match s:
                case Let(targets=(other,), expr=Apply(fn=Ref(obj=fn))) if fn is prims.new_object:
                    if self.table(other) is table:
                        return True
                case Let(expr=Apply(fn=Ref(obj=fn), args=(o, Const(value=name)))) if fn is getattr:
                    if self.table(o) is table and not (o is obj and name in direct):
                        return True
                case Write(kind="attr", target=o) if self.table(o) is table:
                    return True
        return False

    def stmt(self, stmt: Stmt) -> list[Stmt]:
        """The statements that replace one."""
        origin = getattr(stmt, "origin", None)
        build = Builder(origin)
        match stmt:
            case Let(expr=Apply(fn=Ref(obj=fn), args=(Value() as o, Const(value=name)))) if (
                fn is getattr and (table := self.table(o)) is not None
            ):
                expr = self._read(table, o, str(name), build)
                return [*build.stmts, replace(stmt, expr=expr)]
            case Write(kind="attr", target=Value() as o, key=Const(value=name)) if (
                (table := self.table(o)) is not None
            ):
                marks = (PRIVATE,) if stmt.op and name in table.alone else ()
                column = table.columns[str(name)]
                place = build.call(Ref("int", int), o, name=o.name)
                write = replace(stmt, kind="item", target=column, key=place, args=marks)
                return [*build.stmts, write]
            case Let(expr=Apply(fn=Ref(obj=fn), args=(a, b)) as expr) if (
                fn in (operator.is_, operator.is_not) and self.table(a) and self.table(b)
            ):  # two places are the same number
                same = operator.eq if fn is operator.is_ else operator.ne
                return [replace(stmt, expr=replace(expr, fn=Ref(same.__name__, same)))]
        for t in (*defs_of(stmt), *inner_defs(stmt)) if not isinstance(stmt, _JOINS) else ():
            if self.holds(t) and not any(self.holds(a) for a in own_atoms(stmt)):
                if not _is_empty(stmt):
                    self.refuse(t, origin)  # made by something that is not seen
        if isinstance(stmt, For):
            for item in iter_items(stmt.iter):
                if self.holds(item) and not any(map(self.holds, iter_atoms(stmt.iter))):
                    self.refuse(item, origin)
        if not is_harmless(stmt, self.table, self.holds, self.kinds):
            for a in own_atoms(stmt):
                self.refuse(a, origin)
        stmt = self._truths(stmt, build)
        inner = blocks_of(stmt)
        if inner:
            stmt = with_blocks(stmt, tuple(self.block(b, False) for b in inner))
            if isinstance(stmt, While):
                head = Builder(origin)
                test = self._truth(stmt.head.outs[0], head)
                stmt = replace(stmt, head=replace(
                    stmt.head, stmts=(*stmt.head.stmts, *head.stmts), outs=(test,)
                ))  # fmt: skip
            if isinstance(stmt, For) and stmt.form == "listcomp" and self._makes(stmt.body):
                stmt = replace(stmt, form="for")
        return [*build.stmts, stmt]

    def _makes(self, block: Block) -> bool:
        """Whether a block makes objects: then it is no expression."""
        return any(
            isinstance(s, Let) and s.targets and self.table(s.targets[0]) is not None
            and isinstance(s.expr, Apply) and isinstance(s.expr.fn, Ref) and s.expr.fn.obj is len
            or isinstance(s, Write) for s in statements(block)
        )  # fmt: skip

    def _read(self, table: Table, obj: Any, name: str, build: Builder) -> Any:
        column = table.columns.get(name)
        if column is not None:
            return Apply(_GETITEM, (column, build.call(Ref("int", int), obj, name=obj.name)))
        found, held = default(table.cls, name)
        if not found:
            raise Unsupported(
                f"the attribute `{name}` is read, and never assigned", origin=build.origin,
                advice=(f"assign `{name}` in `__init__`",),
            )  # fmt: skip
        return default_atom(name, held)

    def _truths(self, stmt: Stmt, build: Builder) -> Stmt:
        """Whether there is an object is asked by `is not None`: a place may be 0."""
        if isinstance(stmt, If):
            return replace(stmt, test=self._truth(stmt.test, build))
        for a in truth_atoms(stmt):
            table = self.table(a)
            if table is not None and isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
                test = self._truth(a, build)
                return replace(stmt, expr=replace(stmt.expr, args=(test,)))
        return stmt

    def _truth(self, atom: Atom, build: Builder) -> Atom:
        table = self.table(atom)
        if table is None:
            return atom
        if hasattr(table.cls, "__bool__") or hasattr(table.cls, "__len__"):
            self.refuse(atom, build.origin)
        return build.call(Ref("is_not", operator.is_not), atom, Const(None), name="test")

    def refuse(self, atom: Any, origin: Origin | None) -> None:
        """Refuse a value that is, or holds, an object."""
        if not self.holds(atom):
            return
        what = "object" if self.table(atom) is not None else "container of objects"
        raise Unsupported(
            f"the {what} `{atom.name}` is used as a whole here, and its attributes are"
            " assigned in the function that is differentiated",
            origin=origin or self.function.origin,
            advice=("pass on the attributes that are needed",
                    "or return the new values instead of assigning attributes"),
        )  # fmt: skip


__all__ = ["columns", "held_classes"]
