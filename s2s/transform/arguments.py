"""Which parameter of a callee takes which argument of a call."""

from __future__ import annotations

from s2s.analysis.operations import Called
from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Const, Function, Let, Param, Ref, Star, Stmt, Value


def bind_all(
    op: Called, function: Function, stmt: Let
) -> tuple[dict[Value, Atom], list[Stmt]] | None:
    """The argument of each parameter, and the statements that build `*args` and `**kwargs`."""
    if any(isinstance(a, Star) for a in op.args) or any(k is None for k, _ in op.kwargs):
        return None
    args = [a for a in op.args if not isinstance(a, Star)]
    kwargs = {k: a for k, a in op.kwargs if k is not None}
    bound: dict[Value, Atom] = {}
    before: list[Stmt] = []
    positional = [p for p in function.params if p.kind in ("pos", "normal")]
    rest = args[len(positional) :]
    for p, a in zip(positional, args, strict=False):
        bound[p.value] = a
    for p in function.params:
        if p.value in bound:
            continue
        if p.kind == "star":
            bound[p.value] = _display(prims.build_tuple, "tuple", rest, p, before, stmt)
            rest = []
        elif p.kind == "starstar":
            parts: list[Atom] = [x for k, a in kwargs.items() for x in (Const(k), a)]
            bound[p.value] = _display(prims.build_dict, "dict", parts, p, before, stmt)
            kwargs = {}
        elif p.kind != "pos" and p.value.name in kwargs:
            bound[p.value] = kwargs.pop(p.value.name)
        elif p.default is not None:
            bound[p.value] = p.default
        else:
            return None
    return None if rest or kwargs else (bound, before)


def _display(
    fn: object, text: str, parts: list[Atom], p: Param, before: list[Stmt], stmt: Let
) -> Value:
    value = Value(p.value.name, True)
    before.append(Let((value,), Apply(Ref(text, fn), tuple(parts)), stmt.origin))
    return value
