"""`zip` with iterables that do not end, which follow from the place of the others.

    zip(count(1), xs)          k and x of enumerate(xs, 1)
    zip(xs, repeat(v))         x of xs, and v
    zip(xs, cycle(ws))         x of enumerate(xs), and ws[k % len(ws)]
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from typing import Any

import gast

from s2s.frontend.context import Context
from s2s.frontend.expressions import expression
from s2s.ir.build import getitem
from s2s.ir.nodes import Apply, Atom, Const, Ref, Value

_ENDLESS: tuple[Any, ...] = (itertools.count, itertools.cycle, itertools.repeat)


def endless(node: Any, ctx: Context) -> Any:
    """The class of an iterable that does not end, called with one argument at most."""
    if not isinstance(node, gast.Call) or node.keywords or len(node.args) > 1:
        return None
    if any(isinstance(a, gast.Starred) for a in node.args):
        return None
    func = node.func
    obj = None
    if isinstance(func, gast.Name) and func.id not in ctx.local:
        obj = ctx.resolver.lookup(func.id)
    elif isinstance(func, gast.Attribute) and isinstance(func.value, gast.Name):
        module = None if func.value.id in ctx.local else ctx.resolver.lookup(func.value.id)
        obj = getattr(itertools, func.attr, None) if module is itertools else None
    if obj in _ENDLESS and (node.args or obj is itertools.count):
        return obj
    return None


def item_at(node: Any, kind: Any, ctx: Context) -> Callable[[Context, Value], Atom]:
    """What gives the item of an endless iterable at a position."""
    arg: Atom = expression(node.args[0], ctx, "items") if node.args else Const(0)
    if kind is itertools.repeat:
        return lambda ctx, k: arg
    if kind is itertools.count:
        if arg == Const(0):
            return lambda ctx, k: k
        return lambda ctx, k: ctx.build.let(Apply(Ref("add", operator.add), (arg, k)), "k")
    listed = ctx.build.let(Apply(Ref("list", list), (arg,)), "items")
    size = ctx.build.let(Apply(Ref("len", len), (listed,)), "size")

    def again(ctx: Context, k: Value) -> Atom:
        place = ctx.build.let(Apply(Ref("mod", operator.mod), (k, size)), "place")
        return getitem(ctx.build, listed, place)

    return again
