"""When values are read and when they are used up.

A value is used up where an augmented assignment changes it, or where a choice or a loop takes it
over under a new name.  In `b, a = a, 2.0; b += 1.0; return a0` nothing may read the old value
after that point, or it would see the change in Python and not in the rewritten program.
"""

from __future__ import annotations

from s2s.ir import prims
from s2s.ir.effects import is_add_at
from s2s.ir.nodes import Apply, Atom, Block, For, If, Let, Ref, Stmt, Value, While
from s2s.ir.walk import blocks_of, defs_of, inner_defs, own_atoms

Place = tuple[tuple[int, int, bool], ...]  # statement, block, does the block exclude its twin


class Order:
    """The reads and the ends of all values of a function body."""

    def __init__(self, body: Block) -> None:
        self.reads: dict[Value, list[Place]] = {}
        self.ends: dict[Value, list[Place]] = {}
        self.twice: set[Value] = set()
        self.loops: dict[Value, int] = {}  # how many loops stand around the definition
        self.outside: set[Value] = set()  # ends in a loop that its definition is not in
        self._block(body, (), 0)

    def used_up(self, value: Value) -> bool:
        """Whether nothing reads a value after the one point where it ends."""
        if value in self.twice or value in self.outside:
            return False
        ends = self.ends.get(value, ())
        reads = self.reads.get(value, ())
        return not any(
            _after(later, end) for end in ends for later in (*reads, *ends) if later != end
        )

    def _block(self, block: Block, place: Place, depth: int) -> None:
        for k, stmt in enumerate(block.stmts):
            here = (*place, (k, 0, False))
            self._stmt(stmt, here, depth)
            exclusive = isinstance(stmt, If)
            inside = depth + isinstance(stmt, For | While)
            for v in inner_defs(stmt):
                self.loops[v] = inside
            for b, inner in enumerate(blocks_of(stmt)):
                self._block(inner, (*place, (k, b, exclusive)), inside)
            for v in defs_of(stmt):
                self.loops[v] = depth
        self._take(block.outs, (*place, (len(block.stmts), 0, False)), depth)

    def _stmt(self, stmt: Stmt, here: Place, depth: int) -> None:
        atoms: list[Atom] = list(own_atoms(stmt))
        if isinstance(stmt, For | While):
            self._take(stmt.inits, here, depth)
            for init in stmt.inits:
                atoms.remove(init)
        elif isinstance(stmt, Let) and _changes(stmt):
            assert isinstance(stmt.expr, Apply)
            changed = [a for a in stmt.expr.args[:1] if isinstance(a, Value)]
            self._take(tuple(changed), here, depth)
            atoms = [a for a in stmt.expr.args[1:] if isinstance(a, Value)]
        for a in atoms:
            if isinstance(a, Value):
                self.reads.setdefault(a, []).append(here)

    def _take(self, atoms: tuple[Atom, ...], here: Place, depth: int) -> None:
        """The atoms end here."""
        for a in atoms:
            if isinstance(a, Value):
                if sum(b is a for b in atoms) > 1:
                    self.twice.add(a)
                if self.loops.get(a, 0) != depth:
                    self.outside.add(a)
                self.ends.setdefault(a, []).append(here)


def _changes(stmt: Let) -> bool:
    """Whether a statement is an augmented assignment, or adds into a shadow."""
    expr = stmt.expr
    if not isinstance(expr, Apply) or not isinstance(expr.fn, Ref):
        return False
    if is_add_at(expr.fn):
        return True
    try:
        return expr.fn.obj in prims.OUT_OF_PLACE
    except TypeError:
        return False


def _after(later: Place, end: Place) -> bool:
    """Whether one place may run after another in one pass through the program."""
    for (i, a, exclusive), (j, b, _) in zip(later, end, strict=False):
        if i != j:
            return i > j
        if a != b and exclusive:
            return False
        if a != b:
            return a > b
    return True
