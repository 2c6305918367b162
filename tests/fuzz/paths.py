"""The grammar of paths: `try` with its parts, `match`, and tests that assign."""

from __future__ import annotations

from tests.fuzz.expressions import condition, expression
from tests.fuzz.scope import Scope

Lines = list[str]


def _indented(lines: Lines) -> Lines:
    return ["    " + line for line in lines]


def attempt(scope: Scope) -> Lines:
    """A `try` whose body may raise, and a handler that computes the same name."""
    part, name = scope.names.fresh("part"), scope.names.fresh("tried")
    first = expression(scope, (), 2)
    inner = scope.child()
    inner.bind(part, ())
    raising = scope.rng.choice(
        [
            f"{name} = math.sqrt({part} + {scope.number(0.05, 1.0)}) * {expression(inner, (), 1)}",
            f"{name} = {part} * math.log({part} + {scope.number(0.0, 1.0)})",
            f"if {condition(inner, 1)}:\n        raise ValueError('no')\n    {name} = {part} * 2.0",
        ]
    )
    body = [f"{part} = {first}", *raising.replace("\n    ", "\n").split("\n")]
    handler = [f"{name} = {expression(scope, (), 2)}"]
    if scope.chance(0.2):
        leave = "continue" if scope.loops and scope.chance(0.5) else None
        handler = [leave or f"return {expression(scope, scope.result, 1)}"]
    kinds = scope.rng.choice(["ValueError", "(ValueError, KeyError)", "ArithmeticError as error",
                              "Exception"])  # fmt: skip
    lines = ["try:", *_indented(body)]
    if "Arithmetic" in kinds:
        lines += [f"except {kinds}:", *_indented([f"{name} = len(str(error)) * 0.1"])]
        kinds = "ValueError"
    lines += [f"except {kinds}:", *_indented(handler)]
    scope.bind(name, ())
    if scope.chance(0.3):
        lines += ["else:", f"    {name} = {name} * {expression(scope, (), 1)}"]
    if scope.chance(0.3):
        last = scope.names.fresh("last")
        lines += ["finally:", f"    {last} = {expression(scope.child(), (), 0)}"]
        scope.bind(last, ())
    return lines


def cleaned(scope: Scope) -> Lines:
    """A `try` with `finally` only."""
    name = scope.names.fresh("clean")
    first = expression(scope, (), 2)
    scope.bind(name, ())
    return ["try:", f"    {name} = {first}", "finally:", f"    {name} = {name} * {scope.number()}"]


def matched(scope: Scope) -> Lines:
    """A `match` on a word, a sequence or a mapping."""
    name, a, b = (scope.names.fresh(n) for n in ("matched", "a", "b"))
    one, two, test = expression(scope, (), 1), expression(scope, (), 1), condition(scope, 1)
    inner = scope.child()
    inner.bind(a, ())
    inner.bind(b, ())
    subject, first = scope.rng.choice(
        [
            (f"({one}, {two})", f"({a}, {b})"),
            (f"[{one}, {two}, {one}]", f"[{a}, *_, {b}]"),
            (f"{{'k': {one}, 'm': [{two}]}}", f"{{'k': {a}, 'm': [{b}]}}"),
            (f"('up' if {test} else 'down', {one}, {two})", f"('up', {a}, {b})"),
        ]
    )
    guard = f" if {a} > {b}" if scope.chance(0.4) else ""
    lines = [
        f"match {subject}:",
        f"    case {first}{guard}:",
        f"        {name} = {expression(inner, (), 2)} + {a} * {b}",
        "    case _:",
        f"        {name} = {expression(scope, (), 1)}",
    ]
    scope.bind(name, ())
    return lines


def tested(scope: Scope) -> Lines:
    """A `while` whose test assigns."""
    count, value, total = (scope.names.fresh(n) for n in ("n", "v", "sum"))
    start, limit = expression(scope, (), 1), scope.rng.randint(2, 4)
    inner = scope.child(loop=True)
    inner.bind(value, ())
    test = f"({value} := {start} / ({count} + 1.0)) > {scope.number(-2.0, 0.5)}"
    scope.bind(total, ())
    lines = [f"{count}, {total} = 0, 0.0",
             f"while ({count} := {count} + 1) < {limit} and {test}:",
             f"    {total} += {expression(inner, (), 1)} * {value}"]  # fmt: skip
    return lines
