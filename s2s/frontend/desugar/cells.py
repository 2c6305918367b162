"""Variables that nested functions assign live in an object that all of them share.

    total = 0.0                        cells.total = 0.0
    def add(v):                        def add(v):
        nonlocal total                     cells.total += v
        total += v

Such an object is taken apart again once the nested functions are inlined.
"""

from __future__ import annotations

import copy
from typing import Any

import gast

from s2s.frontend import scope
from s2s.ir import prims


def shared_names(tree: Any) -> frozenset[str]:
    """The variables of a definition that functions nested in it assign."""
    own = set(scope.local_names(tree))
    return frozenset(scope.nonlocal_writes(tree.body) & own)


def with_cells(body: list[Any], names: frozenset[str]) -> list[Any]:
    """The statements with shared variables as attributes of one object."""
    worker = _Cells(names)
    out: list[Any] = []
    for stmt in copy.deepcopy(body):
        new = worker.visit(stmt)
        if new is not None:
            out.append(new)
    return out


class _Cells(gast.NodeTransformer):  # type: ignore[misc]
    """Renames in one scope and in the scopes inside it."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def visit_Name(self, node: Any) -> Any:
        """A variable, read or assigned."""
        if node.id not in self.names:
            return node
        holder = gast.copy_location(gast.Name(prims.CELLS, gast.Load(), None, None), node)
        return gast.copy_location(gast.Attribute(holder, node.id, node.ctx), node)

    def visit_Nonlocal(self, node: Any) -> Any:
        """The declaration is no longer needed."""
        node.names = [n for n in node.names if n not in self.names]
        return node if node.names else gast.copy_location(gast.Pass(), node)

    def visit_FunctionDef(self, node: Any) -> Any:
        """A nested function has variables of its own."""
        args = node.args
        args.defaults = [self.visit(d) for d in args.defaults]
        args.kw_defaults = [d if d is None else self.visit(d) for d in args.kw_defaults]
        inner = _Cells(self.names - set(scope.local_names(node)))
        node.body = [inner.visit(s) for s in node.body]
        return node

    def visit_Lambda(self, node: Any) -> Any:
        """So does a lambda."""
        args = node.args
        args.defaults = [self.visit(d) for d in args.defaults]
        own = {a.id for a in (*args.posonlyargs, *args.args, *args.kwonlyargs)}
        node.body = _Cells(self.names - own).visit(node.body)
        return node

    def _comprehension(self, node: Any) -> Any:
        bound = {
            n.id for g in node.generators for n in gast.walk(g.target) if isinstance(n, gast.Name)
        }
        inner = _Cells(self.names - bound)
        return gast.NodeTransformer.generic_visit(inner, node)

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _comprehension
