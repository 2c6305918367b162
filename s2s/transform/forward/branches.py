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

from s2s.ir.nodes import Block, If, With
from s2s.transform.forward.tangents import Tangents


def push_if(stmt: If, t: Tangents) -> None:
    """Both branches with their tangents."""
    chosen = [k for k, r in enumerate(stmt.results) if t.wanted(r) or r in t.demanded]
    then, orelse = (_branch(b, stmt, chosen, t) for b in (stmt.then, stmt.orelse))
    dots = tuple(t.new(stmt.results[k]) for k in chosen)
    t.build.emit(replace(stmt, then=then, orelse=orelse, results=(*stmt.results, *dots)))


def _branch(block: Block, stmt: If | With, chosen: list[int], t: Tangents) -> Block:
    """A block that hands on the tangents of some of its outs."""
    from s2s.transform.forward.driver import push_block

    t.demand(tuple(block.outs[k] for k in chosen))
    with t.inside(stmt.origin):
        push_block(block, t)
        return t.close(block, [(block.outs[k], stmt.results[k]) for k in chosen])


def push_with(stmt: With, t: Tangents) -> None:
    """The same context around both."""
    chosen = [k for k, r in enumerate(stmt.results) if t.wanted(r) or r in t.demanded]
    body = _branch(stmt.body, stmt, chosen, t)
    dots = tuple(t.new(stmt.results[k]) for k in chosen)
    t.build.emit(replace(stmt, body=body, results=(*stmt.results, *dots)))


