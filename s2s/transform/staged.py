"""Takes a tangent apart: what is the same for all directions, and what is done for each.

    def f_jvp(x, *, x_dot):               def f_jvp_fixed(x):
        t = np.cos(x)                         t = np.cos(x)
        return t * x_dot                      return (t,)

                                          def f_jvp_along(fixed, *, x_dot):
                                              (t,) = fixed
                                              return t * x_dot

A Jacobian and a Hessian are made of many tangents at one point.
"""

from __future__ import annotations

from dataclasses import replace

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


def staged(function: Function, late: tuple[str, ...]) -> tuple[Function, Function] | None:
    """Both parts of a function, of which some parameters come later; None if all waits for them."""
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
