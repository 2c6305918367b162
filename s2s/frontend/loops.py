"""Lowering of loops: what they run over, which names they carry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from s2s.frontend import scope
from s2s.frontend.context import RESULT, Context
from s2s.frontend.expressions import expression
from s2s.frontend.statements import append_receiver, assign, statement, statements
from s2s.ir.build import getitem
from s2s.ir.nodes import UNDEF, Apply, Atom, Block, Const, For, Iter, Let, Ref, Value, While

Bindings = list[Callable[[Context], None]]  # what binds the targets at the head of the body


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


def for_iter(target: Any, node: Any, ctx: Context) -> tuple[Iter, Bindings]:
    """What a loop runs over, and how its targets take the items."""
    fn = _builtin(node, ctx)
    if fn is range:
        item, bind = _item(target)
        return Iter("range", tuple(expression(a, ctx) for a in node.args), (), item), bind
    if fn is enumerate and _is_pair(target) and len(node.args) + len(node.keywords) <= 2:
        given = [*node.args[1:], *(k.value for k in node.keywords)]
        start = expression(given[0], ctx) if given else Const(0)
        index, bind_index = _item(target.elts[0])
        inner, bind_inner = for_iter(target.elts[1], node.args[0], ctx)
        return Iter("enumerate", (start,), (inner,), index), bind_index + bind_inner
    if fn is zip and isinstance(target, gast.Tuple) and len(target.elts) == len(node.args):
        parts = [for_iter(t, a, ctx) for t, a in zip(target.elts, node.args, strict=True)]
        return Iter("zip", (), tuple(p[0] for p in parts)), [b for p in parts for b in p[1]]
    if fn is reversed and len(node.args) == 1:
        inner, bind = for_iter(target, node.args[0], ctx)
        return Iter("reversed", (), (inner,)), bind
    pairs = _items_of_dict(target, node, ctx)
    if pairs is not None:
        return pairs
    item, bind = _item(target)
    return Iter("each", (_sequence(expression(node, ctx, "items"), ctx),), (), item), bind


def _sequence(items: Atom, ctx: Context) -> Atom:
    """What a loop can run over twice: the items of an iterator are put into a list."""
    made = ctx.build.stmts[-1] if ctx.build.stmts else None
    if isinstance(made, Let) and made.targets == (items,) and isinstance(made.expr, Apply):
        fn = made.expr.fn
        if isinstance(fn, Ref) and _gives_iterator(fn.obj):
            return ctx.build.let(Apply(Ref("list", list), (items,)), "items")
    return items


def _gives_iterator(obj: object) -> bool:
    """Whether a callable is a class of iterators: `itertools.product`, `np.ndindex`, `map`."""
    return isinstance(obj, type) and hasattr(obj, "__next__") and hasattr(obj, "__iter__")


def _items_of_dict(target: Any, node: Any, ctx: Context) -> tuple[Iter, Bindings] | None:
    """`for k, v in d.items()` runs over the keys and reads the values."""
    match node:
        case gast.Call(func=gast.Attribute(value=base, attr=attr), args=[], keywords=[]) if (
            attr == "values" or (attr == "items" and _is_pair(target))
        ):
            atom = expression(base, ctx)
            whole = attr == "values"
            key_target = None if whole else target.elts[0]
            key = Value("key")
            if key_target is not None and isinstance(key_target, gast.Name):
                key = Value(key_target.id, True)
            value_target = target if whole else target.elts[1]

            def take(ctx: Context) -> None:
                if key_target is not None:
                    assign(key_target, key, ctx, keep=True)
                name = value_target.id if isinstance(value_target, gast.Name) else "t"
                assign(value_target, getitem(ctx.build, atom, key, name), ctx)

            return Iter("each", (atom,), (), key), [take]
    return None


def _item(target: Any) -> tuple[Value, Bindings]:
    """The item value of a loop, and how its target takes it."""
    value = Value(target.id, True) if isinstance(target, gast.Name) else Value("item")
    return value, [lambda ctx: assign(target, value, ctx, keep=True)]


def _is_pair(target: Any) -> bool:
    is_tuple = isinstance(target, gast.Tuple | gast.List) and len(target.elts) == 2
    return is_tuple and not any(isinstance(e, gast.Starred) for e in target.elts)


def _builtin(node: Any, ctx: Context) -> Any:
    """The builtin that an iterable calls, without stars; `enumerate` may name its start."""
    match node:
        case gast.Call(func=gast.Name(id=name), args=args, keywords=keywords) if (
            name not in ctx.env and not any(isinstance(a, gast.Starred) for a in args)
        ):
            obj = ctx.resolver.lookup(str(name))
            found = next((b for b in (range, enumerate, zip, reversed) if obj is b), None)
            if found is None or found.__name__ in ctx.local:
                return None  # the name means something else here
            if [k.arg for k in keywords] not in ([], ["start"] if found is enumerate else []):
                return None
            return found if ctx.resolver.lookup(found.__name__) is found else None
    return None
