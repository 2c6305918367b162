"""Deques as lists and sets as dicts, where nothing can tell the difference.

>>> import ast
>>> tree = gast.parse('''
... def f(x, n):
...     last = deque(maxlen=n)
...     seen = set()
...     for k, v in enumerate(x):
...         last.append(v)
...         if k not in seen:
...             seen.add(k)
...     return sum(last) * len(seen)
... ''').body[0]
>>> import collections
>>> new = without_queues(tree, {"deque": collections.deque, "set": set}.get)
>>> print(ast.unparse(gast.gast_to_ast(gast.Module([new], []))))
def f(x, n):
    last = list(())
    if len(last) > n:
        last = last[len(last) - n:]
    seen = {}
    for k, v in enumerate(x):
        last.append(v)
        if len(last) > n:
            last.pop(0)
        if k not in seen:
            seen[k] = None
    return sum(last) * len(seen)

A variable that only ever holds a deque, or a set, and is used in ways that a list, or a dict, has
as well.  The items of a set have an order of their own: one that is gone through stays a set.
"""

from __future__ import annotations

import collections
import copy
from collections import Counter
from collections.abc import Callable
from typing import Any

import gast

from s2s.frontend import scope
from s2s.frontend.desugar.yields import located

Lookup = Callable[[str], Any]

_READERS = frozenset(
    "len sum sorted list tuple max min enumerate zip reversed any all print bool map".split()
)
_OF_SETS = frozenset({"len", "sorted", "bool"})


def without_queues(tree: Any, lookup: Lookup) -> Any:
    """The definition with lists for deques and dicts for sets; it may be the same one."""
    made = _made(tree, lookup)
    kept = {n: m for n, m in made.items() if _fits(tree, n, m)}
    if not kept:
        return tree
    new = copy.deepcopy(tree)
    worker = _Rewriter(kept)
    stmts = (worker.visit(s) for s in new.body)
    new.body = [s for part in stmts for s in (part if isinstance(part, list) else [part])]
    return new


class _Queue:
    """A deque, or a set: how it is made, and how many items it may hold."""

    def __init__(self, is_set: bool, items: Any, longest: Any) -> None:
        self.is_set, self.items, self.longest = is_set, items, longest


def _made(tree: Any, lookup: Lookup) -> dict[str, _Queue]:
    """The variables that are assigned a deque or a set, and nothing else."""
    found: dict[str, _Queue] = {}
    stores: Counter[str] = Counter(scope.parameters(tree))
    own = scope.local_names(tree)
    for node in gast.walk(tree):
        if isinstance(node, gast.Name) and not isinstance(node.ctx, gast.Load | gast.Param):
            stores[node.id] += 1
        match node:
            case gast.Assign(targets=[gast.Name(id=name)], value=value) if name in own:
                queue = _queue(value, lookup, own)
                if queue is not None:
                    found[name] = queue
    return {n: q for n, q in found.items() if stores[n] == 1}


def _queue(value: Any, lookup: Lookup, own: set[str]) -> _Queue | None:
    """What an expression makes, if it is a deque or a set."""
    if isinstance(value, gast.Set):
        return _Queue(True, list(value.elts), None)
    if not isinstance(value, gast.Call) or any(isinstance(a, gast.Starred) for a in value.args):
        return None
    obj = _object(value.func, lookup, own)
    if obj is set and len(value.args) < 2 and not value.keywords:
        return _Queue(True, value.args[0] if value.args else [], None)
    if obj is not collections.deque or len(value.args) > 2:
        return None
    longest = value.args[1] if len(value.args) == 2 else None
    for k in value.keywords:
        if k.arg != "maxlen":
            return None
        longest = k.value
    if isinstance(longest, gast.Constant) and longest.value is None:
        longest = None
    simple = longest is None or isinstance(longest, gast.Constant | gast.Name)
    return _Queue(False, value.args[0] if value.args else None, longest) if simple else None


def _object(func: Any, lookup: Lookup, own: set[str]) -> Any:
    if isinstance(func, gast.Name):
        return None if func.id in own else lookup(func.id)
    if isinstance(func, gast.Attribute) and isinstance(func.value, gast.Name):
        base = None if func.value.id in own else lookup(func.value.id)
        return getattr(base, func.attr, None) if base is collections else None
    return None


def _fits(tree: Any, name: str, queue: _Queue) -> bool:
    """Whether every use of a variable is one that its stand-in has, too, and one changes it."""
    if isinstance(queue.longest, gast.Name) and _stores(tree, queue.longest.id) > 0:
        return False
    fine, changed = 1, False
    for node in gast.walk(tree):
        if isinstance(node, gast.FunctionDef) and node is not tree and (
            name in scope.local_names(node)
        ):  # fmt: skip
            return False
        if _statement(node, name, queue):
            changed = True
            fine += 1
            continue
        fine += _uses(node, name, queue.is_set)
    used = sum(isinstance(n, gast.Name) and n.id == name for n in gast.walk(tree))
    return changed and fine == used


def _stores(tree: Any, name: str) -> int:
    nodes = (n for n in gast.walk(tree) if isinstance(n, gast.Name) and n.id == name)
    return sum(not isinstance(n.ctx, gast.Load | gast.Param) for n in nodes)


