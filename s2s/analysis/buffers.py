"""Memory that a program writes into: which values are it, view it, or may share it.

A *buffer* is the value that an array or a list is when it is made.  Every write changes one
buffer; a view such as `x[1:]` has a *home*, the buffer that it shows, and is made by one
statement from another view or the buffer itself.  Where a choice or a loop hands a buffer on,
the value that takes it over is a buffer of its own, and the old name must not be used after.

Everything else that may share memory with a written buffer is harmless only if no write can
happen while it is alive; else the program is refused.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field

from s2s.analysis.copies import copies_alone
from s2s.analysis.facts import Facts
from s2s.analysis.holders import Holders, held_values, is_later, named, shows_item
from s2s.analysis.lifetimes import Lifetimes
from s2s.analysis.sharing import HOLDERS, Sharing, shares, view_kind
from s2s.errors import Origin, Unsound
from s2s.ir.effects import is_grown
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    For,
    Function,
    If,
    Let,
    Ref,
    Star,
    Stmt,
    Undef,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.walk import all_defs, blocks_of, statements

ADVICE = (
    "make the copy explicit: `y = x[...].copy()`, and write into the copy",
    "or build a new value instead of writing: np.where, np.concatenate, a list that grows",
)
UNTRACKED = ("attr", "delattr")
# Changes of which items a list or dict holds.
STRUCTURAL = frozenset({"insert", "extend", "splice", "new", "del", "cut", "clear"})
_NONE: frozenset[Value] = frozenset()


@dataclass(frozen=True)
class Buffers:
    """The written memory of a function.

    Attributes
    ----------
    homes : mapping
        A buffer, a view of one, or another name for one -> the buffer.
    made : mapping
        A view or another name -> the statement that makes it.
    shared : mapping
        Any value -> the buffers whose memory may be read through it, one name for each.
    durable : frozenset
        Views that are written through or alive across a write: their adjoints are views too.
    guarded : frozenset
        Durable views that may turn out to be copies when the program runs.
    lists : mapping
        Lists and dicts -> the buffer. Their length is part of their contents.
    holders : frozenset
        Containers whose items may be views: each item of their adjoints is memory of its own.
    again : frozenset
        What is computed again from items of lists: even its shape is read of a list.
    """

    homes: Mapping[Value, Value] = field(default_factory=dict)
    made: Mapping[Value, Let] = field(default_factory=dict)
    shared: Mapping[Value, frozenset[Value]] = field(default_factory=dict)
    durable: frozenset[Value] = _NONE
    guarded: frozenset[Value] = _NONE
    lists: Mapping[Value, Value] = field(default_factory=dict)
    holders: frozenset[Value] = _NONE
    again: frozenset[Value] = _NONE

    def home(self, atom: Atom) -> Value | None:
        """The buffer behind an atom, if it is written memory."""
        return self.homes.get(atom) if isinstance(atom, Value) else None

    def is_buffer(self, atom: Atom) -> bool:
        """Whether an atom is a written buffer itself."""
        return isinstance(atom, Value) and self.homes.get(atom) is atom

    def reads(self, atom: Atom) -> frozenset[Value]:
        """The written buffers whose memory may be read through an atom."""
        return self.shared.get(atom, _NONE) if isinstance(atom, Value) else _NONE

    def changed(self, target: Atom) -> frozenset[Value]:
        """The buffers whose contents a write changes: of a list its items, not what they hold."""
        own = self.lists.get(target) if isinstance(target, Value) else None
        return self.reads(target) if own is None else frozenset({own})

    def base(self, view: Value) -> Value:
        """What a view is made from."""
        return _base(self.made[view])


NO_BUFFERS = Buffers()


def _base(stmt: Let) -> Value:
    first = stmt.expr.args[0] if isinstance(stmt.expr, Apply) else stmt.expr
    assert isinstance(first, Value)
    return first


def find_buffers(function: Function, facts: Facts) -> Buffers:
    """The written memory of a function.

    Raises
    ------
    Unsound
        Where it cannot be told what a write changes.
    """
    writes = [s for s in statements(function.body) if isinstance(s, Write)]
    writes = [w for w in writes if w.kind not in UNTRACKED]
    return _Finder(function, facts, writes).run() if writes else NO_BUFFERS


class _Finder:
    """The analysis of one function."""

    def __init__(self, function: Function, facts: Facts, writes: list[Write]) -> None:
        self.function, self.facts, self.writes = function, facts, writes
        self.sharing = Sharing(function, facts)
        self.times = Lifetimes(function)
        self.homes: dict[Value, Value] = {}
        self.made: dict[Value, Let] = {}
        self.fresh: set[Value] = set()  # buffers that a statement of the program makes
        self.steady: set[Value] = set()  # lists in containers that do not change meanwhile
        self.kinds: dict[Value, object] = {}  # view -> True or "maybe"
        # Buffers handed on: the old name, the last moment at which it may be read, the new one.
        self.moves: list[tuple[Value, int, Value, Origin | None]] = []
        self.links: list[tuple[Value, Value]] = []  # names of one buffer after no iteration
        # Class -> times at which memory of arrays, and slots of lists, are written.
        self.memory: dict[object, list[int]] = {}
        self.slots: dict[object, list[int]] = {}
        self.holders = Holders(
            function, facts, self.sharing, self.times, self.homes, self.made
        )  # fmt: skip
        self.deep: set[object] = set()  # classes of containers whose items are views
        self.nested: dict[object, list[int]] = {}  # slots of lists that something holds
        self.holdable: set[Value] = set()  # those lists
        self.later: dict[object, list[tuple[int, Value]]] = {}  # and their changes
        self.alone = copies_alone(function, facts, self.sharing)
        for w in writes:
            if isinstance(w.target, Value):
                key = self.sharing.find(w.target)
                times = self.slots if self._is_slot(w) else self.memory
                times.setdefault(key, []).append(self.times.at[id(w)])

    def run(self) -> Buffers:
        """Homes of all written memory, then what must hold of the rest."""
        self._block(self.function.body)
        members = self._members()
        targets = {w.target for w in self.writes}
        self._find_items(members, targets)
        for w in self.writes:
            self._check_write(w)
        self._check_moves()
        self._find_nested()
        durable, name = set[Value](), self._names()
        for key, values in members.items():
            for v in values:
                across = self.times.across(v, self._times_of(v, key))
                if v in self.homes:
                    if v in self.made and (v in targets or across or v in self.steady):
                        durable.update(self._chain(v))
                    if self._is_list(v) and key not in self.deep:
                        own, later = name(self.homes[v]), self.later.get(key, [])
                        others = [at for at, changed in later if changed is not own]
                        if self.times.across(v, self.memory.get(key, []) + others):
                            self._refuse(v, key)
                elif across:
                    self._refuse(v, key)
        guarded = frozenset(v for v in durable if self.kinds.get(v) == "maybe")
        slotted = [w.target for w in self.writes if self._is_slot(w)]
        lists = {v: name(h) for v, h in self.homes.items() if self._is_list(v) or v in slotted}
        held = {v for k in self.deep for v in members[k] if self._is_list(v)}
        return Buffers(
            self.homes, self.made, self._shared(members), frozenset(durable), guarded, lists,
            frozenset(held),
        )  # fmt: skip

    def _find_items(
        self, members: Mapping[object, list[Value]], targets: Container[Atom]
    ) -> None:
        """Items of containers stay views where they are updated, or what they show is."""
        views = {k: [v for v in vs if self.holders.is_through(v)] for k, vs in members.items()}
        for key, through in views.items():
            changes = [w for w in self.writes if self._is_slot(w) and self._key(w) is key]
            times = [self.times.at[id(w)] for w in changes if w.target in through]
            times += self.memory.get(key, [])
            if any(v in targets or self.times.across(v, times) for v in through):
                self.deep.add(key)
                used = [
                    v for v in through
                    if v in targets or self.times.across(v, self._times_of(v, key))
                ]  # fmt: skip
                self.moves += self.holders.moves(key, changes, used, key in self.memory)
                self.steady.update(
                    v for v in through
                    if self._is_list(v) and self.holders.change_during(v, changes) is None
                )
                buffers = [v for v in members[key] if self.homes.get(v) is v]
                self.links += [(buffers[0], v) for v in buffers[1:]]
                continue
            for v in through:
                del self.homes[v], self.made[v], self.kinds[v]

    def _key(self, w: Write) -> object:
        """The class of what is written."""
        return self.sharing.find(w.target) if isinstance(w.target, Value) else None

    def _is_slot(self, w: Write) -> bool:
        """Whether a write changes which items a list or dict holds, not an array."""
        return changes_items(w, self.facts)

    def _is_list(self, value: Atom) -> bool:
        return self.facts.of(value).kind in HOLDERS

    def _times_of(self, value: Value, key: object) -> list[int]:
        """The writes that may change what a value shows."""
        kind = self.facts.of(value).kind
        memory, slots = self.memory.get(key, []), self.slots.get(key, [])
        if kind == "array":
            return memory
        if kind in ("list", "dict") and value in self.homes:
            return slots
        return memory + self.nested.get(key, [])

    def _find_nested(self) -> None:
        """The writes to lists that another value may hold, and not only name."""
        held = held_values(self.function.body, self.facts, self.sharing.closures)
        name, puts = self._names(), dict[Value, list[tuple[Value, Stmt]]]()
        for v, places in held.items():
            if v in self.homes:
                puts.setdefault(name(self.homes[v]), []).extend((v, p) for p in places)
        self.holdable = set(puts)
        for w in self.writes:
            home = self.homes.get(w.target) if isinstance(w.target, Value) else None
            if self._is_slot(w) and (home is None or name(home) in puts):
                key, at = self.sharing.find(w.target), self.times.at[id(w)]  # type: ignore[arg-type]
                self.nested.setdefault(key, []).append(at)
                for v, put in [] if home is None else puts[name(home)]:
                    assert home is not None
                    # Under an older name it cannot be written any more (`_check_moves`).
                    if home not in self.fresh or self.homes[v] is home and is_later(
                        w, put, home, self.function, self.times
                    ):
                        self.later.setdefault(key, []).append((at, name(home)))

    def _members(self) -> dict[object, list[Value]]:
        """The values of each written class."""
        members: dict[object, list[Value]] = {k: [] for k in (*self.memory, *self.slots)}
        for v in [*(p.value for p in self.function.params), *all_defs(self.function.body)]:
            if shares(v, self.facts) and (key := self.sharing.find(v)) in members:
                members[key].append(v)
        return members

    def _chain(self, view: Value) -> Iterator[Value]:
        """A view and the views that it is made from."""
        while view in self.made:
            yield view
            view = _base(self.made[view])

    def _names(self) -> Callable[[Value], Value]:
        """One name for all buffers that are the same memory, handed on."""
        first: dict[Value, Value] = {}

        def name(buffer: Value) -> Value:
            while buffer in first:
                buffer = first[buffer]
            return buffer

        for old, new in [*((m[0], m[2]) for m in self.moves), *self.links]:
            if old not in self.homes or new not in self.homes:
                continue
            a, b = name(self.homes[old]), name(self.homes[new])
            if a is not b:
                first[b] = a
        return name

    def _shared(
        self, members: Mapping[object, list[Value]]
    ) -> dict[Value, frozenset[Value]]:
        """The buffers behind each value; slots are read through a list, and what holds it."""
        name = self._names()
        found: dict[Value, frozenset[Value]] = {}
        slots = {name(self.homes[w.target]) for w in self.writes if self._is_slot(w)}  # type: ignore[index]
        others = {name(self.homes[w.target]) for w in self.writes if not self._is_slot(w)}  # type: ignore[index]
        alone = slots - others - self.holdable
        for values in members.values():
            whole = frozenset(name(self.homes[v]) for v in values if v in self.homes)
            for v in values:
                own = frozenset({name(self.homes[v])} if v in self.homes else ())
                plain = v in self.homes and not self._is_list(v)
                found[v] = own if plain else own | (whole - alone)
        return found

    # Homes

    def _is_written(self, value: Value) -> bool:
        if not shares(value, self.facts):
            return False
        key = self.sharing.find(value)
        # An array that a list holds is not written where the items of the list are.
        listed = key in self.slots and not self.facts.of(value).numeric
        return key in self.memory or listed

    def _block(self, block: Block) -> None:
        for stmt in block.stmts:
            self._stmt(stmt)

    def _stmt(self, stmt: Stmt) -> None:
        match stmt:
            case Let(targets=(target,)) if not stmt.unpack and self._is_written(target):
                self._let(stmt, target)
            case Let() if len(stmt.targets) > 1 and self.sharing.are_new(stmt):
                new = {t: t for t in stmt.targets if self._is_written(t)}
                self.homes.update(new)
                self.fresh.update(new)
            case If() | With():
                for b in blocks_of(stmt):
                    self._block(b)
                end = self.times.ends[id(stmt)]
                for k, r in enumerate(stmt.results):
                    sources = [b.outs[k] for b in blocks_of(stmt)]
                    self._join(r, [(s, end) for s in sources], stmt.origin)
            case For() | While():
                self._loop(stmt)

    def _loop(self, stmt: For | While) -> None:
        rows = list(zip(stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=True))
        start, end = self.times.at[id(stmt)], self.times.ends[id(stmt)]
        if isinstance(stmt, For) and stmt.form != "for":  # nobody sees it before it is whole
            self._block(stmt.body)
            self.holders.comprehension(stmt)
            self.homes.update({r: r for r in stmt.results if self._is_written(r)})
            return
        for p, init, _, _ in rows:
            self._join(p, [(init, start)], stmt.origin)
        for b in blocks_of(stmt):
            self._block(b)
        inside = set(all_defs(Block((stmt,)))) - set(stmt.results)
        for p, _, out, r in rows:
            if p not in self.homes:
                continue
            fits = isinstance(out, Undef) or self._whole(out) and out in inside
            if not fits:  # what an iteration leaves is not a buffer of its own
                del self.homes[p]
                continue
            self._join(r, [(out, end)], stmt.origin)
            self.links += [(p, r)]

    def _let(self, stmt: Let, target: Value) -> None:
        """A buffer where it is made, a view with the home of its base."""
        expr = stmt.expr
        if isinstance(expr, Apply) and is_grown(expr.fn):
            items = expr.args[0]
            if isinstance(items, Value) and self._whole(items):
                self.homes[target] = target
                self.moves.append((items, self.times.at[id(stmt)], target, stmt.origin))
            return
        if self.sharing.is_fresh(stmt):
            self.homes[target] = target
            self.fresh.add(target)
            return
        item = shows_item(stmt, self.facts)
        kind = True if isinstance(expr, Value) or item else view_kind(stmt, self.facts)
        # A list of views is no view: its items are rebound, not written, by an adjoint.
        shown = isinstance(expr, Value) or item or self.facts.of(target).numeric
        if item and _base(stmt) in self.homes:
            self.holders.items.add(target)
        if kind and shown and _base(stmt) in self.homes:
            self.homes[target] = self.homes[_base(stmt)]
            self.made[target] = stmt
            self.kinds[target] = kind

    def _join(
        self, value: Value, sources: list[tuple[Atom, int]], origin: Origin | None
    ) -> None:
        """A value that takes over whole buffers is a buffer; the old names end there."""
        if not self._is_written(value):
            return
        real = [(s, end) for s, end in sources if not isinstance(s, Undef)]
        if all(self._whole(s) for s, _ in real):
            self.homes[value] = value
            for s, end in real:
                assert isinstance(s, Value)
                self.moves.append((s, end, value, origin))

    def _whole(self, atom: Atom) -> bool:
        """Whether a value is a buffer or another name for one, not a part of it."""
        while isinstance(atom, Value) and atom in self.made:
            if not isinstance(self.made[atom].expr, Value):
                return False
            atom = _base(self.made[atom])
        return isinstance(atom, Value) and self.homes.get(atom) is atom

    # What must hold

    def _check_write(self, w: Write) -> None:
        items = w.kind == "item" and self.facts.of(w.target).kind == "list"
        if items and self.facts.of(w.key).kind not in ("int", "bool"):
            raise Unsound(
                f"cannot tell whether this update of the list {named(w.target)} is of one item or"
                " of several", origin=w.origin,
                advice=("make the index an int: `items[int(k)] = value`",
                        "or write the slice out: `items[a:b] = values`"),
            )  # fmt: skip
        if self._may_be_new(w):
            raise Unsound(
                f"cannot tell whether this update of the dict {named(w.target)} is of an entry"
                " that is there", origin=w.origin,
                advice=("use strings alone for its keys", "or build a new dict"),
            )  # fmt: skip
        known = isinstance(w.target, Value) and w.target in self.homes
        if known and not self.sharing.outside(w.target):  # type: ignore[arg-type]
            return
        if known and self._is_slot(w) and (
            w.target in self.alone or self.facts.tracked.group(w.target) is not None
        ):
            return  # what others hold are items of a list that nothing else can reach
        reason = f"cannot tell what else this in-place update of {named(w.target)} changes"
        if known:
            reason = f"{named(w.target)} is updated in place, and something outside may hold it"
        raise Unsound(reason, origin=w.origin, advice=ADVICE)

    def _may_be_new(self, w: Write) -> bool:
        """Whether a write to what nothing is known of, but that has names for keys, adds one."""
        if w.kind != "item" or w.op is not None or self._is_slot(w) or not self._whole(w.target):
            return False
        if self.facts.of(w.target).kind != "any":
            return False
        name = self._names()
        keyed = (v for v in _named_items(self.function.body, self.facts) if self._whole(v))
        return name(self.homes[w.target]) in {name(self.homes[v]) for v in keyed}  # type: ignore[index]

    def _refuse(self, value: Value, key: object) -> None:
        """Raise the error for a value that a write may change behind its back."""
        start, end = self.times.born.get(value, 0), self.times.dies.get(value, 0)
        for w in self.writes:
            same = isinstance(w.target, Value) and self.sharing.find(w.target) == key
            if same and start < self.times.at[id(w)] < end:
                raise Unsound(
                    f"cannot differentiate this in-place update of {named(w.target)}:"
                    f" {named(value)} may share its memory and is used after it",
                    origin=w.origin, advice=ADVICE,
                )  # fmt: skip

    def _check_moves(self) -> None:
        """A buffer that was handed on under another name is not used under the old one."""
        by_home: dict[Value, list[Value]] = {}
        for v, own in self.homes.items():
            by_home.setdefault(own, []).append(v)
        taken: dict[tuple[Value, int], Value] = {}
        for old, end, new, origin in self.moves:
            home: Value | None = self.homes.get(old)
            if home is None or new not in self.homes:
                continue
            twice = taken.setdefault((home, end), new) is not new
            late = [v for v in by_home[home] if self.times.dies[v] > end and v is not new]
            if twice or late:
                raise Unsound(
                    f"{named(new)} and {named((late or [old])[0])} are two names of one array"
                    " that is updated in place", origin=origin, advice=ADVICE,
                )  # fmt: skip
        self.moves = [m for m in self.moves if m[0] in self.homes and m[2] in self.homes]


def changes_items(w: Write, facts: Facts) -> bool:
    """Whether a write changes which items a list or dict holds: what has names for keys is one."""
    kind = facts.of(w.target).kind
    if w.kind in STRUCTURAL or kind in ("list", "dict"):
        return True
    return w.kind == "item" and kind == "any" and facts.of(w.key).kind == "str"


def _named_items(block: Block, facts: Facts) -> Iterator[Value]:
    """What is read or written under a string and may be a dict."""
    for stmt in statements(block):
        match stmt:
            case Let(
                expr=Apply(fn=Ref(obj=operator.getitem), args=(Value() as whole, key))
            ) | Write(kind="item", target=Value() as whole, key=key):
                named_key = not isinstance(key, Star) and facts.of(key).kind == "str"
                if named_key and facts.of(whole).kind == "any":
                    yield whole
