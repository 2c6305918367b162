"""Iterables over a generator: what a consumer does with each item before its own statements.

    enumerate(gen(x), 1)            for each item v:  item = (k, v); k += 1
    zip(xs, gen(x))                 item = (xs[k], v), until `xs` is at its end
    islice(gen(x), 5)               five items
    takewhile(f, gen(x))            leave where not f(v)
    map(f, ...)  filter(f, ...)     item = f(v); continue where not f(v)
    (e for v in gen(x) if c)        item = e, continue where not c
"""

from __future__ import annotations

import builtins
import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gast

Fresh = Callable[[str], str]


@dataclass
class Driven:
    """The call of a generator at the bottom, and how an item comes up to the consumer.

    `before` runs once, `counters` are what it sets that changes; `head` runs for each item and
    may `break` or `continue`; `item` is the expression of the item; the consumer asks for no
    more where `done`, and does not start where not `some`.
    """

    call: Any
    item: Any
    before: list[Any] = field(default_factory=list)
    counters: list[str] = field(default_factory=list)
    head: list[Any] = field(default_factory=list)
    locals: list[str] = field(default_factory=list)
    done: Any = None
    some: Any = None


def driven(
    node: Any, is_call: Callable[[Any], bool], object_of: Callable[[Any], Any], fresh: Fresh
) -> Driven | None:  # fmt: skip
    """How an iterable is driven by a generator; None where it is not, or in no known way."""
    recur = functools.partial(driven, is_call=is_call, object_of=object_of, fresh=fresh)
    if is_call(node):
        name = fresh("item")
        return Driven(node, load(name), locals=[name])
    if isinstance(node, gast.GeneratorExp):
        return _expression(node, recur)
    if not isinstance(node, gast.Call) or any(isinstance(a, gast.Starred) for a in node.args):
        return None
    fn, args = object_of(node.func), node.args
    if fn is builtins.zip and not node.keywords:
        return _zipped(args, recur, object_of, fresh)
    if fn is builtins.enumerate and 0 < len(args) + len(node.keywords) <= 2 and args:
        inner = recur(args[0])
        starts = [*args[1:], *(k.value for k in node.keywords)]
        start = starts[0] if starts else constant(0)
        return None if inner is None else _counted(inner, start, fresh)
    if node.keywords:
        return None
    if fn is itertools.islice and len(args) in (2, 3):
        return _sliced(args, recur, fresh)
    if len(args) != 2 or fn not in (builtins.map, builtins.filter, itertools.takewhile):
        return None
    inner = recur(args[1])
    if inner is None:
        return None
    call = gast.Call(args[0], [inner.item], [])
    if fn is builtins.map:
        name = fresh("item")
        inner.head.append(store(name, call))
        inner.locals.append(name)
        inner.item = load(name)
        return inner
    leave = gast.Break() if fn is itertools.takewhile else gast.Continue()
    if isinstance(args[0], gast.Constant) and args[0].value is None:
        call = inner.item  # `filter(None, items)`
    inner.head.append(gast.If(gast.UnaryOp(gast.Not(), call), [leave], []))
    return inner


def _expression(node: Any, recur: Callable[[Any], Driven | None]) -> Driven | None:
    """`(e for v in items if c)` with one clause."""
    first, *more = node.generators
    if more or first.is_async:
        return None
    inner = recur(first.iter)
    if inner is None:
        return None
    inner.head.append(gast.Assign([first.target], inner.item, None))
    for test in first.ifs:
        inner.head.append(gast.If(gast.UnaryOp(gast.Not(), test), [gast.Continue()], []))
    inner.locals += [n.id for n in gast.walk(first.target) if isinstance(n, gast.Name)]
    inner.item = node.elt
    return inner


def _next(inner: Driven, start: Any, fresh: Fresh) -> str:
    """Count the items: the name that holds the number of the one that is there."""
    count, k = fresh("count"), fresh("k")
    inner.before.append(store(count, start))
    inner.counters.append(count)
    inner.locals.append(k)
    inner.head += [store(k, load(count)), store(count, plus(load(count), 1))]
    return k


def _counted(inner: Driven, start: Any, fresh: Fresh) -> Driven:
    k = _next(inner, start, fresh)
    inner.item = gast.Tuple([load(k), inner.item], gast.Load())
    return inner


def _zipped(
    args: list[Any], recur: Callable[[Any], Driven | None], object_of: Callable[[Any], Any],
    fresh: Fresh,
) -> Driven | None:  # fmt: skip
    """A generator beside sequences, which are read by position."""
    found = [recur(a) for a in args]
    places = [k for k, d in enumerate(found) if d is not None]
    if len(places) != 1:
        return None
    place = places[0]
    inner = found[place]
    assert inner is not None
    if inner.done is not None or inner.some is not None:
        return None
    k = _next(inner, constant(0), fresh)
    count = inner.counters[-1]
    parts: list[Any] = []
    for j, arg in enumerate(args):
        if j == place:
            parts.append(inner.item)
            continue
        fn = object_of(arg.func) if isinstance(arg, gast.Call) else None
        if fn is itertools.count and len(arg.args) < 2 and not arg.keywords:
            start = arg.args[0] if arg.args else constant(0)
            parts.append(gast.BinOp(start, gast.Add(), load(k)))
            continue
        name = fresh("items")
        whole = arg if fn is builtins.range else gast.Call(gast.Name("list", gast.Load(), None,
                                                                     None), [arg], [])  # fmt: skip
        inner.before.append(store(name, whole))
        size = gast.Call(load("len"), [load(name)], [])
        if j > place:  # the generator has been asked already
            inner.head.append(gast.If(_at_least(load(k), size), [gast.Break()], []))
        else:
            inner.done = _either(inner.done, _at_least(load(count), size), gast.Or())
            inner.some = _either(inner.some, gast.Compare(size, [gast.Gt()], [constant(0)]),
                                 gast.And())  # fmt: skip
        parts.append(gast.Subscript(load(name), load(k), gast.Load()))
    inner.item = gast.Tuple(parts, gast.Load())
    return inner


def _sliced(
    args: list[Any], recur: Callable[[Any], Driven | None], fresh: Fresh
) -> Driven | None:
    """`islice(items, stop)` and `islice(items, start, stop)`."""
    inner = recur(args[0])
    endless = isinstance(args[-1], gast.Constant) and args[-1].value is None
    if inner is None or endless or inner.done is not None:
        return None
    k = _next(inner, constant(0), fresh)
    stop = fresh("stop")
    inner.before.append(store(stop, args[-1]))
    inner.done = _at_least(load(inner.counters[-1]), load(stop))
    inner.some = gast.Compare(load(stop), [gast.Gt()], [constant(0)])
    if len(args) == 3:
        early = gast.Compare(load(k), [gast.Lt()], [args[1]])
        inner.head.append(gast.If(early, [gast.Continue()], []))
    return inner


def _at_least(a: Any, b: Any) -> Any:
    return gast.Compare(a, [gast.GtE()], [b])


def _either(a: Any, b: Any, op: Any) -> Any:
    return b if a is None else gast.BoolOp(op, [a, b])


def plus(node: Any, n: int) -> Any:
    """`node + n`."""
    return gast.BinOp(node, gast.Add(), constant(n))


def constant(value: object) -> Any:
    """A literal."""
    return gast.Constant(value, None)


def load(name: str) -> Any:
    """A variable that is read."""
    return gast.Name(name, gast.Load(), None, None)


def store(name: str, value: Any) -> Any:
    """`name = value`."""
    return gast.Assign([gast.Name(name, gast.Store(), None, None)], value, None)
