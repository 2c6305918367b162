"""Walks a list of saved numbers backward instead of taking them off one by one.

    for _ in reversed(range(n)):          for x in reversed(x_saved):
        x = x_saved.pop()

Only lists of numbers, and few of them: an array is let go as soon as it has been used.

>>> import s2s
>>> def f(r, n):
...     x = 0.5
...     for _ in range(n):
...         x = r * x * (1.0 - x)
...     return x
>>> print(s2s.grad(f).specialize(3.2, 5).source.partition("\\n\\n")[2])
    x_bar, r_bar = f_bar, 0.0
    for x in reversed(x_saved):
        # x = r * x * (1.0 - x)
        x_bar_2 = x_bar * (1.0 - x)
        r_bar = r_bar + x_bar_2 * x
        x_bar = (x_bar_2 - x * x_bar) * r
    return r_bar
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from s2s.analysis.facts import Facts
from s2s.ir import prims
from s2s.ir.nodes import Apply, Block, For, Function, Iter, Let, Pop, Push, Ref, Stmt, Value
from s2s.ir.walk import all_atoms, blocks_of, map_stmt, statements, with_body, with_stmts

_MOST = 4  # lists that one loop walks


def walked(function: Function, facts: Facts) -> Function:
    """The function with loops over the lists of numbers that they use up."""
    every = list(statements(function.body))
    if not any(isinstance(s, Pop) for s in every):
        return function
    pushes = Counter(s.stack for s in every if isinstance(s, Push))
    pops = Counter(s.stack for s in every if isinstance(s, Pop))
    uses = Counter(a for a in all_atoms(function.body) if isinstance(a, Value))
    once = {v for v in pops if pops[v] == pushes[v] == 1 and uses[v] <= 2}
    return with_body(function, _block(function.body, once, uses, facts))


def _block(block: Block, once: set[Value], uses: Counter[Value], facts: Facts) -> Block:
    out: list[Stmt] = []
    lists: set[Value] = set()
    filled: dict[Value, Iter] = {}  # by which loop
    for stmt in block.stmts:
        if isinstance(stmt, Let) and _is_list(stmt.expr) and stmt.targets[0] in once:
            lists.add(stmt.targets[0])
        elif isinstance(stmt, For) and _runs_through(stmt.body):
            for inner in stmt.body.stmts:
                if isinstance(inner, Push) and inner.stack in lists:
                    filled[inner.stack] = stmt.iter
            new = _walk(stmt, filled, uses, facts)
            if new is not None:
                out.append(new)
                continue
        out.append(map_stmt(stmt, lambda a: a, lambda b: _block(b, once, uses, facts)))
    return with_stmts(block, out)


def _walk(
    loop: For, filled: dict[Value, Iter], uses: Counter[Value], facts: Facts
) -> For | None:
    """A loop that takes numbers off lists, as a loop over the lists."""
    it = loop.iter
    count = it.inner[0] if it.kind == "reversed" else None
    if count is None or count.kind != "range" or (count.item is not None and uses[count.item]):
        return None
    taken = [s for s in loop.body.stmts if isinstance(s, Pop)]
    if not 0 < len(taken) <= _MOST or not all(
        s.stack in filled and facts.is_scalar(s.target)
        and filled[s.stack].kind == "range" and filled[s.stack].args == count.args
        for s in taken
    ):  # fmt: skip
        return None
    walks = tuple(
        Iter("reversed", (), (Iter("each", (s.stack,), (), s.target),)) for s in taken
    )
    body = replace(loop.body, stmts=tuple(s for s in loop.body.stmts if s not in taken))
    return replace(loop, iter=walks[0] if len(walks) == 1 else Iter("zip", (), walks), body=body)


def _runs_through(body: Block) -> bool:
    """Whether each iteration reaches its end."""
    return body.exit is None and all(
        _runs_through(inner) for s in body.stmts for inner in blocks_of(s)
    )


def _is_list(expr: Any) -> bool:
    return isinstance(expr, Apply) and isinstance(expr.fn, Ref) and (
        expr.fn.obj is prims.build_list and not expr.args
    )
