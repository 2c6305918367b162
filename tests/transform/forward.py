"""Forward mode alone: a function to the text of its tangent, and numbers to compare with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from s2s.analysis.fact import Fact
from s2s.analysis.facts import Facts
from s2s.driver.compile import Module, build
from s2s.driver.subject import Subject
from s2s.ir.nodes import Apply, Function, Let
from s2s.ir.walk import statements
from s2s.rules import HelperFunction
from s2s.transform.augment import plain_arithmetic
from s2s.transform.forward.driver import jvp_function
from s2s.transform.inline import inline
from s2s.transform.pipeline import Program, reverse_program, settled
from s2s.transform.unit import Generated, Unit
from s2s.transform.writes.entry import own_arguments
from tests.oracle import WEIGHTS, as_tuple, random_like
from tests.pytree import copy_tree, flatten

Run = Callable[..., Any]


def facts_of(function: Function, given: Mapping[str, Fact]) -> Facts:
    """The facts about a function whose parameters are like `given`."""
    facts = Facts()
    for p in function.params:
        if p.value.name in given:
            facts.give(p.value, given[p.value.name])
    facts.run(function.body)
    return facts


def compile_tangent(
    unit: Unit, function: Function, made: Generated, active: tuple[str, ...], generated: bool,
    given: Mapping[str, Fact] = {},
) -> None:  # fmt: skip
    """Fill in the function of a callee with its tangent."""
    if not generated:
        function = inline(function)
    facts = facts_of(function, given)
    if generated:
        function = plain_arithmetic(function)
    else:
        function, _ = own_arguments(settled(function, facts), facts)
    made.function_ir = jvp_function(made.name, function, active, facts, unit, generated)


def jvp_program(
    function: Function, wrt: tuple[str, ...], given: Mapping[str, Fact],
    others: Sequence[Function] = (), generated: bool = False,
) -> Program:  # fmt: skip
    """The functions of a tangent, after `others` that the function itself calls."""
    taken = set(function.taken) | {function.name, *(f.name for f in others)}
    unit = Unit(taken=taken, compile_tangent=compile_tangent)
    made = unit.generated(f"{function.name}_jvp")
    compile_tangent(unit, function, made, wrt, generated, given)
    functions = [f.function_ir for f in unit.functions if f.function_ir is not None]
    assert len(functions) == len(unit.functions)
    known = {f.name for f in others}
    helpers: dict[str, Function] = {}
    for f in functions:
        helpers.update(_helpers(f))
    fresh = [f for name, f in helpers.items() if name not in known]
    return Program((*others, *fresh, *functions), made.name)


def _helpers(function: Function) -> dict[str, Function]:
    """The functions written from templates that a function calls."""
    found: dict[str, Function] = {}
    for stmt in statements(function.body):
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
            obj = getattr(stmt.expr.fn, "obj", None)
            if isinstance(obj, HelperFunction):
                found.update(_helpers(obj.function))
                found[obj.name] = obj.function
    return found


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
    program = jvp_program(subject.function, wrt, {} if generic else _given(subject, args))
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
    program = jvp_program(gradient, wrt, given, reverse.functions, generated=True)
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
