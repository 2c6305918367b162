"""Reverses straight-line statements: rules, items, containers, copies, calls.

    y = np.sin(x) * w          w_bar = y_bar * np.sin(x)
                               x_bar = y_bar * w * np.cos(x)
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import assert_never

from s2s import runtime
from s2s.analysis.activity import influences
from s2s.analysis.hidden import may_be_infinite
from s2s.analysis.operations import (
    Built,
    Called,
    Captured,
    Copied,
    Inert,
    Item,
    Ruled,
    Unknown,
    classify,
)  # fmt: skip
from s2s.errors import Unsupported
from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Const, Let, Pop, Push, Ref, Star, Value
from s2s.rules import Bound, adjoint
from s2s.transform.refusals import refuse_attribute, refuse_set, refuse_unknown
from s2s.transform.reverse.calls import reverse_call
from s2s.transform.reverse.containers import take_entry
from s2s.transform.reverse.cut import reverse_cut
from s2s.transform.reverse.sweep import Sweep


def reverse_let(stmt: Let, sweep: Sweep) -> None:
    """Contributions of `targets = expr` to what the expression reads."""
    expr = stmt.expr
    if isinstance(expr, Apply) and isinstance(expr.fn, Ref) and expr.fn.obj is prims.unpack_star:
        _reverse_unpack_star(stmt, expr, sweep)
        return
    if stmt.targets and stmt.targets[0] in sweep.calls:
        reverse_call(stmt, sweep)
        return
    bars = [sweep.take(t) for t in stmt.targets]
    if all(b is None for b in bars):
        if not sweep.lengthens(stmt):
            return
        bars = [sweep.own(t) for t in stmt.targets]
    sweep.note(stmt.origin)
    op = classify(expr, sweep.facts, sweep.activity.closures)
    several = isinstance(op, Ruled) and _results(op) > 1
    if stmt.unpack and isinstance(op, Copied) and not _is_list(op.atom, sweep):
        _reverse_unpack(op.atom, bars, sweep)
        return
    bar: Atom | None
    if stmt.unpack and not several:
        bar = _pack(stmt, bars, sweep)
    elif stmt.unpack:
        bar = None
    else:
        bar = bars[0]
    match op:
        case Ruled(bound):
            if several:
                targets = stmt.targets
                if not stmt.unpack:
                    targets, bars = _parts(stmt.targets[0], bars[0], bound, sweep)
                parts = adjoint(bound, targets, tuple(bars), sweep.wanted, sweep.facts,
                                sweep.build)  # fmt: skip
            else:
                target = stmt.targets[0]
                if target in sweep.hidden and bar is not None and (
                    may_be_infinite(bound, sweep.unbounded)
                ):
                    test = sweep.build.call(Ref("ne", operator.ne), bar, Const(0), name="seen")
                    bound = replace(bound, mask=test)
                if target in sweep.cut and bar is not None and isinstance(stmt.expr, Apply):
                    parts = reverse_cut(target, stmt.expr, bound, bar, sweep)
                elif target in sweep.roots and bar is not None:
                    parts = _reverse_root(target, bound, bar, sweep)
                else:
                    parts = adjoint(bound, target, bar, sweep.wanted, sweep.facts,
                                    sweep.build)  # fmt: skip
            parts = _summed(parts, sweep)
            for k, (part, contribution) in enumerate(parts):
                sweep.pinned = {c for _, c in parts[k + 1 :] if isinstance(c, Value)}
                _contribute(part, contribution, sweep)
            sweep.pinned = set()
        case Copied(atom):
            assert bar is not None
            owned = isinstance(bar, Value) and bar in sweep.owned
            sweep.add(atom, bar, owned=owned, loose=_loose(bar, sweep))
        case Item(base, index, attribute, data):
            assert bar is not None
            if attribute and not data:
                refuse_attribute(str(getattr(index, "value", "")), stmt.origin)
            sweep.add_at(base, index, bar)
        case Built(kind, items):
            assert bar is not None
            _reverse_built(stmt, kind, items, bar, sweep)
        case Inert() | Captured():
            pass
        case Unknown(_, what):
            active = [a for a in influences(op) if sweep.wanted(a)]
            if active:
                refuse_unknown(what, active, stmt.origin)
        case Called():  # of constants: a fresh buffer, of which later writes make use
            if any(sweep.wanted(a) for a in influences(op)):
                raise AssertionError("a call that was not planned")
        case _:
            assert_never(op)


def _summed(parts: list[tuple[Atom, Atom]], sweep: Sweep) -> list[tuple[Atom, Atom]]:
    """The contributions of one operation, one for each array or number: `x * x` has two."""
    total: dict[Atom, Atom] = {}
    rest: list[tuple[Atom, Atom]] = []
    for target, part in parts:
        if target in total and sweep.numeric(target) and sweep.wanted(target):
            twice = _twice(total[target], part, sweep)
            if twice is None:
                twice = sweep.build.call(Ref("add", operator.add), total[target], part)
            total[target] = twice
        elif target in total:
            rest.append((target, part))
        else:
            total[target] = part
    return [*total.items(), *rest]


def _twice(one: Atom, other: Atom, sweep: Sweep) -> Atom | None:
    """The sum of two contributions that are one product: `x * x` gives `2 * y_bar * x`.

    Done here, where nothing can have been written into `x` between the two.
    """
    made = [
        next((s.expr for s in reversed(sweep.build.stmts[-4:])
              if isinstance(s, Let) and s.targets == (a,)), None)
        for a in (one, other)
    ]  # fmt: skip
    factors = [e.args for e in made if isinstance(e, Apply) and e.fn == _MUL and not e.kwargs]
    if len(factors) < 2 or factors[0] not in (factors[1], factors[1][::-1]):
        return None
    p, q = factors[0]
    if not any(_inexact(a, sweep) for a in (p, q)):
        return None
    if sweep.facts.is_scalar(q) and not sweep.facts.is_scalar(p):  # type: ignore[arg-type]
        p, q = q, p
    double = sweep.build.call(_MUL, Const(2), p)  # type: ignore[arg-type]
    return sweep.build.call(_MUL, double, q)  # type: ignore[arg-type]


_MUL = Ref("mul", operator.mul)


def _inexact(atom: Atom | Star, sweep: Sweep) -> bool:
    dtype = None if isinstance(atom, Star) else sweep.facts.dtype(atom)
    return dtype is not None and dtype.kind in "fc"


def _results(op: Ruled) -> int:
    """How many results the rule of an operation names."""
    rule = op.bound.entry.signature()
    return len(rule.results) if rule is not None else 1


def _reverse_root(
    root: Value, bound: Bound, bar: Atom, sweep: Sweep
) -> list[tuple[Atom, Atom]]:
    """The adjoint of a sum of squares from that of its root: 0 where the root is."""
    (square,) = bound.differentiable
    twice = sweep.build.call(Ref("mul", operator.mul), Const(2), root)
    part = sweep.build.call(Ref("over_or_zero", runtime.over_or_zero), bar, twice)
    return [(square, part)]


def _parts(
    whole: Value, bar: Atom | None, bound: Bound, sweep: Sweep
) -> tuple[tuple[Value, ...], list[Atom | None]]:
    """The results of a call that the program keeps as one tuple, and their adjoints."""
    assert bar is not None
    names = bound.entry.rules()[0].results
    get = Ref("getitem", operator.getitem)
    parts = [sweep.build.call(get, whole, Const(k), name=n) for k, n in enumerate(names)]
    return tuple(parts), [sweep.item(bar, k) for k in range(len(names))]


def _reverse_unpack(source: Atom, bars: list[Atom | None], sweep: Sweep) -> None:
    """`a, b = x` reads `x[0]` and `x[1]`, whether `x` is an array or a container."""
    for k, bar in enumerate(bars):
        if bar is not None:
            sweep.add_at(source, Const(k), bar)


def _contribute(target: Atom, contribution: Atom, sweep: Sweep) -> None:
    """A rule's contribution; lists of arrays give containers."""
    items = sweep.facts.items(contribution)
    sweep.add(target, contribution, loose=items is not None or not sweep.numeric(target)
              and _is_list(target, sweep))  # fmt: skip


