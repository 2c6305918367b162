"""Drops writes into an array of ours that nothing reads afterwards.

    x_bar = np.zeros_like(x)              return x_bar_dot
    x_bar[1:] += t_bar
    return x_bar_dot

A write is an effect, so what follows from uses alone does not remove it.  Here the array was made
by the function itself, and every name that its memory has is a step of the same chain of writes.
"""

from __future__ import annotations

from s2s.analysis.facts import Facts
from s2s.ir.effects import fresh, in_place
from s2s.ir.nodes import Apply, Block, Function, Let, Value
from s2s.ir.walk import all_defs, blocks_of, statements, with_blocks, with_body, with_stmts
from s2s.transform.simplify.scene import scene_of


def dead(function: Function, facts: Facts) -> Function:
    """The function without writes that nobody sees."""
    scene = scene_of(function, facts)
    aliases = scene.aliases
    lets = [s for s in statements(function.body) if isinstance(s, Let) and len(s.targets) == 1]
    writes = {s.targets[0]: s.expr.args[0] for s in lets
              if in_place(s.expr) and isinstance(s.expr, Apply)}  # fmt: skip
    chain = set(writes) | {s.targets[0] for s in lets if fresh(s.expr)}
    strange = {aliases.find(v) for v in all_defs(function.body) if v not in chain}
    strange |= {aliases.find(p.value) for p in function.params}
    uses = scene.uses.copy()
    gone: set[Value] = set()
    for target, old in reversed(writes.items()):
        if uses[target] == 0 and isinstance(old, Value) and aliases.find(target) not in strange:
            gone.add(target)
            uses[old] -= 1
    if not gone:
        return function

    def run(block: Block) -> Block:
        kept = [s for s in block.stmts if not (isinstance(s, Let) and gone & set(s.targets))]
        stmts = tuple(with_blocks(s, tuple(run(b) for b in blocks_of(s))) for s in kept)
        return with_stmts(block, stmts)

    return with_body(function, run(function.body))
