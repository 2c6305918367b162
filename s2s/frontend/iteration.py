"""What a `for` runs over, and how its targets take the items.

    for k, v in enumerate(xs, 1):      enumerate(1; each xs), items k and v
    for pair in zip(a, b):             zip(each a, each b), and `pair = item, item_2` in the body
    for y in map(f, xs):               each xs, and `y = f(item)` in the body
    for y in (g(x) for x in xs):       each xs, and `y = g(x)` in the body
    for k, v in d.items():             each key of d, and `v = d[k]` in the body
    for k, v in np.ndenumerate(a):     each index of a, and `v = a[k]` in the body
"""

from __future__ import annotations

import itertools
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gast
import numpy as np

from s2s.frontend.context import Context
from s2s.frontend.endless import endless, item_at
from s2s.frontend.expressions import callee, expression
from s2s.frontend.statements import assign
from s2s.ir.build import getitem, tuple_of
from s2s.ir.nodes import UNDEF, Apply, Atom, Const, Iter, Let, Ref, Value

Bindings = list[Callable[[Context], None]]  # what binds the targets at the head of the body
_NOTHING: Bindings = []


@dataclass
class Slot:
    """A target that the user did not write: holds the item for what is built of it."""

    name: str = "item"
    atom: Atom = UNDEF


def for_iter(target: Any, node: Any, ctx: Context) -> tuple[Iter, Bindings]:
    """What a loop runs over, and how its targets take the items."""
    fn = builtin_called(node, ctx)
    keywords = {} if fn is None else {k.arg: k.value for k in node.keywords}
    if fn is range and not keywords:
        item, bind = _item(target)
        return Iter("range", tuple(expression(a, ctx) for a in node.args), (), item), bind
    if fn is enumerate and keywords.keys() <= {"start"} and 0 < len(node.args) <= 2:
        starts = [*node.args[1:], *keywords.values()]
        start = expression(starts[0], ctx) if starts else Const(0)
        (first, second), whole = _apart(target, 2)
        index, bind_index = _item(first)
        inner, bind_inner = for_iter(second, node.args[0], ctx)
        return Iter("enumerate", (start,), (inner,), index), bind_index + bind_inner + whole
    if fn is zip and keywords.keys() <= {"strict"} and node.args:
        strict = tuple(expression(v, ctx) for v in keywords.values())
        targets, whole = _apart(target, len(node.args))
        kinds = [endless(a, ctx) for a in node.args]
        if any(kinds) and not all(kinds) and not keywords:
            return _beside_endless(targets, whole, node.args, kinds, ctx)
        parts = [for_iter(t, a, ctx) for t, a in zip(targets, node.args, strict=True)]
        binds = [b for p in parts for b in p[1]]
        return Iter("zip", strict, tuple(p[0] for p in parts)), binds + whole
    if fn is reversed and len(node.args) == 1 and not keywords:
        inner, bind = for_iter(target, node.args[0], ctx)
        return Iter("reversed", (), (inner,)), bind
    if fn is map and len(node.args) > 1 and not keywords:
        return _mapped(target, node, ctx)
    if isinstance(node, gast.GeneratorExp) and len(node.generators) == 1:
        generator = node.generators[0]
        if not generator.ifs and not generator.is_async:
            return _generated(target, node.elt, generator, ctx)
    pairs = _items_of_dict(target, node, ctx) or _entries_of_array(target, node, ctx)
    if pairs is not None:
        return pairs
    item, bind = _item(target)
    return Iter("each", (_sequence(expression(node, ctx, "items"), ctx),), (), item), bind


def _beside_endless(
    targets: Sequence[Any], whole: Bindings, args: list[Any], kinds: list[Any], ctx: Context
) -> tuple[Iter, Bindings]:  # fmt: skip
    """`zip` of sequences with iterables that do not end."""
    position = Value("k")
    parts: list[tuple[Iter, Bindings]] = []
    takes: Bindings = []
    for target, arg, kind in zip(targets, args, kinds, strict=True):
        if kind is None:
            parts.append(for_iter(target, arg, ctx))
            continue
        give = item_at(arg, kind, ctx)

        def take(ctx: Context, target: Any = target, give: Any = give) -> None:
            put(target, give(ctx, position), ctx)

        takes.append(take)
    iters = tuple(p[0] for p in parts)
    inner = iters[0] if len(iters) == 1 else Iter("zip", (), iters)
    binds = [b for p in parts for b in p[1]]
    return Iter("enumerate", (Const(0),), (inner,), position), [*binds, *takes, *whole]


def _sequence(items: Atom, ctx: Context) -> Atom:
    """What a loop can run over twice: the items of an iterator are put into a list."""
    made = ctx.build.stmts[-1] if ctx.build.stmts else None
    if isinstance(made, Let) and made.targets == (items,) and isinstance(made.expr, Apply):
        fn = made.expr.fn
        if isinstance(fn, Ref) and _gives_iterator(fn.obj):
            return ctx.build.let(Apply(Ref("list", list), (items,)), "items")
    return items


def _gives_iterator(obj: object) -> bool:
    """Whether a callable is a class of iterators that end: `itertools.product`, `np.ndindex`."""
    endless = obj in (itertools.count, itertools.cycle, itertools.repeat)
    endless |= obj is itertools.groupby  # its groups are gone when the next one is asked for
    # A class of the user's may look at what the loop does to its objects.
    ask = getattr(obj, "__next__", None)
    iterates = ask is not None and not isinstance(ask, types.FunctionType)
    return isinstance(obj, type) and iterates and hasattr(obj, "__iter__") and not endless


