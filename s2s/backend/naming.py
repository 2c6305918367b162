"""Variables for values: the user's names wherever lifetimes allow it.

Values that a join or an update in place connects get one variable where they can, so that its
copies vanish.  Then the values of one base name share it as long as they do not interfere:
`x = x * 2` is printed as it was written.  Others are numbered; temporaries are never shared.
"""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import gast

from s2s.backend.liveness import Interference, interference
from s2s.backend.operators import is_syntax
from s2s.backend.plan import Plan, comprehension
from s2s.backend.sequence import Branch, Copy, Do, Node, Repeat, Within
from s2s.backend.uses import joins
from s2s.backend.verbatim import bound_inside, defers, names_in
from s2s.ir.effects import in_place
from s2s.ir.nodes import (
    Apply,
    Block,
    Closure,
    Const,
    Expr,
    For,
    Function,
    Let,
    Opaque,
    Raw,
    Ref,
    Stmt,
    Value,
)  # fmt: skip
from s2s.ir.walk import all_atoms, blocks_of, defs_of, iter_items, statements

_LOOPS = {"range", "enumerate", "zip", "reversed"}


def names(function: Function, plan: Plan, nodes: list[Node]) -> dict[Value, str]:
    """The variable of each value that is bound in the statements of a function."""
    printed = list(dict.fromkeys([p.value for p in function.params]))
    printed = list(dict.fromkeys([*printed, *_bound(nodes), *_items(plan)]))
    table: dict[Value, str] = {}
    reserved = _reserved(function)
    blank = "_" not in reserved and all(v.name != "_" for v in printed)
    if blank:
        count = plan.uses.count
        for v in (*(v for v in _items(plan) if not count.get(v)), *_unused(nodes, plan)):
            table[v] = "_"
    printed = [v for v in printed if v not in table]
    base = _bases(function, printed)
    own = {base[v] for v in printed if v.user}
    linked = _linked(function)
    # Two temporaries meet in one variable only if a join or an update connects them.
    tracked = {v: b for v, b in base.items() if _rank(b, own) < 2 or v in linked}
    found = interference(nodes, plan, tracked, _eternal(function))
    groups = _coalesce(function, printed, base, found)
    _allocate(function, printed, base, own, groups, reserved, table)
    return table


def _bound(nodes: list[Node]) -> Iterator[Value]:
    """The values that statements bind, in the order of the text."""
    for node in nodes:
        match node:
            case Do(stmt=stmt):
                yield from defs_of(stmt)
            case Copy(pairs=pairs):
                yield from (t for t, _ in pairs)
            case Branch():
                yield from _bound(node.then)
                yield from _bound(node.orelse)
            case Repeat(stmt=stmt):
                yield from _bound(node.head)
                if isinstance(stmt, For):
                    yield from iter_items(stmt.iter)
                yield from _bound(node.body)
            case Within(stmt=stmt):
                if stmt.target is not None:
                    yield stmt.target
                yield from _bound(node.body)


def _items(plan: Plan) -> Iterator[Value]:
    """The items of comprehensions, in the order of their creation."""
    for v in [*plan.inline, *sorted(plan.whole, key=lambda v: v.id)]:
        stmt = plan.units[v].stmt
        found = comprehension(stmt, plan) if isinstance(stmt, For) else None
        if found is not None:
            for clause in found[0][0]:
                yield from iter_items(clause.loop.iter)


def _unused(nodes: list[Node], plan: Plan) -> Iterator[Value]:
    """Loop items and parts of unpacked temporaries that nobody reads."""
    count = plan.uses.count
    for node in nodes:
        match node:
            case Do(stmt=Let(targets=targets)) if len(targets) > 1:
                yield from (v for v in targets if not v.user and not count.get(v))
            case Branch():
                yield from _unused(node.then, plan)
                yield from _unused(node.orelse, plan)
            case Repeat(stmt=stmt):
                if isinstance(stmt, For):
                    yield from (v for v in iter_items(stmt.iter) if not count.get(v))
                yield from _unused(node.head, plan)
                yield from _unused(node.body, plan)
            case Within():
                yield from _unused(node.body, plan)


def _strong(v: Value) -> bool:
    return v.user or v.name.endswith(("_bar", "_dot"))


