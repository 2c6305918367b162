"""Stacks that nothing is read from go, and with them what was computed for them.

    t_saved = []
    for _ in range(n):                     for _ in range(n):
        t = x * y                              ...
        t_saved.append(t)
    for _ in range(n - 1, -1, -1):         for _ in range(n - 1, -1, -1):
        t_saved.pop()                          ...

The NumPy text saves a value to ask for its shape; known ranks answer that here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from s2s.ir import prims
from s2s.ir.nodes import Apply, Block, Function, Let, Pop, Push, Stmt, Value
from s2s.ir.walk import all_atoms, blocks_of, statements, with_blocks, with_stmts


def without_idle_stacks(function: Function) -> Function:
    """The function without lists whose items nobody uses."""
    uses = Counter(a for a in all_atoms(function.body) if isinstance(a, Value))
    made: set[Value] = set()
    touched: Counter[Value] = Counter()
    wanted: set[Value] = set()
    for stmt in statements(function.body):
        match stmt:
            case Let(targets=(stack,), expr=Apply(args=(), kwargs=()) as expr):
                if getattr(expr.fn, "obj", None) is prims.build_list:
                    made.add(stack)
            case Push(stack=stack):
                touched[stack] += 1
            case Pop(stack=stack, target=target):
                touched[stack] += 1
                if uses[target]:
                    wanted.add(stack)
    idle = {s for s in made - wanted if touched[s] == uses[s] > 0}
    if not idle:
        return function

    def goes(stmt: Stmt) -> bool:
        if isinstance(stmt, Push | Pop):
            return stmt.stack in idle
        return isinstance(stmt, Let) and bool(idle & set(stmt.targets))

    def run(block: Block) -> Block:
        kept = (s for s in block.stmts if not goes(s))
        stmts = (with_blocks(s, tuple(run(b) for b in blocks_of(s))) for s in kept)
        return with_stmts(block, stmts)

    return replace(function, body=run(function.body))
