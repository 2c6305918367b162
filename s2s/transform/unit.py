"""A compilation unit: the functions that one derivative consists of, made on demand.

A callee with active arguments becomes a pair, ``y, saved = f_fwd(args)`` and
``grads = f_bwd(saved, y_bar)`` (or ``y, y_dot = f_jvp(args, dots)`` in forward mode), once for
each set of active parameters.  The name is reserved before the body is compiled, so recursion
is a call of a name.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from s2s.analysis.fact import NOTHING, UNKNOWN, Fact, rename
from s2s.analysis.facts import Facts
from s2s.analysis.shapes import Dim
from s2s.analysis.summaries import canonical
from s2s.errors import Unsupported
from s2s.ir.nodes import Expr, Function, Ref, Value

MAX_VARIANTS = 4  # signatures of one callee that get a pair of their own


@dataclass(eq=False)
class Generated:
    """A function that s2s wrote; `function_ir` is there once its body is compiled."""

    name: str
    function_ir: Function | None = None
    result: Fact | None = None  # what is known of what it gives, where that is a container

    @property
    def __name__(self) -> str:
        return self.name

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Generated functions run as text only."""
        raise TypeError(f"{self.name} is a part of a generated module")


@dataclass(frozen=True, eq=False)
class Pair:
    """The forward and the backward half of a callee for some active parameters."""

    forward: Generated
    backward: Generated
    active: tuple[str, ...]  # parameters that the backward half gives gradients of


@dataclass(eq=False)
class Unit:
    """The functions generated so far, and what identifies them."""

    taken: set[str] = field(default_factory=set)
    functions: list[Generated] = field(default_factory=list)
    pairs: dict[Hashable, Pair] = field(default_factory=dict)
    variants: dict[object, int] = field(default_factory=dict)  # of a callee, by signature
    tangents: dict[Hashable, Generated] = field(default_factory=dict)
    drafts: dict[Generated, Facts] = field(default_factory=dict)  # to be simplified, callers first
    # Whether an adjoint of 0 stays 0 where a choice left out an infinite slope; else it is NaN.
    masked: bool = True
    further: bool = False  # whether all of it will be differentiated again
    final: bool = False  # whether nobody will differentiate it again
    loops: bool = False  # whether elementwise statements will be loops over elements
    compile_pair: Callable[[Unit, Function, Pair, Mapping[str, Fact]], None] | None = None
    compile_tangent: (
        Callable[[Unit, Function, Generated, tuple[str, ...], bool, Mapping[str, Fact]], None]
        | None
    ) = None

    def generated(self, name: str) -> Generated:
        """A new function of the unit under a name that is free."""
        free, k = name, 2
        while free in self.taken:
            free, k = f"{name}_{k}", k + 1
        self.taken.add(free)
        made = Generated(free)
        self.functions.append(made)
        return made

    def pair(
        self, key: object, function: Function, active: tuple[str, ...],
        given: Mapping[str, Fact] | None = None,
    ) -> Pair:  # fmt: skip
        """The pair of a callee for arguments of one signature, compiled when first asked for."""
        facts, whole = self._signature(key, active, given)
        known = self.pairs.get(whole)
        if known is None:
            forward = self.generated(f"{function.name}_fwd")
            backward = self.generated(f"{function.name}_bwd")
            known = self.pairs[whole] = Pair(forward, backward, active)
            halves = getattr(key, "halves", None)
            assert self.compile_pair is not None
            if halves is not None:  # a function that says itself what its gradient is
                halves(self, known, facts)
            else:
                self.compile_pair(self, function, known, facts)
        return known

    def tangent(
        self, key: object, function: Function, active: tuple[str, ...], generated: bool = False,
        given: Mapping[str, Fact] | None = None,
    ) -> Generated:  # fmt: skip
        """The callee with its tangent, compiled when first asked for.

        `generated` says that s2s wrote the callee.
        """
        if getattr(key, "own_gradient", False):
            raise Unsupported(
                f"forward mode through `{function.name}`, which has a gradient of its own",
                origin=function.origin, advice=("use reverse mode: s2s.grad or s2s.vjp",),
            )  # fmt: skip
        facts, whole = self._signature(key, active, given)
        known = self.tangents.get(whole)
        if known is None:
            known = self.tangents[whole] = self.generated(f"{function.name}_jvp")
            assert self.compile_tangent is not None
            self.compile_tangent(self, function, known, active, generated, facts)
        return known

    def _signature(
        self, key: object, active: tuple[str, ...], given: Mapping[str, Fact] | None
    ) -> tuple[dict[str, Fact], Hashable]:
        """The facts that a callee is compiled for, and what identifies it then."""
        if getattr(key, "sizeless", False):
            given = _without_sizes(given or {})
        canon = canonical(list((given or {}).values()))
        facts = dict(zip(given or {}, canon.facts, strict=True))
        whole: Hashable = (key, active, tuple(facts), canon.key)
        if whole not in self.pairs and whole not in self.tangents:
            if self.variants.get(key, 0) >= MAX_VARIANTS:
                # Enough: only that an argument is a list or a dict is kept.
                kinds = {n: Fact(f.kind) for n, f in facts.items() if f.kind in ("list", "dict")}
                return kinds, (key, active, *((n, f.kind) for n, f in kinds.items()))
            self.variants[key] = self.variants.get(key, 0) + 1
        return facts, whole


def _without_sizes(given: Mapping[str, Fact]) -> dict[str, Fact]:
    """Facts that say of sizes only which of them are equal."""
    shapes = [f.dims or () for f in given.values()]
    dims: dict[Any, Dim] = {d: Dim(natural=True) for shape in shapes for d in shape}

    def named(size: Any) -> Any:
        return dims.setdefault(size, Dim()) if isinstance(size, int | Dim) else size

    found = {name: rename(fact, named) for name, fact in given.items()}
    return {
        name: replace(f, const=NOTHING, size=f.size or Dim()) if f.kind == "int" else f
        for name, f in found.items()
    }


@dataclass(eq=False)
class Plan:
    """What one function's backward sweep asks of its forward sweep."""

    counts: dict[int, Value] = field(default_factory=dict)  # loop body key -> trip count
    finished: dict[int, Value] = field(default_factory=dict)  # body of a `try` -> went through?
    stacks: set[Value] = field(default_factory=set)
    lists: set[Value] = field(default_factory=set)
    grown: frozenset[Value] = frozenset()  # the names of lists that have adjoints and grow
    partial: set[Value] = field(default_factory=set)  # not bound on every path
    distinct: set[Value] = field(default_factory=set)  # keys that a comprehension has once
    written: dict[Value, Value] = field(default_factory=dict)  # read after a write -> written
    contexts: dict[Value, Expr] = field(default_factory=dict)  # of `with`: how to make another


def first_of_pair(out: Fact) -> Fact | None:
    """The fact about `(out, saved)`: whether a result is a list says what `+` does to it."""
    kept = _kinds(out)
    return None if kept is UNKNOWN else Fact("tuple", items=(kept, UNKNOWN))


def _kinds(f: Fact) -> Fact:
    """Of a container that it is one, and which of the items of a tuple are."""
    if f.kind in ("list", "dict"):
        return Fact(f.kind)
    if f.kind != "tuple":
        return UNKNOWN
    return Fact("tuple", items=None if f.items is None else tuple(map(_kinds, f.items)))


def reference(made: Generated) -> Ref:
    """How generated code names a generated function."""
    return Ref(made.name, made)
