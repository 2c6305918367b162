"""What the items of lists and dicts have in common that a function makes and changes.

    xs = [x]                       every item of `xs` is an array like `x`
    for _ in range(3):
        xs.append(np.tanh(xs[-1]))

A container is followed while only its own names and known operations reach it, and what holds it
is followed, too (`levels`).  What is read of it is what has ever been put in, whatever the order:
guessed from what was seen so far, and the whole function is looked at again where something else
is put in later.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from s2s.analysis.fact import (
    ANY,
    NUMBER_KINDS,
    UNKNOWN,
    Contents,
    Fact,
    Join,
    without_items,
)  # fmt: skip
from s2s.analysis.flow import pattern
from s2s.analysis.indexing import item_of, read_contents, zeros_like
from s2s.analysis.levels import TAKING, Levels, is_numeric, is_zeros
from s2s.analysis.shapes import watermark
from s2s.ir import prims
from s2s.ir.effects import augmented, in_place, is_grown
from s2s.ir.nodes import Apply, Atom, Block, Const, Let, Method, Ref, Star, Stmt, Value, Write
from s2s.ir.record import replace

Lookup = Callable[[Atom], Fact]
_MAKERS = (prims.build_list, prims.build_dict, list, sorted, dict)
_GETITEM = Ref("getitem", operator.getitem)
_MUTABLE = frozenset({"list", "dict"})
_ROUNDS = 4


@dataclass
class Group:
    """One container under all its names: what was put in by key."""

    found: dict[Hashable, Fact] = field(default_factory=dict)
    sure: dict[Hashable, Fact] = field(default_factory=dict)  # of which something is known
    assumed: dict[Hashable, Fact] = field(default_factory=dict)


class Tracked:
    """The containers of a function whose contents are followed."""

    def __init__(self, block: Block) -> None:
        self._levels = levels = Levels(block)
        self.groups = {r: Group() for r in levels.followed(levels.changed)}
        self._still: set[object] = set()  # never changed: followed for what its items are
        if levels.updates:
            searched = levels.followed(levels.searched)
            self._still = set(searched) - self.groups.keys()
            self.groups |= {r: Group() for r in searched if r in self._still}
        self._start = watermark()  # sizes that are younger may differ from item to item
        self._rounds = 0

    def group(self, atom: Any) -> Group | None:
        """The container that an atom names, if it is followed."""
        if not self.groups or not isinstance(atom, Value):
            return None
        return self.groups.get(self._levels.root(atom))

    def is_still(self, value: Value) -> bool:
        """Whether a container that is followed never changes."""
        return self._levels.root(value) in self._still

    def is_exposed(self, value: Value) -> bool:
        """Whether something that is not seen may reach a value."""
        return self._levels.root(value) in self._levels.exposed

    def of(self, value: Value) -> Contents | None:
        """What is put into a container at any time, as far as that is known by now."""
        group = self.group(value)
        if group is None:
            return None
        both = {**group.found, **group.assumed}
        for key in group.found.keys() & group.assumed.keys():
            both[key] = Join()(group.assumed[key], group.found[key])
        return Contents(tuple(both.items()), self._start)

    def deep(self, key: object, fact: Fact, above: tuple[object, ...] = ()) -> Fact:
        """A fact about a container with what its lists hold at all levels, at any time."""
        if fact.kind not in ("list", "dict") or fact.contents is None:
            return fact if fact.items is None else without_items(fact, _MUTABLE)
        root, below = self._levels.root(key), self._levels.items(key)
        group = self.groups.get(root)
        if group is None and not self._changes(root):
            return fact  # nothing is put in here
        if group is None or root in above:
            return without_items(fact, _MUTABLE)
        entries = {**group.found, **group.assumed}
        inner = {k: self.deep(below, f, (*above, root)) for k, f in entries.items()}
        return replace(fact, contents=Contents(tuple(inner.items()), self._start))

    def _changes(self, root: object) -> bool:
        """Whether something is put into a container, or into what it holds."""
        seen: set[object] = set()
        while root is not None and root not in seen:
            seen.add(root)
            root = self._levels.items(root)
        return any(self._levels.root(v) in seen for v in self._levels.changed)

    def returned(self, value: Value, fact: Fact) -> None:
        """Note what a call gave that is followed."""
        if value in self._levels.returned and self.group(value) is not None:
            self._fill(value, fact)

    def again(self) -> bool:
        """Whether more was put in than was taken for granted: then look at everything again."""
        self._rounds += 1
        more = False
        for group in self.groups.values():
            # At first, what depends on what was not seen yet is expected to be like the rest.
            found = {**group.found, **group.sure} if self._rounds == 1 else group.found
            for key, fact in found.items():
                old = group.assumed.get(key)
                new = fact if old is None else Join()(old, fact)
                if old is None or pattern((new,), self._start) != pattern((old,), self._start):
                    more = True
                    group.assumed[key] = UNKNOWN if self._rounds >= _ROUNDS else new
            group.found, group.sure = {}, {}
        return more

    # What is put in

    def learn(self, stmt: Stmt, of: Lookup) -> None:
        """Note what a statement puts into containers."""
        if not self.groups:
            return
        match stmt:
            case Let(targets=targets, expr=Apply() as expr):
                group = self.group(targets[0]) if targets and not stmt.unpack else None
                if group is not None:
                    self._made(targets[0], group, expr, of)
                self._call(expr, of)
                if expr.fn == _GETITEM and targets:
                    self._taken(targets[0], expr.args, of)
            case Write(target=target):
                group = self.group(target)
                if group is not None:
                    self._write(stmt, group, of)

    def _made(self, target: Value, group: Group, expr: Apply, of: Lookup) -> None:
        """What a new container holds."""
        obj = expr.fn.obj if isinstance(expr.fn, Ref) else None
        args = [a for a in expr.args if not isinstance(a, Star)]
        if len(args) < len(expr.args) and any(obj is fn for fn in _MAKERS):
            _put(group, ANY, UNKNOWN)
        elif obj is prims.build_list:
            for item in args:
                _put(group, ANY, of(item))
        elif obj is prims.build_dict:
            for key, item in zip(args[::2], args[1::2], strict=True):
                _put(group, _key(key), of(item))
        elif is_zeros(expr.fn):
            for items in args[:1]:
                self._fill(target, zeros_like(of(items)))
        elif obj is dict:
            for items in args[:1]:
                _put_all(group, of(items) if of(items).kind == "dict" else UNKNOWN)
        elif obj is list or obj is sorted:
            for items in args[:1]:
                _put_all(group, of(items))
        elif obj is operator.add or obj is operator.mul:
            for items in args:
                if of(items).kind not in NUMBER_KINDS:
                    _put_all(group, of(items))
        elif self._copies(expr):
            _put_all(group, of(args[0]))
        elif not self._hands_on(target, expr):
            _put(group, ANY, UNKNOWN)

    def _copies(self, expr: Apply) -> bool:
        """Whether a call makes a list or dict with the items of its first argument."""
        if isinstance(expr.fn, Method):
            return expr.fn.name in ("copy", "values")
        sliced = expr.fn == _GETITEM and self._levels.is_slice(expr.args[1])
        return sliced or isinstance(expr.fn, Ref) and expr.fn.obj is tuple

    def _hands_on(self, target: Value, expr: Apply) -> bool:
        """Whether a call gives what was there before, or no container."""
        if isinstance(expr.fn, Method):
            return expr.fn.name in TAKING
        obj = expr.fn.obj if isinstance(expr.fn, Ref) else None
        if target in self._levels.returned:
            return True
        picked = expr.fn == _GETITEM or obj is min or obj is max
        return picked or in_place(expr) or is_numeric(obj)

    def _fill(self, key: object, fact: Fact) -> None:
        """What is put in at once, at all levels."""
        root = self._levels.root(key)
        group, below = self.groups.get(root), self._levels.items(root)
        if group is None:
            return
        _put_all(group, fact)
        entries = fact.contents.entries if fact.contents is not None else ()
        for item in fact.items or tuple(f for _, f in entries) or (UNKNOWN,):
            if below is not None and below is not root and item.kind not in NUMBER_KINDS:
                self._fill(below, item)

    def _taken(self, target: Value, args: tuple[Any, ...], of: Lookup) -> None:
        """Where an item may be a slice after all, nothing is known of what it may be one of."""
        base, key = args
        if isinstance(base, Star) or isinstance(key, Star) or self._levels.is_slice(key):
            return
        whole, place = of(base), of(key)
        if whole.kind in ("dict", "array") or whole.numeric:
            return
        if place.kind not in ("int", "bool", "str"):
            root: object | None = self._levels.root(target)
            seen: set[object] = set()
            while root is not None and root not in seen:
                seen.add(root)
                if root in self.groups:
                    _put(self.groups[root], ANY, UNKNOWN)
                root = self._levels.items(root)

    def _call(self, expr: Apply, of: Lookup) -> None:
        """What a call puts into its first argument."""
        group = self.group(expr.args[0]) if expr.args else None
        if group is None:
            return
        args = [a.atom if isinstance(a, Star) else a for a in expr.args[1:]]
        name = expr.fn.name if isinstance(expr.fn, Method) else ""
        if is_grown(expr.fn):
            _put(group, _key(args[0]) if len(args) == 2 else ANY, of(args[-1]))
        elif augmented(expr) == "Add" or name == "extend":
            for a in args:
                _put_all(group, of(a))
        elif name in ("append", "insert", "setdefault"):
            _put(group, ANY, of(args[-1]) if args else UNKNOWN)
        elif name == "update":
            for a in args:
                _put_all(group, of(a))
            for k, a in expr.kwargs:
                _put(group, ANY if k is None else k, of(a) if k is not None else UNKNOWN)

    def _write(self, stmt: Write, group: Group, of: Lookup) -> None:
        """What a write puts into its target."""
        form = stmt.op if stmt.kind == "restore" and stmt.op else stmt.kind
        if form in ("del", "cut", "clear"):
            return
        key = _key(stmt.key) if of(stmt.target).kind == "dict" else ANY
        value = of(stmt.value)
        if form in ("extend", "splice", "refill") or of(stmt.key).kind == "slice":
            _put_all(group, value)
        elif form == "add_at" or (stmt.op is not None and form == stmt.kind):
            contents = self.of(stmt.target)  # type: ignore[arg-type]
            assert contents is not None
            _put(group, key, _changed(read_contents(contents, key), value))
        else:
            _put(group, key, value)


def _key(atom: Any) -> Hashable:
    """The key of a dict, as far as it is known."""
    return atom.value if isinstance(atom, Const) else ANY


def _put(group: Group, key: Hashable, fact: Fact) -> None:
    fact = replace(fact, owned=False) if fact.owned else fact
    for table in (group.found, group.sure) if fact.kind != "any" else (group.found,):
        old = table.get(key)
        table[key] = fact if old is None else Join()(old, fact)


def _put_all(group: Group, fact: Fact) -> None:
    """All items of a sequence or dict."""
    if fact.items is not None and fact.kind in ("list", "tuple", "dict"):
        keys = fact.keys if fact.keys is not None else (ANY,) * len(fact.items)
        for key, item in zip(keys, fact.items, strict=True):
            _put(group, key, item)
    elif fact.contents is not None:
        for key, item in fact.contents.entries:
            _put(group, key, item)
    else:
        _put(group, ANY, item_of(fact))


def _changed(old: Fact, value: Fact) -> Fact:
    """What an item is after an update in place: an array stays as it is, numbers are numbers."""
    if old.kind == "array":
        return old
    if not _is_number(old) or not _is_number(value):
        return UNKNOWN
    same = old.dtype is not None and old.dtype == value.dtype and old.dtype.kind == "f"
    kind = "scalar" if old.kind in NUMBER_KINDS else "any"
    return Fact(kind, old.dtype if same else None, (), numeric=True)


def _is_number(fact: Fact) -> bool:
    """Whether a value is a number, or an array without dimensions."""
    return fact.kind in NUMBER_KINDS or fact.numeric and fact.dims == ()
