"""Clears the adjoint of what was overwritten late, and not at all where it is set next.

    t_bar = y_bar[1:].copy()              x_bar += y_bar[1:] * w
    y_bar[1:] = 0.0                       y_bar[1:] = 0.0
    x_bar += t_bar * w

    y_bar[i] = 0.0                        x_bar[i + 1] += t_bar
    x_bar[i + 1] += t_bar                 y_bar[i] = t_bar / p
    y_bar[i] += t_bar / p

    y_bar[i] = 0.0                        y_bar[i] = u_bar
    y_bar[j] += t_bar                     y_bar[j] += t_bar
    y_bar[i] += u_bar

The reverse of `y[k] = v` takes the adjoint of `v` out of its place and leaves 0 there.  Nothing
needs a copy as long as nothing writes there; what is added to a 0 is written in its place, and
what nothing reads any more need not be cleared.

>>> import numpy as np, s2s
>>> def f(x, p):
...     y = x.copy()
...     for i in range(1, len(y)):
...         y[i] = (y[i] - x[i] * y[i - 1]) / p
...     return np.sum(y)
>>> derivative = s2s.grad(f)
>>> print(derivative.specialize(np.ones(3), 2.0).source.partition("# y[i] = ")[2])
(y[i] - x[i] * y[i - 1]) / p
        t_bar = y_bar[i] / p
        y_bar[index] -= x[i] * t_bar
        x_bar[i] -= t_bar * y[index]
        y_bar[i] = t_bar
    # y = x.copy()
    x_bar += y_bar
    return x_bar
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any, TypeGuard

from s2s import runtime
from s2s.analysis.facts import Facts
from s2s.analysis.regions import Region, Regions
from s2s.ir import prims
from s2s.ir.effects import Aliases, fresh, in_place
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    Let,
    Method,
    Note,
    Ref,
    Stmt,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.record import replace
from s2s.ir.walk import (
    all_atoms,
    atoms_of,
    blocks_of,
    defs_of,
    map_stmt,
    own_atoms,
    statements,
    with_body,
    with_stmts,
)
from s2s.transform.simplify.scene import Scene, generated, scene_of

_ALL = Const(...)
_GETITEM = Ref("getitem", operator.getitem)


def clears(function: Function, facts: Facts) -> Function:
    """The function with fewer copies of adjoints, and fewer zeros in their places."""
    if not any(map(_is_clear, statements(function.body))):
        return function
    scene = scene_of(function, facts)
    regions = Regions(facts, scene.defs, {})
    for stmt in statements(function.body):
        if isinstance(stmt, For):
            regions.loop(stmt.iter)
    aliases, seen = _memory(function, facts)
    work = _Work(scene, aliases, regions, seen)
    return with_body(function, work.block(function.body, last=True))


def _is_clear(stmt: Stmt) -> bool:
    """Whether a statement leaves 0 where an adjoint was."""
    return (
        isinstance(stmt, Write) and stmt.kind == "item" and stmt.op is None
        and stmt.value == Const(0.0) and isinstance(stmt.target, Value) and generated(stmt.target)
    )  # fmt: skip


def _memory(function: Function, facts: Facts) -> tuple[Aliases, set[Any]]:
    """What may share memory, and what somebody else sees: parameters, globals, the result.

    The tuple in which gradients are handed out, last of all, makes no two of them one.
    """
    body, outs = list(function.body.stmts), list(function.body.outs)
    match body[-1]:
        case Let(targets=(target,), expr=Apply(fn=Ref(obj=prims.build_tuple)) as made) if (
            outs == [target]
        ):
            del body[-1]
            outs = list(atoms_of(made)[1:])
    shorter = replace(function, body=replace(function.body, stmts=tuple(body), outs=tuple(outs)))
    aliases = Aliases(shorter, lambda a: facts.is_array(a) is True)
    atoms = [*(p.value for p in function.params), Ref("", None, True), *outs]
    return aliases, {aliases.find(a) for a in atoms}


@dataclass
class _Work:
    """One walk over the blocks of a function."""

    scene: Scene
    aliases: Aliases
    regions: Regions
    seen: set[Any]

    def block(self, block: Block, last: bool = False) -> Block:
        """A block; `last` says that nothing comes after it."""
        stmts = [map_stmt(s, lambda a: a, self.block) for s in block.stmts]
        k = 0
        while k < len(stmts):
            if _is_clear(stmts[k]):
                k = self._clear(k, stmts, block.outs, last)
            k += 1
        return with_stmts(block, stmts)

    def _clear(self, k: int, stmts: list[Stmt], outs: tuple[Atom, ...], last: bool) -> int:
        """Deal with the clear at position `k`; the position after which to go on."""
        clear = stmts[k]
        assert isinstance(clear, Write)
        root = self.aliases.find(clear.target)
        first = k
        while first and _is_index(stmts[first - 1]):
            first -= 1
        end = self._later(first - 1, k, stmts, outs, root) if first else None
        begin, k = (k, k) if end is None else (first - 1, end)
        if stmts[k] is not clear:  # what was taken out was put back as it was
            return begin - 1
        place = self._next(k, stmts, root)
        if place is not None:
            written = stmts[place]
            assert isinstance(written, Write)
            if self._taken(written.value, clear, stmts[:k], root):
                del stmts[place]  # what was taken out is put back
                del stmts[k]
                return begin - 1
            stmts[place] = replace(written, kind="item", key=clear.key, op=None)
        elif self._sooner(k, stmts, root):
            return begin
        elif not last or root in self.seen or any(self._touches(s, root) for s in stmts[k + 1 :]):
            return begin
        del stmts[k]
        return begin - 1

    def _later(
        self, c: int, k: int, stmts: list[Stmt], outs: tuple[Atom, ...], root: Any
    ) -> int | None:
        """Clear after the last read of what was copied at `c`, which then needs no copy."""
        clear, copy = stmts[k], stmts[c]
        assert isinstance(clear, Write)
        source = self._copied(copy, clear)
        if source is None:
            return None
        assert isinstance(copy, Let)
        (target,) = copy.targets
        uses = [j for j in range(k + 1, len(stmts)) if _reads(stmts[j], target)]
        if target in outs or not uses:
            return None
        end = uses[-1]
        between = stmts[k + 1 : end + 1]
        back = isinstance(between[-1], Write) and between[-1].value is target and (
            self._same_place(between[-1], clear) and between[-1].op == "Add"
        )  # fmt: skip
        if back:  # what is put back into its place never left it
            between = between[:-1]
        if any(isinstance(s, Note) or self._touches(s, root) for s in between):
            return None
        if not all(_passes(stmts[j], target) for j in uses if not back or j != end):
            return None
        while not back and end + 1 < len(stmts) and self._goes_on(stmts[end + 1], root):
            end += 1
            between.append(stmts[end])
        borrowed = [
            map_stmt(s, lambda a: source if a is target else a, lambda b: b) for s in between
        ]
        new = [*stmts[c + 1 : k], *borrowed, *(() if back else (clear,))]
        stmts[c : end + 1] = new
        return c + len(new) - 1

    def _goes_on(self, stmt: Stmt, root: Any) -> bool:
        """Whether a statement belongs to the same line of the user, and to other memory."""
        return isinstance(stmt, Let | Write) and not _is_clear(stmt) and (
            not self._touches(stmt, root)
        )

    def _copied(self, copy: Stmt | None, clear: Write) -> Atom | None:
        """What a statement copies, if it is what the next one clears."""
        match copy:
            case Let(targets=(_,), expr=Apply(fn=fn, args=(Value() as part,), kwargs=())):
                method = isinstance(fn, Method) and fn.name == "copy"
                if not method and not (isinstance(fn, Ref) and fn.obj is runtime.copy_of):
                    return None
                if part is clear.target:
                    return part if clear.key == _ALL else None
                made = self.scene.defs.get(part)
                if made is None or made.fn != _GETITEM:
                    return None
                same = made.args[0] is clear.target and self._same_key(made.args[1], clear.key)
                return part if same else None
        return None

    def _next(self, k: int, stmts: list[Stmt], root: Any) -> int | None:
        """The write that adds to what the clear at `k` leaves, if nothing comes between."""
        clear = stmts[k]
        assert isinstance(clear, Write)
        for j in range(k + 1, len(stmts)):
            stmt = stmts[j]
            if not self._touches(stmt, root):
                continue
            if not isinstance(stmt, Write) or stmt.target is not clear.target or any(
                self._in(a, root) for a in (stmt.value, *stmt.args)
            ):
                return None
            if self._same_place(stmt, clear):
                return j if stmt.op == "Add" and self._copies(stmt) else None
            if stmt.kind != "item" or not self._apart(stmt.key, clear.key):
                return None
        return None

    def _taken(self, value: Atom, clear: Write, before: list[Stmt], root: Any) -> bool:
        """Whether a number is what the place held that is cleared."""
        for stmt in reversed(before):
            if isinstance(stmt, Let) and stmt.targets == (value,):
                expr = stmt.expr
                return isinstance(expr, Apply) and expr.fn == _GETITEM and (
                    expr.args[0] is clear.target and self._same_key(expr.args[1], clear.key)
                    and self._is_number(value)
                )
            if self._touches(stmt, root):
                return False
        return False

    def _is_number(self, atom: Any) -> bool:
        """Whether an atom is a number, which cannot change."""
        facts = self.scene.facts
        return bool(facts.is_scalar(atom)) and facts.is_array(atom) is False

    def _sooner(self, k: int, stmts: list[Stmt], root: Any) -> bool:
        """Write at once what is added later to what the clear at `k` leaves.

        The sums in between may go to the same items: sums may change places.
        """
        clear, first = stmts[k], 0
        assert isinstance(clear, Write)
        for j in range(k + 1, len(stmts)):
            stmt = stmts[j]
            if not self._touches(stmt, root):
                continue
            first = first or j
            if not _is_sum(stmt) or any(self._in(a, root) for a in (stmt.value, *stmt.args)):
                return False
            if not self._same_place(stmt, clear) or stmt.op != "Add" or not self._copies(stmt):
                continue
            between = stmts[first:j]
            made = {v for s in between for v in defs_of(s)}
            if stmt.value in made or self._changes(between, stmt.value):
                return False
            stmts[first : j + 1] = [replace(stmt, kind="item", key=clear.key, op=None), *between]
            del stmts[k]
            return True
        return False

    def _changes(self, stmts: list[Stmt], value: Any) -> bool:
        """Whether statements write into the memory of a value."""
        memory = self.aliases.find(value) if isinstance(value, Value) else None
        for stmt in stmts:
            if isinstance(stmt, Write) and self._in(stmt.target, memory):
                return True
            if isinstance(stmt, Let) and in_place(stmt.expr) and self._in(stmt.targets[0], memory):
                return True
            if blocks_of(stmt):
                return True
        return False

    def _copies(self, write: Write) -> bool:
        """Whether what is written is a number, or is copied into an array."""
        facts = self.scene.facts
        number = facts.is_scalar(write.value) and facts.is_array(write.value) is False
        return bool(number or facts.is_array(write.target))

    def _same_place(self, write: Stmt, clear: Write) -> bool:
        if not isinstance(write, Write) or write.target is not clear.target:
            return False
        if write.kind == "whole":
            return clear.key == _ALL
        return write.kind == "item" and self._same_key(write.key, clear.key)

    def _same_key(self, a: Any, b: Any) -> bool:
        """Whether two indices are the same by construction."""
        if a == b:
            return True
        one, other = (self.scene.defs.get(x) if isinstance(x, Value) else None for x in (a, b))
        if one is None or other is None or one.fn != other.fn or one.kwargs or other.kwargs:
            return False
        built = isinstance(one.fn, Ref) and one.fn.obj in (slice, prims.build_tuple)
        return built and len(one.args) == len(other.args) and all(
            map(self._same_key, one.args, other.args)
        )

    def _apart(self, a: Any, b: Any) -> bool:
        """Whether two indices of one array certainly pick different items."""
        array = frozenset({Value("array")})
        return self.regions.apart(*(Region(array, self.regions.dims(x)) for x in (a, b)))

    def _touches(self, stmt: Stmt, root: Any) -> bool:
        """Whether a statement has anything to do with some memory."""
        atoms: list[Any] = [*own_atoms(stmt), *defs_of(stmt)]
        for block in blocks_of(stmt):
            atoms += all_atoms(block)
        return any(self._in(a, root) for a in atoms)

    def _in(self, atom: Any, root: Any) -> bool:
        """Whether an atom is, or may be, an array in some memory."""
        if not isinstance(atom, Value) or self.aliases.find(atom) is not root:
            return False
        return not (self.scene.facts.is_scalar(atom) and self.scene.facts.is_array(atom) is False)


def _is_sum(stmt: Stmt) -> TypeGuard[Write]:
    """Whether a statement adds to what is in some place."""
    return isinstance(stmt, Write) and stmt.op in ("Add", "Sub")


def _is_index(stmt: Stmt) -> bool:
    """Whether a statement makes a slice or a tuple."""
    match stmt:
        case Let(targets=(_,), expr=Apply(fn=Ref(obj=obj))):
            return obj is slice or obj is prims.build_tuple
    return False


def _reads(stmt: Stmt, value: Value) -> bool:
    return value in own_atoms(stmt) or any(value in all_atoms(b) for b in blocks_of(stmt))


def _passes(stmt: Stmt, value: Value) -> bool:
    """Whether a statement reads a value and keeps nothing of it."""
    if isinstance(stmt, Let):
        return fresh(stmt.expr) and not (in_place(stmt.expr) and stmt.expr.args[0] is value)  # type: ignore[union-attr]
    return isinstance(stmt, Write) and stmt.value is value and stmt.op is not None
