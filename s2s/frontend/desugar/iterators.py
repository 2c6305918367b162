"""Iterators that have a name, as lists of the items that are left.

>>> import ast, builtins
>>> tree = gast.parse('''
... def f(x):
...     it = iter(x)
...     last = next(it)
...     total = 0.0
...     for v in it:
...         total = total + (v - last) ** 2
...         last = v
...     return total
... ''').body[0]
>>> new = without_iterators(tree, lambda name: getattr(builtins, name, None))
>>> print(ast.unparse(gast.gast_to_ast(gast.Module([new], []))))
def f(x):
    it = list(x)
    last = it.pop(0)
    total = 0.0
    for v in it:
        total = total + (v - last) ** 2
        last = v
    return total

An iterator sees what becomes of its sequence meanwhile, the list does not: nothing in the function
may change a sequence that an iterator goes through.  Where that is not plain to see, or a variable
is used in other ways, the iterator stays and is refused later.
"""

from __future__ import annotations

import builtins
import copy
import itertools
import types
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import gast

from s2s.frontend import scope
from s2s.frontend.desugar.yields import located

Lookup = Callable[[str], Any]

# What gives finitely many items, all of them known when it is called.
_FINITE = ("zip", "enumerate", "range", "reversed", "list", "tuple", "sorted")
_ONCE = (zip, enumerate, reversed, itertools.permutations, itertools.combinations,
         itertools.product, itertools.pairwise, itertools.chain)  # fmt: skip
_VIEWS = frozenset({"items", "values", "keys", "tolist", "copy"})
_READING = frozenset("append pop sum mean max min dot std var any all get".split())  # of lists, too


def without_iterators(tree: Any, lookup: Lookup) -> Any:
    """The definition with lists for iterators; it may be the same one."""
    made = {n: e for n, e in _made(tree, lookup) if _is_kept_still(tree, e, lookup)}
    kept = {name for name in made if _fits(tree, name, lookup)}
    if not kept:
        return tree
    new = copy.deepcopy(tree)
    worker = _Rewriter(kept, tree)
    new.body = [worker.visit(s) for s in new.body]
    return new


def _made(tree: Any, lookup: Lookup) -> Iterator[tuple[str, Any]]:
    """The variables that are assigned an iterator once, and nothing else, with its sequence."""
    own = scope.local_names(tree)
    stores: Counter[str] = Counter(scope.parameters(tree))
    for node in gast.walk(tree):
        if isinstance(node, gast.Name) and not isinstance(node.ctx, gast.Load | gast.Param):
            stores[node.id] += 1
    strange = {"iter", "next", "list"} & own or _names_of(tree, "StopIteration")
    if strange or any(lookup(n) is not getattr(builtins, n) for n in ("iter", "next", "list")):
        return
    for stmt in gast.walk(tree):
        match stmt:
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.Call(
                func=gast.Name(id="iter"), args=[items], keywords=[]
            )):  # fmt: skip
                if stores[name] == 1 and name in own and not isinstance(items, gast.Starred):
                    yield name, items
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.Call() as items):
                if stores[name] == 1 and name in own and _is_once(items.func, lookup, own):
                    yield name, items


def _is_once(func: Any, lookup: Lookup, own: set[str]) -> bool:
    """Whether a callee gives what can be gone through only once."""
    obj = None
    match func:
        case gast.Name(id=name) if name not in own:
            obj = lookup(name)
        case gast.Attribute(value=gast.Name(id=name), attr=attr) if name not in own:
            obj = getattr(lookup(name), attr, None) if lookup(name) is itertools else None
    return any(obj is f for f in _ONCE)


def _names_of(tree: Any, name: str) -> bool:
    return any(isinstance(n, gast.Name) and n.id == name for n in gast.walk(tree))


# What an iterator goes through


