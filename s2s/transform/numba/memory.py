"""Which values may share memory, with the facts.

Numbers never do, arrays hold numbers only, and parameters that are arrays are taken to lie
apart: where one of them is written, the function compares them when it begins.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from s2s.analysis.fact import NUMBER_KINDS, Fact
from s2s.ir.effects import Aliases, augmented, in_place, pure
from s2s.ir.nodes import Apply, Function, Let, Stmt, Value, Write
from s2s.ir.prims import build_tuple
from s2s.ir.walk import all_atoms, own_atoms, statements
from s2s.transform.numba.kinds import ELEMENTWISE, Kinds, runtime_name

_MAKERS = frozenset("""
    take_pairs take_masked last_written matmul_22 matmul_33 matmul_32 matmul_23 matmul_31
    put_diagonal_2 cofactors_2 solve_22 solve_21 det_2 solve_lower solve_upper cholesky_adjoint_2
""".split())  # fmt: skip


class Memory(Aliases):
    """Classes of values that may share memory."""

    def __init__(self, function: Function, facts: Kinds) -> None:
        self.facts = facts
        self.arrays = [p.value for p in function.params if facts.of(p.value).kind == "array"]
        self.returned = _returned(function)
        super().__init__(function)

    @classmethod
    def guards(cls, function: Function, facts: Kinds) -> list[tuple[Value, Value]]:
        """The parameters that have to lie apart: one that is written and any other."""
        memory = cls(function, facts)
        written = {memory.find(a) for s in statements(function.body) for a in changed(s)}
        found: list[tuple[Value, Value]] = []
        for k, p in enumerate(memory.arrays):
            for q in memory.arrays[k + 1 :]:
                if memory.find(p) in written or memory.find(q) in written:
                    found.append((p, q))
        return found

    def find(self, atom: Any) -> Any:
        """The class of an atom; None for what has no memory that can change."""
        return None if self._apart(atom) else super().find(atom)

    def _apart(self, atom: Any) -> bool:
        return isinstance(atom, Value) and _is_plain(self.facts.of(atom))

    def _join(self, *keys: Any) -> None:
        if len(keys) == 2 and keys[1] is self.outside and keys[0] in self.arrays:
            return  # array parameters lie apart: see `guards`
        super()._join(*(k for k in keys if not self._apart(k)))

    def _statement(self, stmt: Stmt) -> None:
        match stmt:
            case Let(targets=(target,), expr=Apply(args=(x, _)) as expr) if (
                augmented(expr) is not None and self.facts.of(x).kind == "array"  # type: ignore[arg-type]
            ):
                self._join(target, x)
            case Let(targets=(), expr=Apply() as expr) if runtime_name(expr.fn):
                pass
            case Let(targets=(_,), expr=Apply() as expr) if _is_new(expr):
                pass
            case Let(targets=(target,)) if target in self.returned:
                pass  # a tuple that nothing looks into
            case Write(kind="item", target=target) if self.facts.of(target).kind == "array":
                pass
            case _:
                super()._statement(stmt)


def _is_new(expr: Apply) -> bool:
    """Whether an expression is a helper that gives a new number, or a new array."""
    name = runtime_name(expr.fn)
    return name in _MAKERS or name.removesuffix("_1") in ELEMENTWISE


def changed(stmt: Stmt) -> tuple[Any, ...]:
    """What a statement changes in place."""
    match stmt:
        case Write(target=target):
            return (target,)
        case Let(expr=Apply() as expr) if in_place(expr):
            return expr.args[:1]
        case Let(targets=(), expr=Apply() as expr) if runtime_name(expr.fn):
            return expr.args[:1]
    return ()


def reached(stmt: Stmt) -> tuple[Any, ...]:
    """What a statement changes in place, or may change."""
    if isinstance(stmt, Let) and not pure(stmt.expr):
        return own_atoms(stmt)
    return changed(stmt)


def _returned(function: Function) -> set[Value]:
    """The tuples that a function makes only to return them."""
    uses = Counter(a for a in all_atoms(function.body) if isinstance(a, Value))
    made = {s.targets[0]: s.expr for s in function.body.stmts
            if isinstance(s, Let) and len(s.targets) == 1}  # fmt: skip
    found: set[Value] = set()
    todo = [a for a in function.body.outs if isinstance(a, Value)]
    while todo:
        value = todo.pop()
        expr = made.get(value)
        if uses[value] == 1 and getattr(getattr(expr, "fn", None), "obj", None) is build_tuple:
            found.add(value)
            todo += [a for a in expr.args if isinstance(a, Value)]  # type: ignore[union-attr]
    return found


def _is_plain(fact: Fact) -> bool:
    """Whether a value is a number, or a tuple of numbers."""
    if fact.kind in (*NUMBER_KINDS, "none", "slice", "str"):
        return True
    if fact.kind == "any":
        return fact.numeric and fact.dims == ()
    return fact.kind == "tuple" and fact.items is not None and all(map(_is_plain, fact.items))
