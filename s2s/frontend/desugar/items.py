"""Parts of `consumers`: exits of loops, what may be moved, the loops of comprehensions."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import gast

from s2s.frontend import scope
from s2s.frontend.desugar.driven import Driven, constant, load, store
from s2s.frontend.desugar.exits import has_exit
from s2s.frontend.desugar.yields import located, own_nodes

FUNCTIONS = (gast.FunctionDef, gast.AsyncFunctionDef)


class Exits:
    """Turns what leaves a loop into what leaves the function of an item."""

    def __init__(self, done: Any, back: str, left: str, broke: str | None) -> None:
        self.done, self.back, self.left, self.broke = done, back, left, broke
        self.used: set[str] = set()

    def block(self, stmts: list[Any], inner: bool = False) -> list[Any]:
        """Statements of the loop; `inner` are those of a loop inside it."""
        return [new for s in stmts for new in self._stmt(s, inner)]

    def _stmt(self, stmt: Any, inner: bool) -> list[Any]:
        match stmt:
            case gast.Return():
                self.used |= {self.back, self.left}
                value = constant(None) if stmt.value is None else stmt.value
                kept = [store(self.back, value), store(self.left, constant(True))]
                return [located(s, stmt) for s in (*kept, *self._stop())]
            case gast.Break() if not inner:
                return [located(s, stmt) for s in self._stop()]
            case gast.Continue() if not inner:
                return [located(gast.Return(copy.deepcopy(self.done)), stmt)]
            case gast.FunctionDef() | gast.ClassDef() | gast.AsyncFunctionDef():
                return [stmt]
        loop = isinstance(stmt, gast.For | gast.While)
        for name in ("body", "orelse", "finalbody"):
            block = getattr(stmt, name, None)
            if isinstance(block, list):
                setattr(stmt, name, self.block(block, inner or loop and name == "body"))
        for part in (*getattr(stmt, "handlers", ()), *getattr(stmt, "cases", ())):
            part.body = self.block(part.body, inner)
        return [stmt]

    def _stop(self) -> list[Any]:
        if self.broke is None:
            return [gast.Return(constant(True))]
        self.used.add(self.broke)
        return [store(self.broke, constant(True)), gast.Return(constant(True))]


def told_last(body: list[Any]) -> list[Any]:
    """`if c: return True` and `return False` at the end as `return c`."""
    match body:
        case [*first, gast.If(test=test, body=[gast.Return(value=gast.Constant(value=True))],
                              orelse=[]),
              gast.Return(value=gast.Constant(value=False))]:  # fmt: skip
            return [*first, gast.Return(test)]
    return body


def put_where_consumed(stmt: Any, name: str, value: Any) -> bool:
    """Put an iterable in the place of its name, where it is consumed once."""
    match stmt:
        case gast.For():
            roots = [stmt.iter]
        case gast.Assign() | gast.Return() | gast.Expr() | gast.AugAssign():
            roots = [stmt.value] if stmt.value is not None else []
        case _:
            return False
    for root in roots:
        if isinstance(stmt, gast.For) and isinstance(root, gast.Name) and root.id == name:
            stmt.iter = value
            return True
        for node in own_nodes(root):
            args = node.args if isinstance(node, gast.Call) else []
            for k, arg in enumerate(args):
                if isinstance(arg, gast.Name) and arg.id == name:
                    args[k] = value
                    return True
            first = node.generators[0] if hasattr(node, "generators") else None
            if first is not None and isinstance(first.iter, gast.Name) and first.iter.id == name:
                first.iter = value
                return True
    return False


def is_still(stmt: Any) -> bool:
    """Whether a statement only gives names to values, without a call."""
    named = isinstance(stmt, gast.Assign) and all(isinstance(t, gast.Name) for t in stmt.targets)
    return named and not any(isinstance(n, gast.Call) for n in gast.walk(stmt))


def leaves(stmts: list[Any]) -> bool:
    """Whether statements may leave the loop that they are the body of."""
    return has_exit(stmts, (gast.Break, gast.Return))


def bound_by(node: Any) -> set[str]:
    """The variables that a loop assigns."""
    return scope.assigned(node) | scope.nonlocal_writes([node])


def is_quiet(node: Any, how: Driven) -> bool:
    """Whether it makes no difference to have all items before the first one is used.

    The body must leave alone what the generator may read, and must go through all items.
    """
    if how.before or how.head or leaves(node.body):
        return False
    given = [*how.call.args, *(k.value for k in how.call.keywords)]
    names = {n.id for a in given for n in gast.walk(a) if isinstance(n, gast.Name)}
    for inner in (n for s in node.body for n in gast.walk(s)):
        if isinstance(inner, gast.Subscript | gast.Attribute) and not isinstance(
            inner.ctx, gast.Load
        ):
            return False
        if isinstance(inner, gast.AugAssign) and isinstance(inner.target, gast.Name) and (
            inner.target.id in names
        ):  # fmt: skip
            return False
    return True


def names_outside(nodes: list[Any], defs: set[str]) -> Iterator[str]:
    """The variables that are read outside of some definitions."""
    for node in nodes:
        if isinstance(node, gast.FunctionDef) and node.name in defs:
            continue
        if isinstance(node, gast.Name):
            yield node.id
        yield from names_outside(list(gast.iter_child_nodes(node)), defs)


def iters(node: Any) -> list[Any]:
    """What the clauses of a comprehension run over."""
    return [g.iter for g in node.generators]


def loops_over(node: Any, item: str, then: Callable[[Any], list[Any]]) -> list[Any]:
    """The loops over an iterable, or those of a comprehension, around `then(item)`."""
    if not isinstance(node, gast.ListComp | gast.GeneratorExp):
        target = gast.Name(item, gast.Store(), None, None)
        return [gast.For(target, node, then(load(item)), [], None)]
    return clauses(node, then(node.elt))


def clauses(node: Any, body: list[Any]) -> list[Any]:
    """The loops and tests of a comprehension around statements."""
    for clause in reversed(node.generators):
        for test in reversed(clause.ifs):
            body = [gast.If(test, body, [])]
        body = [gast.For(clause.target, clause.iter, body, [], None)]
    return body


def local_way(name: str, kind: str) -> str:
    """What a generator of the function itself is called in one way."""
    return f"{name}_{kind}_"


def replaced(stmts: list[Any], table: dict[str, list[Any]]) -> list[Any]:
    """The statements with other definitions in the place of some."""
    out: list[Any] = []
    for stmt in stmts:
        if isinstance(stmt, gast.FunctionDef) and stmt.name in table:
            out += table[stmt.name]
            continue
        if not isinstance(stmt, FUNCTIONS):
            for name in ("body", "orelse", "finalbody"):
                block = getattr(stmt, name, None)
                if isinstance(block, list):
                    setattr(stmt, name, replaced(block, table))
        out.append(stmt)
    return out
