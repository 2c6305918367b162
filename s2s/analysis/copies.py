"""Copies of lists and dicts that belong to a function alone, whatever their items belong to.

    p = dict(SETTINGS)         the dict is new: an entry of it may be replaced,
    p["w"] = w                 though others hold what is in the other entries
"""

from __future__ import annotations

from s2s.analysis.facts import Facts
from s2s.analysis.holders import held_values
from s2s.analysis.operations import Built, classify
from s2s.analysis.sharing import Sharing
from s2s.ir.nodes import For, Function, Let, Value, While
from s2s.ir.walk import blocks_of, statements


def copies_alone(function: Function, facts: Facts, sharing: Sharing) -> frozenset[Value]:
    """Copies of lists and dicts that nothing else holds, whoever holds what is in them."""
    copies = {
        s.targets[0] for s in statements(function.body)
        if isinstance(s, Let) and len(s.targets) == 1 and not s.unpack
        and isinstance(op := classify(s.expr, facts, sharing.closures), Built) and op.kind == "copy"
    }  # fmt: skip
    if not copies:
        return frozenset()
    roots = {c: c for c in copies}
    for s in statements(function.body):
        if isinstance(s, Let) and isinstance(s.expr, Value) and s.expr in roots and not s.unpack:
            roots[s.targets[0]] = roots[s.expr]
    held = set(held_values(function.body, facts, sharing.closures))
    held |= {a for s in statements(function.body) for b in blocks_of(s) for a in b.outs}  # type: ignore[misc]
    held |= {a for s in statements(function.body) if isinstance(s, For | While) for a in s.inits}  # type: ignore[misc]
    held |= set(function.body.outs)  # type: ignore[arg-type]
    shared = {roots[v] for v in held if v in roots}
    return frozenset(v for v, root in roots.items() if root not in shared)
