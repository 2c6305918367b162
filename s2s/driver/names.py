"""What the names in generated functions denote: the objects, and where data is read anew.

Functions of several modules meet in one generated module, so one name may mean two things; then
the second is written under another name.
"""

from __future__ import annotations

import builtins
import importlib
import re
import sys
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from s2s.analysis.callees import of_table
from s2s.backend.operators import is_syntax
from s2s.driver.subject import Home, nested, refs_of
from s2s.errors import Unsupported
from s2s.frontend import scope
from s2s.frontend.generators import Consumed
from s2s.frontend.lower import LocalFunction
from s2s.frontend.resolve import MISSING, Resolver, is_fixed, test_of_pattern
from s2s.ir.nodes import Apply, Block, Function, Let, Ref
from s2s.ir.walk import blocks_of, map_block, with_blocks
from s2s.rules import HelperFunction
from s2s.transform.lifted import Lifted
from s2s.transform.returned import Returning
from s2s.transform.unit import Generated

_SHORT = {"np": "numpy"}


@dataclass
class Scope:
    """The functions of a generated module, as they are written, and their free names."""

    functions: tuple[Function, ...] = ()
    fixed: dict[str, Any] = field(default_factory=dict)
    live: dict[str, tuple[Resolver, str]] = field(default_factory=dict)  # data of the user
    guards: dict[tuple[int, str], tuple[Resolver, str, Any]] = field(default_factory=dict)

    def guard(self, resolver: Resolver, name: str, obj: Any) -> None:
        """Note that the code is right only while a name of the user denotes an object."""
        if name in resolver.cells or name in resolver.globals:
            where = id(resolver.cells[name] if name in resolver.cells else resolver.globals)
            self.guards[where, name] = (resolver, name, obj)


def scope_of(functions: Sequence[Function], homes: Sequence[Home]) -> Scope:
    """Give every name of some functions its object.

    Raises
    ------
    Unsupported
        Where data of the user cannot be traced to the variable that holds it.
    """
    functions, own = _complete(functions)
    table = Scope()
    binder = _Binder(table, homes, {f.name for f in functions})
    renamed = dict(own)
    for function in functions:
        for ref in refs_of(function):
            key = (ref.text, id(ref.obj))
            ours = ref.home is None and is_syntax(ref.obj)  # no name that the user wrote
            if key not in renamed and not _is_own(ref.obj) and not ours:
                text = binder.bind(ref)
                renamed[key] = text
    table.functions = tuple(_rewritten(f, renamed) for f in functions)
    for function in table.functions:
        binder.bind_nested(function)
    for home in homes:
        _guard_all(home, home.function, table)
    return table


def _guard_all(
    home: Home, function: Function, table: Scope, seen: frozenset[LocalFunction] = frozenset()
) -> None:
    """Guard what the user's functions took for granted when they were lowered."""
    for ref in refs_of(function):
        root = ref.text.partition(".")[0]
        found = home.resolver.lookup(root)
        consumed = isinstance(ref.obj, Consumed) and _follow(found, ref.text) is ref.obj.fn
        if not ref.live and is_fixed(found) and (consumed or _leads_to(found, ref)):
            table.guard(home.resolver, root, found)
        items = ref.obj if ref.live and type(ref.obj) is dict and found is ref.obj else {}
        held = {key: item for key in items if (item := of_table(ref, key)) is not None}
        if held:  # functions and classes under names
            table.guard(home.resolver, root, found)
        for key, item in held.items():
            table.guard(Resolver(items), key, item.obj)
    for inner in nested(function):
        if inner._function is not None and inner not in seen:
            _guard_all(home, inner.function, table, seen | {inner})


class _Binder:
    """Finds the objects behind references, one by one."""

    def __init__(self, table: Scope, homes: Sequence[Home], taken: set[str]) -> None:
        self.table, self.homes, self.taken = table, homes, set(taken)

    def bind(self, ref: Ref) -> str:
        """Bind what a reference needs; returns how it is to be written."""
        root, _, path = ref.text.partition(".")
        ours = str(getattr(ref.obj, "__module__", None)).startswith("s2s.")
        if ours and isinstance(ref.obj, types.FunctionType):
            # Not through `import s2s`: the text may be pasted where there is none.
            return self._place(ref.obj.__name__, "", ref.obj, None, ref)
        own = () if ref.home is None else (ref.home,)  # methods are found while inlining
        for resolver in (*(home.resolver for home in self.homes), *own):
            found = resolver.lookup(root)
            if found is not MISSING and (
                _leads_to(found, ref) or _is_variable(ref, root, resolver)
            ):
                return self._place(root, path, found, resolver, ref)
        if ref.obj is MISSING and self.homes:  # a NameError of the user, if it is ever reached
            self.table.live.setdefault(root, (self.homes[0].resolver, root))
            return ref.text
        if ref.live:
            raise Unsupported(
                f"`{ref.text}` is data of another module, which may change",
                advice=[f"pass `{ref.text}` as an argument"],
            )
        found = _module(root) if path else MISSING
        if found is not MISSING and _leads_to(found, ref):
            return self._place(root, path, found, None, ref)
        return self._place(ref.text.rpartition(".")[2], "", ref.obj, None, ref)

    def _place(
        self, root: str, path: str, found: Any, resolver: Resolver | None, ref: Ref
    ) -> str:
        """Bind an object to a name that is free for it."""
        root = re.sub(r"\W", "_", root)
        name, k = root, 2
        while not self._is_free(name, found, resolver):
            name, k = f"{root}_{k}", k + 1
        if resolver is not None and not is_fixed(found):
            self.table.live[name] = (resolver, root)
        elif getattr(builtins, name, MISSING) is not found:
            if resolver is not None:
                self.table.guard(resolver, root, found)
        if name not in self.table.live:
            self.table.fixed[name] = found
        return f"{name}.{path}" if path else name

    def _is_free(self, name: str, found: Any, resolver: Resolver | None) -> bool:
        """Whether a name means nothing yet, or this object already."""
        if name in self.taken:
            return False
        if name in self.table.live:
            other, key = self.table.live[name]
            return resolver is not None and _place_of(other, key) == _place_of(resolver, key)
        return name not in self.table.fixed or self.table.fixed[name] is found

    def bind_nested(self, function: Function) -> None:
        """Bind the free names of nested functions, which are written as they stand."""
        for inner in nested(function):
            own = {*inner.captured, *inner.defaults, inner.name}
            for name in scope.ordered_reads([inner.tree]):
                if name in own:
                    continue
                test = test_of_pattern(name)
                if test is not MISSING:
                    self.table.fixed[name] = test
                    continue
                found = inner.resolver.lookup(name)
                if found is MISSING or getattr(builtins, name, MISSING) is found:
                    continue
                ref = Ref(name, found, live=not is_fixed(found))
                if self._place(name, "", found, inner.resolver, ref) != name:
                    raise Unsupported(
                        f"two different objects are called `{name}` in this derivative",
                        origin=function.origin, advice=["rename one of them"],
                    )  # fmt: skip


