"""Simplifies the halves of pairs, callers first: by then it is known what they are called with.

    def f_bwd(saved, f_bar):              def f_bwd(saved, f_bar):
        add_at(x_bar, (i, j), f_bar * w)      x_bar[i, j] += f_bar * w

A half is written before the adjoint is that it will be called with.  Of an adjoint that all of
its callers pass it is known in the end whether it is an array of real numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from s2s.analysis.fact import Fact
from s2s.analysis.facts import Facts
from s2s.ir.nodes import Apply, Function, Let, Ref, Value
from s2s.ir.walk import all_atoms, statements
from s2s.transform.simplify import simplify
from s2s.transform.trim import trim
from s2s.transform.unit import Generated, Unit


@dataclass(eq=False)
class Halves:
    """The halves of a unit before they are simplified, and what is known of their calls."""

    unit: Unit
    entries: tuple[Function, ...]  # which are simplified by their own hands

    def __post_init__(self) -> None:
        self._seeds: dict[Any, list[Fact]] = {}
        self._callers: dict[Any, set[str]] = {}
        self._done: set[str] = set()
        self._strange: set[Any] = set()  # called by more than their name
        drafts = (made.function_ir for made in self.unit.drafts)
        for function in (*self.entries, *(f for f in drafts if f is not None)):
            called = Counter(expr.fn.obj for expr in _calls(function))  # type: ignore[union-attr]
            for made in called:
                self._callers.setdefault(made, set()).add(function.name)
            held = (a.obj for a in all_atoms(function.body) if isinstance(a, Ref))
            named = Counter(obj for obj in held if isinstance(obj, Generated))
            self._strange.update(made for made in named if named[made] != called[made])

    def seen(self, function: Function, facts: Facts) -> None:
        """Note what a function that is simplified passes to others."""
        for expr in _calls(function):
            if len(expr.args) == 2 and not expr.kwargs:
                self._seeds.setdefault(expr.fn.obj, []).append(facts.of(expr.args[1]))  # type: ignore[union-attr, arg-type]
            else:
                self._strange.add(expr.fn.obj)  # type: ignore[union-attr]
        self._done.add(function.name)

    def finish(self) -> None:
        """Simplify all halves: of those that are left, one whose callers are done, if any."""
        unit, left = self.unit, self.unit.drafts
        while left:
            ready = (m for m in left if not self._callers.get(m, set()) - self._done)
            made = next(ready, next(iter(left)))
            facts = left.pop(made)
            assert made.function_ir is not None
            given = self._given(made, made.function_ir, facts)
            made.function_ir = simplify(
                made.function_ir, facts, given, unit.final, unit.further, unit.loops, self.seen
            )
        for pair in unit.pairs.values():
            trim(pair)

    def _given(self, made: Generated, half: Function, facts: Facts) -> dict[Value, Fact]:
        """What is known of the adjoint that a backward half is called with."""
        callers = self._callers.get(made, set())
        if len(half.params) != 2 or not callers or callers - self._done or made in self._strange:
            return {}
        seed = half.params[1].value
        given = _typed(facts.of(seed), self._seeds.get(made, []))
        return {} if given is None else {seed: given}


def _typed(known: Fact, passed: Sequence[Fact]) -> Fact | None:
    """What is known of an adjoint, with the dtype of all that are passed, if it is one."""
    if known.kind == "tuple" and known.items is not None and passed:
        if not all(f.items is not None and len(f.items) == len(known.items) for f in passed):
            return None
        parts = zip(known.items, *(f.items or () for f in passed), strict=True)
        typed = [(item, _typed(item, given)) for item, *given in parts]
        return replace(known, items=tuple(item if new is None else new for item, new in typed))
    dtypes = {fact.dtype for fact in passed}
    if known.kind != "array" or len(dtypes) != 1 or None in dtypes or not all(
        fact.kind == "array" for fact in passed
    ):  # fmt: skip
        return None
    return replace(known, dtype=dtypes.pop())


def _calls(function: Function) -> Iterator[Apply]:
    """The calls of generated functions."""
    for stmt in statements(function.body):
        expr = stmt.expr if isinstance(stmt, Let) else None
        if isinstance(expr, Apply) and isinstance(getattr(expr.fn, "obj", None), Generated):
            yield expr
