"""Loops: tangents are carried beside the values, and iterated beside the items.

    for x in xs:               for x, x_dot in zip(xs, xs_dot):
        h = f(x, h)                h, h_dot = f_jvp(x, h, x_dot, h_dot)
"""

from __future__ import annotations

from dataclasses import replace

from s2s.errors import Unsupported
from s2s.ir.nodes import For, Iter, While
from s2s.transform.forward.tangents import Tangents


def push_loop(stmt: For | While, t: Tangents) -> None:
    """The loop with the tangents of what it carries."""
    rows = list(zip(stmt.params, stmt.results, strict=True))
    chosen = [k for k, row in enumerate(rows) if any(t.wanted(v) or v in t.demanded for v in row)]
    starts = tuple(t.hand(stmt.inits[k], stmt.params[k]) for k in chosen)
    t.demand(tuple(stmt.body.outs[k] for k in chosen))
    with t.inside(stmt.origin, loop=True):
        params = tuple(t.new(stmt.params[k]) for k in chosen)
        new: For | While
        if isinstance(stmt, While):
            # What the head binds is in scope in the body.
            t.block(stmt.head)
            new = replace(stmt, head=t.close(stmt.head, []))
        else:
            new = replace(stmt, iter=with_tangents(stmt.iter, stmt, t))
        with t.inside(stmt.origin):
            t.block(stmt.body)
            pairs = [(stmt.body.outs[k], stmt.params[k]) for k in chosen]
            new = replace(new, body=t.close(stmt.body, pairs))
    results = tuple(t.new(stmt.results[k]) for k in chosen)
    t.build.emit(
        replace(
            new, params=(*stmt.params, *params), inits=(*stmt.inits, *starts),
            results=(*stmt.results, *results),
        )  # fmt: skip
    )


def with_tangents(it: Iter, stmt: For, t: Tangents) -> Iter:
    """The iterable with active sequences and their tangents side by side."""
    match it.kind:
        case "each" | "opaque":
            sequence, item = it.args[0], it.item
            dot = t.dot(sequence)
            assert item is not None
            if dot is None or not t.wanted(item) or t.facts.of(sequence).kind == "dict":
                return it
            if it.kind == "opaque":
                raise Unsupported(
                    "the items of this iterable are active, and it can be gone through only"
                    " once", origin=stmt.origin, advice=("make a list of it first",),
                )  # fmt: skip
            return Iter("zip", (), (it, Iter("each", (dot,), (), t.new(item, handed=False))))
        case "reversed":
            inner = with_tangents(it.inner[0], stmt, t)
            if inner.kind == "zip" and it.inner[0].kind == "each":
                return Iter("zip", (), tuple(replace(it, inner=(i,)) for i in inner.inner))
            return replace(it, inner=(inner,))
        case "zip":
            parts: list[Iter] = []
            for inner in it.inner:
                new = with_tangents(inner, stmt, t)
                parts += new.inner if new.kind == "zip" and inner.kind != "zip" else (new,)
            return replace(it, inner=tuple(parts))
        case _:
            return replace(it, inner=tuple(with_tangents(i, stmt, t) for i in it.inner))
