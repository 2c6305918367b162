"""Whether code may run once more, unseen: it prints nothing, draws nothing and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping

from s2s.analysis.operations import Called, Ruled, classify
from s2s.errors import S2SError
from s2s.ir.effects import is_append, pure
from s2s.ir.nodes import (
    Apply,
    Block,
    Closure,
    For,
    If,
    Let,
    Note,
    Opaque,
    Raw,
    Stmt,
    Value,
    While,
)  # fmt: skip
from s2s.ir.outputs import gives_out
from s2s.ir.walk import all_defs, statements
from s2s.rules.ask import Nothing

_STILL = ("Raise", "Assert", "Pass")


def is_quiet(block: Block, closures: Mapping[Value, Closure]) -> bool:
    """Whether running a block has no effect but its values and exceptions."""
    return _quiet(block, closures, frozenset())


def _quiet(
    block: Block, closures: Mapping[Value, Closure], stack: frozenset[object]
) -> bool:
    own = set(all_defs(block))
    return all(_still(s, own, closures, stack) for s in statements(block))


def _still(
    stmt: Stmt, own: set[Value], closures: Mapping[Value, Closure], stack: frozenset[object]
) -> bool:
    match stmt:
        case If() | For() | While() | Note():
            return True  # what is inside is asked by itself
        case Opaque():
            return type(stmt.node).__name__ in _STILL
        case Let(expr=Raw(node=node)):
            return type(node).__name__ == "JoinedStr"
        case Let(expr=Apply() as expr):
            if is_append(expr.fn):
                return expr.args[0] in own
            if pure(expr):
                return True
            op = classify(expr, Nothing(), closures)
            if isinstance(op, Ruled):
                return not gives_out(expr)
            if not isinstance(op, Called):
                return False
            if op.key in stack:
                return True
            try:
                body = op.function().body
            except S2SError:
                return False
            return _quiet(body, {}, stack | {op.key})
        case Let():
            return True
    return False
