"""From regions to the statements of Python: joins become copies, tails become exits.

An `If` whose results are joined becomes a branch with a copy at the end of each side; a loop
copies its carried values before it and at the end of each pass.  In tail position a side that
leaves is written first and the other side follows unindented: `if c: return a` and the rest.
Only here is a value bound in more than one place, so liveness and naming run on this form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from s2s.backend.plan import Plan
from s2s.ir import prims
from s2s.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Block,
    For,
    Function,
    If,
    Let,
    Note,
    Opaque,
    Pop,
    Push,
    Ref,
    Stmt,
    Value,
    While,
    With,
    Write,
)  # fmt: skip


@dataclass(slots=True)
class Do:
    """A statement without blocks, or a choice or comprehension that is one expression."""

    stmt: Let | Write | Push | Pop | Opaque | Note | If | For


@dataclass(slots=True)
class Copy:
    """A parallel copy of atoms into values."""

    pairs: list[tuple[Value, Atom]]


@dataclass(slots=True)
class Branch:
    """`if test:` with its two sides."""

    stmt: If
    then: list[Node]
    orelse: list[Node]


@dataclass(slots=True)
class Repeat:
    """A loop; `carried` are the values that its copies bind."""

    stmt: For | While
    carried: list[Value]
    head: list[Node]
    body: list[Node]


@dataclass(slots=True)
class Within:
    """A `with` block."""

    stmt: With
    body: list[Node]


@dataclass(slots=True)
class Leave:
    """`break` or `continue`."""

    kind: str


@dataclass(slots=True)
class Give:
    """`return atom`; `final` at the end of the function."""

    atom: Atom
    final: bool


Node: TypeAlias = "Do | Copy | Branch | Repeat | Within | Leave | Give"


@dataclass(frozen=True, slots=True)
class _Tail:
    """What happens at the end of a block."""

    kind: str  # "join" | "loop" | "return" | "none"
    targets: tuple[Value, ...] = ()
    final: bool = field(default=True)  # nothing follows in the text of the loop or function


def sequence(function: Function, plan: Plan) -> list[Node]:
    """The statements of a function."""
    return _Sequencer(plan).block(function.body, _Tail("return"), function.body.outs)


class _Sequencer:
    """Walks blocks with what to do at their ends."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.count = plan.uses.count

    def block(self, block: Block, tail: _Tail, outs: Sequence[Atom]) -> list[Node]:
        """The nodes of a block and of its end."""
        nodes: list[Node] = []
        stmts = [s for s in block.stmts if not self.plan.folded(s)]
        while stmts and isinstance(stmts[-1], Note):
            stmts.pop()  # a comment on nothing
        for stmt in stmts[:-1]:
            nodes += self._statement(stmt)
        if stmts:
            last = stmts[-1]
            if self._spreads(last, tail, outs) and isinstance(last, If | With):
                return nodes + self._spread(last, tail, outs)
            nodes += self._statement(last)
        return nodes + self._end(tail, outs, block.exit)

    def _end(self, tail: _Tail, outs: Sequence[Atom], leave: str | None) -> list[Node]:
        """The copies, the exit or the `return` at the end of a block."""
        if tail.kind == "none":
            return []
        if tail.kind == "return":
            return [Give(outs[0], tail.final)]
        nodes = self._copy(tail.targets, outs)
        if leave == "break" or (leave == "continue" and not tail.final):
            nodes.append(Leave(leave))
        return nodes

    def _copy(self, targets: Sequence[Value], sources: Sequence[Atom]) -> list[Node]:
        """A parallel copy into those targets that are read."""
        pairs = [
            (t, s) for t, s in zip(targets, sources, strict=True)
            if self.count.get(t) and s is not t
        ]  # fmt: skip
        return [Copy(pairs)] if pairs else []

    def _statement(self, stmt: Stmt) -> list[Node]:
        """The nodes of a statement that is not in tail position."""
        match stmt:
            case If():
                if stmt.results and stmt.results[0] in self.plan.whole:
                    return [Do(stmt)]
                tail = _Tail("join", stmt.results)
                then = self.block(stmt.then, tail, stmt.then.outs)
                return [Branch(stmt, then, self.block(stmt.orelse, tail, stmt.orelse.outs))]
            case For() | While():
                return self._loop(stmt)
            case With():
                tail = _Tail("join", stmt.results)
                return [Within(stmt, self.block(stmt.body, tail, stmt.body.outs))]
            case _:
                return [Do(stmt)]

    def _loop(self, stmt: For | While) -> list[Node]:
        """A loop with the copies before it, at the end of each pass, and after it."""
        if isinstance(stmt, For) and stmt.results and stmt.results[0] in self.plan.whole:
            return [Do(stmt)]
        before = self._copy(stmt.params, stmt.inits)
        head: list[Node] = []
        if isinstance(stmt, While):
            head = self.block(stmt.head, _Tail("none"), ())
        body = self.block(stmt.body, _Tail("loop", stmt.params), stmt.body.outs)
        carried = [p for p in stmt.params if self.count.get(p)]
        loop = Repeat(stmt, carried, head, body)
        return [*before, loop, *self._copy(stmt.results, stmt.params)]

    # Tail position

    def _spreads(self, stmt: Stmt, tail: _Tail, outs: Sequence[Atom]) -> bool:
        """Whether the end of the enclosing block is to be repeated in a statement's blocks."""
        if not isinstance(stmt, If | With) or isinstance(stmt, If) and stmt.form == "try":
            return False
        if stmt.results and stmt.results[0] in self.plan.whole:
            return False
        if tail.kind == "loop":
            return _has_exit(stmt)
        if tail.kind == "return":
            out = outs[0]
            return any(out is r and not r.user for r in stmt.results)
        return False

    def _spread(self, stmt: If | With, tail: _Tail, outs: Sequence[Atom]) -> list[Node]:
        """A statement in tail position, each of whose paths does what the end would do."""

        def ends(block: Block) -> list[Atom]:
            table = dict(zip(stmt.results, block.outs, strict=True))
            return [table.get(a, a) if isinstance(a, Value) else a for a in outs]

        if isinstance(stmt, With):
            return [Within(stmt, self.block(stmt.body, tail, ends(stmt.body)))]
        early = _Tail(tail.kind, tail.targets, final=False)
        a, b = stmt.then, stmt.orelse
        if tail.kind == "return" or self.leaves(a):
            guard = Branch(stmt, self.block(a, early, ends(a)), [])
            return [guard, *self.block(b, tail, ends(b))]
        if self.leaves(b):
            guard = Branch(stmt, [], self.block(b, early, ends(b)))
            return [guard, *self.block(a, tail, ends(a))]
        return [
            Branch(stmt, self.block(a, tail, ends(a)), self.block(b, tail, ends(b)))
        ]  # fmt: skip

    def leaves(self, block: Block) -> bool:
        """Whether every path through a block leaves."""
        if block.exit is not None:
            return True
        stmts = [s for s in block.stmts if not isinstance(s, Note)]
        match stmts[-1] if stmts else None:
            case If() as last:
                return self.leaves(last.then) and self.leaves(last.orelse)
            case With() as last:
                return self.leaves(last.body)
        return False


def unguarded(nodes: list[Node]) -> tuple[list[Node], list[Node]]:
    """The body of a `try`, and its `else`."""
    for k, node in enumerate(nodes):
        match node:
            case Do(stmt=Let(expr=Apply(fn=Ref(obj=prims.went_well)))):
                return nodes[:k], nodes[k + 1 :]
    return nodes, []


def _has_exit(stmt: Stmt) -> bool:
    """Whether a path through a statement in tail position leaves the loop."""
    match stmt:
        case If():
            return _blockleaves(stmt.then) or _blockleaves(stmt.orelse)
        case With():
            return _blockleaves(stmt.body)
    return False


def _blockleaves(block: Block) -> bool:
    if block.exit is not None:
        return True
    last = next((s for s in reversed(block.stmts) if not isinstance(s, Note)), None)
    return last is not None and _has_exit(last)


__all__ = [
    "UNDEF", "Branch", "Copy", "Do", "Give", "Leave", "Node", "Repeat", "Within", "sequence",
    "unguarded",
]  # fmt: skip
