"""What generated code calls where the user's function is only known at run time."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Mapping
from typing import Any

from s2s.analysis.fact import Fact
from s2s.analysis.operations import python_function
from s2s.driver.directional import Halves, Pushforward, family
from s2s.driver.trees import has_gradient, zeros
from s2s.errors import S2SError
from s2s.ir.prims import caught
from s2s.transform.late import enter
from s2s.transform.pipeline import Program, check_callee


class _Halves(Halves):
    """The halves of a callee, which must leave its arguments alone."""

    def transform(self, wrt: tuple[str, ...], given: Mapping[str, Fact]) -> Program:
        """A pair of functions."""
        check_callee(self.subject.function, given)
        return super().transform(wrt, given)


class _Pushforward(Pushforward):
    """Forward mode of a callee, which must leave its arguments alone."""

    def transform(self, wrt: tuple[str, ...], given: Mapping[str, Fact]) -> Program:
        """Tangents beside values."""
        check_callee(self.subject.function, given)
        return super().transform(wrt, given)


@enter
def call_vjp(fn: Callable[..., Any], *args: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """The value of `fn(*args)`, and what turns its adjoint into those of the arguments."""
    if not any(map(has_gradient, args)):
        return fn(*args), lambda bar: (0.0,) * len(args)
    value, pullback = family(_Halves, _with_source(fn, len(args))).pull(args)
    return value, pullback.adjoints


@enter
def call_jvp(
    fn: Callable[..., Any], args: tuple[Any, ...], dots: tuple[Any, ...]
) -> tuple[Any, Any]:
    """The value of `fn(*args)` and its tangent; a tangent of None is zero."""
    if not any(map(has_gradient, args)):
        return fn(*args), 0.0
    ways = tuple(zeros(x) if dot is None else dot for x, dot in zip(args, dots, strict=True))
    value, tangent = family(_Pushforward, _with_source(fn, len(args))).push(args, ways)
    return value, tangent


@enter
def pass_refusals() -> None:
    """Raise again what was caught, if it is a refusal of s2s: no exception of the program."""
    error = caught()
    if isinstance(error, S2SError):
        raise error


for _fn in (call_vjp, call_jvp, pass_refusals):
    _fn.needs_compiler = True  # type: ignore[attr-defined]  # no module without s2s can hold it


def _with_source(fn: Callable[..., Any], count: int) -> Callable[..., Any]:
    """A Python function: `np.sin` and the like have rules, but no source."""
    found = python_function(fn)
    if found is None:
        return _called(fn, count)
    return found if isinstance(found, types.MethodType) else fn  # that of a callable object


@functools.lru_cache(maxsize=256)
def _called(fn: Callable[..., Any], count: int) -> Callable[..., Any]:
    """A function that calls one without source; kept, so that it is compiled once."""

    def call_of_one(x: Any) -> Any:
        return fn(x)

    def call_of_two(x: Any, y: Any) -> Any:
        return fn(x, y)

    def call_of_three(x: Any, y: Any, z: Any) -> Any:
        return fn(x, y, z)

    known: dict[int, Callable[..., Any]] = {1: call_of_one, 2: call_of_two, 3: call_of_three}
    return known.get(count, fn)
