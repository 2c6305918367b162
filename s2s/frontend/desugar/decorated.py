"""Nested functions with decorators are assigned what the decorators make of them.

>>> import ast
>>> tree = gast.parse('''
... def f(x):
...     @repeated(3)
...     def g(v):
...         return x * np.sin(v)
...     return g(x)
... ''').body[0]
>>> new = with_decorators_called(tree, {}.get)
>>> print(ast.unparse(gast.gast_to_ast(gast.Module([new], []))))
def f(x):
<BLANKLINE>
    def g(v):
        return x * np.sin(v)
    g = repeated(3)(g)
    return g(x)

`functools.wraps` copies names and texts only: it is left out.  A function that calls itself calls
what its decorators made of it, which does not exist yet where it is defined: it stays as it is,
and is refused.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

import gast

from s2s.frontend import scope
from s2s.frontend.desugar.yields import is_generator, located, own_nodes

Lookup = Callable[[str], Any]
_CACHES: tuple[Any, ...] = (functools.cache, functools.lru_cache, functools.singledispatch)


def with_decorators_called(tree: Any, lookup: Lookup) -> Any:
    """The definition with decorators as calls; it may be the same one."""
    own = [n for n in own_nodes(tree.body) if isinstance(n, gast.FunctionDef)]
    if not any(n.decorator_list for n in own):
        return tree
    new = copy.deepcopy(tree)
    hidden = scope.local_names(tree)
    new.body = _block(new.body, lambda name: None if name in hidden else lookup(name))
    return new


def _block(stmts: list[Any], lookup: Lookup) -> list[Any]:
    out: list[Any] = []
    for stmt in stmts:
        out.append(stmt)
        if isinstance(stmt, gast.FunctionDef):
            out += _apart(stmt, lookup)
        elif not isinstance(stmt, gast.ClassDef):
            for field in ("body", "orelse", "finalbody"):
                block = getattr(stmt, field, None)
                if isinstance(block, list):
                    setattr(stmt, field, _block(block, lookup))
    return out


def _apart(node: Any, lookup: Lookup) -> list[Any]:
    """Take the decorators off a definition: what calls them comes after it."""
    objects = [_object(d, lookup) for d in node.decorator_list]
    left = [d for d, obj in zip(node.decorator_list, objects, strict=True)
            if obj is not functools.wraps]  # fmt: skip
    again = node.name in scope.reads(node.body)
    if left and (again or is_generator(node) or any(obj in _CACHES for obj in objects)):
        return []
    node.decorator_list = []
    whole: Any = gast.Name(node.name, gast.Load(), None, None)
    for decorator in reversed(left):
        whole = located(gast.Call(decorator, [whole], []), decorator)
    if not left:
        return []
    target = gast.Name(node.name, gast.Store(), None, None)
    return [located(gast.Assign([target], whole, None), left[0])]


def _object(decorator: Any, lookup: Lookup) -> Any:
    """What a decorator is in the module: `functools.wraps` of `@functools.wraps(f)`."""
    func = decorator.func if isinstance(decorator, gast.Call) else decorator
    match func:
        case gast.Name(id=name):
            return lookup(name)
        case gast.Attribute(value=gast.Name(id=name), attr=attr):
            return getattr(lookup(name), attr, None)
    return None