def _is_list(target: Atom, sweep: Sweep) -> bool:
    return sweep.facts.of(target).kind in ("list", "tuple", "dict")


def _loose(bar: Atom, sweep: Sweep) -> bool:
    return isinstance(bar, Value) and bar in sweep.loose


def _pack(stmt: Let, bars: list[Atom | None], sweep: Sweep) -> Value:
    """The adjoint of what `a, b = x` takes apart."""
    parts = [
        sweep.shaped(bar, t, bound=True) if bar is not None else sweep.zeros(t)
        for t, bar in zip(stmt.targets, bars, strict=True)
    ]
    value = sweep.tuple_of(parts)
    sweep.loose.add(value)
    return value


def _reverse_built(
    stmt: Let, kind: str, items: tuple[Atom | Star, ...], bar: Atom, sweep: Sweep
) -> None:
    """The items of a display take the items of its adjoint."""
    if kind == "append":
        longer, item = items
        assert not isinstance(longer, Star) and not isinstance(item, Star)
        name = f"{item.name}_bar" if isinstance(item, Value) else "item_bar"
        taken, rest = Value(name), _as_value(bar, sweep)
        sweep.build.emit(Pop(taken, rest, stmt.origin))
        if isinstance(item, Value):
            sweep.give(taken, item)
        sweep.loose.add(taken)
        sweep.add(item, taken, owned=True, loose=not sweep.numeric(item))
        sweep.add(longer, rest, owned=True, loose=True)
        return
    if kind == "copy":
        (source,) = items
        assert not isinstance(source, Star)
        sweep.add(source, bar, owned=isinstance(bar, Value) and bar in sweep.owned, loose=True)
        return
    if kind in ("join", "repeat"):
        _reverse_joined(kind, items, bar, sweep)
        return
    if kind == "put":
        _reverse_put(stmt, items, bar, sweep)
        return
    if kind == "set":
        refuse_set(stmt.origin)
    if any(isinstance(i, Star) for i in items):
        sweep.refuse(
            Unsupported, "a starred item of active values in a display is not supported",
            stmt.origin, "write the items out",
        )  # fmt: skip
    if kind == "dict":
        for key, value in zip(items[::2], items[1::2], strict=True):
            assert not isinstance(key, Star) and not isinstance(value, Star)
            if sweep.wanted(value):
                part = sweep.build.call(Ref("getitem", operator.getitem), bar, key)
                sweep.add(value, part, loose=not sweep.numeric(value))
        return
    for k, part_of in enumerate(items):
        assert not isinstance(part_of, Star)
        if sweep.wanted(part_of):
            part_bar = sweep.item(bar, k)
            sweep.add(part_of, part_bar, loose=not sweep.numeric(part_of))