def _bases(function: Function, printed: list[Value]) -> dict[Value, str]:
    """Base names: a temporary that becomes a variable of the user takes its name."""
    base = {v: v.name for v in printed}
    fixed = {v for v in printed if _strong(v)}

    def adopt(source: object, target: Value) -> None:
        if not isinstance(source, Value) or source not in base or target not in base:
            return
        if source not in fixed:
            base[source] = base[target]
            fixed.add(source)
        elif target not in fixed:
            base[target] = base[source]
            fixed.add(target)

    def visit(block: Block) -> None:
        for stmt in reversed(block.stmts):
            for target, sources in reversed(list(joins(stmt))):
                for source in sources:
                    adopt(source, target)
            if isinstance(stmt, Let) and len(stmt.targets) == 1 and in_place(stmt.expr):
                if isinstance(stmt.expr, Apply):
                    adopt(stmt.expr.args[0], stmt.targets[0])
            for inner in reversed(blocks_of(stmt)):
                visit(inner)

    visit(function.body)
    return base


def _eternal(function: Function) -> list[Value]:
    """Values that a nested function reads whenever it is called."""
    found: dict[Value, None] = {}
    for stmt in statements(function.body):
        pairs: tuple[tuple[str, object], ...] = ()
        match stmt:
            case Let(expr=Closure(captures=captures)):
                pairs = captures
            case Let(expr=Raw(node=node, reads=reads)) | Opaque(node=node, reads=reads):
                pairs = reads if defers(node) else ()
        found.update({a: None for _, a in pairs if isinstance(a, Value)})
    return list(found)


@dataclass(slots=True)
class _Group:
    """Values that share a variable, with what `Interference` says of them."""

    members: list[Value]
    bits: int = 0
    near: int = 0

    def clashes(self, other: _Group) -> bool:
        """Whether a value of one interferes with one of the other."""
        return bool(self.near & other.bits or self.bits & other.near)


@dataclass(slots=True)
class _Slot:
    """A variable of a base name, with what is in it so far."""

    name: str
    bits: int = 0
    near: int = 0

    def take(self, group: _Group) -> None:
        """Put the values of a group into the variable."""
        self.bits |= group.bits
        self.near |= group.near


class _Groups:
    """Values that share a variable by construction."""

    def __init__(self, printed: list[Value], found: Interference) -> None:
        self.of = {v: _Group([v], found.bits.get(v, 0), found.near.get(v, 0)) for v in printed}

    def join(self, a: object, b: object, base: dict[Value, str]) -> None:
        """Merge the groups of two values where nothing in them interferes."""
        if not (isinstance(a, Value) and isinstance(b, Value)):
            return
        x, y = self.of.get(a), self.of.get(b)
        if x is None or y is None or x is y or base[a] != base[b]:
            return
        small, large = (x, y) if len(x.members) < len(y.members) else (y, x)
        if not small.clashes(large):
            large.members += small.members
            large.bits |= small.bits
            large.near |= small.near
            for v in small.members:
                self.of[v] = large


def _coalesce(
    function: Function, printed: list[Value], base: dict[Value, str], found: Interference
) -> _Groups:
    """Join what updates in place first, then what copies connect."""
    groups = _Groups(printed, found)
    copies: list[tuple[object, object]] = []
    for stmt in statements(function.body):
        match stmt:
            case Let(targets=(target,), expr=Apply(args=(first, *_)) as expr) if in_place(expr):
                groups.join(first, target, base)
            case Opaque(reads=reads, writes=writes):
                written = dict(writes)
                for name, a in reads:
                    if name in written:
                        groups.join(a, written[name], base)
        for target, sources in joins(stmt):
            copies += [(target, s) for s in reversed(sources)]
    for into, source in copies:
        groups.join(into, source, base)
    return groups


