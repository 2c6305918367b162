"""A generator function as an ordinary one: it calls a function with each item, or lists them.

>>> import ast
>>> tree = gast.parse('''
... def steps(x, n):
...     for k in range(n):
...         yield x
...         x = np.sin(x)
... ''').body[0]
>>> def shown(tree):
...     print(ast.unparse(gast.gast_to_ast(gast.Module([tree], []))))
>>> shown(handing(tree, "steps_each", until=True))
def steps_each(take_, x, n):
    for k in range(n):
        if take_(x):
            return
        x = np.sin(x)
>>> shown(listing(tree, "steps"))
def steps(x, n):
    items_ = []
    for k in range(n):
        items_.append(x)
        x = np.sin(x)
    return items_

The first runs the consumer where the generator would be suspended: all happens in the order in
which Python does it.  The second is what `list(steps(x, n))` is.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import gast

from s2s.frontend import scope

TAKE, ITEMS = "take_", "items_"
_SCOPES = (gast.FunctionDef, gast.AsyncFunctionDef, gast.ClassDef, gast.Lambda)
Refuse = Callable[..., Any]


def is_generator(tree: Any) -> bool:
    """Whether a definition has a `yield` of its own."""
    return any(isinstance(n, gast.Yield | gast.YieldFrom) for n in own_nodes(tree.body))


def own_nodes(code: Any) -> list[Any]:
    """The nodes of a scope: not those inside functions and classes defined in it."""
    found: list[Any] = []
    todo = list(code) if isinstance(code, list) else [code]
    while todo:
        node = todo.pop()
        found.append(node)
        if not isinstance(node, _SCOPES):
            todo += list(gast.iter_child_nodes(node))
    return found


def strange_yield(tree: Any) -> Any:
    """A `yield` that is more than a statement, or that an exception handler is around; or None.

    Python throws no exception of the consumer into the generator: `try` around a `yield` sees
    those of the generator alone.
    """
    plain = {
        id(n.value) for n in own_nodes(tree.body)
        if isinstance(n, gast.Expr) and isinstance(n.value, gast.Yield | gast.YieldFrom)
    }  # fmt: skip
    for node in own_nodes(tree.body):
        if isinstance(node, gast.Yield | gast.YieldFrom) and id(node) not in plain:
            return node
        if isinstance(node, gast.Try):
            inner = [n for n in own_nodes([node]) if isinstance(n, gast.Yield | gast.YieldFrom)]
            if inner:
                return inner[0]
    return None


def handing(tree: Any, name: str, until: bool) -> Any:
    """The function that calls its first parameter with each item, `until` that says to stop."""
    take = _free(TAKE, tree)

    def item(stmt: Any, value: Any) -> list[Any]:
        call = gast.Call(_name(take), [value], [])
        if not until:
            return [gast.Expr(call)]
        return [gast.If(call, [gast.Return(None)], [])]

    new = _Yields(item, lambda: gast.Return(None)).function(tree)
    new.name = name
    first = gast.Name(take, gast.Param(), None, None)
    group = new.args.posonlyargs if new.args.posonlyargs else new.args.args
    group.insert(0, first)
    return located(new, tree)


def listing(tree: Any, name: str) -> Any:
    """The function that gives the list of all items."""
    items = _free(ITEMS, tree)

    def item(stmt: Any, value: Any) -> list[Any]:
        append = gast.Attribute(_name(items), "append", gast.Load())
        return [gast.Expr(gast.Call(append, [value], []))]

    new = _Yields(item, lambda: gast.Return(_name(items))).function(tree)
    new.name = name
    start = gast.Assign([gast.Name(items, gast.Store(), None, None)],
                        gast.List([], gast.Load()), None)  # fmt: skip
    new.body = [start, *new.body, gast.Return(_name(items))]
    return located(new, tree)


class _Yields(gast.NodeTransformer):  # type: ignore[misc]
    """Replaces the `yield` statements and the returns of one scope."""

    def __init__(
        self, item: Callable[[Any, Any], list[Any]], leave: Callable[[], Any]
    ) -> None:
        self.item, self.leave = item, leave
        self.used: set[str] = set()

    def function(self, tree: Any) -> Any:
        """A copy of a definition without its `yield`s."""
        new = copy.deepcopy(tree)
        new.decorator_list = []
        self.used = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
        new.body = [s for stmt in new.body for s in _list(self.visit(stmt))]
        return new

    def visit_Expr(self, node: Any) -> Any:
        """`yield v` and `yield from items` as statements."""
        match node.value:
            case gast.Yield(value=value):
                stmts = self.item(node, gast.Constant(None, None) if value is None else value)
            case gast.YieldFrom(value=items):
                name = "item"
                while name in self.used:
                    name += "_"
                self.used.add(name)
                target = gast.Name(name, gast.Store(), None, None)
                stmts = [gast.For(target, items, self.item(node, _name(name)), [], None)]
            case _:
                return node
        return [located(s, node) for s in stmts]

    def visit_Return(self, node: Any) -> Any:
        """The value that a generator returns goes nowhere."""
        return located(self.leave(), node)

    def visit_FunctionDef(self, node: Any) -> Any:
        """Another scope."""
        return node

    visit_ClassDef = visit_Lambda = visit_AsyncFunctionDef = visit_FunctionDef


def _list(made: Any) -> list[Any]:
    return made if isinstance(made, list) else [made]


def _free(name: str, tree: Any) -> str:
    """A name that a definition does not use."""
    used = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
    used |= scope.assigned(tree.body)
    while name in used:
        name += "_"
    return name


def _name(name: str) -> Any:
    return gast.Name(name, gast.Load(), None, None)


def fresh_name(stem: str, taken: set[str]) -> str:
    """A name that nothing has yet; it is taken then."""
    name, k = f"{stem}_", 2
    while name in taken:
        name, k = f"{stem}_{k}_", k + 1
    taken.add(name)
    return name


def located(new: Any, old: Any) -> Any:
    """Give what was made up the place of `old`."""
    for node in gast.walk(new):
        if not hasattr(node, "lineno"):
            gast.copy_location(node, old)
    return new