def _statement(node: Any, name: str, queue: _Queue) -> bool:
    """Whether a node is a statement that changes the deque or set."""
    match node:
        case gast.Expr(value=gast.Call(
            func=gast.Attribute(value=gast.Name(id=found), attr=attr), args=args, keywords=[]
        )) if found == name:  # fmt: skip
            plain = not any(isinstance(a, gast.Starred) for a in args)
            if queue.is_set:
                return attr in ("add", "discard", "remove") and len(args) == 1 and plain
            return attr in ("append", "appendleft", "extend") and len(args) == 1 and plain
    return False


def _uses(node: Any, name: str, is_set: bool) -> int:
    """How often a node uses the variable as its stand-in may be used."""

    def is_it(part: Any) -> bool:
        return isinstance(part, gast.Name) and part.id == name

    match node:
        case gast.Compare():
            pairs = zip(node.ops, node.comparators, strict=True)
            return sum(is_it(c) for op, c in pairs if isinstance(op, gast.In | gast.NotIn))
        case gast.Call(func=gast.Name(id=fn)) if fn in (_OF_SETS if is_set else _READERS):
            return sum(map(is_it, node.args))
        case gast.If() | gast.While() | gast.IfExp():
            return is_it(node.test)
        case gast.UnaryOp(op=gast.Not()):
            return is_it(node.operand)
    if is_set:
        return 0
    match node:
        case gast.Call(func=gast.Attribute(value=value, attr="popleft"), args=[], keywords=[]):
            return is_it(value)
        case gast.Call(func=gast.Attribute(value=value, attr="pop" | "clear"), args=[]):
            return is_it(value)
        case gast.Call(func=gast.Attribute(value=gast.Name(id="np"))):
            return sum(map(is_it, node.args))
        case gast.Subscript(value=value, slice=index):
            return is_it(value) and not isinstance(index, gast.Slice)
        case gast.For() | gast.comprehension():
            return is_it(node.iter)
        case gast.Starred(value=value):
            return is_it(value)
    return 0


class _Rewriter(gast.NodeTransformer):  # type: ignore[misc]
    """Writes the uses of some deques and sets as those of lists and dicts."""

    def __init__(self, kept: dict[str, _Queue]) -> None:
        self.kept = kept

    def visit_Assign(self, node: Any) -> Any:
        """Where it is made."""
        target = node.targets[0]
        queue = self.kept.get(target.id) if isinstance(target, gast.Name) else None
        self.generic_visit(node)
        if queue is None:
            return node
        name = target.id
        if queue.is_set:
            node.value = self._dict(queue.items)
            return located(node, node)
        items = queue.items if queue.items is not None else gast.Tuple([], gast.Load())
        node.value = gast.Call(_load("list"), [items], [])
        if queue.longest is None:
            return located(node, node)
        start = gast.BinOp(_size(name), gast.Sub(), copy.deepcopy(queue.longest))
        part = gast.Subscript(_load(name), gast.Slice(start, None, None), gast.Load())
        cut = gast.Assign([gast.Name(name, gast.Store(), None, None)], part, None)
        return [located(s, node) for s in (node, self._over(queue, name, cut))]

    def _dict(self, items: Any) -> Any:
        if isinstance(items, list):
            none = [gast.Constant(None, None) for _ in items]
            return gast.Dict([copy.deepcopy(e) for e in items], none)
        key = "item_"
        target = gast.Name(key, gast.Store(), None, None)
        clause = gast.comprehension(target, copy.deepcopy(items), [], 0)
        return gast.DictComp(_load(key), gast.Constant(None, None), [clause])

    def visit_Expr(self, node: Any) -> Any:
        """A statement that changes it."""
        self.generic_visit(node)
        match node.value:
            case gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr=attr)) if (
                name in self.kept and _statement(node, name, self.kept[name])
            ):
                queue, args = self.kept[name], node.value.args
            case _:
                return node
        if queue.is_set:
            return located(self._set_change(name, attr, args[0]), node)
        out: list[Any] = [node]
        over = gast.Expr(_method(name, "pop", [gast.Constant(0, None)]))
        if attr == "appendleft":
            out = [gast.Expr(_method(name, "insert", [gast.Constant(0, None), args[0]]))]
            over = gast.Expr(_method(name, "pop", []))
        if queue.longest is not None:
            cut = self._over(queue, name, over)
            if attr == "extend":
                cut = gast.While(cut.test, cut.body, [])
            out.append(cut)
        return [located(s, node) for s in out]

    def _set_change(self, name: str, attr: str, item: Any) -> Any:
        if attr == "add":
            place = gast.Subscript(_load(name), item, gast.Store())
            return gast.Assign([place], gast.Constant(None, None), None)
        if attr == "discard":
            return gast.Expr(_method(name, "pop", [item, gast.Constant(None, None)]))
        return gast.Delete([gast.Subscript(_load(name), item, gast.Del())])

    def _over(self, queue: _Queue, name: str, then: Any) -> Any:
        """`then` where it holds more than it may."""
        test = gast.Compare(_size(name), [gast.Gt()], [copy.deepcopy(queue.longest)])
        return gast.If(test, [then], [])

    def visit_Call(self, node: Any) -> Any:
        """`popleft` in an expression."""
        self.generic_visit(node)
        match node.func:
            case gast.Attribute(value=gast.Name(id=name), attr="popleft") if name in self.kept:
                return located(_method(name, "pop", [gast.Constant(0, None)]), node)
        return node


def _load(name: str) -> Any:
    return gast.Name(name, gast.Load(), None, None)


def _size(name: str) -> Any:
    return gast.Call(_load("len"), [_load(name)], [])


def _method(name: str, attr: str, args: list[Any]) -> Any:
    return gast.Call(gast.Attribute(_load(name), attr, gast.Load()), args, [])
