"""What can be gone through once is gone through once: programs make lists of it.

    pairs = zip(x, y)              for a list, the second loop would run again
    for a, b in pairs: ...
    for a, b in pairs: ...

Where such an iterator is used up on the spot, by one loop or one call, nobody can tell.  Held by
a container, an attribute, a choice or a closure, it may be used again: that is refused.
"""

from __future__ import annotations

import itertools
import operator
import types
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any

from s2s.analysis.lists import changed_list
from s2s.analysis.operations import Called, classify
from s2s.errors import S2SError, Unsupported
from s2s.ir import prims
from s2s.ir.effects import fresh
from s2s.ir.nodes import (
    Apply,
    Block,
    Closure,
    For,
    Function,
    If,
    Let,
    Method,
    Ref,
    Star,
    Stmt,
    Value,
    While,
    Write,
)  # fmt: skip
from s2s.ir.partial import joins
from s2s.ir.walk import atoms_of, blocks_of, own_atoms, statements
from s2s.rules.ask import Nothing

_ONCE: tuple[Any, ...] = (
    zip, map, filter, enumerate, reversed,
    *(f for n, f in vars(itertools).items() if isinstance(f, type) and not n.startswith("_")),
)  # fmt: skip
_POOLS = (itertools.combinations, itertools.permutations, itertools.product)
_FILLING = frozenset({"extend", "update", "join"})
_MODULES = ("builtins", "itertools", "functools", "_functools", "math", "numpy")
_HELD = 2  # uses of what is held: one may be followed by another


def is_iterator(stmt: Stmt) -> bool:
    """Whether a statement makes what can be gone through only once."""
    match stmt:
        case Let(targets=(_,), expr=Apply(fn=Ref(obj=obj)), unpack=False):
            return any(obj is f for f in _ONCE)
    return False


def _is_pool(stmt: Let) -> bool:
    """Whether an iterator has all its items when it is made."""
    fn = stmt.expr.fn if isinstance(stmt.expr, Apply) else None
    return isinstance(fn, Ref) and any(fn.obj is f for f in _POOLS)


def used_on_the_spot(block: Block) -> set[Value]:
    """The iterators that one loop or one call uses up."""
    made = [s.targets[0] for s in statements(block) if isinstance(s, Let) and is_iterator(s)]
    uses = _Uses()
    if made:
        uses.block(block, ())
    return {v for v in made if uses.count.get(v, 0) <= 1}


def refuse_used_up(block: Block, active: Container[Value]) -> None:
    """Refuse iterators with active items that may be used more than once, or too late.

    Raises
    ------
    Unsupported
        Where a second use would find the items that the first has left, or where what it goes
        through is changed in place before it is used up.
    """
    fine = used_on_the_spot(block)
    roots = _Roots(block)
    for inner in _blocks(block):
        for k, stmt in enumerate(inner.stmts):
            if not isinstance(stmt, Let) or not is_iterator(stmt):
                continue
            target = stmt.targets[0]
            if target not in active:
                continue
            what = f"`{target.name}`" if target.user else "this iterator"
            if target not in fine:
                raise Unsupported(
                    f"the items of {what} are active and can be gone through only once,"
                    " and it is kept or used again",
                    origin=stmt.origin,
                    advice=("make a list of it first",),
                )
            if not _is_pool(stmt) and roots.changed_meanwhile(inner.stmts[k:], stmt):
                raise Unsupported(
                    f"what {what} goes through is changed before it is used up",
                    origin=stmt.origin,
                    advice=("give a list of its items a name first",),
                )


def _blocks(block: Block) -> Iterator[Block]:
    yield block
    for stmt in statements(block):
        yield from blocks_of(stmt)


class _Roots:
    """What values are, or are parts of, by the names under which they are handed on."""

    def __init__(self, block: Block) -> None:
        self.sources: dict[Value, list[Any]] = {}
        for stmt in statements(block):
            match stmt:
                case Let(targets=targets, expr=Value() as same):
                    for t in targets:
                        self.sources.setdefault(t, []).append(same)
                case Let(targets=targets, expr=Apply() as expr) if not fresh(expr):
                    for t in targets:
                        self.sources.setdefault(t, []).extend(atoms_of(expr))
                case Let(targets=(target,), expr=Closure() as closure):
                    self.sources.setdefault(target, []).extend(atoms_of(closure))
            for result, outs in joins(stmt):
                self.sources.setdefault(result, []).extend(outs)

    def of(self, atoms: Iterable[Any]) -> set[Value]:
        """All values that something may be a part of."""
        found: set[Value] = set()
        todo = [a for a in atoms if isinstance(a, Value)]
        while todo:
            atom = todo.pop()
            if atom not in found:
                found.add(atom)
                todo += [a for a in self.sources.get(atom, ()) if isinstance(a, Value)]
        return found

    def changed_meanwhile(self, stmts: Sequence[Stmt], made: Let) -> bool:
        """Whether statements change what an iterator holds, until it is used up."""
        target = made.targets[0]
        held = self.of(atoms_of(made.expr))
        for stmt in stmts[1:]:
            last = any(target in self.of([a]) for a in own_atoms(stmt))
            inner = [s for b in blocks_of(stmt) for s in statements(b)]
            for s in inner if last else (stmt, *inner):
                changed = s.target if isinstance(s, Write) else changed_list(s)
                if changed is not None and self.of([changed]) & held:
                    return True
            match stmt:
                case Let(targets=(t,), expr=Apply(fn=Ref(obj=obj))) if last and not t.user and (
                    obj is list
                ):
                    target = t  # for a loop: in Python it would ask for one item after the other
                case _ if last and not (isinstance(stmt, Let) and is_iterator(stmt)):
                    return False
        return False


