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

from s2s.analysis.quiet import is_quiet
from s2s.errors import Unsupported
from s2s.ir import prims
from s2s.ir.effects import in_place, is_append
from s2s.ir.nodes import Apply, Atom, Block, If, Let, Note, Push, Ref, Stmt, With
from s2s.ir.walk import clone
from s2s.transform.forward.tangents import Tangents
from s2s.transform.tries import calls_late


def push_if(stmt: If, t: Tangents) -> None:
    """Both branches with their tangents."""
    chosen = [k for k, r in enumerate(stmt.results) if t.wanted(r) or r in t.demanded]
    then, orelse = (_branch(b, stmt, chosen, t) for b in (stmt.then, stmt.orelse))
    dots = tuple(t.new(stmt.results[k]) for k in chosen)
    if stmt.form == "try" and _may_catch(stmt.test):
        then = _unguarded(stmt, then, t)
    t.build.emit(replace(stmt, then=then, orelse=orelse, results=(*stmt.results, *dots)))


def _unguarded(stmt: If, after: Block, t: Tangents) -> Block:
    """The body of a `try` first, then its tangents, which must not lead to the handlers."""
    before = stmt.then
    own = {id(s) for s in before.stmts}
    rest = [s for s in after.stmts if id(s) not in own]
    mark = Let((), Apply(Ref("went_well", prims.went_well)))
    if not rest:
        return after
    if all(map(_is_plain, before.stmts)) and own <= {id(s) for s in after.stmts}:
        first = [s for s in after.stmts if id(s) in own]
        return replace(after, stmts=(*first, mark, *rest))
    if is_quiet(before, t.activity.closures):  # once to see whether it goes through
        return replace(after, stmts=(*clone(before, {}).stmts, mark, *after.stmts))
    if t.generated or calls_late(after):  # no way to have the value without its tangent
        return after
    raise Unsupported(
        "the handlers of this `try` could catch what only the tangents of its body raise",
        origin=stmt.origin,
        advice=("compute what may raise in the `try`, and all else after it",
                "or use reverse mode"),
    )  # fmt: skip


def _is_plain(stmt: Stmt) -> bool:
    """Whether the tangent of a statement may be computed later."""
    if isinstance(stmt, Push | Note):
        return True
    if not isinstance(stmt, Let):
        return False
    return not in_place(stmt.expr) or isinstance(stmt.expr, Apply) and is_append(stmt.expr.fn)


def _may_catch(kinds: Atom) -> bool:
    """Whether a handler gets exceptions of arithmetic, which tangents may raise by themselves."""
    obj = kinds.obj if isinstance(kinds, Ref) else None
    if isinstance(obj, type):
        return any(issubclass(k, obj) or issubclass(obj, k) for k in (ArithmeticError, ValueError))
    return True


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


