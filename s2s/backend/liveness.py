"""Which values of one name hold different things at the same time.

Two values with the same base name may share a variable unless one is bound while the other is
still to be read.  One backward walk over the statements records just that; a loop needs no
second pass, because what its body reads from outside is alive in all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from s2s.backend.plan import Plan, comprehension
from s2s.backend.sequence import (
    Branch,
    Copy,
    Do,
    Give,
    Leave,
    Node,
    Repeat,
    Within,
    unguarded,
)  # fmt: skip
from s2s.ir.effects import in_place
from s2s.ir.nodes import Apply, Atom, For, If, Let, Opaque, Push, Star, Value, While
from s2s.ir.walk import defs_of, iter_atoms, iter_items, own_atoms

Live = dict[str, int]  # base name -> the values that are alive, as bits


@dataclass
class Interference:
    """Which values with one base name need two variables.

    The values of a base name are numbered, and a set of them is an int with their bits: of a
    long program thousands are alive at once.  `near` holds what is alive where a value is
    bound; two values interfere when one of them is near the other.
    """

    base: Mapping[Value, str]
    tracked: frozenset[str] = frozenset()  # base names of several values
    bits: dict[Value, int] = field(default_factory=dict)
    near: dict[Value, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        count: dict[str, int] = {}
        for value, name in self.base.items():
            number = count.get(name, 0)
            self.bits[value] = 1 << number
            count[name] = number + 1
        self.tracked = frozenset(n for n, k in count.items() if k > 1)

    def bit(self, value: object, name: str) -> int:
        """The bit of a value among those of a base name; 0 for one of another name."""
        own = isinstance(value, Value) and self.base.get(value) == name
        return self.bits[value] if own else 0  # type: ignore[index]

    def add(self, a: Value, b: Value) -> None:
        """Record that two values are alive at the same time."""
        if a is not b and a in self.base and self.base[a] == self.base.get(b):
            self.near[a] = self.near.get(a, 0) | self.bits[b]


def interference(
    nodes: list[Node], plan: Plan, base: Mapping[Value, str], eternal: Iterable[Value]
) -> Interference:
    """The interference of all values bound in the statements of a function."""
    found = Interference(base)
    walk = _Walk(plan, found)
    end: Live = {}
    for v in eternal:
        walk.read(v, end)
    walk.end = end
    walk.nodes(nodes, dict(end), {}, {})
    for v in [*plan.inline, *plan.whole]:
        walk.comprehension(v)
    return found


class _Walk:
    """The backward walk; `live` maps a base name to its values that are still to be read."""

    def __init__(self, plan: Plan, found: Interference) -> None:
        self.plan = plan
        self.found = found
        self.end: Live = {}

    def read(self, v: Value, live: Live) -> None:
        """Make a value alive."""
        name = self.found.base.get(v)
        if name in self.found.tracked:
            live[name] = live.get(name, 0) | self.found.bits[v]

    def reads(self, atoms: Iterable[Atom], live: Live) -> None:
        """Make what the text of atoms reads alive."""
        for a in atoms:
            for v in self.plan.leaves(a):
                self.read(v, live)

    def bind(self, targets: Iterable[Value], live: Live, same: Mapping[Value, Atom]) -> None:
        """Bind values at once; a copy does not interfere with its source."""
        found = self.found
        targets = [v for v in targets if found.base.get(v) in found.tracked]
        for v in targets:
            name = found.base[v]
            others = live.get(name, 0) & ~(found.bits[v] | found.bit(same.get(v), name))
            if others:
                found.near[v] = found.near.get(v, 0) | others
        for v in targets:
            name = found.base[v]
            live[name] = live.get(name, 0) & ~found.bits[v]

    def nodes(self, nodes: list[Node], live: Live, breaks: Live, continues: Live) -> Live:
        """What is alive before some statements, given what is alive after them."""
        for node in reversed(nodes):
            live = self.node(node, live, breaks, continues)
        return live

    def node(self, node: Node, live: Live, breaks: Live, continues: Live) -> Live:
        """What is alive before one statement."""
        match node:
            case Leave(kind=kind):
                return dict(breaks if kind == "break" else continues)
            case Give(atom=atom):
                live = dict(self.end)
                self.reads([atom], live)
            case Copy():
                self._copy(node, live)
            case Branch(stmt=stmt):
                b = self.nodes(node.orelse, dict(live), breaks, continues)
                if stmt.form == "try":
                    a = self._guarded(node.then, dict(live), b)
                else:
                    a = self.nodes(node.then, dict(live), breaks, continues)
                live = merge(a, b)
                self.reads([stmt.test], live)
            case Repeat():
                live = self._loop(node, live)
            case Within(stmt=stmt):
                live = self.nodes(node.body, live, breaks, continues)
                if stmt.target is not None:
                    self.bind([stmt.target], live, {})
                self.reads([stmt.context], live)
            case Do():
                self._do(node, live)
        return live

    def _guarded(self, nodes: list[Node], live: Live, handlers: Live) -> Live:
        """The body of a `try`, which may be left for the handlers until its last statement."""
        nodes, after = unguarded(nodes)
        live = self.nodes(after, live, {}, {})
        last = _last(nodes)
        rest, tail = nodes[:last], nodes[last:]
        match tail[0] if tail else None:
            case Branch(stmt=stmt) as choice if stmt.form != "try":
                live = self.nodes(tail[1:], live, {}, {})
                a = self._guarded(choice.then, dict(live), handlers)
                live = merge(a, self._guarded(choice.orelse, dict(live), handlers))
                self.reads([stmt.test], live)
            case _:
                live = self.nodes(tail, live, {}, {})
        return self.nodes(rest, merge(live, handlers), {}, {})

    def _copy(self, node: Copy, live: Live) -> None:
        """A parallel copy; what nobody reads afterwards is left out."""
        kept = []
        for t, s in node.pairs:
            name = self.found.base.get(t)
            dead = name in self.found.tracked and not live.get(name, 0) & self.found.bits[t]
            if not dead or s in self.plan.inline:
                kept.append((t, s))
        node.pairs = kept
        written = [(t, s) for t, s in kept if not _undefined(s)]
        self.bind([t for t, _ in written], live, dict(written))
        for t, s in kept:
            if _undefined(s):
                name = self.found.base.get(t, "")
                if name in live:
                    live[name] &= ~self.found.bits[t]
        self.reads([s for _, s in written], live)

    def _do(self, node: Do, live: Live) -> None:
        """A statement without blocks."""
        stmt = node.stmt
        if isinstance(stmt, If | For):
            self.bind(stmt.results, live, {})
            for v in self.plan.units[stmt.results[0]].leaves:
                self.read(v, live)
            return
        same: dict[Value, Atom] = {}
        match stmt:
            case Let(targets=(target,), expr=Value() as source):
                same[target] = source
            case Let(targets=(target,), expr=Apply(args=args) as expr) if in_place(expr):
                # Without a common variable this is a copy first: what comes after it is kept.
                for a in args[1:]:
                    for v in self.plan.leaves(a.atom if isinstance(a, Star) else a):
                        if v is not args[0]:
                            self.found.add(target, v)
            case Opaque(reads=reads, writes=writes):
                for n, w in writes:
                    for m, a in reads:
                        if m != n and isinstance(a, Value):
                            self.found.add(w, a)
                for k, (_, w) in enumerate(writes):
                    for _, other in writes[:k]:
                        self.found.add(w, other)
        self.bind(defs_of(stmt), live, same)
        self.reads(own_atoms(stmt), live)

    def _loop(self, node: Repeat, live: Live) -> Live:
        """A loop: what it reads from outside and what it carries is alive throughout."""
        stmt = node.stmt
        head = dict(live)
        reads, bound = _touched(node, self.plan)
        for v in (*(r for r in reads if r not in bound), *node.carried):
            self.read(v, head)
        before = self.nodes(node.body, dict(head), live, head)
        if isinstance(stmt, For):
            self.bind(iter_items(stmt.iter), before, {})
            before = merge(before, head)
            self.reads(iter_atoms(stmt.iter), before)
        elif isinstance(stmt, While):
            before = merge(before, live)
            self.reads(stmt.head.outs, before)
            before = merge(self.nodes(node.head, before, {}, {}), head)
        return before

    def comprehension(self, value: Value) -> None:
        """The items of a comprehension must not hide what it reads."""
        stmt = self.plan.inline.get(value) or self.plan.units[value].stmt
        found = comprehension(stmt, self.plan) if isinstance(stmt, For) else None
        if found is None or not isinstance(stmt, For):
            return
        _, atoms, bound = found
        inner = atoms[len(list(iter_atoms(stmt.iter))) :]
        for item in sorted(bound, key=lambda v: v.id):
            for a in inner:
                for v in self.plan.leaves(a):
                    self.found.add(item, v)
            for other in bound:
                self.found.add(item, other)


def _last(nodes: list[Node]) -> int:
    """Where the last statement stands that may raise: what it binds is bound after that."""
    for k in range(len(nodes) - 1, -1, -1):
        match nodes[k]:
            case Copy() | Do(stmt=Push()):
                continue
            case Do(stmt=Let()) | Branch():
                return k
        return k + 1
    return 0


def merge(a: Live, b: Live) -> Live:
    """What is alive on either path."""
    out = dict(a)
    for name, values in b.items():
        out[name] = out[name] | values if name in out else values
    return out


def _undefined(atom: Atom) -> bool:
    return type(atom).__name__ == "Undef"


def _touched(loop: Repeat, plan: Plan) -> tuple[dict[Value, None], set[Value]]:
    """The values that a loop reads, and those that it binds without carrying them."""
    reads: dict[Value, None] = {}
    bound: set[Value] = set()

    def take(atoms: Iterable[Atom]) -> None:
        for a in atoms:
            reads.update(dict.fromkeys(plan.leaves(a)))

    def visit(nodes: list[Node]) -> None:
        for node in nodes:
            match node:
                case Do(stmt=If() | For() as stmt):
                    reads.update(dict.fromkeys(plan.units[stmt.results[0]].leaves))
                    bound.update(stmt.results)
                case Do(stmt=stmt):
                    take(own_atoms(stmt))
                    bound.update(defs_of(stmt))
                case Copy(pairs=pairs):
                    take(s for _, s in pairs)
                    bound.update(t for t, _ in pairs)
                case Branch(stmt=stmt):
                    take([stmt.test])
                    visit(node.then)
                    visit(node.orelse)
                case Repeat(stmt=stmt):
                    if isinstance(stmt, For):
                        take(iter_atoms(stmt.iter))
                        bound.update(iter_items(stmt.iter))
                    else:
                        take(stmt.head.outs)
                    visit(node.head)
                    visit(node.body)
                case Within(stmt=stmt):
                    take([stmt.context])
                    if stmt.target is not None:
                        bound.add(stmt.target)
                    visit(node.body)
                case Give(atom=atom):
                    take([atom])

    if isinstance(loop.stmt, While):
        take(loop.stmt.head.outs)
    else:
        bound.update(iter_items(loop.stmt.iter))
    visit(loop.head)
    visit(loop.body)
    return reads, bound - set(loop.carried)