class _Uses:
    """How often values are used, by whatever name; in a loop around which they are made, twice."""

    def __init__(self) -> None:
        self.count: dict[Value, int] = {}
        self.names: dict[Value, Value] = {}
        self.made: dict[Value, tuple[int, ...]] = {}

    def block(self, block: Block, loops: tuple[int, ...]) -> None:
        """Count what a block uses; what it hands on is held."""
        for stmt in block.stmts:
            match stmt:
                case Let(targets=(target,), expr=Value() as same, unpack=False):
                    self.names[target] = self.names.get(same, same)
                case _:
                    self.statement(stmt, loops)
            if isinstance(stmt, If) and stmt.form != "try":
                self.either(stmt, loops)
            else:
                inner = (*loops, id(stmt)) if isinstance(stmt, For | While) else loops
                for b in blocks_of(stmt):
                    self.block(b, inner)
            if isinstance(stmt, Let):
                self.made.update(dict.fromkeys(stmt.targets, loops))
        for atom in block.outs:
            self.use(atom, _HELD, loops)

    def either(self, stmt: If, loops: tuple[int, ...]) -> None:
        """Count what the branch uses that uses more."""
        before = self.count
        counts = []
        for b in blocks_of(stmt):
            self.count = dict(before)
            self.block(b, loops)
            counts.append(self.count)
        self.count = {v: max(c.get(v, 0) for c in counts) for c in counts for v in c}

    def statement(self, stmt: Stmt, loops: tuple[int, ...]) -> None:
        """Count the uses in a statement, apart from its blocks."""
        for atom in own_atoms(stmt):
            self.use(atom, _weight(stmt, atom), loops)

    def use(self, atom: object, weight: int, loops: tuple[int, ...]) -> None:
        """Count one."""
        if isinstance(atom, Value):
            atom = self.names.get(atom, atom)
            again = self.made.get(atom, loops) != loops
            self.count[atom] = self.count.get(atom, 0) + (_HELD if again else weight)


def _weight(stmt: Stmt, atom: Any) -> int:
    """How often a statement may use an iterator up."""
    if isinstance(stmt, For):
        return 1 if atom not in stmt.inits else _HELD
    if not isinstance(stmt, Let):
        return _HELD
    if not isinstance(stmt.expr, Apply):
        return 1 if stmt.unpack else _HELD
    expr = stmt.expr
    if isinstance(expr.fn, Method):
        return 1 if expr.fn.name in _FILLING else _HELD
    if not isinstance(expr.fn, Ref):
        return _HELD
    if _is_service(expr.fn.obj):
        return 1
    try:
        op = classify(expr, Nothing(), {})
        function = op.function() if isinstance(op, Called) else None
    except S2SError:
        return _HELD
    return _HELD if function is None else _by_parameter(expr, function, atom)


def _is_service(obj: Any) -> bool:
    """Whether a function is Python's or NumPy's: these keep nothing."""
    if obj is operator.iadd or obj is prims.unpack_star:
        return True
    module = str(getattr(obj, "__module__", None) or "")
    return module.partition(".")[0] in _MODULES and not isinstance(obj, types.MethodType)


def _by_parameter(expr: Apply, function: Function, atom: Any) -> int:
    """How often a function uses up what it is given."""
    places = [k for k, a in enumerate(expr.args) if a == atom]
    names = {name for name, a in expr.kwargs if a == atom}
    stars = any(isinstance(a, Star) for a in expr.args)
    params = [p for k, p in enumerate(function.params) if k in places or p.value.name in names]
    if stars or len(params) != 1 or params[0].kind not in ("pos", "normal", "kwonly"):
        return _HELD
    uses = _Uses()
    uses.made[params[0].value] = ()
    uses.block(function.body, ())
    return uses.count.get(params[0].value, 0)
