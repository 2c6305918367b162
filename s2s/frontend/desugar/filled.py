"""Lists and dicts that a nested function fills while it calls itself are variables it assigns.

>>> import ast
>>> tree = gast.parse('''
... def f(x):
...     known = {}
...     def fib(n):
...         if n not in known:
...             known[n] = x if n < 2 else fib(n - 1) + fib(n - 2)
...         return known[n]
...     return fib(9)
... ''').body[0]
>>> print(ast.unparse(gast.gast_to_ast(gast.Module([with_rebinding(tree)], []))))
def f(x):
    known = {}
<BLANKLINE>
    def fib(n):
        nonlocal known
        if n not in known:
            item_ = x if n < 2 else fib(n - 1) + fib(n - 2)
            known = {**known, n: item_}
        return known[n]
    return fib(9)

What such a variable holds goes into the calls and comes back.  That is the same thing only where
nothing else has the list or the dict: its name is read in ways that keep no hold of it.
"""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import gast

from s2s.frontend import scope
from s2s.frontend.desugar.yields import fresh_name, located, own_nodes

_READERS = frozenset(
    "len sum sorted list tuple dict max min enumerate zip reversed any all print".split()
)
_METHODS = frozenset("get items keys values copy index count".split())
_MAKERS = frozenset({"list", "dict"})


def with_rebinding(tree: Any) -> Any:
    """The definition with such containers assigned anew; it may be the same one."""
    names = {n: kind for n, kind in _made_once(tree).items() if _is_filled(tree, n)}
    names = {n: kind for n, kind in names.items() if _only_read(tree, n, kind)}
    if not names:
        return tree
    new = copy.deepcopy(tree)
    taken = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
    worker = _Rebinding(names, taken)
    made = (worker.visit(s) for s in new.body)
    new.body = [s for part in made for s in (part if isinstance(part, list) else [part])]
    return new


def _made_once(tree: Any) -> dict[str, str]:
    """The variables that are assigned once, a new list or dict."""
    found: dict[str, str] = {}
    stored: Counter[str] = Counter(scope.parameters(tree))
    for node in own_nodes(tree.body):
        if isinstance(node, gast.Name) and not isinstance(node.ctx, gast.Load):
            stored[node.id] += 1
        match node:
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.List() | gast.ListComp()):
                found[name] = "list"
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.Dict() | gast.DictComp()):
                found[name] = "dict"
            case gast.Assign(
                targets=[gast.Name(id=name)], value=gast.Call(func=gast.Name(id=maker))
            ) if maker in _MAKERS:
                found[name] = maker
    return {n: kind for n, kind in found.items() if stored[n] == 1}


def _is_filled(tree: Any, name: str) -> bool:
    """Whether a nested function that calls itself changes a variable of the function around."""
    return any(
        isinstance(f, gast.FunctionDef) and name not in scope.local_names(f)
        and f.name in scope.reads(f.body) and any(_change(n, name) for n in own_nodes(f.body))
        for f in own_nodes(tree.body)
    )  # fmt: skip


def _change(node: Any, name: str) -> bool:
    """Whether a statement puts one item into a container."""
    match node:
        case gast.Expr(value=gast.Call(
            func=gast.Attribute(value=gast.Name(id=found), attr="append"), args=[arg], keywords=[]
        )):  # fmt: skip
            return bool(found == name) and not isinstance(arg, gast.Starred)
        case gast.Assign(targets=[gast.Subscript(value=gast.Name(id=found))]):
            return bool(found == name)
        case gast.AugAssign(target=gast.Subscript(value=gast.Name(id=found))):
            return bool(found == name)
    return False


