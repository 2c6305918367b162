"""Functions made from a template for calls whose static questions have no answer.

The body of the template is lowered once, with its questions written as `np.ndim(a) == 1`, into
an IR function such as `matmul_adjoint_a(y_bar, a, b)`.  The transform prints it once a module
and may differentiate it like any function of the user.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from s2s.ir.nodes import Atom, Block, Function, If, Let, Param, Stmt, Value
from s2s.ir.walk import all_atoms, defs_of, own_atoms

__all__ = ["HelperFunction", "live_block", "make_helper"]


@dataclass(frozen=True, eq=False, slots=True)
class HelperFunction:
    """The object behind a `Ref` to a generated helper: its name, its IR, which inputs it takes.

    `inputs` are the keys of the values that a call passes, in the order of the parameters.
    """

    name: str
    function: Function
    inputs: tuple[Any, ...]


def make_helper(
    name: str, stmts: Iterable[Stmt], out: Atom, inputs: dict[Any, Value]
) -> HelperFunction:
    """The function around statements, with only those of the inputs that they read."""
    block = live_block(Block(tuple(stmts), (out,)))
    read = {a for a in all_atoms(block) if isinstance(a, Value)}
    used = {key: value for key, value in inputs.items() if value in read}
    params = tuple(Param(v) for v in used.values())
    return HelperFunction(name, Function(name, params, block), tuple(used))


def live_block(block: Block) -> Block:
    """The block without the statements whose results nobody reads; all of them are pure."""
    live = {a for a in block.outs if isinstance(a, Value)}
    kept: list[Stmt] = []
    for stmt in reversed(block.stmts):
        if isinstance(stmt, If):
            keep = [k for k, v in enumerate(stmt.results) if v in live]
            if not keep:
                continue
            arms = [
                live_block(replace(b, outs=tuple(b.outs[k] for k in keep)))
                for b in (stmt.then, stmt.orelse)
            ]
            results = tuple(stmt.results[k] for k in keep)
            stmt = replace(stmt, then=arms[0], orelse=arms[1], results=results)
            live |= {a for arm in arms for a in all_atoms(arm) if isinstance(a, Value)}
        elif isinstance(stmt, Let) and not live & set(defs_of(stmt)):
            continue
        live |= {a for a in own_atoms(stmt) if isinstance(a, Value)}
        kept.append(stmt)
    return replace(block, stmts=tuple(reversed(kept)))
