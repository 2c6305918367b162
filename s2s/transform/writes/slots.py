"""Which writes change what a list or dict holds, and where its last item ends."""

from __future__ import annotations

from s2s.analysis.buffers import STRUCTURAL
from s2s.analysis.facts import Facts
from s2s.ir.nodes import Const, Stmt, Write

END = Const(None)  # the place behind the last item


def is_slot(stmt: Stmt, facts: Facts) -> bool:
    """Whether a statement changes which items a list or dict holds."""
    if not isinstance(stmt, Write):
        return False
    if stmt.kind in STRUCTURAL:
        return True
    return stmt.kind == "item" and holds(stmt, facts)


def holds(stmt: Write, facts: Facts) -> bool:
    """Whether the target of a write is a list or a dict: what has names for keys is one."""
    kind = facts.of(stmt.target).kind
    return kind in ("list", "dict") or kind == "any" and facts.of(stmt.key).kind == "str"
