"""Lists and dicts whose arrays are updated in place, whichever of them it is.

    rows = [np.zeros(3), x * x]    `rows` owns both arrays: nothing else may name them after this
    t = rows[k]                    a view of `rows`, as `a[k]` is one of an array
    t *= 3.0

Such a container is one piece of memory, and an item of it that is an array, or a container again,
is a view: its adjoint is the item of the adjoint.  That is right where all arrays in it are apart.
So each has to be put in as a whole, under its only name, which is not used afterwards; and what an
item is must not change while it is in use.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from s2s.analysis.fact import Fact
from s2s.analysis.facts import Facts
from s2s.analysis.indexing import items_of
from s2s.analysis.lifetimes import Lifetimes
from s2s.analysis.operations import Built, Inert, Item, Ruled, classify
from s2s.analysis.sharing import HOLDERS, PLAIN, Sharing, copies_all, shares
from s2s.errors import Origin, Unsound
from s2s.ir import prims
from s2s.ir.effects import is_grown
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Closure,
    Const,
    For,
    Function,
    If,
    Let,
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
from s2s.ir.walk import atoms_of, iter_items, own_atoms, statements

_DISPLAYS = (prims.build_list, prims.build_dict)
_ADVICE = (
    "put arrays into the list that have no other name: `[x.copy(), y.copy()]`",
    "or replace the item instead of updating it: `items[k] = items[k] * 3`",
)
Move = tuple[Value, int, Value, Origin | None]


def shows_item(stmt: Let, facts: Facts) -> bool:
    """Whether a statement takes an array, or a container, out of a container."""
    match stmt:
        case Let(targets=(target,), expr=Apply(fn=Ref(obj=operator.getitem), args=(base, key))):
            kind, item = facts.of(base).kind, facts.of(target)  # type: ignore[arg-type]
            if stmt.unpack or not isinstance(base, Value) or kind not in HOLDERS:
                return False
            if kind != "dict" and facts.of(key).kind not in ("int", "bool"):  # type: ignore[arg-type]
                return False
            return item.kind in HOLDERS or facts.is_array(target) is True and item.has_axes
    return False


@dataclass
class Holders:
    """What the items of containers are views of, in one function.

    Attributes
    ----------
    homes, made : mapping
        As those of `Buffers`, for the views that are known.
    inner : dict
        The container that a comprehension fills -> the one that it gives.
    """

    function: Function
    facts: Facts
    sharing: Sharing
    times: Lifetimes
    homes: Mapping[Value, Value]
    made: Mapping[Value, Let]
    items: set[Value] = field(default_factory=set)  # views that are items
    inner: dict[Value, Value] = field(default_factory=dict)
    arrays: bool = True  # whether arrays are updated, and not only lists

    def is_through(self, view: Value) -> bool:
        """Whether a view shows an item of a container, or a part of one."""
        return bool(self._steps(view))

    def _steps(self, view: Atom) -> list[Value]:
        """The items of containers on the way to a view, the outermost container last."""
        found = []
        while isinstance(view, Value) and view in self.made:
            if view in self.items:
                found.append(view)
            expr = self.made[view].expr
            view = expr.args[0] if isinstance(expr, Apply) else expr  # type: ignore[assignment]
        return found

    def comprehension(self, stmt: For) -> None:
        """Note the names of a list while a comprehension fills it."""
        for p, out, r in zip(stmt.params, stmt.body.outs, stmt.results, strict=True):
            for v in (p, out):
                if isinstance(v, Value):
                    self.inner[v] = r

    def moves(
        self, key: object, changes: list[Write], used: list[Value], arrays: bool
    ) -> list[Move]:
        """The arrays and lists that containers of a class take over.

        `changes` are those of what such containers hold, and `used` the views that are written,
        or show what is written; `arrays` says that some of that are arrays.

        Raises
        ------
        Unsound
            Where something else may name an array that they hold.
        """
        found: list[Move] = []
        self.arrays = arrays
        for stmt in statements(self.function.body):
            match stmt:
                case Let(targets=(target,), expr=Apply() as expr) if (
                    self._holds(target) and self.sharing.find(target) is key
                ):
                    found += self._made(stmt, target, expr)
                case Write(target=Value() as target) if (
                    self._holds(target) and self.sharing.find(target) is key
                ):
                    found += self._put(stmt, target)
                case Push(stack=stack) | Pop(stack=stack) if self.sharing.find(stack) is key:
                    raise self._shared(f"the arrays on the stack {named(stack)}", stmt.origin)
        for stmt in statements(self.function.body):
            if isinstance(stmt, For):
                self._check_items(stmt, key, changes)
        for view in used:
            w = self.change_during(view, changes)
            if w is not None:
                raise Unsound(
                    f"{named(view)} shows what is updated in place, and the container that it"
                    " was taken from changes while it is used",
                    origin=w.origin, advice=_ADVICE[1:],
                )  # fmt: skip
        return found

    def _check_items(self, stmt: For, key: object, changes: list[Write]) -> None:
        """Lists that a loop runs over keep their length while it does, but under its own name."""
        lists = [
            v for v in iter_items(stmt.iter)
            if self.facts.of(v).kind in ("list", "dict") and self.sharing.find(v) is key
            and v not in self.made
        ]  # fmt: skip
        start, end = self.times.at[id(stmt)], self.times.ends[id(stmt)]
        for w in changes if lists else ():
            if start < self.times.at[id(w)] < end and w.kind not in ("item", "restore"):
                raise Unsound(
                    f"{named(w.target)} may be {named(lists[0])}, which the loop runs over, and"
                    " gets longer or shorter",
                    origin=w.origin, advice=("run over the positions: `for k in range(len(m))`",
                                             *_ADVICE[1:]),
                )  # fmt: skip

    def change_during(self, view: Value, changes: list[Write]) -> Write | None:
        """A change of what a view was taken from, while the view is in use."""
        steps = self._steps(view)
        start, end = self.times.born[steps[-1]], self.times.dies[view]
        depths = range(len(steps))
        for w in changes:
            if start < self.times.at[id(w)] < end and len(self._steps(w.target)) in depths:
                return w
        return None

    def _holds(self, value: Value) -> bool:
        return self.facts.of(value).kind in HOLDERS and shares(value, self.facts)

    def _made(self, stmt: Let, target: Value, expr: Apply) -> Iterator[Move]:
        """What a statement that gives a container puts into it."""
        if stmt.unpack or target in self.items:
            return
        obj = expr.fn.obj if isinstance(expr.fn, Ref) else None
        if is_grown(expr.fn):
            yield from self._taken(expr.args[-1:], stmt.origin, target, self.times.at[id(stmt)])
        elif any(obj is d for d in _DISPLAYS):
            items = expr.args if obj is prims.build_list else expr.args[1::2]
            yield from self._taken(items, stmt.origin, target, self.times.at[id(stmt)])
        elif not copies_all(expr) and self._shares_items(target):
            raise self._shared(f"the arrays in {named(target)}", stmt.origin)

    def _shares_items(self, value: Atom) -> bool:
        """Whether the items of a container are memory, and not all numbers."""
        return not self._is_plain(items_of(self.facts.of(value)))

    def _is_plain(self, fact: Fact) -> bool:
        """Whether nothing that is updated can be reached through a value."""
        if fact.kind == "tuple" and fact.items is not None:
            return all(map(self._is_plain, fact.items))
        if fact.numeric and (not self.arrays or fact.dims == () and fact.kind != "array"):
            return True
        return fact.kind in PLAIN

    def _put(self, stmt: Write, target: Value) -> Iterator[Move]:
        """What a change of a container puts into it."""
        if stmt.kind in ("del", "cut", "clear"):
            return
        if stmt.kind not in ("insert", "item", "new") or stmt.op is not None:
            if isinstance(stmt.value, Value) and shares(stmt.value, self.facts) and (
                stmt.op is not None or self._shares_items(stmt.value)
            ):  # fmt: skip
                raise self._shared(f"what is put into {named(target)}", stmt.origin)
            return
        yield from self._taken((stmt.value,), stmt.origin, target, self.times.at[id(stmt)])

    def _taken(
        self, items: tuple[Atom | Star, ...], origin: Origin | None, target: Value, at: int
    ) -> Iterator[Move]:
        """The arrays among some items, each of which may have no other name."""
        seen: set[Value] = set()
        for item in items:
            if isinstance(item, Const | Undef):
                continue
            if isinstance(item, Value):
                if not shares(item, self.facts):
                    continue
                if self._is_plain(self.facts.of(item)):
                    continue
                home = self._whole(item)
                if home is not None and home not in seen:
                    seen.add(home)
                    yield item, at, self.inner.get(target, target), origin
                    continue
            what = item.atom if isinstance(item, Star) else item
            raise self._shared(f"{named(what)}, which is put into a container,", origin)

    def _whole(self, atom: Atom) -> Value | None:
        """The buffer that a value is, or is another name for."""
        while isinstance(atom, Value) and atom in self.made:
            if not isinstance(self.made[atom].expr, Value):
                return None
            atom = self.made[atom].expr  # type: ignore[assignment]
        return atom if isinstance(atom, Value) and self.homes.get(atom) is atom else None

    def _shared(self, what: str, origin: Origin | None) -> Unsound:
        return Unsound(
            f"{what} may be known under another name, and arrays of the container are updated"
            " in place", origin=origin, advice=_ADVICE,
        )  # fmt: skip


def held_values(
    block: Block, facts: Facts, closures: Mapping[Value, Closure]
) -> dict[Value, list[Stmt]]:
    """Values that another value may hold, or be: not those that are only read and changed.

    Each comes with the statements that may make another value hold it.
    """
    held: dict[Value, list[Stmt]] = {}
    for stmt in statements(block):
        match stmt:
            case Let(expr=Value()):
                continue
            case Let(expr=expr):
                op = classify(expr, facts, closures)
                atoms = list(atoms_of(expr))
                if isinstance(op, Ruled | Inert | Item):
                    atoms = []
                elif isinstance(op, Built) and op.kind in ("append", "put"):
                    atoms = [a.atom if isinstance(a, Star) else a for a in op.items[1:]]
                elif isinstance(op, Built) and op.kind in ("copy", "join", "repeat"):
                    atoms = []  # the items are held, not the list
            case Write():
                atoms = [stmt.value, *stmt.args]
            case If() | For() | While() | With():
                atoms = []
            case _:
                atoms = list(own_atoms(stmt))
        for a in atoms:
            if isinstance(a, Value):
                held.setdefault(a, []).append(stmt)
    return held


def is_later(w: Write, put: Stmt, made: Value, function: Function, times: Lifetimes) -> bool:
    """Whether a write to a list that a statement made may come after `put` made another hold it.

    Not later is a change of a list that is complete when it is put in, and made anew in each
    iteration.
    """
    at = times.at[id(put)]
    starts = [
        times.at[id(s)] for s in statements(function.body)
        if isinstance(s, For | While) and times.at[id(s)] <= at <= times.ends[id(s)]
    ]  # fmt: skip
    return times.at[id(w)] > at or times.born[made] < max(starts, default=0)


def named(atom: Atom) -> str:
    """A value as the user knows it."""
    if isinstance(atom, Ref) and atom.live:
        return f"`{atom.text}`"
    return f"`{atom.name}`" if isinstance(atom, Value) and atom.user else "this value"