def _allocate(
    function: Function, printed: list[Value], base: dict[Value, str], own: set[str],
    groups: _Groups, reserved: set[str], table: dict[Value, str],
) -> None:  # fmt: skip
    """Give each group a name: parameters first, then the user's, adjoints, temporaries."""
    used: set[str] = set()
    slots: dict[str, list[_Slot]] = {}  # the variables of a base name so far

    def put(group: _Group, slot: _Slot) -> None:
        slot.take(group)
        for member in group.members:
            table[member] = slot.name

    for p in function.params:
        slot = _Slot(p.value.name)
        used.add(slot.name)
        slots.setdefault(base[p.value], []).append(slot)
        put(groups.of[p.value], slot)
    theirs = {v for v in printed if any(m.user for m in groups.of[v].members)}

    def order(v: Value) -> tuple[int, bool]:
        """A variable of the user called `t` does not give way to temporaries."""
        return _rank(base[v], own), base[v] == "t" and v not in theirs

    for v in sorted(printed, key=order):
        if v in table:
            continue
        group, stem, kind = groups.of[v], base[v], _rank(base[v], own)
        taken = slots.setdefault(stem, [])
        free = _free(group, taken) if kind < 2 else None
        if free is None:
            others = (own - {stem},) if kind == 0 else (own, function.taken)
            banned: tuple[Collection[str], ...] = (used, reserved, *others)
            free = _Slot(_fresh(stem, len(taken), kind, banned))
            used.add(free.name)
            taken.append(free)
        put(group, free)


def _free(group: _Group, taken: list[_Slot]) -> _Slot | None:
    """The first variable in which nothing interferes with a group."""
    bits, near = group.bits, group.near
    for slot in taken:  # of thousands, in a long program
        if not (near & slot.bits or bits & slot.near):
            return slot
    return None


def _rank(stem: str, own: set[str]) -> int:
    """Who gets a name first: the user's variables, adjoints and tangents, temporaries."""
    return 0 if stem in own else 1 if stem.endswith(("_bar", "_dot")) else 2


def _linked(function: Function) -> set[Value]:
    """The values that joins and updates in place connect."""
    found: set[Value] = set()
    for stmt in statements(function.body):
        for target, sources in joins(stmt):
            found.update(v for v in (target, *sources) if isinstance(v, Value))
        match stmt:
            case Let(targets=(target,), expr=Apply(args=(first, *_)) as expr) if in_place(expr):
                found.update(v for v in (target, first) if isinstance(v, Value))
            case Opaque(reads=reads, writes=writes):
                found.update(a for _, a in (*reads, *writes) if isinstance(a, Value))
    return found


def _fresh(stem: str, k: int, kind: int, banned: tuple[Collection[str], ...]) -> str:
    """The `k`-th name from a stem that is in none of some sets."""
    if k == 0 and kind < 2:
        name = stem
        while any(name in names for names in banned):
            name += "_"
        return name
    joint = "_" if kind < 2 or stem[-1:].isdigit() else ""
    while True:
        name = f"{stem}{joint}{k + 1}" if k else stem
        if not any(name in names for names in banned):
            return name
        k += 1


def _reserved(function: Function) -> set[str]:
    """Names that the text uses for other things than variables."""
    reserved = set(keyword.kwlist)
    for p in function.params:
        if isinstance(p.default, Ref):
            reserved.add(_root(p.default))
    for atom in all_atoms(function.body):
        if isinstance(atom, Ref) and not is_syntax(atom.obj):
            reserved.add(_root(atom))
        elif isinstance(atom, Const) and isinstance(atom.value, float | complex):
            if atom.value != atom.value or abs(atom.value) == float("inf"):
                reserved.add("np")
    for stmt in statements(function.body):
        if isinstance(stmt, For):
            reserved |= _LOOPS
        reserved |= _foreign(stmt)
    return reserved


def _root(ref: Ref) -> str:
    """The first name in the text of a reference."""
    head = ref.text.split(".")[0].split("(")[0].split("[")[0]
    return head.strip()


def _foreign(stmt: Stmt) -> set[str]:
    """Names in code kept as written that are not variables of the function."""
    expr: Expr | None = stmt.expr if isinstance(stmt, Let) else None
    match stmt, expr:
        case Opaque(), _:
            own = {n for n, _ in (*stmt.reads, *stmt.writes)}
            return _clashing(stmt.node, own, [(n, a) for n, a in stmt.reads])
        case _, Raw():
            return _clashing(expr.node, {n for n, _ in expr.reads}, list(expr.reads))
        case _, Closure():
            own = {n for n, _ in expr.captures} | {expr.name}
            return _clashing(expr.node, own, list(expr.captures))
    return set()


def _clashing(node: gast.AST, own: set[str], reads: list[tuple[str, object]]) -> set[str]:
    """Free names of a node; those that it binds inside only where a read is renamed."""
    inner = bound_inside(node)
    free = names_in(node) - own - inner
    renamed = any(isinstance(a, Value) and a.name != n for n, a in reads)
    return free | (inner - own if renamed else set())


__all__ = ["names"]

