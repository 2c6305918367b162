"""Asks the adjoint of a view for its shape where the view itself would have to be kept.

    g = unbroadcast(t_bar, a)             a_bar = source_bar[i:j]
    a_bar = source_bar[i:j]               a_bar += unbroadcast(t_bar, a_bar)
    a_bar += g

The adjoint of a view is the same view of the adjoint.  All that is added to it in one block goes
to one view.

>>> import numpy as np, s2s
>>> def f(x, k, steps):
...     old, new = x.copy(), np.zeros_like(x)
...     for _ in range(steps):
...         new[1:] = old[:k] - old[k:]
...         old, new = new, old
...     return np.sum(old)
>>> print(s2s.grad(f).specialize(np.ones(6), 3, 2).source.partition("# new")[2])
[1:] = old[:k] - old[k:]
        t = old_bar[1:].copy()
        old_bar[1:] = 0.0
        t_bar = new_bar[:k]
        t_bar_2 = unbroadcast(t, t_bar)
        t_bar_3 = new_bar[k:]
        t_bar_3 -= unbroadcast(t, t_bar_3)
        t_bar += t_bar_2
        new_bar, old_bar = old_bar, new_bar
    return old_bar
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from s2s import runtime
from s2s.analysis.facts import Facts
from s2s.analysis.sharing import is_basic
from s2s.ir.build import Builder
from s2s.ir.effects import pure
from s2s.ir.nodes import Apply, Block, Const, Let, Ref, Star, Stmt, Value, Write
from s2s.ir.walk import (
    all_atoms,
    atoms_of,
    map_stmt,
    statements,
    with_expr,
    with_stmts,
)  # fmt: skip

Defs = dict[Value, Apply]


def measured(
    forward: Block, backward: Block, at_hand: Callable[[Value], bool], facts: Facts
) -> Block:
    """The backward sweep with shapes of adjoints for those of views that are not `at_hand`."""
    defs: Defs = {}
    for stmt in (*statements(forward), *statements(backward)):
        match stmt:
            case Let(targets=(target,), expr=Apply() as expr) if not stmt.unpack:
                defs[target] = expr
    uses = Counter(a for a in all_atoms(backward) if isinstance(a, Value))

    def wanted(stmt: Stmt) -> bool:
        """Whether a statement sums to the shape of a view that is not at hand."""
        match stmt:
            case Let(targets=(g,), expr=Apply(fn=Ref(obj=obj), args=(_, Value() as a), kwargs=())):
                view = obj is runtime.unbroadcast and _is_sure_view(a, defs, facts)
                return view and uses[g] == 1 and not at_hand(a)
        return False

    def run(block: Block) -> Block:
        stmts = [map_stmt(s, lambda a: a, run) for s in block.stmts]
        seen: dict[tuple[Any, Value], Value] = {}  # an adjoint, a view -> that view of the adjoint
        k = 0
        while k < len(stmts):
            stmt = stmts[k]
            if wanted(stmt):
                assert isinstance(stmt, Let) and isinstance(stmt.expr, Apply)
                k = _measure(k, stmt, stmts, defs, seen, facts)
            k += 1
        return with_stmts(block, stmts)

    return run(backward) if any(map(wanted, statements(backward))) else backward


def _measure(
    k: int, stmt: Let, stmts: list[Stmt], defs: Defs, seen: dict[tuple[Any, Value], Value],
    facts: Facts,
) -> int:  # fmt: skip
    """Ask what the sum at `k` is added to for its shape; where the sum is then."""
    assert isinstance(stmt.expr, Apply)
    x, a = stmt.expr.args
    assert isinstance(a, Value)
    end = next((j for j in range(k + 1, len(stmts)) if _adds(stmts[j], stmt.targets[0])), None)
    if end is None:
        return k
    write = stmts[end]
    assert isinstance(write, Write)
    new: list[Stmt] = []
    if write.kind == "item":  # into a part of an array, which is a view then
        build = Builder(write.origin, facts)
        view = build.call(operator.getitem, write.target, write.key, name=f"{a.name}_bar")
        new = build.stmts
        defs[view] = Apply(Ref("getitem", operator.getitem), (write.target, write.key))
        write = replace(write, kind="whole", target=view, key=Const(...))
    elif isinstance(write.target, Value):
        view = write.target
    else:
        return k
    if not _is_view(view, defs) or not _same(defs[view].args[1], defs[a].args[1], defs):
        return k
    shadow = defs[view].args[0]
    first = seen.get((shadow, a))
    if first is None:
        longer = [*stmts[:end], *new, write]
        moved = _needed(view, k, len(longer) - 1, longer)
        if moved is None:
            return k
        first = seen[shadow, a] = view
        rest = [s for j, s in enumerate(longer) if j > k and j not in moved]
        chain = [longer[j] for j in moved]
        stmts[k:end + 1] = [*chain, stmt, *rest]
        k += len(chain)
    else:
        stmts[end] = replace(write, target=first)
    stmts[k] = with_expr(stmt, Apply(stmt.expr.fn, (x, first)))
    return k


def _adds(stmt: Stmt, value: Value) -> bool:
    """Whether a statement adds a value to an array or to a part of one."""
    return isinstance(stmt, Write) and stmt.kind in ("whole", "item") and stmt.op == "Add" and (
        stmt.value is value
    )


def _is_sure_view(value: Value, defs: Defs, facts: Facts) -> bool:
    """Whether a value is a view of an array for certain: no number, no copy, no item of a list.

    Then the same part of the adjoint is a view, too, and what is added to it arrives there.
    """
    if not _is_view(value, defs) or facts.of(value).kind != "array":
        return False
    base, key = defs[value].args
    assert not isinstance(base, Star) and not isinstance(key, Star)
    return facts.of(base).kind == "array" and is_basic(key, facts)


def _is_view(value: Any, defs: Defs) -> bool:
    """Whether a value is taken out of another by an index."""
    made = defs.get(value) if isinstance(value, Value) else None
    return made is not None and isinstance(made.fn, Ref) and made.fn.obj is operator.getitem


def _same(one: Any, other: Any, defs: Defs) -> bool:
    """Whether two indices are the same by construction."""
    if one == other:
        return True
    a, b = (defs.get(x) if isinstance(x, Value) else None for x in (one, other))
    return a is not None and b is not None and pure(a) and a.fn == b.fn and (
        not a.kwargs and not b.kwargs and len(a.args) == len(b.args)
        and all(_same(p, q, defs) for p, q in zip(a.args, b.args, strict=True))
    )


def _needed(view: Value, k: int, end: int, stmts: list[Stmt]) -> list[int] | None:
    """The places behind `k` where a view and its index are computed, if they may move there."""
    places: list[int] = []
    left = {view}
    for j in range(end - 1, k, -1):
        stmt = stmts[j]
        match stmt:
            case Let(targets=(target,), expr=Apply() as expr) if target in left:
                if stmt.unpack or not pure(expr):
                    return None
                places.append(j)
                left |= {a for a in atoms_of(expr) if isinstance(a, Value)}
            case Let(targets=targets) if left & set(targets):
                return None
            case _ if not isinstance(stmt, Let | Write) and left & set(all_atoms(Block((stmt,)))):
                return None
    return places[::-1]
