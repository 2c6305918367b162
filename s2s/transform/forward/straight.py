"""Tangents of straight-line statements: rules, items, containers, copies, calls.

    y = np.sin(x)              y = np.sin(x)
                               y_dot = x_dot * np.cos(x)
"""

from __future__ import annotations

import operator
from dataclasses import replace

from s2s.analysis.activity import influences
from s2s.analysis.operations import (
    Built,
    Called,
    Captured,
    Copied,
    Inert,
    Item,
    Late,
    Ruled,
    Unknown,
    classify,
)  # fmt: skip
from s2s.ir import prims
from s2s.ir.build import getitem, tuple_of
from s2s.ir.effects import augmented, is_add_at, is_grown
from s2s.ir.nodes import Apply, Atom, Const, Let, Pop, Push, Ref, Star, Value
from s2s.rules import Bound, tangent
from s2s.transform.forward.calls import push_call
from s2s.transform.forward.tangents import Tangents, unpack
from s2s.transform.late import late
from s2s.transform.refusals import refuse_attribute, refuse_set, refuse_unknown

_JOINING = frozenset({operator.add, operator.iadd})
_EMPTY = Apply(Ref("list", prims.build_list))
_CONTAINERS = ("list", "tuple")


def push_let(stmt: Let, t: Tangents) -> None:
    """Emit `targets = expr` and the tangents of its targets."""
    _push_let(stmt, t)
    for target in stmt.targets:
        filled = target in t.made or target in t.stacks
        if filled and t.wanted(target) and t.dot(target) is None:
            t.set(target, t.zeros(target), rename=False)


def _push_let(stmt: Let, t: Tangents) -> None:
    expr = stmt.expr
    if not any(t.wanted(target) for target in stmt.targets):
        t.build.emit(stmt)
        if isinstance(expr, Apply) and expr == _EMPTY:
            t.empty.update(stmt.targets)
        return
    if isinstance(expr, Apply) and isinstance(expr.fn, Ref) and not stmt.unpack:
        if is_add_at(expr.fn) or (t.generated and augmented(expr) in ("Add", "Sub")):
            _push_update(stmt, expr, t)
            return
    if isinstance(expr, Apply) and isinstance(expr.fn, Ref) and expr.fn.obj is prims.unpack_star:
        _push_unpack_star(stmt, expr, t)
        return
    op = classify(expr, t.facts, t.activity.closures)
    match op:
        case Ruled(bound):
            _push_ruled(stmt, bound, t)
        case Called():
            push_call(stmt, op, t)
        case Built(kind, items):
            _push_built(stmt, kind, items, t)
        case Copied(atom):
            t.build.emit(stmt)
            assign(stmt, t.dot(atom), t)
        case Item(base, index, attribute, data):
            t.build.emit(stmt)
            dot = t.dot(base)
            if attribute and not data and dot is not None:
                refuse_attribute(str(getattr(index, "value", "")), stmt.origin)
            assign(stmt, None if dot is None else _item(dot, index, attribute, t), t)
        case Late():
            _push_late(stmt, op, t)
        case Unknown():
            _push_unknown(stmt, op, t)
        case Inert() | Captured():
            t.build.emit(stmt)


def assign(stmt: Let, dot: Atom | None, t: Tangents) -> None:
    """State the tangent of what a statement binds, taken apart as the value is."""
    if not stmt.unpack:
        t.set(stmt.targets[0], dot)
    elif dot is not None:
        unpack(stmt, dot, t)


def _item(dot: Atom, index: Atom, attribute: bool, t: Tangents) -> Atom:
    """Item `index` of a tangent; of one just built, the item itself."""
    if attribute:
        return t.build.call(Ref("getattr", getattr), dot, index)
    items = t.facts.items(dot)
    if items is not None and isinstance(index, Const) and isinstance(index.value, int):
        if -len(items) <= index.value < len(items):
            return items[index.value]
    return getitem(t.build, dot, index)


