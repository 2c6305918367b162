"""Checks that a function keeps the rules of the IR; passes are tested with it.

>>> from s2s.ir.nodes import Block, Function, Param, Value
>>> x, y = Value("x"), Value("y")
>>> verify(Function("f", (Param(x),), Block((), (y,))))  # doctest: +ELLIPSIS
Traceback (most recent call last):
s2s.ir.verify.Broken: ... is read and not bound before
"""

from __future__ import annotations

from s2s.ir.nodes import (
    Atom,
    Block,
    For,
    Function,
    If,
    Note,
    Stmt,
    Undef,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.sweep import leaves
from s2s.ir.walk import blocks_of, defs_of, inner_defs, iter_atoms, iter_items, own_atoms


class Broken(AssertionError):
    """A rule of the IR does not hold."""


def verify(function: Function) -> None:
    """Check single assignment, scopes, and that joins have as many sources as results.

    Raises
    ------
    Broken
        With the value or statement that breaks a rule.
    """
    checker = _Checker(function.name)
    scope: set[Value] = set()
    for p in function.params:
        checker.bind(p.value, scope)
    checker.block(function.body, scope)
    if len(function.body.outs) < 1:
        checker.fail("a function hands out its result")


class _Checker:
    """The values bound so far anywhere, for single assignment."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.bound: set[Value] = set()

    def fail(self, what: str) -> None:
        raise Broken(f"{self.name}: {what}")

    def bind(self, value: Value, scope: set[Value]) -> None:
        """A definition."""
        if value in self.bound:
            self.fail(f"{value} is bound twice")
        self.bound.add(value)
        scope.add(value)

    def read(self, atom: Atom, scope: set[Value]) -> None:
        """A use."""
        if isinstance(atom, Value) and atom not in scope:
            self.fail(f"{atom} is read and not bound before")

    def block(self, block: Block, outer: set[Value]) -> set[Value]:
        """A block in its scope; what it binds is gone after it."""
        scope = set(outer)
        for k, stmt in enumerate(block.stmts):
            self.stmt(stmt, scope)
            after = [s for s in block.stmts[k + 1 :] if not isinstance(s, Note)]
            if leaves(stmt) and after:
                self.fail("a statement stands after one that may leave the loop")
        for out in block.outs:
            self.read(out, scope)
        return scope

    def stmt(self, stmt: Stmt, scope: set[Value]) -> None:
        """A statement."""
        if isinstance(stmt, Note):
            return
        self._arity(stmt)
        for atom in own_atoms(stmt):
            if not isinstance(atom, Undef):
                self.read(atom, scope)
        inner = set(scope)
        for value in inner_defs(stmt):
            self.bind(value, inner)
        if isinstance(stmt, While):
            inner = self.block(stmt.head, inner)
            self.block(stmt.body, inner)
        else:
            for block in blocks_of(stmt):
                self.block(block, inner)
        for value in defs_of(stmt):
            self.bind(value, scope)

    def _arity(self, stmt: Stmt) -> None:
        """Joins have a source a result, loops an initial value and an out."""
        match stmt:
            case If():
                counts = {len(stmt.results), len(stmt.then.outs), len(stmt.orelse.outs)}
            case For() | While():
                counts = {
                    len(stmt.params), len(stmt.inits), len(stmt.body.outs), len(stmt.results)
                }  # fmt: skip
                if isinstance(stmt, While) and len(stmt.head.outs) != 1:
                    self.fail("the head of a `while` hands out its test")
                if isinstance(stmt, For) and not list(iter_atoms(stmt.iter)):
                    self.fail(f"a loop over nothing binds {list(iter_items(stmt.iter))}")
            case With():
                counts = {len(stmt.results), len(stmt.body.outs)}
            case Write(kind="add_at", op=op) if op != "Add":
                self.fail(f"`add_at` adds, and is asked for {op}")
            case _:
                return
        if len(counts) != 1:
            self.fail(f"{type(stmt).__name__} joins {sorted(counts)} values")
