"""Choices and contexts: the tangents of the results are further results.

    if c:                      if c:
        y = x * 2                  y = x * 2
                                   y_dot = x_dot * 2
    else:                      else:
        y = x * x                  y = x * x
                                   y_dot = 2 * x * x_dot
"""

from __future__ import annotations

from dataclasses import replace

from s2s.ir import prims
from s2s.ir.effects import in_place
from s2s.ir.nodes import Apply, Block, If, Let, Ref, With
from s2s.transform.forward.tangents import Tangents


def push_if(stmt: If, t: Tangents) -> None:
    """Both branches with their tangents."""
    chosen = [k for k, r in enumerate(stmt.results) if t.wanted(r) or r in t.demanded]
    then, orelse = (_branch(b, stmt, chosen, t) for b in (stmt.then, stmt.orelse))
    dots = tuple(t.new(stmt.results[k]) for k in chosen)
    if stmt.form == "try":
        then = _unguarded(stmt.then, then)
    t.build.emit(replace(stmt, then=then, orelse=orelse, results=(*stmt.results, *dots)))


def _unguarded(before: Block, after: Block) -> Block:
    """The body of a `try` first, then its tangents, which must not lead to the handlers."""
    own = {id(s) for s in before.stmts}
    plain = all(isinstance(s, Let) and not in_place(s.expr) for s in before.stmts)
    if not plain or not own <= {id(s) for s in after.stmts}:
        return after
    first = [s for s in after.stmts if id(s) in own]
    rest = [s for s in after.stmts if id(s) not in own]
    mark = Let((), Apply(Ref("went_well", prims.went_well)))
    return replace(after, stmts=(*first, mark, *rest)) if rest else after


def _branch(block: Block, stmt: If | With, chosen: list[int], t: Tangents) -> Block:
    """A block that hands on the tangents of some of its outs."""
    t.demand(tuple(block.outs[k] for k in chosen))
    with t.inside(stmt.origin):
        t.block(block)
        return t.close(block, [(block.outs[k], stmt.results[k]) for k in chosen])


def push_with(stmt: With, t: Tangents) -> None:
    """The same context around both."""
    chosen = [k for k, r in enumerate(stmt.results) if t.wanted(r) or r in t.demanded]
    body = _branch(stmt.body, stmt, chosen, t)
    dots = tuple(t.new(stmt.results[k]) for k in chosen)
    t.build.emit(replace(stmt, body=body, results=(*stmt.results, *dots)))