def _push_ruled(stmt: Let, bound: Bound, t: Tangents) -> None:
    """Apply a rule, whose results may be unpacked or taken as one."""
    rule = bound.entry.tangent or bound.entry.elementwise
    count = len(rule.results) if rule is not None else 1
    if count > 1:
        _push_several(stmt, bound, count, t)
        return
    if stmt.unpack:
        whole = t.build.let(stmt.expr)
        t.build.emit(replace(stmt, expr=whole))
        dot = tangent(bound, whole, t.dot, t.facts, t.build)
    else:
        t.build.emit(stmt)
        dot = tangent(bound, stmt.targets[0], t.dot, t.facts, t.build)
    assign(stmt, dot, t)


def _push_several(stmt: Let, bound: Bound, count: int, t: Tangents) -> None:
    """A rule with several results."""
    t.build.emit(stmt)
    targets = stmt.targets
    if not stmt.unpack:
        targets = tuple(Value("part") for _ in range(count))
        t.build.emit(Let(targets, stmt.targets[0], stmt.origin, unpack=True))
        t.facts.learn_unpack(targets, stmt.targets[0])
    dots = tangent(bound, targets, t.dot, t.facts, t.build)
    if stmt.unpack:
        for target, dot in zip(targets, dots, strict=True):
            if t.wanted(target):
                t.set(target, dot, rename=False)
    elif any(dot is not None for dot in dots):
        pairs = zip(targets, dots, strict=True)
        parts = [t.zeros(target) if dot is None else dot for target, dot in pairs]
        t.set(stmt.targets[0], tuple_of(t.build, *parts))


def _push_built(
    stmt: Let, kind: str, items: tuple[Atom | Star, ...], t: Tangents
) -> None:
    """A container of tangents beside the container of values."""
    if kind == "set":
        if any(t.dot(_plain(item)) is not None for item in items):
            refuse_set(stmt.origin)
        t.build.emit(stmt)
        return
    if kind in ("copy", "repeat"):
        first, *rest = map(_plain, items)
        sides = [_as_kind(first, t) if kind == "repeat" else t.need(first), *rest]
        t.build.emit(stmt)
        _assign_new(stmt, tuple(sides), t)
        return
    if kind == "join":
        sides = [_as_kind(_plain(a), t) for a in items]
        t.build.emit(stmt)
        _assign_new(stmt, tuple(sides), t)
        return
    # Zeros first: `append` makes the list longer that they take their structure from.
    dots: list[Atom | Star] = []
    for k, item in enumerate(items):
        if isinstance(item, Star):
            dots.append(Star(t.need(item.atom)))
        elif kind == "dict" and k % 2 == 0 or kind == "put" and k == 1:
            dots.append(item)
        else:
            dots.append(t.need(item))
    t.build.emit(stmt)
    _assign_new(stmt, tuple(dots), t)


def _assign_new(stmt: Let, dots: tuple[Atom | Star, ...], t: Tangents) -> None:
    """A container of tangents is as new as that of the values."""
    assert isinstance(stmt.expr, Apply)
    made = t.build.let(Apply(stmt.expr.fn, dots))
    if not is_grown(stmt.expr.fn):
        t.owned[made] = t.depth
    assign(stmt, made, t)


def _plain(item: Atom | Star) -> Atom:
    return item.atom if isinstance(item, Star) else item


def _push_update(stmt: Let, expr: Apply, t: Tangents) -> None:
    """`add_at(s, i, v)`, `s += v`, `s -= v` of generated code: the same to the tangent."""
    shadow, value = _plain(expr.args[0]), _plain(expr.args[-1])
    dot, change = t.dot(shadow), t.dot(value)
    target = stmt.targets[0]
    if change is None:
        t.build.emit(stmt)
        t.set(target, dot, rename=False)
        return
    if is_add_at(expr.fn) or not t.facts.same_shape(shadow, value):
        dot = t.consume(shadow)
    t.build.emit(stmt)
    if is_add_at(expr.fn):
        index = _plain(expr.args[1])
        new: Atom = t.build.let(Apply(expr.fn, (dot or Const(0.0), index, change)))
    elif augmented(expr) == "Sub":
        new = t.build.call(operator.neg, change) if dot is None else (
            t.build.call(operator.sub, dot, change)
        )
    elif dot is None:
        t.set(target, change, rename=False)
        return
    else:
        new = t.build.call(Ref("add", operator.add), dot, change)
    assert isinstance(new, Value)
    t.owned[new] = t.depth
    t.set(target, new)


