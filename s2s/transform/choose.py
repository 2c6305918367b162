"""Chooses what is saved, computed again or handed out for the backward sweep.

A value that is cheap to compute from what is at hand or saved anyway is computed again: views,
shapes, indices, comparisons, arithmetic of numbers, and what no iteration of a loop changes.
Numbers from which several of those follow are saved in their place, and so are arrays where loops
over elements compute the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from s2s.analysis.buffers import Buffers
from s2s.analysis.facts import Facts
from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Expr, Ref, Value
from s2s.ir.walk import atoms_of
from s2s.transform.cheap import is_arithmetic, is_steady
from s2s.transform.reread import Rereads
from s2s.transform.safe import is_safe

Path = tuple[tuple[int, bool], ...]  # (block key, is it a loop body) from the outside in


@dataclass
class Home:
    """Where the forward sweep binds a value, and how."""

    path: Path
    expr: Expr | None = None
    order: int = 0


@dataclass
class Choice:
    """What is done for the values that the mirrors of one block need."""

    saved: dict[Value, Value] = field(default_factory=dict)  # value -> its stack
    recomputed: dict[Value, None] = field(default_factory=dict)
    yielded: dict[Value, Value] = field(default_factory=dict)  # value -> the name outside
    # What an iteration leaves is what the next one started from, which is saved already:
    # value -> (the value that it follows, the value after the loop).
    followed: dict[Value, tuple[Value, Value]] = field(default_factory=dict)


Needs = dict[int, dict[Value, None]]  # block key -> values that its mirrors read


def choose(
    needs: Needs, homes: dict[Value, Home], restored: dict[int, dict[Value, Atom]],
    facts: Facts, buffers: Buffers, changed: dict[int, frozenset[Value]], again: Rereads,
    loops: bool = False,
) -> dict[int, Choice]:  # fmt: skip
    """For each block: which values are saved, computed again or handed out."""

    def cheap(value: Value) -> bool:
        home = homes[value]
        here = changed.get(home.path[-1][0]) if home.path else None
        looped = any(loop for _, loop in home.path)
        if value in again.heads or (looped and unchanged(value)):
            return True
        if loops and home.expr is not None and is_arithmetic(home.expr, facts):
            reads = any(buffers.reads(a) for a in atoms_of(home.expr))
            return not reads and not buffers.is_buffer(value)
        return home.expr is not None and is_steady(value, home.expr, facts, buffers, here)

    invariant: dict[Value, bool] = {}

    def unchanged(value: Value) -> bool:
        """Whether no loop around a value changes it: one computation serves all iterations."""
        home = homes.get(value)
        if home is None or not home.path:
            return True
        if value not in invariant:
            invariant[value] = False
            expr = home.expr
            invariant[value] = (
                expr is not None and isinstance(expr, Apply) and is_safe(expr, facts)
                and not buffers.is_buffer(value) and all(
                    not buffers.reads(a) and unchanged(a)
                    for a in atoms_of(expr) if isinstance(a, Value)
                )
            )  # fmt: skip
        return invariant[value]

    choices: dict[int, Choice] = {}
    wanted = {v for values in needs.values() for v in values}

    def at_hand(value: Value) -> bool:
        """Whether a value can be had in the mirror of its block without being saved."""
        home = homes.get(value)
        if home is None or not home.path:
            return True
        return value in restored.get(home.path[-1][0], {})

    heavy = {v for v in wanted if not cheap(v) and not at_hand(v)}
    free: dict[Value, bool] = {}

    def computable(value: Value, depth: int = 0) -> bool:
        """Whether a value is cheap to compute from what is at hand or saved anyway."""
        if at_hand(value) or value in heavy:
            return True
        if value not in free:
            free[value] = False
            expr = homes[value].expr
            ok = depth < 20 and expr is not None and cheap(value)
            if ok:
                assert expr is not None
                ok = all(
                    computable(a, depth + 1) for a in atoms_of(expr) if isinstance(a, Value)
                )
            free[value] = ok
        return free[value]

    def roots(value: Value, depth: int = 0) -> set[Value]:
        """What would have to be saved for a value to be cheap to compute."""
        if at_hand(value) or value in heavy:
            return set()
        expr = homes[value].expr
        if expr is None or depth >= 20 or not cheap(value):
            return {value}
        parts = (a for a in atoms_of(expr) if isinstance(a, Value))
        return set().union(*(roots(a, depth + 1) for a in parts))

    needed = {v: roots(v) for v in wanted - heavy if not computable(v)}

    def plain(value: Value) -> bool:
        """Whether a value can be saved in the place of others."""
        whole = loops and facts.of(value).kind == "array" and facts.of(value).dims is not None
        return bool(facts.is_scalar(value)) or (
            whole and not buffers.is_buffer(value) and not buffers.reads(value)
        )

    new = _worth_saving(needed, homes, facts, plain)
    if new:
        heavy |= new
        free.clear()
    stacks: dict[Value, Value] = {}

    def settle(value: Value) -> None:
        home = homes.get(value)
        if home is None or not home.path or at_hand(value):
            return
        choice = choices.setdefault(home.path[-1][0], Choice())
        if value in choice.saved or value in choice.recomputed or value in choice.yielded:
            return
        if value not in heavy and computable(value):
            expr = home.expr
            assert expr is not None
            choice.recomputed[value] = None
            for a in atoms_of(expr):
                if isinstance(a, Value):
                    settle(a)
        elif any(loop for _, loop in home.path):
            stack = Value(f"{value.name}_saved", True)
            facts.learn(stack, Apply(Ref("list", prims.build_list)))
            choice.saved[value] = stacks[value] = stack
        else:
            choice.yielded[value] = Value(value.name, value.user)

    for value in sorted(wanted, key=lambda v: homes[v].order):
        settle(value)
    return choices


def _worth_saving(
    roots: dict[Value, set[Value]], homes: dict[Value, Home], facts: Facts,
    plain: Callable[[Value], bool],
) -> set[Value]:  # fmt: skip
    """What several others, or others in inner loops, are cheap to compute from."""

    def price(values: Iterable[Value]) -> int:
        return sum(
            8 ** sum(loop for _, loop in homes[v].path) * 1000 ** len(facts.of(v).dims or ())
            for v in values
        )

    groups: dict[frozenset[Value], list[Value]] = {}
    for value, needed in roots.items():
        groups.setdefault(frozenset(needed), []).append(value)
    return set().union(*(
        needed for needed, values in groups.items()
        if all(map(plain, needed)) and price(needed) < price(values)
    ))  # fmt: skip
