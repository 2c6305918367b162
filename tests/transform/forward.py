"""Forward mode alone: a function to the text of its tangent, and numbers to compare with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from s2s.analysis.fact import Fact
from s2s.driver.compile import Module, build
from s2s.driver.subject import Subject
from s2s.transform.pipeline import Program, forward_program, reverse_program
from tests.oracle import WEIGHTS, as_tuple, random_like
from tests.pytree import copy_tree, flatten

Run = Callable[..., Any]


class Tangent:
    """The tangent of a function, run on arguments and directions."""

    def __init__(self, program: Program, subject: Subject) -> None:
        self.module: Module = build(program, subject.homes(program.functions, []))
        self.module.ready()
        self.text = self.module.text
        entry = next(f for f in program.functions if f.name == program.entry)
        self.names = [p.value.name for p in entry.params if p.value.name.count("_dot")]
        self.entry = self.module.names[program.entry]

    def __call__(self, args: Sequence[Any], directions: Sequence[Any]) -> Any:
        """The value and the tangent."""
        own = [n for n in self.names if n not in self._ignored]
        return self.entry(*copy_tree(tuple(args)), **dict(zip(own, directions, strict=True)))

    _ignored: frozenset[str] = frozenset()


def tangent_of(fn: Run, args: Sequence[Any], argnums: Any = 0, generic: bool = False) -> Tangent:
    """The tangent of a function for arguments like `args`, or for any."""
    subject = Subject(fn)
    wrt = subject.positions(as_tuple(argnums))
    program = forward_program(subject.function, wrt, {} if generic else _given(subject, args))
    made = Tangent(program, subject)
    made._ignored = frozenset(subject.parameters)
    return made


def tangent_of_gradient(
    fn: Run, args: Sequence[Any], argnums: Any = 0, generic: bool = False
) -> tuple[Tangent, Run]:
    """The tangent of the gradient of a function, and the gradient."""
    subject = Subject(fn)
    wrt = subject.positions(as_tuple(argnums))
    given = {} if generic else _given(subject, args)
    reverse = reverse_program(subject.function, wrt, given, bare=False, further=True)
    gradient = reverse.functions[-1]
    program = forward_program(gradient, wrt, given, reverse.functions, generated=True)
    made = Tangent(program, subject)
    made._ignored = frozenset(p.value.name for p in gradient.params)
    return made, made.module.names[reverse.entry]


def _given(subject: Subject, args: Sequence[Any]) -> dict[str, Fact]:
    """What is known of the parameters that are no starred ones."""
    bound = subject.bind(tuple(args), {})
    kinds = subject.signature.parameters
    return {n: Fact.from_value(v) for n, v in bound.items() if kinds[n].kind not in (2, 4)}


def differences(
    fn: Run, args: Sequence[Any], argnums: Any, directions: Sequence[Any], step: float = 1e-3
) -> list[Any]:
    """The leaves of the directional derivative by sixth-order central differences."""

    def moved(size: float) -> list[np.ndarray]:
        """The leaves of the result a step along the directions away."""
        new = list(copy_tree(tuple(args)))
        for number, direction in zip(as_tuple(argnums), directions, strict=True):
            leaves, rebuild = flatten(new[number])
            along, _ = flatten(direction)
            new[number] = rebuild(
                [type(x)(x + size * d) if np.isscalar(x) else x + size * d
                 for x, d in zip(leaves, along, strict=True)]
            )  # fmt: skip
        return [np.asarray(leaf) for leaf in flatten(fn(*new))[0]]

    total: list[Any] | None = None
    for multiple, weight in WEIGHTS.items():
        for sign in (1.0, -1.0):
            parts = [sign * weight / step * p for p in moved(sign * multiple * step)]
            total = parts if total is None else [a + b for a, b in zip(total, parts, strict=True)]
    assert total is not None
    return total


def check(fn: Run, *args: Any, argnums: Any = 0, generic: bool = False) -> str:
    """Compare value and tangent with the function and finite differences; give the text."""
    rng = np.random.default_rng(7)
    directions = [random_like(args[k], rng) for k in as_tuple(argnums)]
    made = tangent_of(fn, args, argnums, generic)
    value, tangent = made(args, directions)
    expected = fn(*copy_tree(args))
    close(flatten(value)[0], flatten(expected)[0], 1e-14)
    leaves = differences(fn, args, argnums, directions)
    assert leaves, "the function has no result to compare"
    close(flatten(tangent)[0], leaves, 1e-7)
    return made.text


def check_gradient(fn: Run, *args: Any, argnums: Any = 0, generic: bool = False) -> str:
    """Compare the tangent of the gradient with finite differences of the gradient."""
    rng = np.random.default_rng(8)
    directions = [random_like(args[k], rng) for k in as_tuple(argnums)]
    made, gradient = tangent_of_gradient(fn, args, argnums, generic)
    value, tangent = made(args, directions)
    close(flatten(value)[0], flatten(gradient(*copy_tree(args)))[0], 1e-13)
    close(flatten(tangent)[0], differences(gradient, args, argnums, directions), 1e-6)
    return made.text


def close(actual: list[Any], expected: list[Any], tolerance: float) -> None:
    """The same leaves: number, shapes, values."""
    assert len(actual) == len(expected), f"{len(actual)} leaves instead of {len(expected)}"
    for a, b in zip(actual, expected, strict=True):
        assert np.shape(a) == np.shape(b)
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)
