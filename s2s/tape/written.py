"""Which parameters a function writes into: through names, views and the functions it calls."""

from __future__ import annotations

import operator

from s2s.analysis.operations import Called, Item, Ruled, classify
from s2s.errors import S2SError
from s2s.ir import mutators, prims
from s2s.ir.effects import is_grown
from s2s.ir.nodes import Apply, Const, For, Function, If, Iter, Let, Ref, Star, Value, Write
from s2s.ir.walk import statements
from s2s.tape.live import Live
from s2s.transform.reverse.calls import bind

_DEEP = 6


def written(function: Function, depth: int = 0) -> set[str]:
    """The names of the parameters whose data a function may change."""
    roots: dict[Value, frozenset[str]] = {
        p.value: frozenset([p.value.name]) for p in function.params
    }

    def root(a: object) -> frozenset[str]:
        a = a.atom if isinstance(a, Star) else a
        return roots.get(a, frozenset()) if isinstance(a, Value) else frozenset()

    found: set[str] = set()
    for _ in range(2):  # loops carry aliases around
        for stmt in statements(function.body):
            if isinstance(stmt, Write):
                found |= root(stmt.target)
            elif isinstance(stmt, If):
                for r, a, b in zip(stmt.results, stmt.then.outs, stmt.orelse.outs, strict=True):
                    roots[r] = root(a) | root(b)
            elif isinstance(stmt, For):
                _items(stmt.iter, roots, root)
                rows = zip(stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=True)
                for p, i, o, r in rows:
                    roots[p] = roots[r] = root(i) | root(o)
            elif isinstance(stmt, Let):
                if isinstance(stmt.expr, Value):
                    roots.update(dict.fromkeys(stmt.targets, root(stmt.expr)))
                elif isinstance(stmt.expr, Apply):
                    alias = _alias(stmt, stmt.expr, root, found, depth)
                    roots.update(dict.fromkeys(stmt.targets, alias))
    return found


def _items(it: Iter, roots: dict[Value, frozenset[str]], root: object) -> None:
    """Items of what is iterated are parts of it."""
    if it.item is not None and it.kind in ("each", "opaque"):
        roots[it.item] = root(it.args[0])  # type: ignore[operator]
    for inner in it.inner:
        _items(inner, roots, root)


def _alias(
    stmt: Let, expr: Apply, root: object, found: set[str], depth: int
) -> frozenset[str]:
    """What the result of a call may share data with; notes what the call changes."""
    of: list[frozenset[str]] = [root(a) for a in expr.args]  # type: ignore[operator]
    every = frozenset().union(*of) if of else frozenset()
    fn = expr.fn
    for key, a in expr.kwargs:
        if key == "out":
            found |= root(a)  # type: ignore[operator]
    for given in mutators.changed(expr):
        found |= root(given)  # type: ignore[operator]
    if isinstance(fn, Ref):
        try:
            in_place = fn.obj in prims.OUT_OF_PLACE or is_grown(fn)
        except TypeError:
            in_place = False
        if in_place:
            found |= of[0]
            return of[0]
        if fn.obj in (prims.build_tuple, prims.build_list, prims.build_dict, operator.getitem,
                      getattr):  # fmt: skip
            return every
    op = classify(expr, Live({}), {})
    if isinstance(op, Called):
        try:
            callee = op.function()
            arguments = bind(op, callee, stmt)
            changed = written(callee, depth + 1) if depth < _DEEP else set(arguments)
        except S2SError:
            changed, arguments = set(), {}
        for name in changed:
            if isinstance(arguments.get(name), Value):
                found |= root(arguments[name])  # type: ignore[operator]
        return every
    if isinstance(op, Item):
        return every
    if isinstance(op, Ruled):
        return every if op.bound.view else frozenset()
    return frozenset() if isinstance(fn, Const) else every
