"""What the items of lists and dicts have in common that a function makes and changes.

    xs = [x]                       every item of `xs` is an array like `x`
    for _ in range(3):
        xs.append(np.tanh(xs[-1]))

A container is followed while only its own names and known operations reach it.  What is read of
it is what has ever been put in, whatever the order: guessed from what was seen so far, and the
whole function is looked at again where something else is put in later.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from s2s.analysis.fact import ANY, NUMBER_KINDS, UNKNOWN, Contents, Fact, Join
from s2s.analysis.flow import ASKING, CHANGING, pattern
from s2s.analysis.indexing import item_of, read_contents, zeros_like
from s2s.analysis.shapes import watermark
from s2s.ir import mutators, prims
from s2s.ir.effects import augmented, is_grown
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    If,
    Let,
    Method,
    Ref,
    Star,
    Stmt,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.outputs import gives_out
from s2s.ir.walk import (
    defs_of,
    free_values,
    inner_defs,
    iter_atoms,
    iter_items,
    own_atoms,
    statements,
)  # fmt: skip

Lookup = Callable[[Atom], Fact]
_MAKERS = (prims.build_list, prims.build_dict, list, sorted, dict)
_READERS = (len, sum, min, max, list, tuple, dict, sorted, prims.contains, prims.not_contains)
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
        self._parent: dict[Value, Value] = {}
        self._changed: set[Value] = set()
        self._exposed: set[Value] = set(free_values(block))
        self._searched: dict[Value, None] = {}  # read under a key that is not in the text
        self._updates = False  # whether arrays may be updated in place
        for stmt in statements(block):
            self._statement(stmt)
        exposed = {self._root(v) for v in self._exposed}
        self.groups = {r: Group() for v in self._changed if (r := self._root(v)) not in exposed}
        self._still: set[Value] = set()  # never changed: followed for what its items are
        if self._updates:
            searched = {self._root(v) for v in self._searched}
            self._still = searched - exposed - self.groups.keys()
            self.groups |= {r: Group() for r in map(self._root, self._searched) if r in self._still}
        self._start = watermark()  # sizes that are younger may differ from item to item
        self._rounds = 0

    def group(self, atom: Any) -> Group | None:
        """The container that an atom names, if it is followed."""
        if not self.groups or not isinstance(atom, Value):
            return None
        return self.groups.get(self._root(atom))

    def is_still(self, value: Value) -> bool:
        """Whether a container that is followed never changes."""
        return self._root(value) in self._still

    def of(self, value: Value) -> Contents | None:
        """What is put into a container at any time, as far as that is known by now."""
        group = self.group(value)
        if group is None:
            return None
        both = {**group.found, **group.assumed}
        for key in group.found.keys() & group.assumed.keys():
            both[key] = Join()(group.assumed[key], group.found[key])
        return Contents(tuple(both.items()), self._start)

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
                group = self.group(targets[0]) if targets else None
                if group is not None:
                    self._made(group, expr, of)
                self._call(expr, of)
            case Write(target=target):
                group = self.group(target)
                if group is not None:
                    self._write(stmt, group, of)

    def _made(self, group: Group, expr: Apply, of: Lookup) -> None:
        """What a new container holds."""
        obj = expr.fn.obj if isinstance(expr.fn, Ref) else None
        args = [a for a in expr.args if not isinstance(a, Star)]
        if len(args) < len(expr.args) and obj in _MAKERS:
            _put(group, ANY, UNKNOWN)
        elif obj is prims.build_list:
            for item in args:
                _put(group, ANY, of(item))
        elif obj is prims.build_dict:
            for key, item in zip(args[::2], args[1::2], strict=True):
                _put(group, _key(key), of(item))
        elif _is_zeros(expr.fn):
            for items in args[:1]:
                _put_all(group, of(items), zero=True)
        elif any(obj is fn for fn in (list, sorted, dict)):
            for items in args[:1]:
                _put_all(group, of(items))

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

    # Names

    def _root(self, value: Value) -> Value:
        while value in self._parent:
            value = self._parent[value]
        return value

    def _join(self, *atoms: Any) -> None:
        values = [a for a in atoms if isinstance(a, Value)]
        for other in values[1:]:
            a, b = self._root(values[0]), self._root(other)
            if a is not b:
                self._parent[b] = a

    def _expose(self, atoms: Iterable[Any]) -> None:
        self._exposed.update(a for a in atoms if isinstance(a, Value))

    def _statement(self, stmt: Stmt) -> None:
        match stmt:
            case Let(targets=(target,), expr=Value() as source) if not stmt.unpack:
                self._join(target, source)
            case Let(expr=Apply() as expr) if not stmt.unpack and not expr.kwargs:
                self._expression(stmt, expr)
            case Write(target=target):
                self._updates = True
                if isinstance(target, Value):
                    self._changed.add(target)
                self._expose(a for a in own_atoms(stmt) if a is not target)
            case If() | With():
                blocks = (stmt.then, stmt.orelse) if isinstance(stmt, If) else (stmt.body,)
                for k, r in enumerate(stmt.results):
                    self._join(r, *(b.outs[k] for b in blocks))
            case For() | While():
                rows = zip(stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=True)
                for row in rows:
                    self._join(*row)
                if isinstance(stmt, For):
                    self._expose(iter_items(stmt.iter))
                    searched = iter_atoms(stmt.iter) if stmt.form == "for" else ()
                    self._searched.update({a: None for a in searched if isinstance(a, Value)})
            case _:
                if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
                    self._updates |= gives_out(stmt.expr) or bool(mutators.changed(stmt.expr))
                self._expose((*own_atoms(stmt), *defs_of(stmt), *inner_defs(stmt)))

    def _expression(self, stmt: Let, expr: Apply) -> None:
        """What an expression does with the containers that it is given."""
        args = [a.atom if isinstance(a, Star) else a for a in expr.args]
        obj = expr.fn.obj if isinstance(expr.fn, Ref) else None
        name = expr.fn.name if isinstance(expr.fn, Method) else ""
        if args and isinstance(args[0], Value):
            if is_grown(expr.fn) or augmented(expr) is not None:
                self._updates |= not is_grown(expr.fn)
                self._join(*stmt.targets, args[0])
                self._changed.add(args[0])
                self._expose(args[1:])
                return
            if name in CHANGING | ASKING:
                if name in CHANGING:
                    self._changed.add(args[0])
                self._expose((*args[1:], *stmt.targets))
                return
        if not any(obj is fn for fn in _MAKERS) and not _is_zeros(expr.fn):
            self._expose(stmt.targets)
        if obj is operator.getitem:
            if isinstance(args[0], Value) and not isinstance(args[1], Const):
                self._searched[args[0]] = None
            self._expose(args[1:])
        elif not any(obj is fn for fn in _READERS) and not _is_numeric(obj) and (
            not _is_zeros(expr.fn)
        ):  # fmt: skip
            self._expose((*args, expr.fn))


def _is_zeros(fn: Any) -> bool:
    """Whether a callee is the runtime's `zeros_of`, which makes containers of zeros."""
    module = getattr(getattr(fn, "obj", None), "__module__", None) or ""
    return module.startswith("s2s.runtime") and fn.text == "zeros_of"


def _is_numeric(obj: Any) -> bool:
    """Whether a callable makes numbers and arrays of what it is given."""
    module = getattr(obj, "__module__", None) or ""
    return module in ("numpy", "math") or type(obj).__name__ == "ufunc"


def _key(atom: Any) -> Hashable:
    """The key of a dict, as far as it is known."""
    return atom.value if isinstance(atom, Const) else ANY


def _put(group: Group, key: Hashable, fact: Fact) -> None:
    fact = replace(fact, owned=False)
    for table in (group.found, group.sure) if fact.kind != "any" else (group.found,):
        old = table.get(key)
        table[key] = fact if old is None else Join()(old, fact)


def _put_all(group: Group, fact: Fact, zero: bool = False) -> None:
    """All items of a sequence or dict, or zeros like them."""
    if zero:
        fact = zeros_like(fact)
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
