"""Lowering of loops: which names they carry; `iteration.py` has what they run over."""

from __future__ import annotations

from typing import Any

import gast

from s2s.frontend import scope
from s2s.frontend.context import RESULT, Context
from s2s.frontend.expressions import expression
from s2s.frontend.iteration import for_iter
from s2s.frontend.statements import append_receiver, statement, statements
from s2s.ir.nodes import UNDEF, Atom, Block, For, Value, While


def rebound(stmts: list[Any]) -> list[str]:
    """The names that a loop body may bind anew: assignments and growing lists."""
    names = set()
    for stmt in stmts:
        names |= scope.assigned(stmt)
        for inner in gast.walk(stmt):
            receiver = append_receiver(inner)
            if receiver is not None:
                names.add(receiver)
    return sorted(names)


def _carried(names: list[str], ctx: Context) -> tuple[tuple[Value, ...], tuple[Atom, ...]]:
    """Values at the head of a loop for the names that it binds, and what they start as."""
    params = tuple(Value(n if n != RESULT else "result", n != RESULT) for n in names)
    inits = tuple(ctx.env.get(n, UNDEF) for n in names)
    return params, inits


@statement.register(gast.While)
def _(node: Any, ctx: Context) -> None:
    names = [n for n in rebound([node]) if n in ctx.local]
    params, inits = _carried(names, ctx)
    origin = ctx.origin(node)

    def head() -> tuple[Atom, dict[str, Atom]]:
        for name, param in zip(names, params, strict=True):
            ctx.bind(name, param)
        return expression(node.test, ctx, "test"), dict(ctx.env)

    head_stmts, _, (test, after_head) = ctx.inside(head)

    def body() -> str | None:
        ctx.env.update(after_head)
        return statements(node.body, ctx)

    stmts, env, leave = ctx.inside(body)
    outs = tuple(env.get(n, UNDEF) for n in names)
    results = tuple(Value(v.name, v.user) for v in params)
    ctx.build.emit(
        While(Block(head_stmts, (test,)), params, inits, Block(stmts, outs, leave), results,
              origin)
    )  # fmt: skip
    for k, name in enumerate(names):
        if after_head[name] is not params[k]:
            ctx.refuse(
                node, "an assignment inside the test of `while` is not supported",
                "use `while True:` with the assignment and a `break` inside",
            )  # fmt: skip
        ctx.bind(name, results[k])


@statement.register(gast.For)
def _(node: Any, ctx: Context) -> None:
    it, bind = for_iter(node.target, node.iter, ctx)
    names = [n for n in rebound([node]) if n in ctx.local]
    params, inits = _carried(names, ctx)

    def body() -> str | None:
        for name, param in zip(names, params, strict=True):
            ctx.bind(name, param)
        for take in bind:
            take(ctx)
        return statements(node.body, ctx)

    stmts, env, leave = ctx.inside(body)
    outs = tuple(env.get(n, UNDEF) for n in names)
    results = tuple(Value(v.name, v.user) for v in params)
    block = Block(stmts, outs, leave)
    ctx.build.emit(For(it, params, inits, block, results, ctx.origin(node)))
    for name, result in zip(names, results, strict=True):
        ctx.bind(name, result)
