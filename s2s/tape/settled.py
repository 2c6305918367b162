"""Whether a function runs the same operations on all data of the same sizes.

Then what is connected to what is found once. Loops over literal ranges and over the parameters
themselves are of that kind; branches, and loops whose length is computed from data, are not.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from s2s.analysis.operations import Called, Unknown, classify
from s2s.errors import S2SError
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Closure,
    Const,
    For,
    Function,
    If,
    Iter,
    Let,
    Opaque,
    Raw,
    Ref,
    Value,
    While,
    With,
)  # fmt: skip
from s2s.ir.walk import statements
from s2s.tape.live import Live

_DEEP = 8
_COUNTS = (
    len, np.shape, np.size, np.ndim, operator.add, operator.sub, operator.mul, operator.floordiv,
    operator.neg, min, max,
)  # fmt: skip


def sizes(values: Iterable[Any]) -> tuple[Any, ...]:
    """The sizes of arrays and containers, and the integers: all that such a function asks."""
    found: list[Any] = []
    for x in values:
        if isinstance(x, np.ndarray):
            number = x.dtype.kind in "iub" and x.ndim == 0
            found.append((x.shape, int(x) if number else None))
        elif isinstance(x, int | str | np.integer):
            found.append(x)
        elif isinstance(x, list | tuple):
            found.append((len(x), sizes(x)))
        elif isinstance(x, dict):
            found.append((tuple(x), sizes(x.values())))
        else:
            found.append(type(x))
    return tuple(found)


def is_settled(
    function: Function, depth: int = 0, harmless: Callable[[Any], bool] | None = None
) -> bool:
    """Whether the operations that a function runs depend on sizes and integers alone.

    `harmless` says which unknown callees may be among them.
    """
    given = {p.value for p in function.params}
    made = _definitions(function.body)
    for stmt in statements(function.body):
        if isinstance(stmt, If | While | Opaque | With):
            return False
        if isinstance(stmt, For) and not _has_known_length(stmt.iter, given, made, depth):
            return False
        if not isinstance(stmt, Let):
            continue
        if isinstance(stmt.expr, Raw | Closure):
            return False
        if isinstance(stmt.expr, Apply):
            op = classify(stmt.expr, Live({}), {})
            if isinstance(op, Unknown) and not (harmless and harmless(stmt.expr.fn)):
                return False
            if isinstance(op, Called) and not _calls_settled(op, depth):
                return False
    return True


def _calls_settled(op: Called, depth: int) -> bool:
    if depth > _DEEP:
        return False
    try:
        return is_settled(op.function(), depth + 1)
    except S2SError:
        return False


def _definitions(block: Block) -> dict[Value, Apply]:
    found: dict[Value, Apply] = {}
    for stmt in statements(block):
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply) and len(stmt.targets) == 1:
            found[stmt.targets[0]] = stmt.expr
    return found


def _has_known_length(
    it: Iter, given: set[Value], made: dict[Value, Apply], depth: int
) -> bool:
    """Whether the number of passes follows from sizes and integers of the arguments."""
    if it.kind == "range":
        return all(_is_count(a, given, made, depth) for a in it.args)
    if it.inner:
        return all(_has_known_length(i, given, made, depth) for i in it.inner)
    # In a callee a parameter may hold what a branch of data has chosen.
    return it.kind == "each" and depth == 0 and it.args[0] in given


def _is_count(a: Atom, given: set[Value], made: dict[Value, Apply], depth: int) -> bool:
    if isinstance(a, Const):
        return True
    if not isinstance(a, Value):
        return False
    if a in given:
        return depth == 0
    expr = made.get(a)
    if expr is None or not isinstance(expr.fn, Ref) or depth > 0:
        return False
    if expr.fn.obj is getattr:
        return expr.args[0] in given and expr.args[1] == Const("shape")
    if expr.fn.obj is operator.getitem:
        whole, index = expr.args  # of a shape, not of data
        return whole not in given and all(
            not isinstance(b, Value) or _is_count(b, given, made, depth) for b in (whole, index)
        )
    if expr.fn.obj in (len, np.shape, np.size, np.ndim):
        return expr.args[0] in given
    return expr.fn.obj in _COUNTS and all(
        isinstance(b, Const | Value) and _is_count(b, given, made, depth) for b in expr.args
    )
