"""Functions that a program calls: helpers, recursive ones, closures and lambdas."""

from __future__ import annotations

from tests.fuzz.expressions import condition, expression
from tests.fuzz.scope import Scope, Shape
from tests.fuzz.statements import Lines, block, indented


def _parameters(scope: Scope) -> dict[str, Shape]:
    """Invent parameters with shapes."""
    count = scope.rng.randint(1, 2)
    return {scope.names.fresh(stem): scope.any_shape() for stem in ("x", "y")[:count]}


def _ending(scope: Scope, result: Shape) -> Lines:
    """Return something that depends on a good part of what was computed."""
    terms = [expression(scope, result, 2)]
    for name, shape in list(scope.floats.items())[-2:]:
        if shape == result:
            terms.append(name)
        elif result == ():
            terms.append(f"np.sum({name})")
    return [f"return {' + '.join(terms)}"]


def helper(scope: Scope) -> Lines:
    """A module-level function with statements of its own."""
    result = scope.any_shape()
    parameters = _parameters(scope)
    inner = scope.child()
    inner.floats, inner.integers, inner.nesting, inner.result = dict(parameters), {}, 1, result
    name = scope.names.fresh("helper")
    body = block(inner, scope.rng.randint(1, 3)) + _ending(inner, result)
    head = list(parameters)
    shapes = tuple(parameters.values())
    if scope.chance(0.25):
        inner_default = scope.names.fresh("scale")
        head.append(f"{inner_default}={scope.number().strip('()')}")
        body.insert(0, f"{head[0]} = {head[0]} * {inner_default}")
    scope.functions[name] = (shapes, result)
    return [f"def {name}({', '.join(head)}):", *indented(body)]


def recursive(scope: Scope) -> Lines:
    """A module-level function that calls itself a few times."""
    name, value, count = (
        scope.names.fresh("descend"),
        scope.names.fresh("x"),
        scope.names.fresh("n"),
    )
    inner = scope.child()
    inner.floats, inner.integers, inner.functions = {value: ()}, {}, {}
    inner.bind(value, ())
    base, step = expression(inner, (), 1), expression(inner, (), 2)
    combined = scope.rng.choice(["{}", "{} * " + value, "np.sin({}) + " + value])
    scope.functions[name] = (((),), ())
    call = combined.format(f"{name}({step}, {count} - 1)")
    body = [f"if {count} == 0:", f"    return {base}", f"return {call}"]
    return [f"def {name}({value}, {count}={scope.rng.randint(1, 3)}):", *indented(body)]


def picked(scope: Scope) -> Lines:
    """A function that is only known at run time, under a name."""
    name = scope.names.fresh("picked")
    options = ["np.sin", "np.tanh", "np.arctan", "(lambda q: q * 0.5 + 0.1)"]
    scope.functions[name] = (((),), ())
    one, other = scope.rng.sample(options, 2)
    test = condition(scope, 1)
    made = [f"{name} = {one} if {test} else {other}",
            f"{name} = {{'a': {one}, 'b': {other}}}['a' if {test} else 'b']"]  # fmt: skip
    return [scope.rng.choice(made)]


def starred(scope: Scope) -> Lines:
    """A nested function of any number of arguments, with a keyword and a default."""
    name, bare = scope.names.fresh("total"), scope.names.fresh("all")
    weight = scope.names.fresh("scale")
    default = expression(scope, (), 1)
    lines = [f"def {bare}(*parts, {weight}={default}, **others):",
             f"    return sum(parts) * {weight} + sum(others.values())"]  # fmt: skip
    first, second = expression(scope, (), 1), expression(scope, (), 1)
    calls = [f"{bare}({first}, {second})", f"{bare}({first}, {weight}={second}, more={first})",
             f"{bare}({first}, other={second})"]  # fmt: skip
    scope.bind(name, ())
    return [*lines, f"{name} = {scope.rng.choice(calls)}"]


def closure(scope: Scope) -> Lines:
    """A nested function that reads names of the enclosing function."""
    result = scope.any_shape()
    parameters = _parameters(scope)
    inner = scope.inner(result)
    inner.floats.update(parameters)
    # Only names that are bound already on every path are read, and none is rebound inside.
    inner.frozen -= set(parameters)
    inner.nesting = 2
    name = scope.names.fresh("inner")
    body = block(inner, scope.rng.randint(0, 2)) + _ending(inner, result)
    scope.functions[name] = (tuple(parameters.values()), result)
    return [f"def {name}({', '.join(parameters)}):", *indented(body)]


def anonymous(scope: Scope) -> Lines:
    """A lambda bound to a name."""
    result = scope.any_shape()
    parameters = _parameters(scope)
    inner = scope.inner(result)
    inner.floats.update(parameters)
    body = expression(inner, result, 2)
    name = scope.names.fresh("formula")
    scope.functions[name] = (tuple(parameters.values()), result)
    return [f"{name} = lambda {', '.join(parameters)}: {body}"]
