"""Methods of objects that are only known at run time are functions that the objects hold.

    y = node.left.value(x)         value = node.left.value
                                   y = value(x)

The object is no active value: nothing is differentiated with respect to it. What it is decides
when it is there: its method is compiled then, for an object of this kind.
"""

from __future__ import annotations

import operator
import types
from collections.abc import Callable, Collection

import numpy as np

from s2s.analysis.activity import activity
from s2s.analysis.facts import Facts
from s2s.analysis.operations import Late, Unknown, classify
from s2s.ir.nodes import Apply, Block, Const, Function, Let, Method, Ref, Star, Stmt, Value
from s2s.ir.record import replace
from s2s.ir.walk import blocks_of, statements, with_blocks, with_stmts
from s2s.transform.objects.classes import is_super

_TYPES = (np.ndarray, np.generic, list, tuple, dict, set, frozenset, str, bytes, int, float,
          complex, range, np.random.Generator, np.random.RandomState)  # fmt: skip


def methods_late(
    function: Function, inputs: tuple[Value, ...], facts: Callable[[], Facts]
) -> Function:
    """The function, differentiated with respect to `inputs`, with such methods as values."""
    calls = [s for s in statements(function.body) if isinstance(s, Let) and _is_call(s)]
    if not calls:
        return function
    bases = {s.targets[0] for s in statements(function.body)
             if isinstance(s, Let) and is_super(s)}  # fmt: skip
    bases |= _given_by_libraries(function)
    calls = [s for s in calls if _receiver(s) not in bases]
    known = facts()
    moving = activity(function, inputs, known).active
    found = {id(s) for s in calls if _is_late(s, moving, known)}
    if not found:
        return function

    def run(block: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            if id(stmt) in found:
                stmts += _apart(stmt)
            else:
                inner = blocks_of(stmt)
                stmts.append(with_blocks(stmt, tuple(map(run, inner))) if inner else stmt)
        return with_stmts(block, stmts)

    return replace(function, body=run(function.body))


def _given_by_libraries(function: Function) -> set[Value]:
    """What functions of NumPy and the like give: no objects of the user's."""
    return {
        t for s in statements(function.body) if isinstance(s, Let) for t in s.targets
        if isinstance(s.expr, Apply) and isinstance(s.expr.fn, Ref)
        and s.expr.fn.obj is not getattr and s.expr.fn.obj is not operator.getitem
        and not isinstance(s.expr.fn.obj, types.FunctionType)
    }  # fmt: skip


def _is_call(stmt: Stmt) -> bool:
    """Whether a statement calls a method that only classes of the user's can have."""
    match stmt:
        case Let(expr=Apply(fn=Method(name), args=(Value(), *args), kwargs=())):
            plain = not any(isinstance(a, Star) for a in args)
            return plain and bool(args) and not any(hasattr(t, name) for t in _TYPES)
    return False


def _receiver(stmt: Let) -> object:
    """The object whose method a statement calls."""
    return stmt.expr.args[0] if isinstance(stmt.expr, Apply) else None


def _is_late(stmt: Stmt, active: Collection[Value], facts: Facts) -> bool:
    """Whether the object is not active, an argument is, and nobody knows the method."""
    assert isinstance(stmt, Let) and isinstance(stmt.expr, Apply)
    receiver, *args = stmt.expr.args
    if receiver in active or not any(a in active for a in args):
        return False
    op = classify(stmt.expr, facts, facts.closures)
    return isinstance(op, Unknown) and not isinstance(op, Late)


def _apart(stmt: Stmt) -> list[Stmt]:
    """The statement that reads the method, and the one that calls it."""
    assert isinstance(stmt, Let) and isinstance(stmt.expr, Apply)
    assert isinstance(stmt.expr.fn, Method)
    name, held = stmt.expr.fn.name, Value(stmt.expr.fn.name)
    read = Apply(Ref("getattr", getattr), (stmt.expr.args[0], Const(name)))
    call = Apply(held, stmt.expr.args[1:])
    return [Let((held,), read, stmt.origin), replace(stmt, expr=call)]
