"""What a pass puts in the place of a call that writes."""

from __future__ import annotations

from dataclasses import dataclass, field

from s2s.ir.nodes import Atom, Stmt, Value


@dataclass
class Settled:
    """What replaces a call: statements, and what its result is another name for."""

    stmts: list[Stmt]
    aliases: dict[Value, Atom] = field(default_factory=dict)
