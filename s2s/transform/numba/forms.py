"""Positions as sums of multiples of what is not looked into, to compare them.

    i + 1 - k                              {i: 1, (): 1, k: -1}
    x[:i] and x[i]                         apart: `i` is not less than `i`
    x[i] and x[j] for j in range(i)        apart: `j` is less than `i`
"""

from __future__ import annotations

import operator
from collections.abc import Hashable, Mapping
from typing import TypeAlias

from s2s.analysis.shapes import Dim
from s2s.ir.nodes import Apply, Atom, Const, Ref, Value
from s2s.transform.numba.views import Along, Fixed, View, Views

Form: TypeAlias = "dict[Hashable, int]"  # `()` stands for 1
_NOTHING: Mapping[Value, Value] = {}


def form_of(a: Atom, views: Views, same: Mapping[Value, Value] = _NOTHING) -> Form:
    """An int as a form; `same` says which counters take the place of others."""
    if isinstance(a, Const):
        return {(): a.value}
    if not isinstance(a, Value):
        return {a: 1}
    if a in views.counters:
        return {same.get(a, a): 1}
    match views.made.get(a):
        case Value() | Const() as other:
            return form_of(other, views, same)
        case Apply(fn=Ref(obj=operator.add), args=(x, y)):
            back = minus({}, form_of(y, views, same))  # type: ignore[arg-type]
            return minus(form_of(x, views, same), back)  # type: ignore[arg-type]
        case Apply(fn=Ref(obj=operator.sub), args=(x, y)):
            return minus(form_of(x, views, same), form_of(y, views, same))  # type: ignore[arg-type]
    facts = views.facts.raw or views.facts
    fact = facts.of(a)
    if isinstance(fact.const, int):
        return {(): fact.const}
    if isinstance(fact.size, Dim):
        size = facts.sizes.find(fact.size)
        return {size: 1} if isinstance(size, Dim) else {(): size}
    return {same.get(a, a): 1}


def minus(a: Form, b: Form) -> Form:
    """The difference of two forms, without what cancels."""
    found = {k: a.get(k, 0) - b.get(k, 0) for k in (*a, *b)}
    return {k: n for k, n in found.items() if n}


def apart(one: View, other: View, views: Views) -> bool:
    """Whether two views of one array have no item in common, wherever they stand."""
    if one.base is not other.base:
        return False
    return any(
        _before(p, q, views) or _before(q, p, views)
        for p, q in zip(one.entries, other.entries, strict=True)
    )


def _start(entry: Along, views: Views) -> Form:
    """Where the positions of a dimension begin."""
    found: Form = {}
    for s in entry.start:
        found = minus(found, minus({}, form_of(s, views)))
    return found


def _before(p: Fixed | Along, q: Fixed | Along, views: Views) -> bool:
    """Whether all positions of one dimension are less than those of another view."""
    if isinstance(p, Along):
        if p.stop is None:
            return False
        end = form_of(p.stop, views)
    elif views.natural(p.at):
        end = minus(form_of(p.at, views), {(): -1})
    else:
        return False
    if isinstance(q, Fixed) and not views.natural(q.at):
        return False
    start = form_of(q.at, views) if isinstance(q, Fixed) else _start(q, views)
    return _natural(minus(start, end), views)


def _natural(form: Form, views: Views) -> bool:
    """Whether a form is never negative, whatever numbers the counters in it take."""
    for counter in reversed(views.ranges):  # those of inner loops may be bounded by outer ones
        count = form.get(counter, 0)
        bounds = views.ranges[counter]
        bound = bounds.low if count > 0 else bounds.high
        if count == 0 or bound is None:
            continue
        more = minus(form_of(bound[0], views), {(): -bound[1]})
        form = minus(form, {counter: count})
        form = minus(form, {k: -count * n for k, n in more.items()})
    if form.pop((), 0) < 0:
        return False
    return all(n > 0 and _is_size(k, views) for k, n in form.items())


def _is_size(key: Hashable, views: Views) -> bool:
    """Whether a term of a form is never negative."""
    return getattr(key, "natural", False) is True or (
        isinstance(key, Value) and views.natural(key)
    )