def _reverse_joined(
    kind: str, items: tuple[Atom | Star, ...], bar: Atom, sweep: Sweep
) -> None:
    """`a + b` and `a * n` of lists: the adjoint is cut where the parts meet."""
    first, second = items
    assert not isinstance(first, Star) and not isinstance(second, Star)
    count = sweep.build.call(Ref("len", len), first, name="count")
    if kind == "repeat":
        fn = Ref("repeated_sum", runtime.repeated_sum)
        sweep.add(first, sweep.build.call(fn, bar, count), owned=True, loose=True)
        return
    for part, start, stop in ((first, Const(None), count), (second, count, Const(None))):
        if sweep.wanted(part):
            index = sweep.build.call(Ref("slice", slice), start, stop)
            some = sweep.build.call(Ref("getitem", operator.getitem), bar, index)
            sweep.add(part, some, loose=True)


def _reverse_put(
    stmt: Let, items: tuple[Atom | Star, ...], bar: Atom, sweep: Sweep
) -> None:
    """The adjoint of an entry that a comprehension makes is taken out of that of the dict."""
    smaller, key, value = items
    assert not isinstance(smaller, Star)
    assert not isinstance(key, Star) and not isinstance(value, Star)
    own = bar
    if not (isinstance(bar, Value) and bar in sweep.owned):
        own = sweep.build.call(Ref("copy_of", runtime.copy_of), bar)
        sweep.owned.add(own)
    assert isinstance(own, Value)
    taken = take_entry(own, key, key in sweep.plan.distinct, sweep)
    if sweep.is_vague(taken, value):
        taken = sweep.shaped(taken, value)  # type: ignore[assignment]
    elif isinstance(value, Value):
        sweep.give(taken, value)
    sweep.add(value, taken, owned=True, loose=not sweep.numeric(value))
    sweep.add(smaller, own, owned=True, loose=True)


def _as_value(bar: Atom, sweep: Sweep) -> Value:
    """A list adjoint that may be popped from: ours, and a value."""
    if isinstance(bar, Value) and bar in sweep.owned:
        return bar

    fresh = sweep.build.call(Ref("list_of", runtime.list_of), bar)
    sweep.owned.add(fresh)
    return fresh


def _reverse_unpack_star(stmt: Let, expr: Apply, sweep: Sweep) -> None:
    """`a, *rest, b = x`: single items by position, the rest item by item from a list."""
    bars = [sweep.take(t) for t in stmt.targets]
    if all(b is None for b in bars):
        return
    sweep.note(stmt.origin)
    source = expr.args[0]
    assert not isinstance(source, Star)
    before = expr.args[1]
    assert isinstance(before, Const)
    count = len(stmt.targets)
    for k, (target, bar) in enumerate(zip(stmt.targets, bars, strict=True)):
        if bar is None:
            continue
        if k == before.value:
            end = k + 1 - count
            stop = Const(end) if end else Const(None)
            index = sweep.build.call(Ref("slice", slice), Const(k), stop, Const(None))
            sweep.add_at(source, index, bar)
        else:
            position = k if k < before.value else k - count
            sweep.add_at(source, Const(position), bar)
        del target


def reverse_push(stmt: Push, sweep: Sweep) -> None:
    """The adjoint of `s.append(v)` takes the adjoint of `v` from the shadow of `s`."""
    if not sweep.wanted(stmt.stack):
        return
    taken = Value(f"{stmt.value.name}_bar" if isinstance(stmt.value, Value) else "item_bar")
    sweep.build.emit(Pop(taken, sweep.stack_shadow(stmt.stack), stmt.origin))
    if isinstance(stmt.value, Value):
        sweep.give(taken, stmt.value)
    sweep.add(stmt.value, taken, loose=not sweep.numeric(stmt.value))


def reverse_pop(stmt: Pop, sweep: Sweep) -> None:
    """The adjoint of `v = s.pop()` leaves the adjoint of `v` on the shadow of `s`."""
    if not sweep.wanted(stmt.stack):
        return
    bar = sweep.take(stmt.target)
    shadow = sweep.stack_shadow(stmt.stack)
    if bar is None:
        bar = sweep.zeros(stmt.target)
    sweep.build.emit(Push(shadow, bar, stmt.origin))
