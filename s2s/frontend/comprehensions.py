"""Comprehensions, and generator expressions that are consumed on the spot, as loops."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import gast

from s2s.frontend.context import Context
from s2s.frontend.expressions import expression, raw
from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Block, For, Let, Method, Ref, Value

_FEW = 8  # items that are written out
_CONSUMERS = {builtins.sum, builtins.max, builtins.min, builtins.list, builtins.tuple,
              builtins.sorted}  # fmt: skip


@expression.register(gast.ListComp)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    return collect(node, ctx, "listcomp", hint)


@expression.register(gast.DictComp)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    return collect(node, ctx, "dictcomp", hint)


def consumed(call: Any, fn: Atom | Method, ctx: Context) -> Atom | None:
    """The list that `f(e for ...)` or `f(map(...))` consumes, when `f` takes all at once."""
    from s2s.frontend.iteration import builtin_called

    if len(call.args) != 1 or not isinstance(fn, Ref) or not _is_consumer(fn.obj):
        return None
    items = call.args[0]
    if builtin_called(items, ctx) in (enumerate, zip, map, reversed) or _of_dict(items):
        items = _generator(items)
    return collect(items, ctx, "genexp", "items") if isinstance(items, gast.GeneratorExp) else None


def dict_called(call: Any, fn: Atom | Method, ctx: Context, hint: str) -> Atom | None:
    """`dict(a=x)`, `dict(zip(keys, items))` and `dict((k, v) for ...)`."""
    from s2s.frontend.iteration import builtin_called

    if not isinstance(fn, Ref) or fn.obj is not dict or len(call.args) > 1:
        return None
    named = [k for k in call.keywords if k.arg is not None]
    if len(named) < len(call.keywords):
        return None
    if not call.args:
        keys = [gast.Constant(k.arg, None) for k in named]
        display = gast.Dict(keys, [k.value for k in named])
        return expression(gast.copy_location(display, call), ctx, hint)
    pairs = call.args[0]
    if named and not isinstance(pairs, gast.Starred | gast.GeneratorExp):
        keys = [None, *(gast.Constant(k.arg, None) for k in named)]
        display = gast.Dict(keys, [pairs, *(k.value for k in named)])
        return expression(gast.copy_location(display, call), ctx, hint)
    match pairs:
        case gast.GeneratorExp(elt=gast.Tuple(elts=[key, item]), generators=generators):
            pass
        case _ if builtin_called(pairs, ctx) in (zip, enumerate):
            names = [_free_name(pairs, n) for n in ("key", "item")]
            key, item = (gast.Name(n, gast.Load(), None, None) for n in names)
            target = gast.Tuple(
                [gast.Name(n, gast.Store(), None, None) for n in names], gast.Store()
            )
            generators = [gast.comprehension(target, pairs, [], 0)]
        case _:
            return None
    if named:
        return None
    whole = gast.copy_location(gast.DictComp(key, item, generators), call)
    return expression(whole, ctx, hint)


def _free_name(node: Any, name: str) -> str:
    """A variable that an expression does not use."""
    used = {n.id for n in gast.walk(node) if isinstance(n, gast.Name)}
    while name in used:
        name += "_"
    return name


def _of_dict(node: Any) -> bool:
    """Whether an expression is `d.values()`, `d.items()` or `d.keys()`."""
    match node:
        case gast.Call(func=gast.Attribute(attr=attr), args=[], keywords=[]):
            return attr in ("values", "items", "keys")
    return False


def _generator(iterable: Any) -> Any:
    """`(item for item in iterable)`."""
    name = _free_name(iterable, "item")
    target, item = (gast.Name(name, c, None, None) for c in (gast.Store(), gast.Load()))
    return gast.copy_location(
        gast.GeneratorExp(item, [gast.comprehension(target, iterable, [], 0)]), iterable
    )


def _is_consumer(obj: object) -> bool:
    """Whether a callable reads all of its one iterable argument before it returns."""
    try:
        return obj in _CONSUMERS or getattr(obj, "__name__", "") in ("fsum", "prod")
    except TypeError:  # unhashable
        return False


def collect(node: Any, ctx: Context, form: str, hint: str) -> Atom:
    """Lower `[elt for ... if ...]` to loops that append to a list, and likewise for a dict."""
    from s2s.frontend.iteration import for_iter

    kept = _walrus(node)  # variables of the function, of which it must see nothing
    if any(g.is_async for g in node.generators) or not _only_in(node, kept, ctx):
        return raw(node, ctx, hint)
    is_dict = form == "dictcomp"
    empty = Ref("dict", prims.build_dict) if is_dict else Ref("list", prims.build_list)
    written = [] if is_dict or kept else _written_out(node)
    if written:
        return ctx.build.let(Apply(empty, _each(node, written, ctx)), hint)
    start = ctx.build.let(Apply(empty), hint)
    targets = [n.id for g in node.generators for n in gast.walk(g.target) if _is_name(n)] + kept
    shadowed = {t: ctx.env.get(t) for t in targets}
    added = {t for t in targets if t not in ctx.local}
    ctx.local |= added

    def level(k: int, items: Atom) -> Atom:
        """The loop of generator `k`: the list after it."""
        if k == len(node.generators):
            longer = Value(hint)
            if is_dict:
                parts = (expression(node.key, ctx), expression(node.value, ctx))
                grown = Apply(Ref("dict_put", prims.dict_put), (items, *parts))
            else:
                item = expression(node.elt, ctx)
                grown = Apply(Ref("list_append", prims.list_append), (items, item))
            ctx.build.emit(Let((longer,), grown, ctx.origin(node)))
            return longer
        gen = node.generators[k]
        it, bind = for_iter(gen.target, gen.iter, ctx)
        carried = Value(hint)

        def body() -> Atom:
            for take in bind:
                take(ctx)
            return guarded(gen.ifs, carried, lambda: level(k + 1, carried))

        stmts, _, out = ctx.inside(body)
        result = Value(hint)
        block = Block(stmts, (out,))
        origin = ctx.origin(node)
        ctx.build.emit(For(it, (carried,), (items,), block, (result,), origin, form))
        return result

    def guarded(tests: list[Any], items: Atom, go: Callable[[], Atom]) -> Atom:
        """`go()` under the `if`s of a generator."""
        if not tests:
            return go()
        test = expression(tests[0], ctx, "test")
        value = ctx.choose(
            test, lambda: guarded(tests[1:], items, go), lambda: items,
            ctx.origin(node), "if", hint,
        )  # fmt: skip
        assert value is not None
        return value

    result = level(0, start)
    ctx.local -= added
    for name, old in shadowed.items():
        ctx.env.pop(name, None)
        if old is not None:
            ctx.env[name] = old
    return result


def _written_out(node: Any) -> list[Any]:
    """The items of `[f(e) for e in (a, b, c)]`, which are few and stand there."""
    gen, *inner = node.generators
    display = isinstance(gen.iter, gast.Tuple | gast.List) and not (inner or gen.ifs)
    if not display or not isinstance(gen.target, gast.Name) or len(gen.iter.elts) > _FEW:
        return []
    starred = any(isinstance(e, gast.Starred) for e in gen.iter.elts)
    return [] if starred else list(gen.iter.elts)


def _each(node: Any, items: list[Any], ctx: Context) -> tuple[Atom, ...]:
    """`f(e)` for each of them; all items are made before the first call."""
    name = node.generators[0].target.id
    atoms = [expression(e, ctx) for e in items]
    old, added = ctx.env.get(name), name not in ctx.local
    ctx.local.add(name)
    results = []
    for atom in atoms:
        ctx.env[name] = atom
        results.append(expression(node.elt, ctx))
    ctx.env.pop(name)
    if old is not None:
        ctx.env[name] = old
    if added:
        ctx.local.discard(name)
    return tuple(results)


def _is_name(node: Any) -> bool:
    return isinstance(node, gast.Name)


def _walrus(node: Any) -> list[str]:
    """The variables that an expression assigns."""
    found = [n.target for n in gast.walk(node) if isinstance(n, gast.NamedExpr)]
    return [t.id if isinstance(t, gast.Name) else "" for t in found]


def _only_in(node: Any, names: list[str], ctx: Context) -> bool:
    """Whether variables are used nowhere else in the function."""
    if not names:
        return True
    whole = [n.id for n in gast.walk(ctx.source.tree) if isinstance(n, gast.Name)]
    inside = [n.id for n in gast.walk(node) if isinstance(n, gast.Name)]
    return all(name and whole.count(name) == inside.count(name) for name in names)
