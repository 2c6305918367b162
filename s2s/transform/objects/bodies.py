"""Loops in the forms in which generators and iterators take their bodies over."""

from __future__ import annotations

import operator

from s2s.ir import prims
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    If,
    Let,
    Ref,
    Stmt,
    Value,
    While,
    With,
)  # fmt: skip
from s2s.ir.record import replace
from s2s.ir.sweep import leaves
from s2s.ir.walk import map_block, statements

_ADD = Ref("add", operator.add)


def counted(stmt: For) -> For:
    """A loop over `enumerate(items)` as one over the items that counts."""
    k, longer, last = stmt.iter.item, Value("k"), Value("k")
    now = Value("k") if k is None else k
    add = Let((longer,), Apply(_ADD, (now, Const(1))), stmt.origin)
    body = replace(stmt.body, stmts=(add, *stmt.body.stmts))
    return replace(
        stmt, iter=stmt.iter.inner[0], params=(*stmt.params, now),
        inits=(*stmt.inits, stmt.iter.args[0]), results=(*stmt.results, last),
        body=_handing(body, longer),
    )  # fmt: skip


def of_one_name(stmt: For) -> tuple[For, dict[Value, Value]]:
    """The loop in which lists that it makes longer have the names that they have outside.

    Also which list each of them is in the end. `settle_lists` brings the names up to date.
    """
    lists = {p: init for p, init, out in zip(stmt.params, stmt.inits, stmt.body.outs, strict=True)
             if isinstance(init, Value) and out in _grown(stmt.body, p)}  # fmt: skip
    if not lists:
        return stmt, {}
    same: dict[Value, Atom] = {v: a for p, a in lists.items() for v in _grown(stmt.body, p)}

    body = map_block(stmt.body, lambda a: same.get(a, a))
    kept = [k for k, p in enumerate(stmt.params) if p not in lists]
    rows = zip(stmt.params, stmt.results, strict=True)
    return replace(
        stmt, params=tuple(stmt.params[k] for k in kept),
        inits=tuple(stmt.inits[k] for k in kept),
        body=replace(body, outs=tuple(body.outs[k] for k in kept)),
        results=tuple(stmt.results[k] for k in kept),
    ), {r: lists[p] for p, r in rows if p in lists}  # fmt: skip


def _grown(body: Block, param: Value) -> set[Value]:
    """The names of a list in a loop that only makes it longer."""
    found = {param}
    count = 0
    while count < len(found):
        count = len(found)
        for s in statements(body):
            match s:
                case Let(targets=(t,), expr=Apply(fn=Ref(obj=prims.list_append), args=(first, _))):
                    if first in found:
                        found.add(t)
                case If() if s.form != "try":
                    rows = zip(s.results, s.then.outs, s.orelse.outs, strict=True)
                    found |= {r for r, a, b in rows if a in found and b in found}
    return found


def _handing(block: Block, atom: Atom) -> Block:
    """A body that hands on one more value."""
    return replace(block, outs=(*block.outs, atom))


def until_told(asked: Apply, stmt: For, count: Value | None = None) -> While:
    """A loop that calls until it is told to stop; `count` is how often it has called."""
    stop, longer, last = Value("stop"), Value("k"), Value("k")
    ask: list[Stmt] = [Let((stop,), asked, stmt.origin)]
    params = () if count is None else (count,)
    outs = () if count is None else (longer,)
    if count is not None:
        ask.append(Let((longer,), Apply(_ADD, (count, Const(1))), stmt.origin))
    results = tuple(Value(p.name) for p in params)
    leave, go_on = Block((), outs, "break"), Block((), outs)
    body = Block((*ask, If(stop, leave, go_on, results, stmt.origin)), results)
    head = Block((), (Const(True),))
    inits = tuple(Const(0) for _ in params)
    return While(head, params, inits, body, (last,) if params else (), stmt.origin)


def told(block: Block) -> tuple[Block, Atom]:
    """The body of a loop as a block that says at its end whether it would leave the loop."""
    if block.exit is not None:
        return replace(block, exit=None), Const(block.exit == "break")
    last = block.stmts[-1] if block.stmts else None
    if not isinstance(last, If | With) or not leaves(last):
        return block, Const(False)
    stop = Value("stop")
    results = (*last.results, stop)
    new: Stmt
    if isinstance(last, If):
        (then, a), (orelse, b) = told(last.then), told(last.orelse)
        new = replace(last, then=_handing(then, a), orelse=_handing(orelse, b), results=results)
    else:
        inner, a = told(last.body)
        new = replace(last, body=_handing(inner, a), results=results)
    return replace(block, stmts=(*block.stmts[:-1], new)), stop

