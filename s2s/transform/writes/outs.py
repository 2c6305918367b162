"""Calls that are given the array for their result, by name or by position.

    np.add(a, b, out=x)        t = np.add(a, b); x[...] = t
    np.exp(a, x, where=m)      t = np.exp(a, None, where=m); x[...] = np.where(m, t, x)
    np.log(a, x, where=m)      b = np.where(m, a, 1.0); x[...] = np.where(m, np.log(b), x)
    a.mean(0, None, x)         t = a.mean(0, None); x[...] = t
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from s2s.analysis.facts import Facts
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Const, Let, Method, Ref, Star, Value, Write
from s2s.ir.outputs import is_ufunc, out_position
from s2s.rules import book
from s2s.transform.safe import outside_mask
from s2s.transform.writes.settled import Settled

ALL, NONE = Const(...), Const(None)


def settle_out(stmt: Let, expr: Apply, facts: Facts) -> Settled | None:
    """The statements that stand for a call with an `out`; None for all others."""
    split = _without_out(expr, facts)
    if split is None or len(stmt.targets) > 1 or stmt.unpack:
        return None
    call, out, where = split
    build = Builder(stmt.origin, facts)
    first = call.args[0]
    if where is not None:
        before, call = outside_mask(call, where, stmt.origin)
        build.stmts += before
    if where is not None and not _undoes(call.fn) and not isinstance(first, Star):
        if not facts.same_shape(first, out):
            shape = build.call(np.shape, out, name="shape")
            spread = build.call(np.broadcast_to, first, shape)
            call = replace(call, args=(spread, *call.args[1:]))
    value: Atom = build.let(call)
    if where is not None:
        value = build.call(np.where, where, value, out)
    build.emit(Write("item", out, ALL, value, stmt.origin))
    return Settled(build.stmts, dict.fromkeys(stmt.targets, out))


def _plain(atom: Atom | Star) -> Atom:
    return atom.atom if isinstance(atom, Star) else atom


def _undoes(fn: Any) -> bool:
    """Whether the rule of a ufunc undoes broadcasting, also against the mask."""
    entry = book().entry(fn.obj)
    return entry is None or entry.constant or entry.elementwise is not None


def _without_out(expr: Apply, facts: Facts) -> tuple[Apply, Value, Atom | None] | None:
    """The call without its `out`, the array that it names, and where that is written."""
    keywords: dict[str | None, Any] = dict(expr.kwargs)
    out, args = keywords.pop("out", None), expr.args
    ufunc = isinstance(expr.fn, Ref) and is_ufunc(expr.fn.obj)
    if out is None:
        at = out_position(expr.fn)
        if at is None or len(args) <= at:
            return None
        if isinstance(expr.fn, Method) and not facts.is_array(_plain(args[0])):
            return None
        if ufunc and (expr.fn.obj.nout != 1 or len(args) != at + 1):  # type: ignore[union-attr]
            return None
        out = args[at]
        args = (*args[:at], *((NONE,) if args[at + 1 :] else ()), *args[at + 1 :])
    items = facts.items(out) if isinstance(out, Value) else None
    if items is not None and len(items) == 1:
        out = items[0]
    if not isinstance(out, Value) or not facts.is_array(out):
        return None
    where = keywords.get("where") if ufunc else None
    if where == Const(True):
        del keywords["where"]
        where = None
    if where is not None:  # the rest is left empty, and NumPy asks to say that it is meant
        keywords["out"] = NONE
    return Apply(expr.fn, args, tuple(keywords.items())), out, where
