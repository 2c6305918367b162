"""What a simplification may ask about a function, and the one way in which they rewrite it.

A rule looks at one expression and gives another, an atom that stands for it, or None.  Facts,
definitions and uses are those of the function at hand.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any

from s2s import runtime
from s2s.analysis.fact import Fact
from s2s.analysis.facts import Facts
from s2s.analysis.indexing import getitem
from s2s.analysis.shapes import Dims
from s2s.ir.build import Builder
from s2s.ir.effects import Aliases, fresh, in_place
from s2s.ir.nodes import (
    Apply,
    Block,
    Const,
    Expr,
    Function,
    Let,
    Note,
    Opaque,
    Ref,
    Stmt,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.record import replace
from s2s.ir.walk import (
    Replaced,
    all_atoms,
    all_defs,
    atoms_of,
    map_expr,
    map_stmt,
    statements,
    with_expr,
    with_stmts,
)

_GETITEM = Ref("getitem", operator.getitem)


class Scene:
    """A function with its facts, definitions and uses."""

    def __init__(self, function: Function, facts: Facts) -> None:
        self.facts = facts
        self.uses = Counter([a for a in all_atoms(function.body) if isinstance(a, Value)])
        self.defs: dict[Value, Apply] = {}
        self.params = {p.value for p in function.params}
        self.seeds = {p.value for p in function.params if p.default == Const(1.0)
                      and generated(p.value)}  # fmt: skip
        self.backward = _backward(function)
        self._function = function
        self._steady: dict[Value, bool] = {}
        for stmt in statements(function.body):
            if isinstance(stmt, Let):
                expr, targets = stmt.expr, stmt.targets
                if isinstance(expr, Apply) and len(targets) == 1 and not stmt.unpack:
                    self.defs[targets[0]] = expr

    @cached_property
    def aliases(self) -> Aliases:
        """Which values may share memory: not every pass asks, and it costs more than most."""
        facts = self.facts  # not `self`: the scene holds the aliases
        return Aliases(self._function, lambda a: facts.is_array(a) is True)

    @cached_property
    def _written(self) -> set[Any]:
        return {self.aliases.find(a) for a in _changed(self._function.body)}

    @cached_property
    def _written_late(self) -> set[Any]:
        return {self.aliases.find(a) for a in _changed(_late(self._function))}

    def definition(self, atom: Any) -> Apply | None:
        """How an atom was computed; what is written into later is no longer that."""
        known = isinstance(atom, Value) and self.steady(atom)
        return self.defs.get(atom) if known else None

    def made(self, atom: Any, *fns: Any) -> Apply | None:
        """How an atom was computed, if by a call of one of these functions."""
        expr = self.definition(atom)
        if expr is None or not isinstance(expr.fn, Ref) or expr.kwargs:
            return None
        obj = expr.fn.obj
        return expr if any(obj is fn for fn in fns) else None

    def steady(self, atom: Any) -> bool:
        """Whether nothing ever writes into an atom or what may share its memory."""
        if not isinstance(atom, Value):
            return True
        known = self._steady.get(atom)
        if known is None:
            known = self._number(atom) or self.spread(atom) or (
                self.aliases.find(atom) not in self._written
            )
            self._steady[atom] = known
        return known

    def _number(self, atom: Any) -> bool:
        return bool(self.facts.is_scalar(atom)) and self.facts.is_array(atom) is False

    def spread(self, atom: Value) -> bool:
        """Whether an array is a number spread out, which nothing can write into."""
        expr = self.defs.get(atom)
        if expr is None or not isinstance(expr.fn, Ref) or expr.fn.obj is not runtime.spread_to:
            return False
        return self._number(expr.args[0]) and bool(self.facts.of(expr.args[1]).dims)  # type: ignore[arg-type]

    def still(self, atoms: Iterable[Any], user: Any) -> bool:
        """Whether atoms are what they were when `user` was computed from them.

        What the backward sweep computes sees all writes of the forward sweep.
        """
        if user not in self.backward:
            return all(map(self.steady, atoms))
        return all(map(self.calm, atoms))

    def calm(self, atom: Any) -> bool:
        """Whether the backward sweep writes into no memory of an atom."""
        return not isinstance(atom, Value) or self.steady(atom) or (
            self.aliases.find(atom) not in self._written_late
        )

    def container(self, atom: Any) -> Fact:
        """What a container holds, as far as the program says that it is never changed."""
        facts = (self.facts.of(atom), self.facts.believed.get(atom))
        known = next((f for f in facts if f is not None and f.items is not None), None)
        taken = self.defs.get(atom) if known is None else None
        if taken is not None and taken.fn == _GETITEM:
            whole, key = taken.args
            return getitem(self.container(whole), self.facts.of(key), self.facts.sizes)  # type: ignore[arg-type]
        return known or facts[0]

    def dims(self, atom: Any) -> Dims | None:
        """The sizes of an array or number, by which they are known."""
        fact = self.facts.of(atom)
        if fact.dims is None or fact.kind in ("tuple", "list", "dict"):
            return None
        return self.facts.sizes.resolve(fact.dims)

    def inexact(self, atom: Any) -> bool:
        """Whether an atom is certainly of a floating-point or complex type."""
        dtype = self.facts.dtype(atom)
        return dtype is not None and dtype.kind in "fc"


@lru_cache(maxsize=1)
def scene_of(function: Function, facts: Facts) -> Scene:
    """The scene of a function: passes that find nothing to do share it.

    Whoever changes the function changes the scene with it and is its last user.
    """
    return Scene(function, facts)


Rule = Callable[[Apply, Value, Scene, Builder], "Expr | None"]


def rewrite(function: Function, facts: Facts, rule: Rule) -> Function:
    """Apply a rule to every expression, from the first statement to the last.

    The result is the function itself where the rule never applies.
    """
    rewriting = _Rewriting(scene_of(function, facts), rule)
    body = rewriting.block(function.body)
    return replace(function, body=body) if rewriting.applied else function


class _Rewriting(Replaced):
    """One walk over a function with a rule."""

    def __init__(self, scene: Scene, rule: Rule) -> None:
        super().__init__()
        self.scene, self.rule = scene, rule
        self.applied = False

    def block(self, block: Block) -> Block:
        """A block after the walk."""
        out: list[Stmt] = []
        for stmt in block.stmts:
            self.statement(stmt, out)
        return with_stmts(block, out, map(self.swap, block.outs))

    def statement(self, stmt: Stmt, out: list[Stmt]) -> None:
        """Add what takes the place of a statement."""
        if not isinstance(stmt, Let) or not isinstance(stmt.expr, Apply) or (
            len(stmt.targets) != 1 or stmt.unpack
        ):
            out.append(map_stmt(stmt, self.swap, self.block))
            return
        scene, table, target = self.scene, self.table, stmt.targets[0]
        expr: Any = map_expr(stmt.expr, self.swap) if table else stmt.expr
        while isinstance(expr, Apply):
            build = Builder(stmt.origin, scene.facts)
            new = self.rule(expr, target, scene, build)
            if new is None or (isinstance(new, Value) and not _may_stand_for(expr, target, scene)):
                break
            self.applied = True
            scene.uses.subtract(_reads(expr))
            for made in build.stmts:
                if isinstance(made, Let) and isinstance(made.expr, Apply):
                    scene.defs[made.targets[0]] = made.expr
                    scene.uses.update(_reads(made.expr))
            scene.uses.update(_reads(new))
            out += build.stmts
            expr = new
        if isinstance(expr, Apply):
            scene.defs[target] = expr
        elif self._renamed(expr, target, out):
            return
        elif not target.user or generated(target):
            table[target] = expr
            if isinstance(expr, Value):
                scene.uses[expr] += scene.uses[target] - 1
            return
        out.append(with_expr(stmt, expr))

    def _renamed(self, value: Any, target: Value, out: list[Stmt]) -> bool:
        """Give what was just computed for an adjoint, and for nothing else, its name."""
        last, scene = out[-1] if out else None, self.scene
        if not isinstance(value, Value) or value.user or scene.uses[value] != 1 or (
            generated(value) or not generated(target)
        ):  # fmt: skip
            return False
        if not isinstance(last, Let) or last.targets != (value,) or last.unpack:
            return False
        out[-1] = replace(last, targets=(target,))
        if isinstance(last.expr, Apply):
            scene.defs[target] = last.expr
        return True


def either(*rules: Rule) -> Rule:
    """The first of some rules that applies."""

    def rule(expr: Apply, target: Value, scene: Scene, build: Builder) -> Expr | None:
        for one in rules:
            new = one(expr, target, scene, build)
            if new is not None:
                return new
        return None

    return rule


def _late(function: Function) -> Block:
    """The backward sweep, which follows a blank line, or is a function of its own."""
    stmts = function.body.stmts
    start = next((k for k, s in enumerate(stmts) if is_gap(s)), len(stmts))
    if function.params and function.params[0].value.name == "saved":
        start = 0
    return Block(stmts[start:])


def _backward(function: Function) -> set[Value]:
    """The values of the backward sweep."""
    return set(all_defs(_late(function)))


def _changed(block: Block) -> Iterator[Any]:
    """What is written into, somewhere in a block."""
    for stmt in statements(block):
        match stmt:
            case Let(targets=(_,), expr=Apply() as expr) if not stmt.unpack and in_place(expr):
                yield expr.args[0]
            case Write():
                yield stmt.target
            case Opaque():
                yield Ref("", None, True)


def is_gap(stmt: Stmt) -> bool:
    """Whether a statement is the blank line between the sweeps."""
    return isinstance(stmt, Note) and not stmt.text and stmt.origin is None


def _reads(expr: Expr) -> list[Value]:
    return [a for a in atoms_of(expr) if isinstance(a, Value)]


def _may_stand_for(expr: Apply, target: Value, scene: Scene) -> bool:
    """Whether another value may take the place of one: not if that is written into later."""
    return scene.steady(target) or not fresh(expr)


def generated(value: Value) -> bool:
    """Whether a value with a user's name is an adjoint of the user's value."""
    return value.name.rstrip("_0123456789").endswith("_bar")