def _only_read(tree: Any, name: str, kind: str) -> bool:
    """Whether all other uses of a name let go of what it holds at once."""
    fine = 1  # where it is made
    for node in gast.walk(tree):
        if isinstance(node, gast.FunctionDef) and node is not tree:
            declared = scope.nonlocals_declared(node) | scope.local_names(node)
            if name in declared and name not in _free(node):
                return False
        if _change(node, name):
            append = isinstance(node, gast.Expr)
            if append != (kind == "list"):
                return False
            fine += 1
        fine += _reads(node, name)
    named = (isinstance(n, gast.Name) and n.id == name for n in gast.walk(tree))
    return bool(fine == sum(named))


def _free(node: Any) -> set[str]:
    return set(scope.free_names(node))


def _reads(node: Any, name: str) -> int:
    """How often a node reads a container without a hold on it."""

    def is_it(part: Any) -> bool:
        return isinstance(part, gast.Name) and bool(part.id == name)

    match node:
        case gast.Subscript(value=value, ctx=gast.Load()):
            return int(is_it(value))
        case gast.Compare():
            pairs = zip(node.ops, node.comparators, strict=True)
            return sum(is_it(c) for op, c in pairs if isinstance(op, gast.In | gast.NotIn))
        case gast.For() | gast.comprehension():
            return is_it(node.iter)
        case gast.Call(func=gast.Attribute(value=value, attr=attr)) if attr in _METHODS:
            return is_it(value)
        case gast.Call(func=gast.Name(id=fn)) if fn in _READERS:
            return sum(map(is_it, node.args))
        case gast.Call(func=gast.Attribute(value=gast.Name(id="np"))):
            return sum(map(is_it, node.args))
        case gast.Starred(value=value):
            return is_it(value)
        case gast.If() | gast.While() | gast.IfExp():
            return is_it(node.test)
    return 0


class _Rebinding(gast.NodeTransformer):  # type: ignore[misc]
    """Writes changes of some containers as assignments; what is put in is computed first."""

    def __init__(self, names: dict[str, str], taken: set[str]) -> None:
        self.names, self.taken = names, taken

    def fresh(self, stem: str) -> str:
        """A name that nothing has."""
        return fresh_name(stem, self.taken)

    def visit_FunctionDef(self, node: Any) -> Any:
        """A function that assigns such a variable declares it."""
        changed = sorted(
            n for n in self.names if any(_change(s, n) for s in own_nodes(node.body))
        )
        self.generic_visit(node)
        if changed:
            documented = gast.get_docstring(node) is not None
            node.body.insert(documented, located(gast.Nonlocal(changed), node))
        return node

    def visit_Expr(self, node: Any) -> Any:
        """`items.append(e)`."""
        for name in self.names:
            if _change(node, name):
                item = self.fresh("item")
                longer = gast.BinOp(_load(name), gast.Add(), gast.List([_load(item)], gast.Load()))
                made = [_assign(item, node.value.args[0]), _assign(name, longer)]
                return [located(s, node) for s in made]
        return node

    def visit_Assign(self, node: Any) -> Any:
        """`known[k] = e`."""
        for name in self.names:
            if _change(node, name):
                item = self.fresh("item")
                made = [_assign(item, node.value), _put(name, node.targets[0].slice, item)]
                return [located(s, node) for s in made]
        return node

    def visit_AugAssign(self, node: Any) -> Any:
        """`known[k] += e`."""
        for name in self.names:
            if _change(node, name):
                key, item = self.fresh("key"), self.fresh("item")
                old = gast.Subscript(_load(name), _load(key), gast.Load())
                made = [_assign(key, node.target.slice),
                        _assign(item, gast.BinOp(old, node.op, node.value)),
                        _put(name, _load(key), item)]  # fmt: skip
                return [located(s, node) for s in made]
        return node


def _put(name: str, key: Any, item: str) -> Any:
    return _assign(name, gast.Dict([None, key], [_load(name), _load(item)]))


def _load(name: str) -> Any:
    return gast.Name(name, gast.Load(), None, None)


def _assign(name: str, value: Any) -> Any:
    return gast.Assign([gast.Name(name, gast.Store(), None, None)], value, None)
