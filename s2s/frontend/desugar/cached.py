"""Nested functions whose results are cached keep them in a dict.

>>> import ast, functools
>>> tree = gast.parse('''
... def f(x):
...     @cache
...     def fib(n):
...         return x if n < 2 else fib(n - 1) + fib(n - 2)
...     return fib(9)
... ''').body[0]
>>> new = with_dicts_of_results(tree, {"cache": functools.cache}.get)
>>> print(ast.unparse(gast.gast_to_ast(gast.Module([new], []))))
def f(x):
    fib_known_ = {}
<BLANKLINE>
    def fib(n):
        key_ = n
        if key_ in fib_known_:
            return fib_known_[key_]
        item_ = x if n < 2 else fib(n - 1) + fib(n - 2)
        fib_known_[key_] = item_
        return item_
    return fib(9)
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

import gast

from s2s.frontend import scope
from s2s.frontend.desugar.yields import located, own_nodes

_CACHES: tuple[Any, ...] = (functools.cache, functools.lru_cache)


def with_dicts_of_results(tree: Any, lookup: Callable[[str], Any]) -> Any:
    """The definition with dicts for caches; it may be the same one."""
    own = [n for n in own_nodes(tree.body) if isinstance(n, gast.FunctionDef)]
    found = [n.name for n in own if _is_cached(n, lookup)]
    if not found:
        return tree
    new = copy.deepcopy(tree)
    new.body = _block(new.body, found)
    return new


def _is_cached(node: Any, lookup: Callable[[str], Any]) -> bool:
    """Whether a cache without bound is the only decorator, and the parameters are plain."""
    args = node.args
    plain = not (args.vararg or args.kwarg or args.kwonlyargs or args.defaults)
    if len(node.decorator_list) != 1 or not plain or not scope.parameters(node):
        return False
    made = node.decorator_list[0]
    func = made.func if isinstance(made, gast.Call) else made
    obj = lookup(func.id) if isinstance(func, gast.Name) else None
    if isinstance(func, gast.Attribute) and isinstance(func.value, gast.Name):
        obj = getattr(functools, func.attr, None) if lookup(func.value.id) is functools else None
    if obj not in _CACHES:
        return False
    sizes = [*made.args, *(k.value for k in made.keywords)] if isinstance(made, gast.Call) else []
    endless = all(isinstance(s, gast.Constant) and s.value is None for s in sizes)
    return endless and len(sizes) < 2 and bool(sizes or obj is functools.cache)


def _block(stmts: list[Any], names: list[str]) -> list[Any]:
    out: list[Any] = []
    for stmt in stmts:
        if isinstance(stmt, gast.FunctionDef) and stmt.name in names:
            known = f"{stmt.name}_known_"
            empty = _assign(known, gast.Dict([], []))
            out += [located(empty, stmt), located(_cached(stmt, known), stmt)]
            continue
        if not isinstance(stmt, gast.FunctionDef | gast.ClassDef):
            for field in ("body", "orelse", "finalbody"):
                block = getattr(stmt, field, None)
                if isinstance(block, list):
                    setattr(stmt, field, _block(block, names))
        out.append(stmt)
    return out


def _cached(node: Any, known: str) -> Any:
    """The function that looks for its result first, and puts it there."""
    node.decorator_list = []
    names = [_load(n) for n in scope.parameters(node)]
    key = names[0] if len(names) == 1 else gast.Tuple(names, gast.Load())
    there = gast.Compare(_load("key_"), [gast.In()], [_load(known)])
    place = gast.Subscript(_load(known), _load("key_"), gast.Load())
    head = [_assign("key_", key), gast.If(there, [gast.Return(place)], [])]
    body = _Returns(known).block(node.body)
    if not (body and isinstance(body[-1], gast.Return)):
        body += _Returns(known).visit_Return(gast.Return(gast.Constant(None, None)))
    node.body = [*head, *body]
    return node


class _Returns(gast.NodeTransformer):  # type: ignore[misc]
    """Keeps what a function returns."""

    def __init__(self, known: str) -> None:
        self.known = known

    def block(self, stmts: list[Any]) -> list[Any]:
        """Statements with their returns replaced."""
        made = (self.visit(s) for s in stmts)
        return [s for part in made for s in (part if isinstance(part, list) else [part])]

    def visit_Return(self, node: Any) -> list[Any]:
        """`return e`."""
        value = gast.Constant(None, None) if node.value is None else node.value
        place = gast.Subscript(_load(self.known), _load("key_"), gast.Store())
        put = gast.Assign([place], _load("item_"), None)
        stmts = [_assign("item_", value), put, gast.Return(_load("item_"))]
        return [located(s, node) for s in stmts] if hasattr(node, "lineno") else stmts

    def visit_FunctionDef(self, node: Any) -> Any:
        """Another scope."""
        return node

    visit_Lambda = visit_ClassDef = visit_FunctionDef


def _load(name: str) -> Any:
    return gast.Name(name, gast.Load(), None, None)


def _assign(name: str, value: Any) -> Any:
    return gast.Assign([gast.Name(name, gast.Store(), None, None)], value, None)