def _is_kept_still(tree: Any, items: Any, lookup: Lookup) -> bool:
    """Whether a sequence is as it was made, for as long as the function runs."""
    own = scope.local_names(tree)
    for call in (n for n in gast.walk(items) if isinstance(n, gast.Call)):
        match call.func:
            case gast.Name(id=name) if name in _FINITE and name not in own:
                continue
            case gast.Attribute(attr=attr) if attr in _VIEWS:
                continue
            case func if _is_once(func, lookup, own):
                continue
        return False
    held = {n.id for n in gast.walk(items) if isinstance(n, gast.Name)} - {*_FINITE}
    return all(n not in held and _is_new(tree, n) for n in _changed(tree)) and not any(
        _may_change(call, held, tree, lookup)
        for call in gast.walk(tree) if isinstance(call, gast.Call)
    )  # fmt: skip


def _changed(tree: Any) -> Iterator[str]:
    """The variables whose objects a function may change; an empty name for other objects."""
    for node in gast.walk(tree):
        match node:
            case gast.AugAssign(target=target):
                yield _name(target)
            case gast.Subscript(value=value, ctx=gast.Store() | gast.Del()):
                yield _name(value)
            case gast.Attribute(ctx=gast.Store() | gast.Del()):
                yield ""
            case gast.Expr(value=gast.Call(func=gast.Attribute(value=value))):
                yield _name(value)
            case gast.Call(func=gast.Attribute(value=value, attr="pop")):
                yield _name(value)
            case gast.keyword(arg="out", value=value):
                yield _name(value)


def _name(node: Any) -> str:
    return str(node.id) if isinstance(node, gast.Name) else ""


def _is_new(tree: Any, name: str) -> bool:
    """Whether a variable only holds numbers and lists that nothing else holds."""
    if name in scope.parameters(tree) or name not in scope.local_names(tree):
        return False
    uses, fine = 0, 0
    for node in gast.walk(tree):
        if isinstance(node, gast.Name) and node.id == name:
            uses += 1
        match node:
            case gast.Assign(targets=[gast.Tuple(elts=parts)], value=gast.Tuple(elts=values)):
                pairs = zip(parts, values, strict=False)
                fine += sum(_name(t) == name and _is_fresh(v) for t, v in pairs)
            case gast.Assign(targets=targets, value=value) if _is_fresh(value):
                fine += sum(_name(t) == name for t in targets)
            case gast.AugAssign(target=target, value=value):
                fine += (_name(target) == name) + (_name(value) == name)
            case gast.Compare(left=left, comparators=[right]) | gast.BinOp(left=left, right=right):
                fine += (_name(left) == name) + (_name(right) == name)
            case gast.Subscript(value=value) | gast.Attribute(value=value) | gast.Return(
                value=value
            ):
                fine += _name(value) == name
            case gast.Call(func=gast.Attribute(value=gast.Name(id="np"))):
                fine += sum(_name(a) == name for a in node.args)
    return uses == fine


def _is_fresh(value: Any) -> bool:
    """Whether an expression makes a number or a list of its own."""
    empty = isinstance(value, gast.List) and not value.elts
    return empty or isinstance(value, gast.Constant | gast.BinOp | gast.UnaryOp)


def _may_change(call: Any, held: set[str], tree: Any, lookup: Lookup) -> bool:
    """Whether a call may change a sequence: none of Python's, NumPy's or of a module does.

    A function of the user's is not given the sequence, nor anything that has two names.
    """
    own = scope.local_names(tree)
    match call.func:
        case gast.Name(id=name) if name not in own:
            obj = lookup(name)
            if getattr(obj, "__module__", None) in ("builtins", "itertools"):
                return False
            given = [*call.args, *(k.value for k in call.keywords)]
            names = {_name(a) for a in given}
            return not isinstance(obj, types.FunctionType) or bool(names & held) or any(
                n in own and not _is_new(tree, n) and n in _renamed(tree) for n in names
            )  # fmt: skip
        case gast.Attribute(value=gast.Name(id=name)) if name not in own:
            return getattr(lookup(name), "__name__", None) not in ("numpy", "math", "itertools")
        case gast.Attribute(attr=attr):
            return str(attr) not in _VIEWS | _READING
    return True


