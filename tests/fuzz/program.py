"""Whole programs: a module with FUNCTION, ARGNUMS and example(), like a golden program."""

from __future__ import annotations

import ast
import random

from tests.fuzz.expressions import expression
from tests.fuzz.functions import anonymous, closure, helper, picked, recursive, starred
from tests.fuzz.scope import Names, Options, Scope, Shape
from tests.fuzz.state import kind_of_object
from tests.fuzz.statements import indented, statement
from tests.fuzz.writes import procedure

HEADER = ["import math", "import numpy as np"]


def _value(rng: random.Random, shape: Shape) -> str:
    """Write an argument with three digits an entry."""

    def nested(remaining: Shape) -> str:
        """Write one level of a nested list."""
        if not remaining:
            return str(round(rng.uniform(-1.6, 1.6), 3) or 0.5)
        return "[" + ", ".join(nested(remaining[1:]) for _ in range(remaining[0])) + "]"

    return f"np.array({nested(shape)})" if shape else nested(())


def _arguments(scope: Scope) -> tuple[list[str], list[str]]:
    """Invent parameters of the differentiated function, and their values."""
    rng = scope.rng
    names, values = [], []
    for stem in "xyz"[: rng.randint(1, 3)]:
        name = scope.names.fresh(stem)
        names.append(name)
        if scope.options.containers and scope.chance(0.12):
            length, shape = rng.randint(1, 3), rng.choice([(), (scope.dims[0],)])
            scope.sequences[name] = (length, shape)
            parts = ", ".join(_value(rng, shape) for _ in range(length))
            values.append(f"[{parts}]" if scope.chance(0.5) else f"({parts},)")
        elif scope.options.containers and scope.chance(0.08):
            shape = rng.choice([(), (scope.dims[0],)])
            scope.mappings[name] = (("a", "b"), shape)
            values.append(f"{{'a': {_value(rng, shape)}, 'b': {_value(rng, shape)}}}")
        else:
            shape = scope.any_shape()
            scope.bind(name, shape)
            values.append(_value(rng, shape))
    return names, values


def generate(seed: str, options: Options | None = None) -> str:
    """Write the program that belongs to a seed."""
    rng = random.Random(seed)
    dims = (rng.randint(2, 3), rng.randint(2, 4))
    scope = Scope(rng, Names({"np", "math", "f", "example"}), options or Options(), dims)
    lines = list(HEADER)
    if scope.options.calls:
        for _ in range(rng.choice((0, 0, 1, 1, 2))):
            lines += rng.choice([helper, helper, recursive])(scope)
    if scope.options.writes:
        for _ in range(rng.choice((0, 1, 2))):
            lines += procedure(scope)
        if scope.chance(0.4):
            lines += kind_of_object(scope)
    names, values = _arguments(scope)
    body: list[str] = []
    for _ in range(rng.randint(2, 9 if scope.options.writes else 7)):
        if scope.options.calls and scope.chance(0.12):
            body += rng.choice([closure, anonymous, closure, anonymous, picked, starred])(scope)
        else:
            body += statement(scope)
    terms = [expression(scope, (), 2)]
    for name, shape in list(scope.floats.items())[-4:]:
        weight = scope.number()
        terms.append(f"{weight} * {name}" if shape == () else f"{weight} * np.sum({name})")
    body.append(f"return {' + '.join(terms)}")
    lines += [f"def f({', '.join(names)}):", *indented(body)]
    lines += [
        "FUNCTION = f",
        f"ARGNUMS = {tuple(range(len(names)))}",
        "def example():",
        f"    return ({', '.join(values)},)",
    ]
    # Parsing and printing normalises the parentheses that the grammar adds for safety.
    return ast.unparse(ast.parse("\n".join(lines))) + "\n"
