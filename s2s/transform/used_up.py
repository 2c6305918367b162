"""What can be gone through once is gone through once: programs make lists of it.

    pairs = zip(x, y)              for a list, the second loop would run again
    for a, b in pairs: ...
    for a, b in pairs: ...
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Container
from typing import Any

from s2s.errors import Unsupported
from s2s.ir.nodes import Apply, Block, For, Let, Ref, Stmt, Value, While
from s2s.ir.walk import blocks_of, own_atoms, statements

_ONCE: tuple[Any, ...] = (
    zip, map, filter, enumerate, reversed,
    *(f for n, f in vars(itertools).items() if isinstance(f, type) and not n.startswith("_")),
)  # fmt: skip


def is_iterator(stmt: Stmt) -> bool:
    """Whether a statement gives a name to what can be gone through only once."""
    match stmt:
        case Let(targets=(target,), expr=Apply(fn=Ref(obj=obj)), unpack=False):
            return target.user and any(obj is f for f in _ONCE)
    return False


def refuse_used_up(block: Block, active: Container[Value]) -> None:
    """Refuse iterators with active items that have a name and are used more than once.

    Raises
    ------
    Unsupported
        Where the second use would find the items that the first has left.
    """
    uses: Counter[Value] = Counter()
    _count(block, uses, {}, ())
    for stmt in statements(block):
        if isinstance(stmt, Let) and is_iterator(stmt):
            target = stmt.targets[0]
            if uses[target] > 1 and target in active:
                raise Unsupported(
                    f"the items of `{target.name}` are active and can be gone through only once,"
                    " and it is used again",
                    origin=stmt.origin,
                    advice=("make a list of it first",),
                )


def _count(
    block: Block, uses: Counter[Value], made: dict[Value, tuple[int, ...]], loops: tuple[int, ...]
) -> None:
    """How often values are read; in a loop that they are not made in, more than once."""

    def read(atom: object) -> None:
        if isinstance(atom, Value):
            uses[atom] += 1 if made.get(atom, loops) == loops else 2

    for stmt in block.stmts:
        for atom in own_atoms(stmt):
            read(atom)
        inner = (*loops, id(stmt)) if isinstance(stmt, For | While) else loops
        for b in blocks_of(stmt):
            _count(b, uses, made, inner)
        if isinstance(stmt, Let):
            made.update(dict.fromkeys(stmt.targets, loops))
    for atom in block.outs:
        read(atom)
