"""What runs over a set runs over a list of it: a set has no order backward, and no places.

    for k in {0, 2}:               items = list({0, 2})
        s = s * x[k]               for k in items:
                                       s = s * x[k]
"""

from __future__ import annotations

from collections.abc import Mapping

from s2s.analysis.fact import Fact
from s2s.ir import prims
from s2s.ir.nodes import (
    Apply,
    Block,
    Expr,
    For,
    Function,
    If,
    Iter,
    Let,
    Method,
    Raw,
    Ref,
    Stmt,
    Value,
    While,
    With,
)  # fmt: skip
from s2s.ir.record import replace
from s2s.ir.walk import blocks_of, statements, with_blocks, with_stmts

_SETS = (set, frozenset)
_MAKERS = (*_SETS, prims.build_set)
_OPERATORS = tuple(prims.BINARY[n] for n in ("BitOr", "BitAnd", "BitXor", "Sub"))
_METHODS = frozenset({"union", "intersection", "difference", "symmetric_difference", "copy"})


def sets_as_lists(function: Function, given: Mapping[str, Fact]) -> Function:
    """The function whose loops run over lists of the items of sets.

    `given` is what is known of the parameters.
    """
    if not any(isinstance(s, For) for s in statements(function.body)):
        return function
    sets = {
        p.value for p in function.params
        if (f := given.get(p.value.name)) is not None and isinstance(f.obj, _SETS)
    }  # fmt: skip
    count = -1
    while count != len(sets):
        count = len(sets)
        for stmt in statements(function.body):
            _learn(stmt, sets)
    return replace(function, body=_block(function.body, sets))


def _learn(stmt: Stmt, sets: set[Value]) -> None:
    """Add the values of a statement that are sets."""
    match stmt:
        case Let(targets=(target,), unpack=False):
            if _is_made(stmt.expr, sets):
                sets.add(target)
        case If() | With():
            for k, r in enumerate(stmt.results):
                if any(_is_set(b.outs[k], sets) for b in blocks_of(stmt)):
                    sets.add(r)
        case For() | While():
            rows = zip(stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=True)
            for p, init, out, r in rows:
                if _is_set(init, sets) or _is_set(out, sets):
                    sets.update((p, r))


def _is_made(expr: Expr, sets: set[Value]) -> bool:
    """Whether the value of an expression is a set."""
    if isinstance(expr, Raw):
        return type(expr.node).__name__ == "SetComp"
    if not isinstance(expr, Apply):
        return _is_set(expr, sets)
    first = expr.args[0] if expr.args else None
    if isinstance(expr.fn, Method):
        return expr.fn.name in _METHODS and _is_set(first, sets)
    if not isinstance(expr.fn, Ref):
        return False
    obj = expr.fn.obj
    if any(obj is op for op in _OPERATORS):
        return _is_set(first, sets)
    return any(obj is maker for maker in _MAKERS)


def _is_set(atom: object, sets: set[Value]) -> bool:
    """Whether an atom is a set, also one in a global."""
    return atom in sets if isinstance(atom, Value) else (
        isinstance(atom, Ref) and isinstance(atom.obj, _SETS)
    )  # fmt: skip


def _block(block: Block, sets: set[Value]) -> Block:
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        if isinstance(stmt, For):
            before: list[Stmt] = []
            stmt = replace(stmt, iter=_listed(stmt.iter, sets, before, stmt))
            stmts += before
        stmts.append(with_blocks(stmt, tuple(_block(b, sets) for b in blocks_of(stmt))))
    return with_stmts(block, stmts)


def _listed(it: Iter, sets: set[Value], before: list[Stmt], stmt: For) -> Iter:
    """The iterable with lists for sets."""
    if it.kind == "each" and _is_set(it.args[0], sets):
        items = Value("items")
        made = Apply(Ref("list", list), it.args)
        before.append(Let((items,), made, stmt.origin))
        return replace(it, args=(items,))
    return replace(it, inner=tuple(_listed(i, sets, before, stmt) for i in it.inner))
