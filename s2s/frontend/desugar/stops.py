"""Methods that say by an exception that there is no further item hand the item to a function.

>>> import ast
>>> tree = gast.parse('''
... def __next__(self):
...     if self.k >= 3:
...         raise StopIteration
...     self.k += 1
...     return self.k * self.h
... ''').body[0]
>>> new = told_when_to_stop(tree, "StopIteration")
>>> print(ast.unparse(gast.gast_to_ast(gast.Module([new], []))))
def __next__(take_, self):
    if self.k >= 3:
        return True
    self.k += 1
    return take_(self.k * self.h)

The function says whether to stop, and so does the method.
"""

from __future__ import annotations

import copy
from typing import Any

import gast

from s2s.frontend.desugar.yields import TAKE, located, own_nodes


def told_when_to_stop(tree: Any, exception: str) -> Any | None:
    """The definition that takes the function first, or None where the end is not plain to see.

    An iterator may have no end.
    """
    nodes = own_nodes(tree.body)
    stops = [n for n in nodes if isinstance(n, gast.Raise) and _raises(n, exception)]
    asked = [n for n in nodes if isinstance(n, gast.Call) and isinstance(n.func, gast.Name)
             and n.func.id == "next"]  # fmt: skip
    strange = (gast.Try, gast.Yield, gast.With)
    taken = any(isinstance(n, gast.Name) and n.id == TAKE for n in nodes)
    endless = exception == "StopIteration" and not any(isinstance(n, gast.Raise) for n in nodes)
    if not (stops or endless) or asked or taken or any(isinstance(n, strange) for n in nodes):
        return None
    new = copy.deepcopy(tree)
    worker = _Taking(exception)
    new.body = [worker.visit(s) for s in new.body]
    if not isinstance(new.body[-1], gast.Return):
        new.body.append(located(_taken(gast.Constant(None, None)), new.body[-1]))
    first = gast.Name(TAKE, gast.Param(), None, None)
    (new.args.posonlyargs or new.args.args).insert(0, first)
    return located(new, tree)


def _raises(node: Any, exception: str) -> bool:
    """Whether a statement is `raise StopIteration`, with or without arguments."""
    made = node.exc.func if isinstance(node.exc, gast.Call) else node.exc
    return isinstance(made, gast.Name) and made.id == exception


def _taken(value: Any) -> Any:
    take = gast.Name(TAKE, gast.Load(), None, None)
    return gast.Return(gast.Call(take, [value], []))


class _Taking(gast.NodeTransformer):  # type: ignore[misc]
    """Replaces what one scope returns and raises."""

    def __init__(self, exception: str) -> None:
        self.exception = exception

    def visit_Return(self, node: Any) -> Any:
        """An item."""
        value = gast.Constant(None, None) if node.value is None else node.value
        return located(_taken(value), node)

    def visit_Raise(self, node: Any) -> Any:
        """The end."""
        if not _raises(node, self.exception):
            return node
        return located(gast.Return(gast.Constant(True, None)), node)

    def visit_FunctionDef(self, node: Any) -> Any:
        """Another scope."""
        return node

    visit_Lambda = visit_ClassDef = visit_FunctionDef
