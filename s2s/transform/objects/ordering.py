"""Objects in order: no rule is about them, they are picked by the place that their key has.

    bodies.sort(key=f)             bodies[:] = sorted(bodies, key=f)
    min(bodies, key=f)             bodies[place_of_smallest([f(b) for b in bodies])]
"""

from __future__ import annotations

from collections.abc import Callable

from s2s.analysis.operations import Called, ordered_objects
from s2s.ir.nodes import Apply, Const, Let, Method, Ref, Stmt, Value, Write


def sorted_in_place(stmt: Let, concerns: Callable[[object], bool]) -> list[Stmt] | None:
    """What stands for `objects.sort(key=...)`."""
    expr = stmt.expr
    if not isinstance(expr, Apply) or expr.fn != Method("sort") or len(expr.args) != 1:
        return None
    items = expr.args[0]
    if not isinstance(items, Value) or not concerns(items) or stmt.targets:
        return None
    new, whole = Value("items"), Value("index")
    nothing = Const(None)
    return [
        Let((new,), Apply(Ref("sorted", sorted), expr.args, expr.kwargs), stmt.origin),
        Let((whole,), Apply(Ref("slice", slice), (nothing, nothing, nothing)), stmt.origin),
        Write("item", items, whole, new, stmt.origin),
    ]


def ordering(expr: Apply, concerns: Callable[[object], bool]) -> Called | None:
    """The program of `sorted` where it is given objects, or a key that uses some."""
    given = (*expr.args, *(a for _, a in expr.kwargs))
    return ordered_objects(expr) if any(map(concerns, given)) else None
