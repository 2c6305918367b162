"""What is written where: the outcome of folding, and the shape of comprehensions."""

from __future__ import annotations

from dataclasses import dataclass, field

from s2s.backend.uses import Uses
from s2s.ir.effects import is_append, is_put
from s2s.ir.nodes import Apply, Atom, For, If, Let, Star, Stmt, Value
from s2s.ir.walk import defs_of, iter_atoms, iter_items


@dataclass(slots=True)
class Unit:
    """An expression on its way to its use, with all that is already folded into it."""

    index: int
    stmt: Stmt
    value: Value
    impure: bool
    reads: frozenset[object]  # alias classes
    leaves: tuple[Value, ...]
    size: int
    depth: int


@dataclass
class Plan:
    """What is folded: `inline` maps a value to the statement that computes it in place."""

    uses: Uses
    inline: dict[Value, Stmt] = field(default_factory=dict)
    units: dict[Value, Unit] = field(default_factory=dict)
    whole: set[Value] = field(default_factory=set)  # `y = a if c else b` as a statement
    augmented: dict[int, Atom] = field(default_factory=dict)  # id of a Write -> its addend
    operator: dict[int, str] = field(default_factory=dict)  # id of a Write -> gast operator

    def folded(self, stmt: Stmt) -> bool:
        """Whether a statement is written at the use of its value."""
        defs = defs_of(stmt)
        return bool(defs) and defs[0] in self.inline and self.inline[defs[0]] is stmt

    def leaves(self, atom: Atom) -> tuple[Value, ...]:
        """The variables that the text of an atom reads."""
        if isinstance(atom, Value):
            return self.units[atom].leaves if atom in self.inline else (atom,)
        return ()


@dataclass(frozen=True)
class Clause:
    """One `for ... in ...` of a comprehension with its tests."""

    loop: For
    tests: tuple[Atom, ...]


def comprehension(
    stmt: For, plan: Plan
) -> tuple[tuple[tuple[Clause, ...], tuple[Atom, ...]], list[Atom], set[Value]] | None:
    """The clauses and the element of a loop that is a comprehension, its atoms, its items.

    The element of a dict is a key and a value.
    """
    clauses: list[Clause] = []
    atoms: list[Atom] = []
    bound: set[Value] = set()
    loop: For = stmt
    while True:
        if len(loop.params) != 1 or loop.body.exit is not None:
            return None
        bound.update(iter_items(loop.iter))
        atoms += iter_atoms(loop.iter)
        block, carried = loop.body, loop.params[0]
        tests: list[Atom] = []
        while True:
            rest = [s for s in block.stmts if not plan.folded(s)]
            if len(rest) != 1 or block.outs != defs_of(rest[0]):
                return None
            inner = rest[0]
            if isinstance(inner, If) and inner.orelse.outs == (carried,):
                if inner.orelse.stmts or inner.then.exit or inner.orelse.exit:
                    return None
                tests.append(inner.test)
                block = inner.then
                continue
            break
        clauses.append(Clause(loop, tuple(tests)))
        atoms += tests
        match inner:
            case Let(targets=(_,), expr=Apply(fn=fn, args=(items, item))) if (
                is_append(fn) and items is carried and not isinstance(item, Star)
            ):
                return (tuple(clauses), (item,)), [*atoms, item], bound
            case Let(targets=(_,), expr=Apply(fn=fn, args=(items, key, item))) if (
                is_put(fn) and items is carried
                and not isinstance(key, Star) and not isinstance(item, Star)
            ):  # fmt: skip
                return (tuple(clauses), (key, item)), [*atoms, key, item], bound
            case For(inits=(init,)) if init is carried and inner.form == stmt.form:
                loop = inner
            case _:
                return None
