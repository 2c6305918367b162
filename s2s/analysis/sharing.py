"""Which values may share memory: whole classes of a function, whatever the order."""

from __future__ import annotations

import operator
from typing import Any, TypeAlias

import gast
import numpy as np

from s2s.analysis.activity import closures_of
from s2s.analysis.fact import NUMBER_KINDS
from s2s.analysis.facts import Facts
from s2s.analysis.operations import (
    Built,
    Called,
    Captured,
    Copied,
    Inert,
    Item,
    Operation,
    Ruled,
    Unknown,
    classify,
)  # fmt: skip
from s2s.analysis.positions import makes_new
from s2s.analysis.summaries import OUTSIDE, RESULT, together
from s2s.ir import prims
from s2s.ir.effects import fresh, in_place, is_grown, pure
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    Expr,
    For,
    Function,
    If,
    Iter,
    Let,
    Opaque,
    Pop,
    Push,
    Ref,
    Star,
    Stmt,
    Undef,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.record import replace
from s2s.ir.walk import atoms_of, blocks_of, iter_items, own_atoms, statements, with_blocks

PLAIN = NUMBER_KINDS | {"str", "none", "slice", "function"}
HOLDERS = ("list", "tuple", "dict")
_COPIES = ("copy_of", "copied", "zeros_of", "as_gradient")
_BASIC = ("int", "slice", "none")


def shares(value: Value, facts: Facts) -> bool:
    """Whether a value is memory at all, and not a number or the like."""
    return facts.of(value).kind not in PLAIN


def copies_all(expr: Expr) -> bool:
    """Whether a container that an expression gives holds nothing that was there before."""
    obj = expr.fn.obj if isinstance(expr, Apply) and isinstance(expr.fn, Ref) else None
    ours = str(getattr(obj, "__module__", "")).startswith("s2s.runtime")
    return ours and getattr(obj, "__name__", "") in _COPIES


def is_basic(index: Atom, facts: Facts) -> bool:
    """Whether an index makes a view: integers, slices, None and the ellipsis."""
    if isinstance(index, Const):
        return index.value is None or index.value is ... or type(index.value) is int
    fact = facts.of(index)
    if fact.kind == "tuple" and fact.items is not None:
        return all(f.kind in _BASIC or f.is_const and f.const is ... for f in fact.items)
    return fact.kind in _BASIC


def _is_entry(index: Atom, facts: Facts) -> bool:
    """Whether an index of integers alone may pick a number, where the rank is not known."""
    fact = facts.of(index)
    parts = (fact.items or (fact,)) if fact.kind == "tuple" else (fact,)
    return all(f.kind == "int" for f in parts)


def is_advanced(index: Atom, facts: Facts) -> bool:
    """Whether an index certainly copies what it picks: arrays, lists, tuples with such."""
    fact = facts.of(index)
    parts = fact.items or () if fact.kind == "tuple" else (fact,)
    return any(f.kind in ("array", "list") and f.shape != () for f in parts)


def view_kind(stmt: Let, facts: Facts) -> object:
    """True for a certain view of the first operand, "maybe" where that shows when it runs."""
    expr = stmt.expr
    if not isinstance(expr, Apply) or not expr.args or not isinstance(expr.args[0], Value):
        return False
    op = classify(expr, facts, {})
    if isinstance(op, Item) and not op.attribute:
        sure = facts.is_array(op.base) is True and is_basic(op.index, facts)
        return sure and (facts.of(op.base).dims is not None or not _is_entry(op.index, facts))
    if isinstance(op, Ruled) and op.bound.entry.obj is np.imag:
        return False  # the adjoint of the imaginary part is no view: its sign is the other one
    if not isinstance(op, Ruled):
        return False
    if getattr(op.bound.entry.obj, "__name__", "") in (*_REPEATING, *_READ_ONLY):
        return False
    return op.bound.view


# Views in which one entry stands at several places: their adjoints are sums, not views.
_REPEATING = ("broadcast_to", "spread_to", "sliding_window_view", "as_strided", "broadcast_arrays",
              "meshgrid")  # fmt: skip
_READ_ONLY = ("diag", "diagonal")  # NumPy's own views, which an adjoint could not be added to


def shows_more(fn: Any) -> bool:
    """Whether an array is shown by a function in a way in which its adjoint cannot be."""
    return getattr(fn, "__name__", "") in (*_REPEATING[:4], *_READ_ONLY)


# Functions that give back an operand, or a view of one, for some arguments only.
_SOMETIMES = (
    np.meshgrid, np.einsum, np.polyder, np.polyint, np.diff, np.array, np.float64, min, max, list,
    tuple, sorted, np.broadcast_arrays, np.fft.fft2, np.fft.fftn, np.fft.ifft2, np.fft.ifftn,
    np.linalg.matrix_power, np.nan_to_num, np.real_if_close, operator.ifloordiv,
)  # fmt: skip
_HISTOGRAMS = ("histogram", "histogramdd", "histogram_bin_edges", "histogram2d")


