"""Branches that the arguments decide by what they are: the other one is left out.

    def total(node):                   def total(node):
        if node is None:                   left = total(node.left)
            return 0.0                     ...
        left = total(node.left)
        ...                            (for a node; for None, `return 0.0`)

So a recursion over a tree ends: what is done with a node is not looked at where there is none.
"""

from __future__ import annotations

import operator
from collections.abc import Callable

from s2s.analysis.facts import Facts
from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Block, Const, Function, If, Let, Ref, Star, Stmt, Value
from s2s.ir.record import replace
from s2s.ir.walk import Replaced, blocks_of, map_stmt, statements, with_blocks, with_stmts
from s2s.transform.objects.classes import is_plain

_COMPARING = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)
_KEYS = (prims.contains, prims.not_contains)
_UNKNOWN = ("any", "undef", "object", "function")


def decided(function: Function, facts: Callable[[Function], Facts]) -> Function:
    """The function without the branches that are certainly not taken; asks for facts late."""
    made = {
        s.targets[0]: s.expr for s in statements(function.body)
        if isinstance(s, Let) and len(s.targets) == 1 and isinstance(s.expr, Apply)
    }  # fmt: skip
    tests = [s for s in statements(function.body) if isinstance(s, If) and _is_open(s.test, made)]
    if not tests:
        return function
    worker = _Decided(facts(function), made)
    if all(worker.answer(s) is None for s in tests):
        return function
    return replace(function, body=worker.block(function.body))


def _is_open(test: Atom, made: dict[Value, Apply]) -> bool:
    """Whether what something is may answer a question: it compares no numbers."""
    expr = made.get(test) if isinstance(test, Value) else None
    fn = expr.fn.obj if expr is not None and isinstance(expr.fn, Ref) else None
    return isinstance(test, Value) and not any(fn is c for c in _COMPARING)


class _Decided(Replaced):
    """The walk over a function with what stands for the results of branches."""

    def __init__(self, facts: Facts, made: dict[Value, Apply]) -> None:
        super().__init__()
        self.facts, self.made = facts, made

    def answer(self, stmt: If) -> bool | None:
        """Which branch is taken, if it is certain: a question about `None`, an object, keys."""
        return None if stmt.form == "try" else self.truth(stmt.test)

    def truth(self, atom: Atom) -> bool | None:
        """Whether something is true."""
        if not isinstance(atom, Value):
            return None
        made = self.made.get(atom)
        if made is not None and isinstance(made.fn, Ref):
            if made.fn.obj in (prims.truth, bool) and len(made.args) == 1:
                return self.truth(made.args[0])  # type: ignore[arg-type]
            if made.fn.obj is operator.not_:
                inner = self.truth(made.args[0])  # type: ignore[arg-type]
                return None if inner is None else not inner
            if made.fn.obj is isinstance and len(made.args) == 2:
                return self.is_of(made.args[0], made.args[1])
            none = made.fn.obj in (operator.is_, operator.is_not) and Const(None) in made.args
            if none or made.fn.obj in _KEYS:
                known, value = self.facts.constant(atom)
                return value if known and isinstance(value, bool) else None
        fact = self.facts.of(atom)
        if fact.kind == "none":
            return False
        cls = type(fact.obj)
        own = hasattr(cls, "__bool__") or hasattr(cls, "__len__")
        return True if fact.kind == "object" and is_plain(cls) and not own else None

    def is_of(self, atom: Atom | Star, kind: Atom | Star) -> bool | None:
        """Whether something is a list, tuple or dict, or an object of a class."""
        if not isinstance(kind, Ref) or kind.live or not isinstance(kind.obj, type):
            return None
        fact = self.facts.of(atom)  # type: ignore[arg-type]
        if kind.obj in (list, tuple, dict):
            return None if fact.kind in _UNKNOWN else fact.kind == kind.obj.__name__
        plain = fact.kind == "object" and is_plain(type(fact.obj)) and is_plain(kind.obj)
        return isinstance(fact.obj, kind.obj) if plain else None

    def block(self, block: Block) -> Block:
        """The block with the branches that are taken in their places."""
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmts += self.stmt(map_stmt(stmt, self.swap, lambda b: b))
        return with_stmts(block, stmts, tuple(self.swap(a) for a in block.outs))

    def stmt(self, stmt: Stmt) -> list[Stmt]:
        """What stands for a statement."""
        if isinstance(stmt, If) and (taken := self.answer(stmt)) is not None:
            branch = stmt.then if taken else stmt.orelse
            if branch.exit is None:
                inner = self.block(branch)
                self.table.update(zip(stmt.results, inner.outs, strict=True))
                return list(inner.stmts)
        blocks = blocks_of(stmt)
        return [with_blocks(stmt, tuple(map(self.block, blocks)))] if blocks else [stmt]
