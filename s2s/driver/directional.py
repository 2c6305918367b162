"""Forward mode, pullbacks and Hessian-vector products of live functions."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from s2s.analysis.fact import Fact
from s2s.driver.compile import build
from s2s.driver.dispatch import fact_of
from s2s.driver.family import Family, Specialized, checked_target
from s2s.driver.notes import explain
from s2s.driver.room import with_room
from s2s.driver.trees import check_alike, has_gradient
from s2s.ir.nodes import Function, Write
from s2s.ir.walk import statements
from s2s.transform.pipeline import Program, forward_program, hvp_program, pair_program
from s2s.transform.staged import staged


class _Directional(Family):
    """A transform by every argument that has a derivative, or by those that are named."""

    def __init__(self, fn: Any, argnums: Any = None) -> None:
        super().__init__(fn)
        self.chosen = None if argnums is None else self.subject.positions(argnums)

    def wrt(self, given: Mapping[str, Any]) -> tuple[str, ...]:
        """The parameters that hold floating-point numbers, of those that are not bound."""
        if self.chosen is not None:
            return self.chosen
        own = [n for n in self.subject.parameters if n in given]
        found = tuple(n for n in own if has_gradient(given[n]))
        if not found:
            raise TypeError(
                f"no argument of `{self.subject.name}` is a float or holds one: cast to float"
            )
        return found

    def by_name(self, primals: tuple[Any, ...], ways: tuple[Any, ...]) -> dict[str, Any]:
        """Directions by parameter, checked against the arguments."""
        if len(primals) != len(ways):
            raise TypeError(f"{len(primals)} arguments and {len(ways)} tangents")
        names = self.subject.parameters
        for name, x, way in zip(names, primals, ways, strict=False):
            if has_gradient(x):
                check_alike(x, way, f"the tangent of `{name}`")
        return dict(zip(names, ways, strict=False))


class Pushforward(_Directional):
    """Forward mode: `(value, tangent)` from arguments and tangents."""

    def transform(self, wrt: tuple[str, ...], given: Mapping[str, Fact]) -> Program:
        """Tangents beside values."""
        function = self.subject.function
        return forward_program(function, wrt, given, self.subject.others, self.subject.generated)

    def push(self, primals: tuple[Any, ...], ways: tuple[Any, ...]) -> Any:
        """The value at the primals, and its derivative along a direction."""
        self._positional(primals)
        self.by_name(primals, ways)
        return self.at(primals)(ways)

    def at(self, primals: tuple[Any, ...]) -> Callable[[tuple[Any, ...]], Any]:
        """The program for some primals as a function of directions that fit them."""
        self._positional(primals)
        found = self.find(primals, {})
        places = {name: k for k, name in enumerate(self.subject.parameters[: len(primals)])}
        pairs = [
            (dot, places[name])
            for dot, name in zip(found.program.tangents, found.wrt, strict=True)
            if name in places
        ]
        entry = found.entry
        if self.target != "numpy" and not self.subject.args and not self.subject.keywords:
            return self._watched(primals, found, dict(pairs))
        return lambda ways: entry(*primals, **{dot: ways[k] for dot, k in pairs})

    def _watched(
        self, primals: tuple[Any, ...], found: Specialized, places: Mapping[str, int]
    ) -> Callable[[tuple[Any, ...]], Any]:
        """A compiled program, left where it turns out not to be the one for its arguments.

        Numba fills no gap between arguments: all are handed on, the seed among them.
        """
        names = [p.value.name for p in _entry_of(found.program).params]
        given = dict(zip(self.subject.parameters, primals, strict=False))
        args = [given.get(n, 1.0) for n in names if n not in places]

        def watched(ways: tuple[Any, ...]) -> Any:
            try:
                return found.entry(*args, **{dot: ways[k] for dot, k in places.items()})
            except Exception as error:
                if self.leave_native(error, primals, {}):
                    return self.at(primals)(ways)
                raise

        return watched

    def native_arguments(
        self, program: Program, wrt: tuple[str, ...], given: Mapping[str, Fact],
        values: list[Any],
    ) -> tuple[Mapping[str, Fact], list[Any]]:  # fmt: skip
        """A tangent is what its argument is."""
        bound = dict(zip(self.subject.full.parameters, values, strict=False))
        facts = dict(given)
        for dot, name in zip(program.tangents, wrt, strict=True):
            bound[dot] = _like(bound[name])
            facts[dot] = fact_of(bound[dot])
        more = [bound.get(p.value.name, 1.0) for p in _entry_of(program).params]
        return facts, more

    def for_many(self, primals: tuple[Any, ...]) -> Callable[[tuple[Any, ...]], Any]:
        """As `at`; what is the same for all directions is computed once."""
        self._positional(primals)
        found = self.find(primals, {})
        halves = self._halves(found)
        if halves is None:
            return self.at(primals)
        run, along, pairs = halves
        fixed = run(*primals)
        places = {name: k for k, name in enumerate(self.subject.parameters[: len(primals)])}
        known = [(dot, places[name]) for dot, name in pairs if name in places]
        if len(known) == 1:
            ((one, place),) = known
            return lambda ways: along(fixed, **{one: ways[place]})
        return lambda ways: along(fixed, **{dot: ways[k] for dot, k in known})

    def _halves(self, found: Specialized) -> Any:
        """What comes before the directions and what comes after, if that can be told apart."""
        if found.halves is None:
            *others, whole = found.program.functions
            parts = staged(whole, found.program.tangents)
            module = None
            if parts is not None:
                program = replace(found.program, functions=(*others, *parts), entry=parts[1].name)
                values = [*found.alive]
                homes = self.subject.homes(program.functions, values)
                module = with_room(lambda: build(program, homes))
            found.halves = (parts, module)
        parts, module = found.halves
        if parts is None or not module.ready():
            return None
        pairs = list(zip(found.program.tangents, found.wrt, strict=True))
        run = self.subject.entry(module.function(parts[0].name))
        return run, module.function(parts[1].name), pairs

    def _positional(self, primals: tuple[Any, ...]) -> None:
        """Refuse what a tuple of arguments cannot say."""
        stars = [n for n in self.subject.parameters if not self.subject.facts_apply(n)]
        if stars and len(primals) > len(self.subject.parameters) - len(stars):
            raise TypeError(
                f"`{self.subject.name}` takes `*{stars[0]}`: wrap it in a function of a tuple"
            )


class Second(Pushforward):
    """Forward over reverse mode: the Hessian times the tangents."""

    def transform(self, wrt: tuple[str, ...], given: Mapping[str, Fact]) -> Program:
        """Tangents beside the gradient."""
        return hvp_program(self.subject.function, wrt, given)

    def product(self, primals: tuple[Any, ...], ways: tuple[Any, ...]) -> tuple[Any, ...]:
        """The Hessian applied to a direction: one part an argument, None for integers."""
        self.by_name(primals, ways)
        cast = tuple(map(_as_typed, primals, ways))
        parts = self.at(primals)(cast)
        return tuple(
            None if place is None else parts[place] for place in self.places(primals)
        )

    def places(self, primals: tuple[Any, ...]) -> tuple[int | None, ...]:
        """Where the part of each argument stands in the product; None for integers."""
        wrt = self.find(primals, {}).wrt
        names = self.subject.parameters[: len(primals)]
        return tuple(wrt.index(name) if name in wrt else None for name in names)


def _entry_of(program: Program) -> Function:
    """The function of a program that is called."""
    return next(f for f in program.functions if f.name == program.entry)


def _like(x: Any) -> Any:
    """A direction for an argument, to tell its kind by."""
    return np.zeros_like(x) if type(x) is np.ndarray else x


def _as_typed(x: Any, way: Any) -> Any:
    """A direction of the dtype of an array: that is what its program was made for."""
    if type(x) is np.ndarray and x.dtype.kind in "fc":
        return np.asarray(way, dtype=x.dtype)
    return way


class Halves(_Directional):
    """Reverse mode in two parts: the value and what was saved, then the pullback."""

    masked = True  # whether an adjoint of 0 stays 0 behind a choice

    def transform(self, wrt: tuple[str, ...], given: Mapping[str, Fact]) -> Program:
        """A pair of functions."""
        return pair_program(self.subject.function, wrt, given, self.masked)

    def pull(self, primals: tuple[Any, ...]) -> tuple[Any, Pullback]:
        """The value at the primals and its pullback."""
        if len(primals) > len([n for n in self.subject.parameters if self.subject.facts_apply(n)]):
            raise TypeError(
                f"vjp of `{self.subject.name}` takes no starred arguments: wrap it in a function"
            )
        found = self.find(primals, {})
        forward, backward = (f.name for f in found.program.functions[-2:])
        run = self.subject.entry(found.module.function(forward))
        value, saved = run(*primals)
        names = self.subject.parameters[: len(primals)]
        places = tuple(found.wrt.index(n) if n in found.wrt else None for n in names)
        back = found.module.function(backward)
        # A backward sweep that puts old contents back uses up the arrays that were saved.
        kept = copy.deepcopy(primals) if _restores(found.program) else None
        fresh = [saved]

        def again(cotangent: Any) -> Any:
            try:
                if kept is None:
                    return back(_for_one_use(saved), cotangent)
                mine = fresh.pop() if fresh else run(*copy.deepcopy(kept))[1]
                return back(mine, cotangent)
            except Exception as error:
                explain(error, found.module)
                raise

        return value, Pullback(value, again, places, found.source)


class Pullback:
    """The transposed derivative at one point: a cotangent of the value to one of each argument.

    Attributes
    ----------
    source : str
        The generated functions.
    """

    def __init__(
        self, value: Any, back: Callable[[Any], Any], places: tuple[int | None, ...], source: str
    ) -> None:
        self._value, self._back, self._places, self.source = value, back, places, source

    def __call__(self, cotangent: Any) -> tuple[Any, ...]:
        """One cotangent for each argument; None for integers and the like."""
        check_alike(self._value, cotangent, "the cotangent")
        grads = self._back(cotangent)
        return tuple(None if place is None else grads[place] for place in self._places)

    def adjoints(self, cotangent: Any) -> tuple[Any, ...]:
        """One adjoint for each argument, for generated code: zero where there is none."""
        grads = self._back(cotangent)
        return tuple(0.0 if place is None else grads[place] for place in self._places)

    def __repr__(self) -> str:
        return f"<s2s pullback to {len(self._places)} arguments>"


def _restores(program: Program) -> bool:
    """Whether a program puts old contents of arrays back."""
    return any(
        isinstance(s, Write) and s.kind == "restore"
        for f in program.functions for s in statements(f.body)
    )


def _for_one_use(saved: Any) -> Any:
    """What was saved, with lists of its own: a backward sweep takes values off them."""
    if type(saved) is list:
        return [_for_one_use(item) for item in saved]
    if type(saved) is tuple:
        return tuple([_for_one_use(item) for item in saved])
    return saved


F = TypeVar("F", bound=Family)


def family(kind: type[F], fn: Any, target: str = "numpy") -> F:
    """The family of a function, kept, so that a second call compiles nothing."""
    try:
        return _family(kind, fn, target)  # type: ignore[return-value, arg-type]
    except TypeError as error:
        if "unhashable" not in str(error):
            raise
        return _new(kind, fn, target)


@functools.lru_cache(maxsize=64)
def _family(kind: type[Family], fn: Any, target: str) -> Family:
    return _new(kind, fn, target)


def _new(kind: type[F], fn: Any, target: str) -> F:
    made = kind(fn)
    made.target = checked_target(target)
    return made
