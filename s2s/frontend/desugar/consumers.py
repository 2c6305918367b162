"""Loops and calls that consume a generator hand it a function of an item instead.

    for v in steps(x, 4):              def step_(v):
        if v > 3:                          nonlocal total
            break                          if v > 3:
        total += v                             return True
                                           total += v
                                           return False
                                       steps_until(step_, x, 4)

    y = sum(steps(x, 4))               def sum_():
                                           total_ = 0
                                           for v in steps(x, 4):
                                               total_ = total_ + v
                                           return total_
                                       y = sum_()

Both are inlined later, which leaves the loops of the generator with the statements of the
consumer inside.  Of a generator that calls itself a list is made, where that makes no difference.
"""

from __future__ import annotations

import copy
import functools
import math
import types
from collections import Counter
from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from s2s.frontend import scope
from s2s.frontend.desugar.driven import Driven, constant, driven, load, store
from s2s.frontend.desugar.items import (
    FUNCTIONS,
    Exits,
    bound_by,
    clauses,
    is_quiet,
    is_still,
    iters,
    leaves,
    local_way,
    loops_over,
    names_outside,
    put_where_consumed,
    replaced,
    told_last,
)  # fmt: skip
from s2s.frontend.desugar.ways import (
    Lookup,
    Shared,
    Way,
    dotted,
    is_generator_function,
    object_named,
)  # fmt: skip
from s2s.frontend.desugar.yields import (
    handing,
    is_generator,
    listing,
    located,
    own_nodes,
    strange_yield,
)  # fmt: skip

_WHOLE = (list, tuple, sorted, max, min, set, frozenset, dict, math.fsum, math.prod,
          functools.reduce, np.fromiter)  # fmt: skip


def without_generators(
    tree: Any, lookup: Lookup, tree_of: Callable[[types.FunctionType], Any]
) -> tuple[Any, dict[str, Way]]:
    """The definition with generators consumed by calls, and what the new names in it stand for.

    `tree_of` gives the definition of a function.
    """
    if not _may_consume(tree, lookup):
        return tree, {}
    names = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
    names |= {n.name for n in gast.walk(tree) if isinstance(n, FUNCTIONS)}
    names |= {a for n in gast.walk(tree) if isinstance(n, gast.Nonlocal) for a in n.names}
    shared = Shared(lookup, tree_of, names)
    new = copy.deepcopy(tree)
    _Scope(new, shared).run()
    return new, shared.ways


def _may_consume(tree: Any, lookup: Lookup) -> bool:
    """Whether anything here is a generator that has a name, or asks for a first item."""
    for node in gast.walk(tree):
        if isinstance(node, gast.FunctionDef) and node is not tree and is_generator(node):
            return True
        if isinstance(node, gast.Call):
            obj = object_named(node.func, lookup)
            if is_generator_function(obj) or obj is next:
                return True
        if isinstance(node, gast.Assign) and isinstance(node.value, gast.GeneratorExp):
            return True
    return False


