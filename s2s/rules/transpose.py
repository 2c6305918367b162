"""The adjoint of a `@tangent` rule: the lowered tangent, run backwards.

A tangent is a linear function of `d[x]`, so its statements that depend on `d[x]` are linear
operations with adjoints of their own.  From `d[y] = np.linalg.solve(a, -(d[a] @ y))`::

    t1 = a_dot @ y                t3_bar = y_bar
    t2 = -t1                      t2_bar = np.linalg.solve(a.T, t3_bar)
    t3 = np.linalg.solve(a, t2)   t1_bar = -t2_bar
                                  a_bar = np.outer(t1_bar, y)

While it is lowered, `x` itself stands in for `d[x]`: it has the same shape, so all that is
known of shapes holds, and the few adjoints that ask for a shape at run time can have it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Const, If, Let, Ref, Stmt, Value
from s2s.ir.walk import all_atoms, clone, defs_of, map_block, map_stmt, own_atoms
from s2s.rules import reverse
from s2s.rules.ask import Ask
from s2s.rules.bind import callee
from s2s.rules.call import plus
from s2s.rules.mentions import contributions, value_names
from s2s.rules.namespace import runtime_ref
from s2s.rules.rule import Bound, Packed, Rule
from s2s.rules.symbols import Run, Sym, Zero

__all__ = ["transposed"]

Bars = dict[Value, Atom]

_SHAPE_ATTRIBUTES = frozenset({"shape", "ndim", "size", "dtype"})


def transposed(
    bound: Bound, atom: Atom, name: str, lower: Callable[[Atom], Sequence[Sym]],
    bars: Sequence[Atom | None], ask: Ask, build: Builder, rule: Rule,
) -> Atom | None:  # fmt: skip
    """The contribution to `atom`, given how the tangents of the results follow from its own.

    `lower(dot)` emits the tangents of the results; `bars` are the adjoints of the results.
    """
    mark = len(build.stmts)
    dot = build.let(atom, name)
    outs = lower(dot)
    stmts = build.stmts[mark:]
    del build.stmts[mark:]
    work = _Transposer(bound, ask, build, rule)
    active = work.dependents(stmts, {dot})
    seeds: Bars = {}
    before = Builder(build.origin)
    for sym, bar in zip(outs, bars):
        if bar is None or isinstance(sym, Zero):
            continue
        if not isinstance(sym, Run) or sym.atom not in active:
            raise rule.error(f"the tangent is not linear in {name}", rule.body[0])
        assert isinstance(sym.atom, Value)
        old = seeds.get(sym.atom)
        seeds[sym.atom] = bar if old is None else plus(before, old, bar)
    if not seeds:
        return None
    # The values that do not depend on the tangent come first; stand-ins only if read.
    start = len(build.stmts)
    for stmt in stmts:
        if not set(defs_of(stmt)) & active:
            build.emit(stmt)
    build.stmts += before.stmts
    reverse_from = len(build.stmts)
    found = work.backwards(stmts, seeds, active).get(dot)
    written = build.stmts[reverse_from:]
    stand_ins = _needed(stmts, written, active)
    if stand_ins:
        rest = build.stmts[start:reverse_from]
        del build.stmts[start:]
        mine = set(stand_ins)
        build.stmts += [s for s in stmts if s in mine or not set(defs_of(s)) & active]
        build.stmts += [s for s in rest if s not in stmts] + written
    tail = build.stmts[start:]
    del build.stmts[start:]
    for stmt in tail:
        if not (isinstance(stmt, Let) and stmt.targets == (dot,)):
            build.emit(_put(stmt, dot, atom))
    return atom if found is dot else found


def _put(stmt: Stmt, old: Value, new: Atom) -> Stmt:
    """The statement with the argument itself in the place of its stand-in."""

    def swap(a: Any) -> Any:
        """One atom."""
        return new if a is old else a

    return map_stmt(stmt, swap, lambda b: map_block(b, swap))


def _needed(stmts: Sequence[Stmt], written: Sequence[Stmt], active: set[Value]) -> list[Stmt]:
    """The statements of the tangent whose values the reversed ones read (for their shapes)."""
    read = {a for s in written for a in _reads(s)} & active
    needed = []
    for stmt in reversed(stmts):
        if set(defs_of(stmt)) & read:
            needed.append(stmt)
            read |= {a for a in _reads(stmt) if isinstance(a, Value)} & active
    return needed


def _reads(stmt: Stmt) -> set[Any]:
    """Every atom that a statement reads, blocks included."""
    found = set(own_atoms(stmt))
    if isinstance(stmt, If):
        found |= set(all_atoms(stmt.then)) | set(all_atoms(stmt.orelse))
    return found


class _Transposer:
    """Runs the linear part of one tangent backwards."""

    def __init__(self, bound: Bound, ask: Ask, build: Builder, rule: Rule) -> None:
        self.book, self.ask, self.build, self.rule = bound.book, ask, build, rule
        self.made: dict[Value, Apply] = {}  # how values of the tangent are made
        self.lists: set[Atom] = set()  # adjoints that may be lists: of what items are read of

    def dependents(self, stmts: Sequence[Stmt], roots: set[Value]) -> set[Value]:
        """The values that depend on the roots otherwise than through a shape."""
        active = set(roots)
        for stmt in stmts:
            if (
                isinstance(stmt, Let)
                and isinstance(stmt.expr, Apply)
                and len(stmt.targets) == 1
            ):
                self.made[stmt.targets[0]] = stmt.expr
            match stmt:
                case Let(targets, expr):
                    if isinstance(expr, Apply) and self._shape_only(expr):
                        continue
                    if active & {a for a in own_atoms(stmt) if isinstance(a, Value)}:
                        active |= set(targets)
                case If():
                    for block in (stmt.then, stmt.orelse):
                        inner = self.dependents(block.stmts, active)
                        active |= inner
                        for out, result in zip(block.outs, stmt.results):
                            if out in inner:
                                active.add(result)
        return active

    def _shape_only(self, expr: Apply) -> bool:
        """Whether an expression reads only the shape of what it reads."""
        obj = callee(expr, self.ask)
        if obj is getattr and len(expr.args) == 2:
            return isinstance(expr.args[1], Const) and expr.args[1].value in _SHAPE_ATTRIBUTES
        if getattr(obj, "__name__", "") == "zeros_of":
            return True
        return obj in (np.ndim, np.shape, np.size, np.zeros_like, np.ones_like)

    def backwards(self, stmts: Sequence[Stmt], seeds: Bars, active: set[Value]) -> Bars:
        """The adjoints of all active values from those of the results."""
        bars = dict(seeds)
        for stmt in reversed(stmts):
            hit = [v for v in defs_of(stmt) if v in bars and v in active]
            if not hit:
                continue
            match stmt:
                case Let(targets, expr) if len(targets) == 1:
                    for atom, bar in self._expression(expr, targets[0], bars, active):
                        self._add(bars, atom, bar)
                case If():
                    for atom, bar in self._fork(stmt, bars, active):
                        self._add(bars, atom, bar)
                case _:
                    raise self.rule.error("this tangent cannot be transposed")
        return bars

    def _add(self, bars: Bars, atom: Atom, bar: Atom) -> None:
        """One more contribution."""
        if isinstance(atom, Value):
            old = bars.get(atom)
            if old is not None and (old in self.lists or bar in self.lists):
                bars[atom] = self.build.call(runtime_ref("accumulate"), old, bar)
                self.lists.add(bars[atom])
                return
            bars[atom] = bar if old is None else plus(self.build, old, bar)

    def _expression(
        self, expr: Any, target: Value, bars: Bars, active: set[Value]
    ) -> list[tuple[Atom, Atom]]:
        """The contributions of one statement to what it depends on."""
        bar = bars[target]
        if not isinstance(expr, Apply):
            return [(expr, bar)] if expr in active else []
        obj = callee(expr, self.ask)
        if obj in (prims.build_tuple, prims.build_list):
            return [
                (a, self.build.call(operator.getitem, bar, Const(k), name="part"))
                for k, a in enumerate(expr.args)
                if a in active
            ]
        if obj is operator.getitem and expr.args[0] in active:
            unindexed = self._unindex(expr, bar)
            if unindexed is not None:
                return [(expr.args[0], unindexed)]
        inner = self.book.lookup(expr, self.ask)
        if inner is None or not _linear(inner, active):
            text = getattr(expr.fn, "text", getattr(expr.fn, "name", "this call"))
            raise self.rule.error(
                f"the tangent cannot be transposed: {text} is not known to be linear here",
                self.rule.body[0],
            )
        found = reverse.adjoint(inner, target, bar, active.__contains__, self.ask, self.build)
        if obj is operator.getitem and isinstance(expr.args[1], Const):
            self.lists.update(b for _, b in found)
        return found

    def _unindex(self, expr: Apply, bar: Atom) -> Atom | None:
        """The adjoint of `x[..., None]` as `bar[..., 0]`, and the other way round."""
        source, index = expr.args
        entries = self._entries(index)  # type: ignore[arg-type]
        if entries is None:
            return None
        dims = self.ask.dims(source)  # type: ignore[arg-type]
        consumed = sum(1 for e in entries if e is not None and e is not Ellipsis)
        axis, back = 0, list[Any]()
        for entry in entries:
            if entry is None:
                back.append(0)
                continue
            if entry is Ellipsis:
                if dims is not None:
                    axis += len(dims) - consumed
                elif any(type(e) is int for e in entries):
                    return None
            elif type(entry) is int:
                # An item of an axis of size 1 is all of it; of a longer axis it is not.
                if dims is None or not axis < len(dims) or dims[axis] != 1:
                    return None
                entry, axis = None, axis + 1
            elif entry == slice(None):
                axis += 1
            else:
                return None
            back.append(entry)
        atoms = [
            self.build.call(Ref("slice", slice), *[Const(None)] * 3)
            if isinstance(e, slice) else Const(e) for e in back
        ]  # fmt: skip
        key = atoms[0] if len(atoms) == 1 else self.build.call(prims.build_tuple, *atoms)
        return self.build.call(operator.getitem, bar, key, name="part")

    def _entries(self, index: Atom) -> list[Any] | None:
        """The entries of an index when all of them are known."""
        known, value = self.ask.constant(index)
        if known:
            return list(value) if isinstance(value, tuple) else [value]
        made = self.made.get(index)  # type: ignore[arg-type]
        if made is None:
            return None
        fn = callee(made, self.ask)
        if fn is prims.build_tuple:
            parts = [self._entries(a) for a in made.args]  # type: ignore[arg-type]
            return None if None in parts else [p[0] for p in parts if p]
        if fn is slice and all(a == Const(None) for a in made.args):
            return [slice(None)]
        return None

    def _fork(self, stmt: If, bars: Bars, active: set[Value]) -> list[tuple[Atom, Atom]]:
        """The reversed `if`: the same question, each arm backwards."""
        outer, arms = self.build, []
        for block in (stmt.then, stmt.orelse):
            self.build = Builder(outer.origin)
            # The values of the arm are made again inside the reversed arm, under new names.
            table: dict[Value, Atom] = {}
            copy = clone(block, table)
            inside = set(active)
            inside |= {table[v] for v in active if v in table}  # type: ignore[misc]
            self.dependents(copy.stmts, inside)  # learns how the copied values are made
            for inner in copy.stmts:
                self.build.emit(inner)
            seeds: Bars = {}
            for out, result in zip(copy.outs, stmt.results):
                if result in bars and out in inside:
                    assert isinstance(out, Value)
                    old = seeds.get(out)
                    bar = bars[result]
                    seeds[out] = bar if old is None else plus(self.build, old, bar)
            bound_here = {v for s in copy.stmts for v in defs_of(s)}
            found = self.backwards(copy.stmts, seeds, inside)
            arms.append((self.build, {v: b for v, b in found.items() if v not in bound_here}))
            self.build = outer
        names = list(dict.fromkeys((*arms[0][1], *arms[1][1])))
        if not names:
            return []
        blocks = []
        for build, found in arms:
            outs = [
                found[v] if v in found else build.call(runtime_ref("zeros_of"), v, name="zero")
                for v in names
            ]
            blocks.append(build.block(*outs))
        results = tuple(Value(f"{v.name}_bar") for v in names)
        outer.emit(replace(stmt, then=blocks[0], orelse=blocks[1], results=results))
        return list(zip(names, results))


def _linear(bound: Bound, active: set[Value]) -> bool:
    """Whether a call is linear in those of its arguments that depend on the tangent."""
    touched = set()
    for name, given in bound.args.items():
        atoms = given.items if isinstance(given, Packed) else (given,)
        hits = [a for a in atoms if isinstance(a, Value) and a in active]
        if hits:
            touched.add(name)
        if len(hits) > 1:
            return False  # two of `*operands`: a product
    if bound.constant or not touched <= set(bound.active):
        return False
    if len(touched) == 1 and bound.entry.linear_in(next(iter(touched))):
        return True
    rule = bound.entry.elementwise or bound.entry.tangent
    if rule is None or rule.kind == "composite":
        return False
    if rule.kind == "elementwise" and _adds(bound, rule, touched):
        return False
    about = touched if rule.kind == "elementwise" else set(rule.results)
    for name, expr in contributions(rule.body):
        if name in about and value_names(expr, rule.body) & (touched | set(rule.results)):
            return False
    return True


def _adds(bound: Bound, rule: Rule, touched: set[str]) -> bool:
    """Whether another argument is added to the linear part, as in `d[x] + 1`.

    The slope in such an argument does not depend on the others: that of `a * b` in `b` is `a`,
    that of `a + b` is 1.
    """
    for name, expr in contributions(rule.body):
        given = bound.args.get(name)
        if name in touched or given is None or (isinstance(given, Const) and given.value == 0):
            continue
        if not value_names(expr, rule.body) & (touched | set(rule.results)):
            return True
    return False
