"""Takes the adjoints of numbers that an array was made of out of its adjoint.

    t = [v, -np.sin(a)]                   k = np.array([v, -np.sin(a)])
    t_saved.append(t)                     ...
    k = np.array(t)                       v_bar = k_bar[0]
    ...                                   t_bar = k_bar[1]
    t_bar = unarray(k_bar, t_saved.pop())
    v_bar = t_bar[0]

Where the items of the list are known to be numbers, nobody has to look at it.

>>> import numpy as np, s2s
>>> def f(a, b):
...     return np.sum(np.array([a * b, np.sin(b)]) ** 2)
>>> print(s2s.grad(f, (0, 1)).specialize(1.0, 2.0).source.partition("\\n\\n")[2])
    # return np.sum(np.array([a * b, np.sin(b)]) ** 2)
    t_bar = 2 * f_bar * np.array([a * b, np.sin(b)])
    t_bar_2 = t_bar[0]
    a_bar = t_bar_2 * b
    b_bar = t_bar[1] * np.cos(b) + a * t_bar_2
    return float(a_bar), float(b_bar)
"""

from __future__ import annotations

import operator
from typing import Any

from s2s import runtime
from s2s.analysis.fact import NUMBER_KINDS
from s2s.analysis.facts import Facts
from s2s.ir.nodes import Apply, Atom, Block, Const, Let, Ref, Stmt, Value
from s2s.ir.walk import all_atoms, map_stmt, statements, with_stmts


def items_taken(backward: Block, facts: Facts) -> Block:
    """The backward sweep with items of adjoints, instead of lists of them."""
    lists: dict[Value, Atom] = {}  # a list of adjoints -> the adjoint of the array
    for stmt in statements(backward):
        match stmt:
            case Let(targets=(target,), expr=Apply(fn=Ref(obj=obj), args=(g, x), kwargs=())) if (
                obj is runtime.unarray and _numbers(g, x, facts)
            ):
                lists[target] = g  # type: ignore[assignment]
    if not lists:
        return backward
    items: dict[Value, list[Let]] = {t: [] for t in lists}
    for stmt in statements(backward):
        whole = _whole(stmt)
        if whole in items:
            assert isinstance(stmt, Let)
            items[whole].append(stmt)
    reads = [a for a in all_atoms(backward) if isinstance(a, Value) and a in lists]
    taken = {t for t in lists if reads.count(t) == len(items[t])}

    def run(block: Block) -> Block:
        out: list[Stmt] = []
        for stmt in block.stmts:
            target = stmt.targets[0] if isinstance(stmt, Let) and stmt.targets else None
            if target in taken:
                for item in items[target]:
                    assert isinstance(item.expr, Apply)
                    args = (lists[target], item.expr.args[1])
                    out.append(Let(item.targets, Apply(item.expr.fn, args), item.origin))
            elif _whole(stmt) not in taken:
                out.append(map_stmt(stmt, lambda a: a, run))
        return with_stmts(block, out)

    return run(backward) if taken else backward


def _whole(stmt: Stmt) -> Any:
    """What a statement takes one item of, at a known place."""
    match stmt:
        case Let(targets=(_,), expr=Apply(fn=Ref(obj=obj), args=(whole, Const(value=int())))) if (
            obj is operator.getitem and not stmt.unpack
        ):
            return whole
    return None


def _numbers(g: Any, x: Any, facts: Facts) -> bool:
    """Whether an array was made of a list of numbers."""
    like, bar = facts.of(x), facts.of(g)
    listed = like.kind in ("list", "tuple") and bool(like.items)
    return listed and bar.kind == "array" and len(bar.dims or ()) == 1 and all(
        item.kind in NUMBER_KINDS for item in like.items or ()
    )