def _renamed(tree: Any) -> set[str]:
    """The variables that may be other names of what something else holds."""
    found: set[str] = set()
    for node in gast.walk(tree):
        if isinstance(node, gast.Assign) and isinstance(
            node.value, gast.Name | gast.Attribute | gast.Subscript | gast.IfExp
        ):
            found |= {_name(t) for t in node.targets}
    return found


# How it is used


def _fits(tree: Any, name: str, lookup: Lookup) -> bool:
    """Whether every use of an iterator is one that the rest of its items has, too."""
    fine = 1
    for node in gast.walk(tree):
        if isinstance(node, gast.FunctionDef | gast.Lambda) and node is not tree and (
            _names_of(node, name)
        ):  # fmt: skip
            return False
        match node:
            case gast.Call(func=gast.Name(id="next"), args=[gast.Name(id=found), *rest],
                           keywords=[]) if found == name and len(rest) < 2:  # fmt: skip
                if any(not isinstance(r, gast.Constant | gast.Name) for r in rest):
                    return False  # it would not be computed where items are left
                fine += 1
            case gast.For(iter=gast.Name(id=found)) if found == name:
                fine += 1
    used = sum(isinstance(n, gast.Name) and n.id == name for n in gast.walk(tree))
    return bool(used == fine and used > 1)


class _Rewriter(gast.NodeTransformer):  # type: ignore[misc]
    """Writes iterators as lists: `next` takes the first item away, and so do loops."""

    def __init__(self, kept: set[str], tree: Any) -> None:
        self.kept = kept
        order = [n for n in _in_order(tree) if isinstance(n, gast.Name) and n.id in kept]
        self.last = {n.id: (n.lineno, n.col_offset) for n in order}
        self.loops = 0

    def visit_Assign(self, node: Any) -> Any:
        """Where it is made."""
        self.generic_visit(node)
        target = node.targets[0]
        if isinstance(target, gast.Name) and target.id in self.kept:
            whole = not isinstance(node.value.func, gast.Name) or node.value.func.id != "iter"
            items = [node.value] if whole else node.value.args
            node.value = located(gast.Call(_load("list"), items, []), node)
        return node

    def visit_Call(self, node: Any) -> Any:
        """`next(it)` and `next(it, default)`."""
        self.generic_visit(node)
        match node:
            case gast.Call(func=gast.Name(id="next"), args=[gast.Name(id=name), *rest]) if (
                name in self.kept
            ):
                first = _first(name)
                new = gast.IfExp(_load(name), first, rest[0]) if rest else first
                return located(new, node)
        return node

    def visit_For(self, node: Any) -> Any:
        """A loop over what is left; it takes the items away where somebody looks later."""
        self.loops += 1
        self.generic_visit(node)
        self.loops -= 1
        it = node.iter
        if not isinstance(it, gast.Name) or it.id not in self.kept:
            return node
        if self.loops == 0 and self.last[it.id] == (it.lineno, it.col_offset):
            return node
        take = gast.Assign([node.target], _first(it.id), None)
        return located(gast.While(_load(it.id), [take, *node.body], node.orelse), node)

    def visit_While(self, node: Any) -> Any:
        """What is in a loop is done again."""
        self.loops += 1
        self.generic_visit(node)
        self.loops -= 1
        return node


def _in_order(tree: Any) -> list[Any]:
    """The nodes with a place, in the order of the text."""
    nodes = (n for n in gast.walk(tree) if getattr(n, "lineno", None) is not None)
    return sorted(nodes, key=lambda n: (n.lineno, n.col_offset))


def _load(name: str) -> Any:
    return gast.Name(name, gast.Load(), None, None)


def _first(name: str) -> Any:
    pop = gast.Attribute(_load(name), "pop", gast.Load())
    return gast.Call(pop, [gast.Constant(0, None)], [])