def may_share(fn: Any) -> bool:
    """Whether the result of a function with a rule may be memory of its arguments."""
    if any(fn is other for other in _SOMETIMES):
        return True
    module = getattr(fn, "__module__", "") or ""
    return module.startswith("s2s.") or getattr(fn, "__name__", "") in _HISTOGRAMS


Group: TypeAlias = tuple[Any, ...]  # atoms, RESULT and OUTSIDE


def called_groups(op: Called, expr: Any, facts: Facts) -> list[Group] | None:
    """What may share memory after a call of a function with source; None if all of it may."""
    if not isinstance(expr, Apply) or any(isinstance(a, Star) for a in op.args):
        return None
    groups = together(expr, facts)
    if groups is None:
        return None
    function = op.function()
    names = [p.value.name for p in function.params if p.kind in ("pos", "normal")]
    if len(op.args) > len(names) or any(p.kind in ("star", "starstar") for p in function.params):
        return None
    atoms = {p.value.name: p.default for p in function.params}
    atoms.update(zip(names, op.args))  # type: ignore[arg-type]
    atoms.update({k: a for k, a in op.kwargs if k is not None})
    return [tuple(atoms.get(n, n) for n in sorted(group)) for group in groups]


def groups_of(function: Function, facts: Facts) -> tuple[frozenset[str], ...] | None:
    """The parameters that may share memory after a call, with the result and with the outside."""
    function = replace(function, body=that_run(function.body, facts))
    for stmt in statements(function.body):
        if isinstance(stmt, Let) and in_place(stmt.expr) and not is_grown(stmt.expr.fn):  # type: ignore[union-attr]
            first = stmt.expr.args[0]  # type: ignore[union-attr]
            if isinstance(first, Star) or not facts.of(first).numeric:
                return None  # a list may take up the items of another one
    return Sharing(function, facts).groups(function)


def that_run(block: Block, facts: Facts) -> Block:
    """A block without the branches that the facts rule out."""
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        if isinstance(stmt, If) and stmt.form != "try":
            known, test = facts.constant(stmt.test)
            if known and type(test) is bool:
                taken = that_run(stmt.then if test else stmt.orelse, facts)
                stmts += taken.stmts
                pairs = zip(stmt.results, taken.outs, strict=True)
                stmts += [Let((r,), a) for r, a in pairs if not isinstance(a, Undef)]
                continue
        inner = tuple(that_run(b, facts) for b in blocks_of(stmt))
        stmts.append(with_blocks(stmt, inner) if inner else stmt)
    return replace(block, stmts=tuple(stmts))