def _mapped(target: Any, node: Any, ctx: Context) -> tuple[Iter, Bindings]:
    """`map(f, a, b)` calls `f` in each iteration, as Python does."""
    fn, receiver = callee(node.args[0], ctx)
    bound = () if receiver is None else (receiver,)
    slots = [Slot() for _ in node.args[1:]]
    kinds = [endless(a, ctx) for a in node.args[1:]]
    parts: list[tuple[Iter, Bindings]]
    if any(kinds) and not all(kinds):
        parts = [_beside_endless(slots, [], node.args[1:], kinds, ctx)]
    else:
        parts = [for_iter(s, a, ctx) for s, a in zip(slots, node.args[1:], strict=True)]
    origin = ctx.origin(node)

    def take(ctx: Context) -> None:
        ctx.build.origin = origin or ctx.build.origin
        now = fn
        if isinstance(fn, Value) and fn in ctx.closures:
            now = ctx.as_it_is_now(fn, node)
        call = Apply(now, (*bound, *(s.atom for s in slots)))
        put(target, ctx.build.let(call, _name(target)), ctx)

    iters = tuple(p[0] for p in parts)
    it = iters[0] if len(iters) == 1 else Iter("zip", (), iters)
    return it, [*(b for p in parts for b in p[1]), take]


def _generated(
    target: Any, item: Any, generator: Any, ctx: Context
) -> tuple[Iter, Bindings]:
    """A generator expression computes its item in each iteration, in a scope of its own."""
    inner, bind = for_iter(generator.target, generator.iter, ctx)
    names = {n.id for n in gast.walk(generator.target) if isinstance(n, gast.Name)}

    def take(ctx: Context) -> None:
        outer = {n: ctx.env.get(n) for n in names}
        added = names - ctx.local
        ctx.local |= added
        for b in bind:
            b(ctx)
        atom = expression(item, ctx, _name(target))
        ctx.local -= added
        for name, old in outer.items():
            ctx.env.pop(name, None)
            if old is not None:
                ctx.env[name] = old
        put(target, atom, ctx)

    return inner, [take]


def _items_of_dict(target: Any, node: Any, ctx: Context) -> tuple[Iter, Bindings] | None:
    """`for k, v in d.items()` runs over the keys and reads the values."""
    match node:
        case gast.Call(func=gast.Attribute(value=base, attr=attr), args=[], keywords=[]) if (
            attr in ("values", "items", "keys")
        ):
            atom = expression(base, ctx)
            if attr == "keys":
                item, bind = _item(target)
                return Iter("keys", (atom,), (), item), bind
            if attr == "values":
                key_target, value_target, whole = None, target, _NOTHING
            else:
                (key_target, value_target), whole = _apart(target, 2)
            key, bind = (Value("key"), []) if key_target is None else _item(key_target, "key")

            def take(ctx: Context) -> None:
                name = value_target.id if isinstance(value_target, gast.Name) else "t"
                put(value_target, getitem(ctx.build, atom, key, name), ctx)

            return Iter("keys", (atom,), (), key), [*bind, take, *whole]
    return None


def _entries_of_array(target: Any, node: Any, ctx: Context) -> tuple[Iter, Bindings] | None:
    """`for k, v in np.ndenumerate(a)` runs over the indices and reads the entries as they are."""
    match node:
        case gast.Call(func=gast.Attribute(attr="ndenumerate") as func, args=[array], keywords=[]):
            fn, _ = callee(func, ctx)
            if not isinstance(fn, Ref) or fn.obj is not np.ndenumerate:
                return None
            array = ctx.build.call(np.asarray, expression(array, ctx))
            shape = ctx.build.call(np.shape, array)
            places = ctx.build.call(np.ndindex, shape)
            (index, value), whole = _apart(target, 2)
            key, bind = _item(index, "index")

            def take(ctx: Context) -> None:
                put(value, getitem(ctx.build, array, key, _name(value)), ctx)

            return Iter("each", (ctx.build.call(list, places),), (), key), [*bind, take, *whole]
    return None


def _item(target: Any, name: str = "item") -> tuple[Value, Bindings]:
    """The item value of a loop, and how its target takes it."""
    value = Value(target.id, True) if isinstance(target, gast.Name) else Value(name)
    return value, [lambda ctx: put(target, value, ctx, keep=True)]


def put(target: Any, atom: Atom, ctx: Context, keep: bool = False) -> None:
    """Bind a target of the user, or fill a slot; `keep` says that the atom has its name."""
    if isinstance(target, Slot):
        target.atom = atom
    else:
        assign(target, atom, ctx, keep)


def _apart(target: Any, count: int) -> tuple[Sequence[Any], Bindings]:
    """Targets for the parts of a tuple, and what puts the tuple together for a whole target."""
    is_tuple = isinstance(target, gast.Tuple | gast.List) and len(target.elts) == count
    if is_tuple and not any(isinstance(e, gast.Starred) for e in target.elts):
        return target.elts, []
    slots = [Slot() for _ in range(count)]

    def whole(ctx: Context) -> None:
        put(target, tuple_of(ctx.build, *(s.atom for s in slots), name=_name(target)), ctx)

    return slots, [whole]


def _name(target: Any) -> str:
    return str(target.id) if isinstance(target, gast.Name) else "item"


def builtin_called(node: Any, ctx: Context) -> Any:
    """The builtin that makes an iterable, called without stars."""
    match node:
        case gast.Call(func=gast.Name(id=name), args=args) if (
            name not in ctx.env and not any(isinstance(a, gast.Starred) for a in args)
        ):
            obj = ctx.resolver.lookup(str(name))
            known = (range, enumerate, zip, reversed, map)
            found = next((b for b in known if obj is b), None)
            if found is None or found.__name__ in ctx.local:
                return None  # the name means something else here
            return found if ctx.resolver.lookup(found.__name__) is found else None
    return None
