"""When values are bound, when they are read last, and when memory is written.

Statements are numbered in the order of the text.  A value from outside a loop that is read in
the loop lives to the end of the loop, since the next iteration reads it again.
"""

from __future__ import annotations

from s2s.ir.nodes import Atom, Block, For, Function, Stmt, Value, While
from s2s.ir.walk import blocks_of, defs_of, inner_defs, iter_atoms, own_atoms


class Lifetimes:
    """The times of one function.

    Attributes
    ----------
    born, dies : dict
        The time at which a value is bound, and the last one at which it is read.
    at, ends : dict
        The times at which a statement begins, and at which its blocks end, by its id.
    """

    def __init__(self, function: Function) -> None:
        self.born: dict[Value, int] = {}
        self.dies: dict[Value, int] = {}
        self.at: dict[int, int] = {}
        self.ends: dict[int, int] = {}
        self._now = 0
        self._loops: list[tuple[int, set[Value]]] = []  # start, what is read in it
        for p in function.params:
            self.born[p.value] = 0
        self._block(function.body)

    def across(self, value: Value, times: list[int]) -> bool:
        """Whether a value is read after one of these times, and was bound before it."""
        start, end = self.born.get(value, 0), self.dies.get(value, 0)
        return any(start < t < end for t in times)

    def _tick(self) -> int:
        self._now += 1
        return self._now

    def _read(self, atom: Atom) -> None:
        if isinstance(atom, Value):
            self.dies[atom] = self._now
            for _, seen in self._loops:
                seen.add(atom)

    def _bind(self, value: Value) -> None:
        self.born[value] = self._now
        self.dies.setdefault(value, self._now)

    def _block(self, block: Block) -> None:
        for stmt in block.stmts:
            self._stmt(stmt)
        self._tick()
        for atom in block.outs:
            self._read(atom)

    def _stmt(self, stmt: Stmt) -> None:
        self.at[id(stmt)] = self._tick()
        for atom in own_atoms(stmt):
            self._read(atom)
        loop = isinstance(stmt, For | While)
        if loop:
            self._loops.append((self._now, set()))
        for value in inner_defs(stmt):
            self._bind(value)
        for block in blocks_of(stmt):
            self._block(block)
        self.ends[id(stmt)] = self._now
        if loop:
            if isinstance(stmt, For):  # the iterator holds what it runs over
                for atom in iter_atoms(stmt.iter):
                    self._read(atom)
            start, seen = self._loops.pop()
            end = self.ends[id(stmt)] = self._tick()
            for value in seen:
                if self.born.get(value, 0) < start:  # not what the loop itself binds
                    self.dies[value] = max(self.dies[value], end)
        for value in defs_of(stmt):
            self._bind(value)