def _place_of(resolver: Resolver, name: str) -> int:
    """What tells two variables apart: the cell, or the globals."""
    return id(resolver.cells[name] if name in resolver.cells else resolver.globals)


def _follow(root: Any, text: str) -> Any:
    """The object at the end of a dotted name."""
    for part in text.split(".")[1:]:
        root = getattr(root, part, MISSING)
    return root


def _leads_to(root: Any, ref: Ref) -> bool:
    """Whether the dotted name of a reference, from `root` on, is its object."""
    found = _follow(root, ref.text)
    if isinstance(ref.obj, Consumed):  # written only where a list is made of it
        return ref.obj.kind == "listed" and found is ref.obj.fn
    # A method of a ufunc is a new object each time.
    return found is ref.obj or (isinstance(found, types.BuiltinMethodType) and found == ref.obj)


def _is_variable(ref: Ref, root: str, resolver: Resolver) -> bool:
    """Whether a reference is to a variable of a scope, whatever it holds by now."""
    return ref.live and ref.home is not None and _place_of(ref.home, root) == _place_of(
        resolver, root
    )  # fmt: skip


def _module(root: str) -> Any:
    """The module that a name stands for by convention."""
    name = _SHORT.get(root, root)
    if name in sys.modules:
        return sys.modules[name]
    try:
        return importlib.import_module(name)
    except ImportError:
        return MISSING


def _is_own(obj: Any) -> bool:
    """Whether an object is a function of a generated module."""
    return isinstance(obj, Generated | HelperFunction | LocalFunction)


def _complete(
    functions: Sequence[Function],
) -> tuple[tuple[Function, ...], dict[tuple[str, int], str]]:
    """The functions with those of other modules that they call, under names of their own."""
    known = {id(f) for f in functions}
    whole = list(functions)
    own: dict[int, Any] = {}
    k = 0
    while k < len(whole):
        for ref in refs_of(whole[k]):
            target = _function_of(ref.obj)
            if target is not None:
                own[id(ref.obj)] = ref.obj
                if id(target) not in known:
                    known.add(id(target))
                    whole.append(target)
        k += 1
    late = whole[len(functions) :]
    names = {f.name for f in functions}
    texts = {id(f): f.name for f in functions}
    for k, function in enumerate(late):
        name, n = function.name, 2
        while name in names:
            name, n = f"{function.name}_{n}", n + 1
        names.add(name)
        texts[id(function)] = name
        late[k] = function if name == function.name else replace(function, name=name)
    table = {
        (obj.name, key): texts[id(_function_of(obj))] for key, obj in own.items()
    }  # fmt: skip
    return (*reversed(late), *functions), table


def _function_of(obj: Any) -> Function | None:
    """The intermediate form of a generated function."""
    if isinstance(obj, Generated):
        return obj.function_ir
    if isinstance(obj, Lifted | Returning):
        return obj.plain
    return obj.function if isinstance(obj, HelperFunction) else None


def _rewritten(function: Function, texts: dict[tuple[str, int], str]) -> Function:
    """The function with its references written as `texts` says."""
    if all(texts.get((r.text, id(r.obj)), r.text) == r.text for r in refs_of(function)):
        return function

    def swap(atom: Any) -> Any:
        if not isinstance(atom, Ref):
            return atom
        text = texts.get((atom.text, id(atom.obj)), atom.text)
        return atom if text == atom.text else replace(atom, text=text)

    def callees(block: Block) -> Iterator[Any]:
        for stmt in block.stmts:
            if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
                stmt = replace(stmt, expr=replace(stmt.expr, fn=swap(stmt.expr.fn)))
            inner = tuple(through(b) for b in blocks_of(stmt))
            yield with_blocks(stmt, inner) if inner else stmt

    def through(block: Block) -> Block:
        return replace(block, stmts=tuple(callees(block)))

    params = tuple(replace(p, default=swap(p.default)) for p in function.params)
    return replace(function, params=params, body=map_block(through(function.body), swap))