def _push_unpack_star(stmt: Let, expr: Apply, t: Tangents) -> None:
    """`a, *rest, b = x` takes the tangent apart likewise."""
    t.build.emit(stmt)
    dot = t.dot(_plain(expr.args[0]))
    if dot is None:
        return
    dots = [Value(f"{v.name}_dot", v.user) for v in stmt.targets]
    again = Apply(expr.fn, (dot, *expr.args[1:]))
    t.build.emit(Let(tuple(dots), again, stmt.origin, unpack=True))
    for target, part in zip(stmt.targets, dots, strict=True):
        if t.wanted(target):
            t.give(part, target)
            t.set(target, part, rename=False)


def _push_late(stmt: Let, op: Late, t: Tangents) -> None:
    """A function known only at run time gives the value and its tangent."""
    dots = [t.dot(a) for a in op.args]
    if all(dot is None for dot in dots):
        t.build.emit(stmt)
        return
    ways = tuple_of(t.build, *(Const(None) if dot is None else dot for dot in dots))
    call = Apply(late("call_jvp"), (op.fn, tuple_of(t.build, *op.args), ways))
    target = Value("t") if stmt.unpack else stmt.targets[0]
    dot = Value(f"{target.name}_dot", target.user)
    t.build.emit(Let((target, dot), call, stmt.origin, unpack=True))
    if stmt.unpack:
        t.build.emit(replace(stmt, expr=target))
        unpack(stmt, dot, t)
    else:
        t.give(dot, target)
        t.set(target, dot, rename=False)


def _push_unknown(stmt: Let, op: Unknown, t: Tangents) -> None:
    """Joining lists needs no rule; anything else refuses active inputs."""
    expr = stmt.expr
    active = [a for a in influences(op) if t.dot(a) is not None]
    if not active:
        t.build.emit(stmt)
        return
    fn = expr.fn if isinstance(expr, Apply) else None
    if isinstance(expr, Apply) and isinstance(fn, Ref):
        if _joins(fn, expr, t):
            sides = [_as_kind(_plain(a), t) for a in expr.args]
            t.build.emit(stmt)
            assign(stmt, t.build.call(fn, *sides), t)
            return
    refuse_unknown(op.what, active, stmt.origin)


def _joins(fn: Ref, expr: Apply, t: Tangents) -> bool:
    """Whether `a + b` joins two lists or two tuples."""
    if not any(fn.obj is join for join in _JOINING):
        return False
    kinds = {t.facts.of(_plain(a)).kind for a in expr.args}
    return len(kinds) == 1 and kinds <= set(_CONTAINERS)


def _as_kind(side: Atom, t: Tangents) -> Atom:
    """The tangent of a list as a list, of a tuple as a tuple."""
    dot, kind = t.need(side), t.facts.of(side).kind
    if t.facts.of(dot).kind == kind:
        return dot
    return t.build.call(Ref(kind, list if kind == "list" else tuple), dot)


def push_push(stmt: Push, t: Tangents) -> None:
    """A stack of values has a parallel stack of tangents."""
    t.build.emit(stmt)
    t.empty.discard(stmt.stack)
    stack = t.dot(stmt.stack)
    assert stack is not None or not t.wanted(stmt.stack), "a stack without one of tangents"
    if isinstance(stack, Value):
        t.build.emit(Push(stack, t.need(stmt.value), stmt.origin))


def push_pop(stmt: Pop, t: Tangents) -> None:
    """What is popped has its tangent on top of the parallel stack."""
    t.build.emit(stmt)
    stack = t.dot(stmt.stack)
    if isinstance(stack, Value):
        taken = t.new(stmt.target, handed=False)
        t.build.emit(Pop(taken, stack, stmt.origin))