class Sharing:
    """Classes of values that may share memory."""

    def __init__(self, function: Function, facts: Facts) -> None:
        self.facts = facts
        self.closures = closures_of(function.body)
        self._parent: dict[Any, Any] = {}
        self._outside = object()
        # What a `raise` holds nobody looks at, unless the error is caught here.
        self._caught = any(
            isinstance(s, Let) and isinstance(s.expr, Apply) and isinstance(s.expr.fn, Ref)
            and s.expr.fn.obj is prims.caught for s in statements(function.body)
        )  # fmt: skip
        for stmt in statements(function.body):
            self._statement(stmt)

    def find(self, value: Value) -> object:
        """The class of a value."""
        return self._root(value)

    def outside(self, value: Value) -> bool:
        """Whether something that is not seen here may hold the memory of a value."""
        return self._root(value) is self._root(self._outside)

    def groups(self, function: Function) -> tuple[frozenset[str], ...]:
        """The parameters, the result and the outside by what they may share."""
        found: dict[object, set[str]] = {self._root(self._outside): {OUTSIDE}}
        for name, atom in [*((p.value.name, p.value) for p in function.params),
                           *((RESULT, a) for a in function.body.outs)]:  # fmt: skip
            if isinstance(atom, Value) and shares(atom, self.facts):
                found.setdefault(self._root(atom), set()).add(name)
            elif isinstance(atom, Ref) and (atom.live or not callable(atom.obj)):
                found[self._root(self._outside)].add(name)
        return tuple(frozenset(names) for names in found.values() if len(names) > 1)

    def is_fresh(self, stmt: Let) -> bool:
        """Whether a statement makes memory of its own."""
        if in_place(stmt.expr):
            return False
        if self.facts.of(stmt.targets[0]).owned or fresh(stmt.expr):
            return True
        op = classify(stmt.expr, self.facts, self.closures)
        if isinstance(op, Built):
            made = ("list", "dict", "copy", "join", "repeat")
            return op.kind in made and self.facts.of(stmt.targets[0]).kind != "tuple"
        if isinstance(op, Item):  # a slice of a list is a new list
            sliced = self.facts.of(op.index).kind == "slice"
            return sliced and self.facts.of(op.base).kind == "list"
        if isinstance(op, Ruled) and op.bound.entry.obj in (list, sorted):
            return True
        if isinstance(op, Called) and self.facts.of(stmt.targets[0]).numeric:
            groups = called_groups(op, stmt.expr, self.facts)
            return groups is not None and not any(RESULT in group for group in groups)
        return self._is_new(op)

    def are_new(self, stmt: Let) -> bool:
        """Whether a statement with several results makes memory of its own for each."""
        if isinstance(stmt.expr, Apply) and makes_new(stmt.expr):
            return True
        op = classify(stmt.expr, self.facts, self.closures)
        return isinstance(op, Ruled | Inert) and self._is_new(op)

    def _is_new(self, op: Operation) -> bool:
        """Whether the result of an operation shares no memory with its operands."""
        if not isinstance(op, Ruled):
            return isinstance(op, Inert)
        return op.bound.view is False and not may_share(op.bound.entry.obj)

    def _root(self, key: Any) -> Any:
        while key in self._parent:
            key = self._parent[key]
        return key

    def _join(self, *keys: Any) -> None:
        kept = []
        for key in keys:
            if isinstance(key, Star):
                key = key.atom
            if isinstance(key, Ref):
                if key.live or not callable(key.obj):
                    kept.append(self._outside)
            elif isinstance(key, Value):
                if shares(key, self.facts):
                    kept.append(key)
            elif key is self._outside:
                kept.append(key)
        for key in kept[1:]:
            a, b = self._root(kept[0]), self._root(key)
            if a is not b:
                self._parent[b] = a

    def _statement(self, stmt: Stmt) -> None:
        match stmt:
            case Let():
                self._let(stmt)
            case If() | With():
                if isinstance(stmt, With) and stmt.target is not None:
                    self._join(stmt.target, stmt.context, self._outside)
                blocks = (stmt.then, stmt.orelse) if isinstance(stmt, If) else (stmt.body,)
                for block in blocks:
                    for r, a in zip(stmt.results, block.outs, strict=True):
                        self._join(r, a)
            case For() | While():
                rows = zip(stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=True)
                for row in rows:
                    self._join(*row)
                if isinstance(stmt, For):
                    self._items(stmt.iter)
            case Opaque() if isinstance(stmt.node, gast.Raise) and not self._caught:
                pass
            case Opaque():
                self._join(self._outside, *own_atoms(stmt), *(v for _, v in stmt.writes))
            case Write():
                numeric = self.facts.of(stmt.target).numeric  # what it is given is copied
                if not numeric and self.facts.is_array(stmt.target) is not True:
                    self._join(stmt.target, stmt.value, *stmt.args)
            case Push(stack=stack, value=value):
                self._join(stack, value)
            case Pop(target=target, stack=stack):
                self._join(stack, target)

    def _let(self, stmt: Let) -> None:
        expr = stmt.expr
        if in_place(expr):
            assert isinstance(expr, Apply)
            kept = expr.args if is_grown(expr.fn) else expr.args[:1]
            self._join(*stmt.targets, *kept)
            return
        if len(stmt.targets) == 1 and not stmt.unpack:
            fact = self.facts.of(stmt.targets[0])
            if fact.owned and (fact.kind not in HOLDERS or copies_all(expr)):
                return  # what a new list holds need not be new
        op = classify(expr, self.facts, self.closures)
        match op:
            case Copied(atom):
                self._join(*stmt.targets, atom)
            case Item(base, index):
                if not (self.facts.is_array(base) is True and is_advanced(index, self.facts)):
                    self._join(*stmt.targets, base)
            case Built() | Captured():
                self._join(*stmt.targets, *atoms_of(expr))
            case Ruled() | Inert():
                if isinstance(op, Ruled) and not self._is_new(op):
                    self._join(*stmt.targets, *op.bound.differentiable)
            case Called():
                groups = called_groups(op, expr, self.facts)
                if groups is None:
                    groups = [(RESULT, *op.args, *(a for _, a in op.kwargs))]
                for group in groups:
                    marks = {RESULT: stmt.targets, OUTSIDE: (self._outside,)}
                    self._join(*(k for a in group for k in (
                        marks[a] if isinstance(a, str) else (a,)
                    )))  # fmt: skip
            case Unknown():
                if not fresh(expr):
                    unseen = () if pure(expr) else (self._outside,)
                    self._join(*stmt.targets, *atoms_of(expr), *unseen)

    def _items(self, it: Iter) -> None:
        """Items may be views of what is iterated; the keys of a dict are not."""
        keys = it.kind == "each" and self.facts.of(it.args[0]).kind == "dict"
        if it.kind in ("each", "opaque") and not keys:
            self._join(*iter_items(it), *it.args)
        for inner in it.inner:
            self._items(inner)
