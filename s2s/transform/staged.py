"""Takes a tangent apart: what is the same for all directions, and what is done for each.

    def f_jvp(x, *, x_dot):               def f_jvp_fixed(x):
        t = np.cos(x)                         t = np.cos(x)
        return 2 * x_dot * t                  return (2 * t,)

                                          def f_jvp_along(fixed, *, x_dot):
                                              (t2,) = fixed
                                              return t2 * x_dot

A Jacobian and a Hessian are made of many tangents at one point.
"""

from __future__ import annotations

import operator
from collections import Counter
from dataclasses import replace
from typing import Any

from s2s.analysis.lists import changed_list
from s2s.ir import prims
from s2s.ir.effects import Aliases, in_place, pure
from s2s.ir.nodes import (
    Apply,
    Block,
    Const,
    For,
    Function,
    If,
    Let,
    Note,
    Param,
    Ref,
    Stmt,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.sweep import sweep
from s2s.ir.walk import all_atoms, all_defs, atoms_of, blocks_of, free_values, statements

_MUL = Ref("mul", operator.mul)
_DEEP = 6  # factors in factors


def staged(function: Function, late: tuple[str, ...]) -> tuple[Function, Function] | None:
    """Both parts of a function, of which some parameters come later; None if all waits for them."""
    function = _grouped(function, late)
    aliases = Aliases(function)
    written = {aliases.find(a) for a in _written(function.body)}
    varying = {p.value for p in function.params if p.value.name in late}
    early: list[Stmt] = []
    rest: list[Stmt] = []
    for stmt in function.body.stmts:
        reads = {a for a in all_atoms(Block((stmt,))) if isinstance(a, Value)}
        own = set(all_defs(Block((stmt,))))
        changes = any(aliases.find(v) in written for v in own)
        fixed = not reads & varying and _quiet(stmt) and not changes
        if _literal(stmt) and not changes:  # both parts have it at no price
            early.append(stmt)
            rest.append(stmt)
        elif fixed and not isinstance(stmt, Note):
            early.append(stmt)
        else:
            rest.append(stmt)
            varying |= own
    if all(map(_literal, early)):
        return None
    block = Block(tuple(rest), function.body.outs)
    crossing = tuple(v for v in free_values(block) if v not in varying)
    kept = Value("fixed", True)
    made = Let((kept,), Apply(Ref("tuple", prims.build_tuple), crossing))
    first = replace(
        function, name=f"{function.name}_fixed",
        params=tuple(p for p in function.params if p.value.name not in late),
        body=Block((*early, made), (kept,)),
        doc=f"What `{function.name}` computes whatever the direction.",
    )  # fmt: skip
    given = Value("fixed", True)
    taken = Let(crossing, given, None, unpack=True)
    second = replace(
        function, name=f"{function.name}_along",
        params=(Param(given), *(p for p in function.params if p.value.name in late)),
        body=replace(block, stmts=(taken, *rest)),
        doc=f"The rest of `{function.name}`, for one direction.", comments=(),
    )  # fmt: skip
    return sweep(first, pure), sweep(second, pure)


def _grouped(function: Function, late: tuple[str, ...]) -> Function:
    """The function with the factors of a product that are the same for all directions together."""
    uses = Counter(a for a in all_atoms(function.body) if isinstance(a, Value))
    varying = {p.value for p in function.params if p.value.name in late}
    made: dict[Any, Apply] = {}
    out: list[Stmt] = []

    def factors(x: Any, depth: int = 0) -> list[Any]:
        expr = made.get(x)
        if expr is None or depth > _DEEP or (depth and uses[x] > 1):
            return [x]
        return [f for a in expr.args for f in factors(a, depth + 1)]

    def product(parts: list[Any]) -> Any:
        whole = parts[0]
        for f in parts[1:]:
            new = Value("t")
            out.append(Let((new,), Apply(_MUL, (whole, f)), None))
            whole = new
        return whole

    for stmt in function.body.stmts:
        if any(a in varying for a in all_atoms(Block((stmt,)))):
            varying.update(all_defs(Block((stmt,))))
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply) and stmt.expr.fn == _MUL:
            (target,) = stmt.targets
            if target in varying:
                made[target] = stmt.expr
                parts = factors(target)
                fixed = [f for f in parts if f not in varying]
                rest = [f for f in parts if f in varying]
                # Of large numbers the product might be infinite, where one with 0 was not.
                wide = [f for f in fixed if not _moderate(f)]
                if len(fixed) > 1 and rest and len(wide) == 1:
                    whole = product([product(fixed), *rest[:-1]])
                    stmt = replace(stmt, expr=Apply(_MUL, (whole, rest[-1])))
        out.append(stmt)
    return replace(function, body=replace(function.body, stmts=tuple(out)))


def _moderate(a: Any) -> bool:
    """Whether an atom is a literal of moderate size."""
    number = isinstance(a, Const) and type(a.value) in (int, float)
    return number and 1e-3 <= abs(a.value) <= 1e3


def _quiet(stmt: Stmt) -> bool:
    """Whether a statement only computes values."""
    if isinstance(stmt, Let):
        return bool(stmt.targets) and pure(stmt.expr)
    if isinstance(stmt, For | If):
        return all(_quiet(s) for b in blocks_of(stmt) for s in b.stmts)
    return isinstance(stmt, Note)


def _literal(stmt: Stmt) -> bool:
    """Whether a statement is a slice or the like of constants."""
    expr = stmt.expr if isinstance(stmt, Let) else None
    return isinstance(expr, Apply) and pure(expr) and all(isinstance(a, Const) for a in expr.args)


def _written(block: Block) -> list[Value]:
    """What is written into."""
    found = []
    for stmt in statements(block):
        if isinstance(stmt, Write) and isinstance(stmt.target, Value):
            found.append(stmt.target)
        elif isinstance(stmt, Let) and in_place(stmt.expr):
            found += [a for a in atoms_of(stmt.expr) if isinstance(a, Value)][:1]
        elif isinstance(items := changed_list(stmt), Value):
            found.append(items)
    return found
