"""Reverses loops: the same iterations, last one first.

    for x in xs:               for x in reversed(xs):
        h = f(x, h)                h_bar = ...

Adjoints of carried values are carried backward.  Adjoints of values from outside the loop are
carried sums.  An index is computed anew; nothing is saved for it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable

from s2s import runtime
from s2s.analysis.fact import INDEX
from s2s.errors import Unsupported
from s2s.ir.build import Builder
from s2s.ir.nodes import Atom, Const, For, Iter, Ref, Undef, Value, While
from s2s.ir.walk import all_defs, iter_items
from s2s.transform.reverse.sweep import Frame, Sweep

_SEQUENCES = ("array", "list", "tuple", "str")  # what `items[k]` reads in the order of iteration


def reverse_loop(stmt: For | While, sweep: Sweep) -> None:
    """The backward loop of a forward loop."""
    bars = [sweep.take(r) for r in stmt.results]
    items = iter_items(stmt.iter) if isinstance(stmt, For) else ()
    wanted_items = [i for i in items if sweep.wanted(i)]
    carried = [
        k for k, p in enumerate(stmt.params)
        if bars[k] is not None or sweep.wanted(p) or sweep.wanted(stmt.body.outs[k])
    ]  # fmt: skip
    if all(b is None for b in bars) and not sweep.writes(stmt):
        return
    sweep.prepare(stmt)
    if isinstance(stmt, While):
        _refuse_active_head(stmt, sweep)
    outer, outer_bars = sweep.build, sweep.bars
    inits, params = [], []
    for k in carried:
        bar = bars[k]
        result = stmt.results[k]
        if bar is None:
            bar = sweep.zeros(result)
        param = Value(f"{stmt.params[k].name}_bar", stmt.params[k].user)
        if isinstance(bar, Value) and bar in sweep.loose:
            sweep.loose.add(param)
        if stmt.params[k] in sweep.plan.partial or sweep.is_vague(bar, stmt.params[k]):
            sweep.vague.add(param)
        sweep.give(param, stmt.params[k])
        if sweep.facts.of(bar).kind in ("list",) or _is_list_param(stmt, k, sweep):
            shallow = _grows(stmt.params[k], sweep) and stmt.params[k] not in sweep.buffers.holders
            bar = _own_list(bar, sweep) if shallow else _own(bar, sweep)
            sweep.owned.add(param)
        inits.append(bar)
        params.append(param)
    local = set(all_defs(stmt.body)) | set(stmt.params) | set(items)
    if isinstance(stmt, For):
        local |= set(iter_items(stmt.iter))
    else:
        local |= set(all_defs(stmt.head))
    frame = Frame(local)
    sweep.frames.append(frame)
    sweep.build, sweep.bars = Builder(stmt.origin, sweep.facts), {}
    it = backward_iter(stmt, sweep, bool(wanted_items), outer)
    for k, param in zip(carried, params, strict=True):
        out = stmt.body.outs[k]
        if not isinstance(out, Undef):
            unique = sum(o is out for o in stmt.body.outs) == 1
            bar = sweep.shaped(param, out)
            sweep.add(out, bar, owned=param in sweep.owned and unique and bar is param,
                      loose=param in sweep.loose)  # fmt: skip
    sweep.block(stmt.body)
    outs: list[Atom] = []
    for k in carried:
        head_bar = sweep.take(stmt.params[k])
        outs.append(sweep.zeros(stmt.params[k]) if head_bar is None else head_bar)
    if isinstance(stmt, For):
        _reverse_items(stmt.iter, it.items, sweep)
    inner = sweep.build
    sums = [(v, p, sweep.bars.get(v, p)) for v, p in frame.sums.items()]
    sweep.frames.pop()
    sweep.build, sweep.bars = outer, outer_bars
    all_params, all_inits, all_outs = list(params), list(inits), list(outs)
    results = [Value(f"{stmt.params[k].name}_bar", stmt.params[k].user) for k in carried]
    for v, p, out in sums:
        all_params.append(p)
        partial = v in sweep.plan.partial
        all_inits.append((sweep.current(v) or Const(0.0)) if partial else sweep.own(v))
        all_outs.append(out)
        result = Value(p.name, True)
        (sweep.vague if partial else sweep.owned).add(result)
        sweep.give(result, v)
        if p in sweep.loose:
            sweep.loose.add(result)
        results.append(result)
        sweep.bars[v] = result
    body = inner.block(*all_outs, mirror=stmt.body.key)
    loop = For(
        it.iter, tuple(all_params), tuple(all_inits), body, tuple(results), stmt.origin
    )  # fmt: skip
    outer.emit(loop)
    for k, result in zip(carried, results, strict=False):
        init, at = stmt.inits[k], carried.index(k)
        if any(sweep.is_vague(b, stmt.params[k]) for b in (params[at], inits[at], outs[at])):
            sweep.vague.add(result)
        sweep.give(result, stmt.params[k])
        if not isinstance(init, Undef):
            loose = sweep.loose & {*params, *inits, *outs}
            if isinstance(outs[carried.index(k)], Value) and loose:
                sweep.loose.add(result)
            unique = sum(i is init for i in stmt.inits) == 1
            owned = _is_list_param(stmt, k, sweep) and unique
            sweep.add(init, result, owned=owned, loose=result in sweep.loose)


def _is_list_param(stmt: For | While, k: int, sweep: Sweep) -> bool:
    """Whether a carried value is changed in place: a list that grows, an array."""
    param = stmt.params[k]
    listed = sweep.facts.of(param).kind == "list" or param in sweep.plan.lists
    return listed or sweep.buffers.is_buffer(param)


def _grows(param: Value, sweep: Sweep) -> bool:
    """Whether a carried value is a list for certain; a buffer of unknown kind may be an array."""
    if sweep.numeric(param) or sweep.facts.of(param).kind == "dict":
        return False
    listed = sweep.facts.of(param).kind == "list" or param in sweep.plan.lists
    return listed or not sweep.buffers.is_buffer(param)


def _own_list(bar: Atom, sweep: Sweep) -> Atom:
    if isinstance(bar, Value) and bar in sweep.owned:
        return bar
    return sweep.build.call(Ref("list_of", runtime.list_of), bar)


def _own(bar: Atom, sweep: Sweep) -> Atom:
    if isinstance(bar, Value) and bar in sweep.owned:
        return bar
    copy = sweep.build.call(Ref("copy_of", runtime.copy_of), bar)
    sweep.facts.give(copy, sweep.facts.of(bar))
    return copy


def _refuse_active_head(stmt: While, sweep: Sweep) -> None:
    active = [v for v in all_defs(stmt.head) if sweep.wanted(v)]
    if active:
        sweep.refuse(
            Unsupported, "the test of this `while` computes values that the result depends on",
            stmt.origin, "compute them at the end of the loop body",
        )  # fmt: skip


class Backward:
    """How a loop runs backward: its iterable, and the position behind each active item."""

    def __init__(self, it: Iter, items: dict[Value, tuple[Atom, Atom]]) -> None:
        self.iter, self.items = it, items


def backward_iter(
    stmt: For | While, sweep: Sweep, active_items: bool, outer: Builder
) -> Backward:
    """The iterable of the backward loop; items that can be had again are noted as restored."""
    key = stmt.body.key
    count: Atom | None
    if isinstance(stmt, While) or _breaks(stmt):
        count = sweep.trip_count(stmt.body.key)
        if isinstance(stmt, While):
            return Backward(Iter("range", (count,), (), Value("_")), {})
    else:
        count = None
        simple = _simple_backward(stmt, sweep, active_items)
        if simple is not None:
            return simple
    assert isinstance(stmt, For)
    if count is None:
        inner, sweep.build = sweep.build, outer
        count = _length(stmt.iter, sweep)
        sweep.build = inner
    position = Value("k")
    reached: dict[Value, tuple[Atom, Atom]] = {}
    _restore(stmt.iter, position, key, sweep, reached, lambda a: sweep.changes(stmt, a))
    sweep.facts.give(position, INDEX)
    return Backward(Iter("reversed", (), (Iter("range", (count,), (), position),)), reached)


def _breaks(stmt: For) -> bool:
    from s2s.ir.sweep import leaves

    return stmt.body.exit == "break" or any(leaves(s) for s in stmt.body.stmts)


def _simple_backward(stmt: For, sweep: Sweep, active_items: bool) -> Backward | None:
    """`reversed(range(...))`, or the sequence itself backward when no index is needed."""
    it = stmt.iter
    if it.kind == "range" and it.item is not None:
        again = Value(it.item.name, it.item.user)
        sweep.facts.give(again, sweep.facts.of(it.item))
        sweep.restored.put(stmt.body.key, it.item, again)
        return Backward(Iter("reversed", (), (Iter("range", it.args, (), again),)), {})
    if it.kind == "reversed" and it.inner[0].kind == "range" and it.inner[0].item is not None:
        item = it.inner[0].item
        again = Value(item.name, item.user)
        sweep.facts.give(again, sweep.facts.of(item))
        sweep.restored.put(stmt.body.key, item, again)
        return Backward(Iter("range", it.inner[0].args, (), again), {})
    written = it.kind in ("each", "keys") and sweep.changes(stmt, it.args[0])
    plain = it.kind in ("each", "keys") and not active_items and not written
    if plain and it.item is not None:
        again = Value(it.item.name, it.item.user)
        sweep.facts.give(again, sweep.facts.of(it.item))
        sweep.restored.put(stmt.body.key, it.item, again)
        return Backward(Iter("reversed", (), (Iter(it.kind, it.args, (), again),)), {})
    return None


def _length(it: Iter, sweep: Sweep) -> Atom:
    """The number of iterations."""
    build = sweep.build
    match it.kind:
        case "range":
            whole = build.call(Ref("range", range), *it.args)
            return build.call(Ref("len", len), whole, name="count")
        case "each" | "keys":
            return build.call(Ref("len", len), it.args[0], name="count")
        case "zip":
            counts = [_length(i, sweep) for i in it.inner]
            if len(counts) == 1:
                return counts[0]
            return build.call(Ref("min", min), *counts, name="count")
        case _:
            return _length(it.inner[0], sweep)


def _restore(
    it: Iter, position: Atom, key: int, sweep: Sweep,
    reached: dict[Value, tuple[Atom, Atom]], changed: Callable[[Atom], bool],
) -> None:  # fmt: skip
    """Compute the items of one iteration from its position."""
    build = sweep.build
    item = it.item
    again: Atom
    match it.kind:
        case "range":
            assert item is not None
            start, step = _range_parts(it.args)
            if step == Const(1):
                scaled: Atom = position
            else:
                scaled = build.call(operator.mul, position, step)
            if start == Const(0):
                again = scaled
            else:
                again = build.call(operator.add, start, scaled, name=item.name)
            sweep.restored.put(key, item, again)
        case "each":
            assert item is not None
            sequence = it.args[0]
            kind = sweep.facts.of(sequence).kind
            if kind != "dict":
                reached[item] = (sequence, position)
            if changed(it.args[0]):
                return  # it may hold something else by now: the item itself is saved
            if kind == "dict":
                keys = build.call(Ref("list", list), sequence, name="keys")
                again = build.call(operator.getitem, keys, position, name=item.name)
            elif kind in _SEQUENCES:
                again = build.call(operator.getitem, sequence, position, name=item.name)
            else:
                nth = Ref("nth", runtime.nth)
                again = build.call(nth, sequence, position, name=item.name)
            sweep.restored.put(key, item, again)
        case "keys":
            assert item is not None
            if changed(it.args[0]):
                return
            keys = build.call(Ref("list", list), it.args[0], name="keys")
            again = build.call(operator.getitem, keys, position, name=item.name)
            sweep.restored.put(key, item, again)
        case "enumerate":
            assert item is not None
            start = it.args[0]
            again = position
            if start != Const(0):
                again = build.call(operator.add, start, position, name=item.name)
            sweep.restored.put(key, item, again)
            _restore(it.inner[0], position, key, sweep, reached, changed)
        case "reversed":
            inner = it.inner[0]
            length = _length(inner, sweep)
            last = build.call(operator.sub, length, Const(1))
            start = build.call(operator.sub, last, position)
            _restore(inner, start, key, sweep, reached, changed)
        case _:
            for inner in it.inner:
                _restore(inner, position, key, sweep, reached, changed)


def _range_parts(args: tuple[Atom, ...]) -> tuple[Atom, Atom]:
    """Start and step of a range."""
    if len(args) == 1:
        return Const(0), Const(1)
    return args[0], args[2] if len(args) == 3 else Const(1)


def _reverse_items(
    it: Iter, reached: dict[Value, tuple[Atom, Atom]], sweep: Sweep
) -> None:
    """The adjoint of an item goes to its place in the adjoint of the sequence."""
    for item in iter_items(it):
        bar = sweep.take(item)
        if bar is not None and item in reached:
            sequence, position = reached[item]
            sweep.add_at(sequence, position, bar)
