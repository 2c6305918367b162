"""Puts what an iterator with a name gives into a list, for the loop that goes through it.

    pairs = combinations(range(n), 2)      pairs = combinations(range(n), 2)
    for i, j in pairs: ...                 items = list(pairs)
                                           for i, j in items: ...

The backward sweep goes through it once more, from the end.  An iterator that is used elsewhere as
well stays where the loop may be left early: what is left of it is there for the next one.
"""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np

from s2s.ir.nodes import Apply, Block, For, Function, Iter, Let, Ref, Stmt, Value, While
from s2s.ir.record import replace
from s2s.ir.walk import all_atoms, blocks_of, statements, with_blocks, with_stmts

_ENDING = (itertools.combinations, itertools.combinations_with_replacement,
           itertools.permutations, itertools.product, itertools.pairwise, np.ndindex)  # fmt: skip


def gone_through(function: Function) -> Function:
    """The function whose loops run over lists instead of iterators that have a name."""
    named = {
        s.targets[0] for s in statements(function.body)
        if isinstance(s, Let) and isinstance(s.expr, Apply) and not s.unpack and s.targets
        and isinstance(s.expr.fn, Ref) and any(s.expr.fn.obj is f for f in _ENDING)
    }  # fmt: skip
    if not named:
        return function
    uses = Counter(a for a in all_atoms(function.body) if isinstance(a, Value))
    return replace(function, body=_block(function.body, named, uses))


def _block(block: Block, named: set[Value], uses: Counter[Value]) -> Block:
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        stmt = with_blocks(stmt, tuple(_block(b, named, uses) for b in blocks_of(stmt)))
        if isinstance(stmt, For):
            left = _is_left(stmt.body)
            lists = {v: Value("items") for v in _gone_through(stmt.iter)
                     if v in named and not (left and uses[v] > 1)}  # fmt: skip
            stmts += [Let((new,), Apply(Ref("list", list), (v,)), stmt.origin)
                      for v, new in lists.items()]  # fmt: skip
            stmt = replace(stmt, iter=_over(stmt.iter, lists)) if lists else stmt
        stmts.append(stmt)
    return with_stmts(block, stmts)


def _gone_through(it: Iter) -> list[Value]:
    """The values whose items a loop takes one by one."""
    own = [a for a in it.args if isinstance(a, Value)] if it.kind == "each" else []
    return own + [v for inner in it.inner for v in _gone_through(inner)]


def _over(it: Iter, lists: dict[Value, Value]) -> Iter:
    """What a loop runs over, with lists in the place of iterators."""
    inner = tuple(_over(i, lists) for i in it.inner)
    if it.kind != "each":
        return replace(it, inner=inner)
    args = tuple(lists.get(a, a) if isinstance(a, Value) else a for a in it.args)
    return replace(it, args=args)


def _is_left(block: Block) -> bool:
    """Whether a body of a loop may leave it before its end."""
    if block.exit == "break":
        return True
    return any(
        _is_left(b) for s in block.stmts if not isinstance(s, For | While) for b in blocks_of(s)
    )
