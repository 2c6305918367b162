"""Code kept as the user wrote it: renaming its variables, scope by scope."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import gast

_FUNCTIONS = (gast.FunctionDef, gast.AsyncFunctionDef, gast.Lambda)
_COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)


def rename(node: Any, table: Mapping[str, Any]) -> Any:
    """A copy of a node with its free names replaced by names or expressions."""
    changed = {n: e for n, e in table.items() if not (isinstance(e, gast.Name) and e.id == n)}
    fresh = copy.deepcopy(node)
    return _Renamer(changed).visit(fresh) if changed else fresh


def defers(node: Any) -> bool:
    """Whether code in a node may run after the statement that holds it."""
    lazy = (*_FUNCTIONS, gast.GeneratorExp, gast.ClassDef)
    return any(isinstance(n, lazy) for n in gast.walk(node))


def names_in(node: Any) -> set[str]:
    """All names that occur in a node."""
    found = {n.id for n in gast.walk(node) if isinstance(n, gast.Name)}
    for n in gast.walk(node):
        if isinstance(n, gast.FunctionDef | gast.ClassDef):
            found.add(n.name)
    return found


def bound_inside(node: Any) -> set[str]:
    """The names that functions and comprehensions below a node bind for themselves."""
    found: set[str] = set()
    for n in gast.walk(node):
        if isinstance(n, _FUNCTIONS):
            found |= _locals(n)
        elif isinstance(n, _COMPREHENSIONS):
            found |= _targets(n)
        elif isinstance(n, gast.ClassDef):
            found |= _assigned(n.body)
    return found


def _params(node: Any) -> set[str]:
    args = node.args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return {a.id for a in every if a is not None}


def _locals(node: Any) -> set[str]:
    """The parameters and local variables of a function."""
    body = [] if isinstance(node, gast.Lambda) else node.body
    return _params(node) | _assigned(body)


def _targets(node: Any) -> set[str]:
    """The variables of a comprehension."""
    targets = [n for g in node.generators for n in gast.walk(g.target)]
    return {n.id for n in targets if isinstance(n, gast.Name)}


def _assigned(body: list[Any]) -> set[str]:
    """The names that statements bind in their own scope."""
    found: set[str] = set()
    outer: set[str] = set()
    todo: list[Any] = list(body)
    while todo:
        n = todo.pop()
        if isinstance(n, gast.FunctionDef | gast.AsyncFunctionDef | gast.ClassDef):
            found.add(n.name)
            continue
        if isinstance(n, gast.Lambda | gast.ListComp | gast.SetComp | gast.DictComp):
            continue
        if isinstance(n, gast.Global | gast.Nonlocal):
            outer.update(n.names)
        if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store | gast.Del):
            found.add(n.id)
        if isinstance(n, gast.Import | gast.ImportFrom):
            found.update(a.asname or a.name.split(".")[0] for a in n.names)
        for name in ("name", "rest"):
            bound = getattr(n, name, None)
            if isinstance(bound, str) and type(n).__name__.startswith("Match"):
                found.add(bound)
        todo.extend(gast.iter_child_nodes(n))
    return found - outer


class _Renamer(gast.NodeTransformer):  # type: ignore[misc]
    """Replaces free names in place."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.table = dict(table)

    @contextmanager
    def hiding(self, node: Any, names: set[str]) -> Iterator[None]:
        """Leave alone the names that an inner scope binds; rename those that would capture."""
        outer = self.table
        self.table = {n: e for n, e in outer.items() if n not in names}
        inside = names_in(node)
        arriving = {
            n.id for key, e in self.table.items() if key in inside
            for n in gast.walk(e) if isinstance(n, gast.Name)
        }  # fmt: skip
        for clash in sorted(names & arriving):
            new = clash + "_"
            while new in inside or new in arriving:
                new += "_"
            self.table[clash] = gast.Name(new, gast.Load(), None, None)
        yield
        self.table = outer

    def name(self, name: str) -> str:
        """The new name of a variable that is bound."""
        new = self.table.get(name)
        return str(new.id) if isinstance(new, gast.Name) else name

    def visit_Name(self, node: Any) -> Any:
        """Replace a name; what is bound can only get another name."""
        if node.id not in self.table:
            return node
        if isinstance(node.ctx, gast.Load):
            return copy.deepcopy(self.table[node.id])
        node.id = self.name(node.id)
        return node

    def visit_Lambda(self, node: Any) -> Any:
        """Defaults belong to the outer scope, the body to the inner one."""
        self._defaults(node)
        with self.hiding(node, _locals(node)):
            self._parameters(node)
            node.body = self.visit(node.body)
        return node

    def visit_FunctionDef(self, node: Any) -> Any:
        """The name and the defaults belong to the outer scope."""
        node.name = self.name(node.name)
        self._defaults(node)
        node.decorator_list = [self.visit(d) for d in node.decorator_list]
        with self.hiding(node, _locals(node)):
            self._parameters(node)
            node.body = [self.visit(s) for s in node.body]
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: Any) -> Any:
        """A class hides what its body binds."""
        node.name = self.name(node.name)
        node.bases = [self.visit(b) for b in node.bases]
        with self.hiding(node, _assigned(node.body)):
            node.body = [self.visit(s) for s in node.body]
        return node

    def _defaults(self, node: Any) -> None:
        args = node.args
        args.defaults = [self.visit(d) for d in args.defaults]
        args.kw_defaults = [d if d is None else self.visit(d) for d in args.kw_defaults]

    def _parameters(self, node: Any) -> None:
        """Rename the parameters that would capture a variable of the outer scope."""
        args = node.args
        for p in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
            if p is not None:
                p.id = self.name(p.id)

    def _comprehension(self, node: Any) -> Any:
        """The first iterable belongs to the outer scope."""
        first = node.generators[0]
        outer = self.visit(first.iter)
        with self.hiding(node, _targets(node)):
            first.iter = gast.Constant(None, None)
            self.generic_visit(node)
        first.iter = outer
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def visit_alias(self, node: Any) -> Any:
        """`import a as b` binds `b`."""
        bound = node.asname or node.name
        if bound in self.table:
            new = self.name(bound)
            node.asname = new if new != node.name else None
        return node

    def visit_MatchAs(self, node: Any) -> Any:
        """A pattern binds the name that it captures."""
        if node.name is not None:
            node.name = self.name(node.name)
        return self.generic_visit(node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node: Any) -> Any:
        """`**rest` in a pattern."""
        if node.rest is not None:
            node.rest = self.name(node.rest)
        return self.generic_visit(node)
