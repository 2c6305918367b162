"""Results that are nobody else's need no copy.

    x_bar = np.zeros_like(x)               x_bar = np.zeros_like(x)
    ...                                    ...
    return x_bar.copy()                    return x_bar
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from s2s.ir import prims
from s2s.ir.nodes import Apply, Expr, Function, Let, Method, Ref, Value
from s2s.ir.walk import all_atoms
from s2s.transform.numba.kinds import Kinds
from s2s.transform.numba.memory import Memory


def own(function: Function, facts: Kinds) -> Function:
    """The function without copies of arrays that only it knows, and hands out once."""
    aliases = Memory(function, facts)
    body = function.body
    made: dict[Value, Expr] = {s.targets[0]: s.expr for s in body.stmts
                               if isinstance(s, Let) and len(s.targets) == 1}  # fmt: skip
    uses = Counter(a for a in all_atoms(body) if isinstance(a, Value))
    copies = []
    taken = {aliases.find(p.value) for p in function.params}
    taken.add(aliases.find(Ref("", None, live=True)))
    for a in _results(body.outs[0], made):
        expr = made.get(a) if isinstance(a, Value) else None
        match expr:
            case Apply(fn=Method("copy"), args=(Value() as x,)) if uses[a] == 1:
                copies.append((a, x))
            case _:
                taken.add(aliases.find(a))
    plain: dict[Any, Value] = {}
    for a, x in copies:
        root = aliases.find(x)
        if root not in taken and x in made:
            plain[a] = x
        taken.add(root)
    stmts = tuple(
        replace(s, expr=plain[s.targets[0]])
        if isinstance(s, Let) and s.targets and s.targets[0] in plain else s
        for s in body.stmts
    )
    return replace(function, body=replace(body, stmts=stmts))


def _results(a: Any, made: dict[Value, Expr]) -> list[Any]:
    """The values in a result, those in tuples one by one."""
    expr = made.get(a) if isinstance(a, Value) else None
    if isinstance(expr, Apply) and getattr(expr.fn, "obj", None) is prims.build_tuple:
        return [r for item in expr.args for r in _results(item, made)]
    return [a]
