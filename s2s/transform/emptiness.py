"""Whether a list is empty is asked where it is asked: the list may change after the choice.

    if stack:                      test = bool(stack)
        v = stack.pop()            if test:
                                       v = stack.pop()

The backward sweep takes the same branch by the same value, and a list as a test would be the
list of a later time.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import Any

from s2s.analysis.lists import changed_list
from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Block, Const, Function, If, Let, Ref, Stmt, Undef, Value
from s2s.ir.partial import joins
from s2s.ir.walk import blocks_of, statements, with_blocks

_ANSWERS: tuple[Any, ...] = (
    prims.truth, operator.not_, bool, prims.contains, prims.not_contains, isinstance, len, any,
    all, hasattr, callable, issubclass, *prims.COMPARE.values(),
)  # fmt: skip


def asked_in_time(function: Function) -> Function:
    """The function with tests of their own for choices by what may be a list that changes."""
    if not any(changed_list(s) is not None for s in statements(function.body)):
        return function
    return replace(function, body=_block(function.body, _no_lists(function.body)))


def _block(block: Block, known: set[Value]) -> Block:
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        stmt = with_blocks(stmt, tuple(_block(b, known) for b in blocks_of(stmt)))
        if isinstance(stmt, If) and stmt.form != "try" and not _is_known(stmt.test, known):
            test = Value("test")
            ask = Apply(Ref("truth", prims.truth), (stmt.test,))
            stmts.append(Let((test,), ask, stmt.origin))
            stmt = replace(stmt, test=test)
        stmts.append(stmt)
    return replace(block, stmts=tuple(stmts))


def _is_known(atom: Atom, known: set[Value]) -> bool:
    return not isinstance(atom, Value) or atom in known


def _no_lists(body: Block) -> set[Value]:
    """The values that are certainly no lists: answers, literals, and choices between such."""
    known: set[Value] = set()
    sources: dict[Value, list[Atom]] = {}
    for stmt in statements(body):
        match stmt:
            case Let(targets=(target,), expr=Apply(fn=Ref(obj=obj)), unpack=False):
                if any(obj is fn for fn in _ANSWERS):
                    known.add(target)
            case Let(targets=(target,), expr=Const() | Value() as same, unpack=False):
                sources.setdefault(target, []).append(same)
        for result, outs in joins(stmt):
            sources.setdefault(result, []).extend(outs)
    assumed = known | set(sources)
    while True:  # what is not shown to be a list by any of its sources
        lost = {
            v for v, atoms in sources.items() if v in assumed
            and not all(isinstance(a, Const | Undef) or a in assumed for a in atoms)
        }  # fmt: skip
        if not lost:
            return assumed
        assumed -= lost
