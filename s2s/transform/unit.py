"""A compilation unit: the functions that one derivative consists of, made on demand.

A callee with active arguments becomes a pair, ``y, saved = f_fwd(args)`` and
``grads = f_bwd(saved, y_bar)`` (or ``y, y_dot = f_jvp(args, dots)`` in forward mode), once for
each set of active parameters.  The name is reserved before the body is compiled, so recursion
is a call of a name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from s2s.ir.nodes import Expr, Function, Ref, Value


@dataclass(eq=False)
class Generated:
    """A function that s2s wrote; `function_ir` is there once its body is compiled."""

    name: str
    function_ir: Function | None = None

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
    pairs: dict[tuple[object, tuple[str, ...]], Pair] = field(default_factory=dict)
    tangents: dict[tuple[object, tuple[str, ...]], Generated] = field(default_factory=dict)
    compile_pair: Callable[[Unit, Function, Pair], None] | None = None
    compile_tangent: (
        Callable[[Unit, Function, Generated, tuple[str, ...], bool], None] | None
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

    def pair(self, key: object, function: Function, active: tuple[str, ...]) -> Pair:
        """The pair of a callee, compiled when first asked for."""
        known = self.pairs.get((key, active))
        if known is None:
            forward = self.generated(f"{function.name}_fwd")
            backward = self.generated(f"{function.name}_bwd")
            known = self.pairs[key, active] = Pair(forward, backward, active)
            assert self.compile_pair is not None
            self.compile_pair(self, function, known)
        return known

    def tangent(
        self, key: object, function: Function, active: tuple[str, ...], generated: bool = False
    ) -> Generated:
        """The callee with its tangent, compiled when first asked for.

        `generated` says that s2s wrote the callee.
        """
        known = self.tangents.get((key, active))
        if known is None:
            known = self.tangents[key, active] = self.generated(f"{function.name}_jvp")
            assert self.compile_tangent is not None
            self.compile_tangent(self, function, known, active, generated)
        return known


@dataclass(eq=False)
class Plan:
    """What one function's backward sweep asks of its forward sweep."""

    counts: dict[int, Value] = field(default_factory=dict)  # loop body key -> trip count
    stacks: set[Value] = field(default_factory=set)
    lists: set[Value] = field(default_factory=set)
    partial: set[Value] = field(default_factory=set)  # not bound on every path
    contexts: dict[Value, Expr] = field(default_factory=dict)  # of `with`: how to make another


def reference(made: Generated) -> Ref:
    """How generated code names a generated function."""
    return Ref(made.name, made)