class _Scope(gast.NodeTransformer):  # type: ignore[misc]
    """Rewrites one function: its loops, its calls, and the generators defined in it."""

    def __init__(self, tree: Any, shared: Shared, outer: _Scope | None = None) -> None:
        self.tree, self.shared = tree, shared
        own = [n for n in own_nodes(tree.body) if isinstance(n, gast.FunctionDef)]
        made = Counter(n.name for n in own)
        hidden = scope.local_names(tree)
        above = {} if outer is None else outer.defs
        self.defs: dict[str, Any] = {n: d for n, d in above.items() if n not in hidden}
        self.mine = {
            n.name: n for n in own
            if made[n.name] == 1 and is_generator(n) and strange_yield(n) is None
        }  # fmt: skip
        self.defs |= self.mine
        self.hidden: set[str] = hidden if outer is None else hidden | outer.hidden
        self.bound: list[str] = []  # by the comprehensions around
        self.counts = Counter(n.id for n in gast.walk(tree) if isinstance(n, gast.Name))
        self.used: set[tuple[str, str]] = set()
        self.hoisted: list[Any] = []

    def run(self) -> None:
        """Rewrite the body in place."""
        before = set(scope.local_names(self.tree))
        documented = gast.get_docstring(self.tree) is not None
        body = self.tree.body = self._definitions(self.block(self.tree.body))
        # A variable that only functions of items assign now still belongs to this one.
        lost = sorted((before - scope.local_names(self.tree)) & scope.nonlocal_writes(body))
        start = [located(store(n, constant(None)), self.tree) for n in lost]
        self.tree.body = [*body[:documented], *start, *body[documented:]]

    def block(self, stmts: list[Any]) -> list[Any]:
        """Statements, each after the functions that were made for it."""
        out: list[Any] = []
        for stmt in self._used_at_once(stmts):
            outer, self.hoisted = self.hoisted, []
            new = self.visit(stmt)
            made = new if isinstance(new, list) else [new]
            for s in (*self.hoisted, *made):
                out.append(located(s, stmt))
            self.hoisted = outer
        return out

    def _used_at_once(self, stmts: list[Any]) -> list[Any]:
        """`g = steps(x)` put where it is consumed, if that is once and nothing is in between."""
        out = list(stmts)
        for k, stmt in enumerate(stmts):
            match stmt:
                case gast.Assign(targets=[gast.Name(id=name)], value=value) if (
                    self.counts[name] == 2
                    and (isinstance(value, gast.GeneratorExp) or self.is_call(value))
                ):
                    pass
                case _:
                    continue
            read = scope.reads(value)
            for j in range(k + 1, len(stmts)):
                later = stmts[j]
                if name in scope.reads(later):
                    if put_where_consumed(later, name, value):
                        out.remove(stmt)
                    break
                if not is_still(later) or scope.assigned(later) & read:
                    break
        return out

    def generic_visit(self, node: Any) -> Any:
        """Blocks of statements keep what is made for them."""
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block:
                setattr(node, name, self.block(block))
        for name in node._fields:
            value = getattr(node, name, None)
            if name in ("body", "orelse", "finalbody") and isinstance(value, list):
                continue
            if isinstance(value, list):
                setattr(node, name, [self.visit(v) if isinstance(v, gast.AST) else v
                                     for v in value])  # fmt: skip
            elif isinstance(value, gast.AST):
                setattr(node, name, self.visit(value))
        return node

    # Definitions

    def visit_FunctionDef(self, node: Any) -> Any:
        """A scope of its own; a generator is rewritten once it is known how it is called."""
        if node is self.tree:
            return self.generic_visit(node)
        if node.name not in self.mine:
            self.inner(node)
        return node

    def inner(self, tree: Any) -> None:
        """Rewrite a function inside this one."""
        worker = _Scope(tree, self.shared, self)
        worker.run()
        self.used |= {u for u in worker.used if u[0] not in worker.mine}

    def visit_ClassDef(self, node: Any) -> Any:
        """Left alone."""
        return node

    visit_AsyncFunctionDef = visit_ClassDef

    def visit_Lambda(self, node: Any) -> Any:
        """What is made for a lambda would have to know its parameters: left alone."""
        return node

    def _definitions(self, stmts: list[Any]) -> list[Any]:
        """The generators of this scope in the ways in which they are called."""
        done: set[tuple[str, str]] = set()
        made: dict[str, list[Any]] = {name: [] for name in self.mine}
        while todo := sorted(u for u in self.used - done if u[0] in self.mine):
            for name, kind in todo:
                done.add((name, kind))
                tree = self.mine[name]
                text = local_way(name, kind)
                new = listing(tree, text) if kind == "listed" else (
                    handing(tree, text, kind == "until"))  # fmt: skip
                self.inner(new)
                made[name].append(new)
        left = set(names_outside(stmts, set(self.mine)))
        return replaced(stmts, {n: made[n] for n in made if n not in left and made[n]})

    # Calls

    def is_call(self, node: Any) -> bool:
        """Whether a node calls a generator function."""
        return isinstance(node, gast.Call) and self.generator(node.func) is not None

    def generator(self, func: Any) -> Any:
        """The generator function behind a callee: a definition or an object, else None."""
        if isinstance(func, gast.Name) and func.id in self.defs:
            return self.defs[func.id]
        obj = self.object_of(func)
        usable = is_generator_function(obj) and strange_yield(self.shared.tree_of(obj)) is None
        return obj if usable else None

    def object_of(self, func: Any) -> Any:
        """The object of the module that a callee is, if nothing here has its name."""
        root = func
        while isinstance(root, gast.Attribute):
            root = root.value
        if isinstance(root, gast.Name) and root.id in self.hidden:
            return None
        return object_named(func, self.shared.lookup)

    def recursive(self, call: Any) -> bool:
        """Whether the generator of a call comes to call itself."""
        found = self.generator(call.func)
        if isinstance(found, types.FunctionType):
            return self.shared.recursive(found)
        name = found.name
        inner = (n for n in own_nodes(found.body) if isinstance(n, gast.Call))
        return any(isinstance(n.func, gast.Name) and n.func.id == name for n in inner)

    def callee(self, func: Any, kind: str) -> Any:
        """The name under which a generator is called in one way."""
        found = self.generator(func)
        if isinstance(found, types.FunctionType):
            return load(self.shared.way(found, kind, dotted(func)))
        self.used.add((found.name, kind))
        return load(local_way(found.name, kind))

    def driven(self, node: Any) -> Driven | None:
        """How an iterable is driven by a generator."""
        return driven(node, self.is_call, self.object_of, self.shared.fresh)

    def drives(self, node: Any) -> bool:
        """Whether an iterable is driven by a generator."""
        names = set(self.shared.names)
        found = self.driven(node) is not None
        self.shared.names.clear()
        self.shared.names.update(names)
        return found

    # Loops

    def visit_For(self, node: Any) -> Any:
        """A loop over a generator."""
        how = self.driven(node.iter)
        if how is None:
            return self.generic_visit(node)
        if self.recursive(how.call):
            if not is_quiet(node, how):
                return self.generic_visit(node)  # refused where the generator is called
            node.iter = self._listed(how.call)
            return self.generic_visit(node)
        how.call.args = [self.visit(a) for a in how.call.args]
        return self._handed(node, how)

    def _handed(self, node: Any, how: Driven) -> list[Any]:
        names = bound_by(node)
        fresh = self.shared.fresh
        step, back, left, broke = fresh("step"), fresh("back"), fresh("left"), fresh("broke")
        head = [*how.head, gast.Assign([node.target], how.item, None)]
        inside = [*head, *node.body]
        until = leaves(inside) or how.done is not None
        done = how.done if how.done is not None else constant(False)
        exits = Exits(done, back, left, broke if node.orelse else None)
        own = self._own(node, how)
        body = exits.block(self.block(copy.deepcopy(inside)))
        if until:
            body = told_last([*body, gast.Return(copy.deepcopy(done))])
        shared = (names | set(how.counters)) - own - set(how.locals)
        shared |= exits.used
        outer = scope.nonlocal_writes(body) - own
        declared = sorted(shared | (outer & names))
        if declared:
            body.insert(0, gast.Nonlocal(declared))
        args = gast.arguments([], [], None, [], [], None, [])
        parameter = gast.Name(how.locals[0], gast.Param(), None, None)
        args.args = [parameter]
        before: list[Any] = list(how.before)
        for name, value in ((back, None), (left, False), (broke, False)):
            if name in exits.used:
                before.append(store(name, constant(value)))
        made = gast.FunctionDef(step, args, body, [], None, None, [])
        callee = self.callee(how.call.func, "until" if until else "each")
        call = gast.Expr(gast.Call(callee, [load(step), *how.call.args], how.call.keywords))
        run: list[Any] = [call]
        if how.some is not None:
            run = [gast.If(how.some, run, [])]
        after: list[Any] = []
        if left in exits.used:
            after.append(gast.If(load(left), [gast.Return(load(back))], []))
        if node.orelse:
            orelse = self.block(node.orelse)
            if broke in exits.used:
                orelse = [gast.If(gast.UnaryOp(gast.Not(), load(broke)), orelse, [])]
            after += orelse
        return [*before, made, *run, *after]

    def _own(self, node: Any, how: Driven) -> set[str]:
        """The variables of the loop that it assigns before it reads them, used nowhere else."""
        inside = Counter(n.id for n in gast.walk(node) if isinstance(n, gast.Name))
        only = {n for n in inside if self.counts[n] <= inside[n]}
        targets = {n.id for n in gast.walk(node.target) if isinstance(n, gast.Name)}
        own = only & targets
        read: set[str] = set()
        for stmt in node.body:
            read |= scope.reads(stmt)
            if isinstance(stmt, gast.Assign):
                own |= (scope.assigned(stmt) & only) - read
            read |= scope.assigned(stmt)
        return own

    # Expressions

    def visit_Call(self, node: Any) -> Any:
        """A function that goes through all items, or asks for the first."""
        fn = self.object_of(node.func)
        starred = any(isinstance(a, gast.Starred) for a in node.args)
        if fn is next and 1 <= len(node.args) <= 2 and not starred and not node.keywords:
            if isinstance(node.args[0], gast.GeneratorExp) or self.is_call(node.args[0]):
                return self._first(node)
        place = 1 if fn is functools.reduce else 0
        whole = fn is sum or any(fn is w for w in _WHOLE)
        if whole and len(node.args) > place and not starred and self._driven(node.args[place]):
            if fn is sum and len(node.args) == 1 and not node.keywords:
                return self._sum(node.args[0])
            node.args[place] = self._items(node.args[place])
            if fn is list:
                return node.args[0]
        return self.generic_visit(node)

    def _driven(self, node: Any) -> bool:
        """Whether an expression gives the items of a generator one by one."""
        return self.drives(node) or (
            isinstance(node, gast.GeneratorExp) and any(map(self.drives, iters(node)))
        )  # fmt: skip

    def visit_ListComp(self, node: Any) -> Any:
        """A comprehension over a generator is a function with its loops."""
        if any(map(self.drives, iters(node))):
            return self._items(node)
        return self._comprehension(node)

    def visit_DictComp(self, node: Any) -> Any:
        """That of a dict, too."""
        if not any(map(self.drives, iters(node))):
            return self._comprehension(node)
        entries = self.shared.fresh("entries")

        place = gast.Subscript(load(entries), node.key, gast.Store())
        put = gast.Assign([place], node.value, None)
        body = [store(entries, gast.Dict([], [])), *clauses(node, [put]),
                gast.Return(load(entries))]  # fmt: skip
        return self._made("entries_of", body)

    def _comprehension(self, node: Any) -> Any:
        """What is made inside a comprehension is given its variables."""
        first = node.generators[0]
        first.iter = self.visit(first.iter)
        targets = [n.id for g in node.generators for n in gast.walk(g.target)
                   if isinstance(n, gast.Name)]  # fmt: skip
        count = len(self.bound)
        self.bound += targets
        first.ifs = [self.visit(t) for t in first.ifs]
        node.generators[1:] = [self.visit(g) for g in node.generators[1:]]
        for name in ("elt", "key", "value"):
            if hasattr(node, name):
                setattr(node, name, self.visit(getattr(node, name)))
        del self.bound[count:]
        return node

    visit_GeneratorExp = visit_SetComp = _comprehension

    def visit_Starred(self, node: Any) -> Any:
        """`*steps(x)`."""
        if self._driven(node.value):
            node.value = self._items(node.value)
            return node
        return self.generic_visit(node)

    def visit_Assign(self, node: Any) -> Any:
        """`a, b = steps(x)`."""
        apart = all(isinstance(t, gast.Tuple | gast.List) for t in node.targets)
        if apart and self._driven(node.value):
            node.value = self._items(node.value)
            return node
        return self.generic_visit(node)

    def _items(self, node: Any) -> Any:
        """A call that gives the list of the items of an iterable."""
        if self.is_call(node) and self.recursive(node):
            return self.generic_visit(self._listed(node))
        items, item = self.shared.fresh("items"), self.shared.fresh("item")

        def put(value: Any) -> list[Any]:
            append = gast.Attribute(load(items), "append", gast.Load())
            return [gast.Expr(gast.Call(append, [value], []))]

        body = [store(items, gast.List([], gast.Load())), *loops_over(node, item, put),
                gast.Return(load(items))]  # fmt: skip
        return self._made("listed", body)

    def _listed(self, call: Any) -> Any:
        """A list of the items of a generator; what does not matter calls the user's own."""
        whole = gast.Call(self.callee(call.func, "listed"), call.args, call.keywords)
        return gast.Call(load("list"), [whole], [])

    def _sum(self, node: Any) -> Any:
        """A call that adds the items up as they come."""
        total, item = self.shared.fresh("total"), self.shared.fresh("item")

        def add(value: Any) -> list[Any]:
            return [store(total, gast.BinOp(load(total), gast.Add(), value))]

        body = [store(total, constant(0)), *loops_over(node, item, add), gast.Return(load(total))]
        return self._made("summed", body)

    def _first(self, node: Any) -> Any:
        """A call that gives the first item, or the other argument of `next`."""
        item = self.shared.fresh("item")
        stop = gast.Raise(gast.Call(load("StopIteration"), [], []), None)
        last = gast.Return(node.args[1]) if len(node.args) == 2 else stop
        loops = loops_over(node.args[0], item, lambda value: [gast.Return(value)])
        return self._made("first", [*loops, last])

    def _made(self, stem: str, body: list[Any]) -> Any:
        """A call of a function with this body, which is put before the statement."""
        name = self.shared.fresh(stem)
        given = [n for n in dict.fromkeys(self.bound) if n in scope.reads(body)]
        args = gast.arguments([], [], None, [], [], None, [])
        args.args = [gast.Name(n, gast.Param(), None, None) for n in given]
        made = gast.FunctionDef(name, args, body, [], None, None, [])
        self.inner(made)
        self.hoisted.append(made)
        return gast.Call(load(name), [load(n) for n in given], [])


__all__ = ["Way", "without_generators"]
