"""Which writes change what a list or dict holds, and where its last item ends."""

from __future__ import annotations

from s2s.analysis.buffers import STRUCTURAL, changes_items
from s2s.analysis.facts import Facts
from s2s.ir.nodes import Const, Stmt, Write

END = Const(None)  # the place behind the last item


def is_slot(stmt: Stmt, facts: Facts) -> bool:
    """Whether a statement changes which items a list or dict holds."""
    if not isinstance(stmt, Write):
        return False
    return (stmt.kind in STRUCTURAL or stmt.kind == "item") and changes_items(stmt, facts)
