"""Arrays from outside of a function that it writes into: it works on copies of its own.

    work = np.zeros(3)                  def f_grad(x, f_bar=1.0):
                                            require_apart(work, x)
    def f(x):                               work_2 = np.array(work)
        work[:] = x * x                     work_2[:] = x * x
        return np.sum(work)                 ...

As of an array that is passed in, nothing of the caller's is modified.  Nothing else that runs may
read the array: it would see the old contents.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from s2s import runtime
from s2s.analysis.activity import closures_of
from s2s.analysis.buffers import UNTRACKED
from s2s.analysis.operations import Called, Late, Unknown, classify
from s2s.errors import Origin, S2SError, Unsound
from s2s.ir.build import Builder
from s2s.ir.effects import pure
from s2s.ir.nodes import Apply, Atom, Function, Let, Ref, Value, Write
from s2s.ir.record import replace
from s2s.ir.walk import all_atoms, map_block, statements
from s2s.rules import Nothing

_ADVICE = ("pass it as an argument: of an array that is passed in, the derivative makes a copy",
           "or make the array in the function")  # fmt: skip


def own_captured(function: Function) -> Function:
    """The function with copies of the arrays from outside that it writes into.

    Raises
    ------
    Unsound
        Where something else may read such an array.
    """
    written = _written(function)
    if not written:
        return function
    refs = {id(r.obj): r for r in _arrays(function)}
    build, table = Builder(function.origin, None), dict[int, Value]()
    given = [p.value for p in function.params]
    for key, origin in written.items():
        ref = refs[key]
        for other in refs.values():
            if other.obj is not ref.obj and np.may_share_memory(other.obj, ref.obj):
                raise _shared(ref, f"`{other.text}`", origin)
        reader = _reader(function, ref, set())
        if reader is not None:
            raise _shared(ref, f"{reader}, which is called,", origin)
        if given:
            apart = Ref("require_apart", runtime.require_apart)
            build.emit(Let((), Apply(apart, (ref, *given)), function.origin))
        copy = table[key] = Value(ref.text.rpartition(".")[2], True)
        build.emit(Let((copy,), Apply(Ref("np.array", np.array), (ref,)), function.origin))

    def swap(atom: Atom) -> Atom:
        return table.get(id(atom.obj), atom) if isinstance(atom, Ref) else atom

    body = map_block(function.body, swap)
    return replace(function, body=replace(body, stmts=(*build.stmts, *body.stmts)))


def _is_array(atom: Any) -> bool:
    """Whether an atom is an array that has a name outside."""
    return isinstance(atom, Ref) and atom.live and type(atom.obj) is np.ndarray


def _arrays(function: Function) -> Iterator[Ref]:
    return (a for a in all_atoms(function.body) if _is_array(a))  # type: ignore[misc]


def _written(function: Function) -> dict[int, Origin | None]:
    """The arrays that are written into, or whose parts are."""
    made = {
        s.targets[0]: s.expr for s in statements(function.body)
        if isinstance(s, Let) and len(s.targets) == 1 and not s.unpack
    }  # fmt: skip
    found: dict[int, Origin | None] = {}
    for stmt in statements(function.body):
        if not isinstance(stmt, Write) or stmt.kind in UNTRACKED:
            continue
        atom: Any = stmt.target
        while isinstance(atom, Value) and atom in made:
            expr = made[atom]
            atom = expr.args[0] if isinstance(expr, Apply) and expr.args else expr
        if _is_array(atom):
            found[id(atom.obj)] = stmt.origin
    return found


def _reader(function: Function, ref: Ref, seen: set[object]) -> str | None:
    """What is called and names an array as well, or may."""
    closures = closures_of(function.body)
    for stmt in statements(function.body):
        op = classify(stmt.expr, Nothing(), closures) if isinstance(stmt, Let) else None
        if isinstance(op, Late) or isinstance(op, Unknown) and not pure(stmt.expr):  # type: ignore[union-attr]
            return op.what
        if not isinstance(op, Called) or op.key in seen:
            continue
        seen.add(op.key)
        try:
            callee = op.function()
        except S2SError:
            continue
        if any(np.may_share_memory(r.obj, ref.obj) for r in _arrays(callee)):
            return f"`{op.name}`"
        found = _reader(callee, ref, seen)
        if found is not None:
            return found
    return None


def _shared(ref: Ref, what: str, origin: Origin | None) -> Unsound:
    return Unsound(
        f"`{ref.text}` comes from outside of the function and is updated in place, and {what} may"
        " show it", origin=origin, advice=_ADVICE,
    )  # fmt: skip
