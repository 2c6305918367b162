"""Nested functions and lambdas: values that carry their source and what they capture."""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, Any

import gast

from s2s.errors import Unsupported
from s2s.frontend import scope
from s2s.frontend.context import Context
from s2s.frontend.expressions import expression
from s2s.frontend.resolve import Resolver
from s2s.frontend.statements import statement
from s2s.ir import prims
from s2s.ir.nodes import UNDEF, Apply, Atom, Block, Closure, For, Let, Ref, Undef, Value
from s2s.ir.walk import iter_atoms, statements

if TYPE_CHECKING:
    from s2s.frontend.lower import LocalFunction


@statement.register(gast.FunctionDef)
def _(node: Any, ctx: Context) -> None:
    if node.decorator_list:
        ctx.refuse(
            node.decorator_list[0],
            "this decorator of a nested function, or of one that calls itself, is not supported",
            "move the function to module level", "or remove the decorator",
        )  # fmt: skip
    closure = close_over(node, node.name, False, ctx)
    value = ctx.build.let(closure, node.name, user=True)
    ctx.closures[value] = closure
    ctx.bind(node.name, value)


@expression.register(gast.Lambda)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    body = gast.copy_location(gast.Return(node.body), node.body)
    tree = gast.FunctionDef("lambda_", node.args, [body], [], None, None, [])
    gast.copy_location(tree, node)
    closure = close_over(tree, hint, True, ctx)
    value = ctx.build.let(closure, hint)
    ctx.closures[value] = closure
    return value


def close_over(tree: Any, name: str, is_lambda: bool, ctx: Context) -> Closure:
    """The closure of a nested definition over the variables as they are now."""
    if scope.nonlocals_declared(tree) or scope.nonlocal_writes(tree):
        ctx.refuse(
            tree, "`nonlocal`: a nested function that assigns outer variables is not supported",
            "return the new value instead",
        )  # fmt: skip
    local = ctx.made.get(tree.name) if not is_lambda else None
    if local is None:
        group = {} if is_lambda else _calling_each_other(tree, ctx)
        names = _captured([tree, *group.values()], tree, is_lambda, ctx)
        local = _local(tree, names, ctx)
        others = {n: _local(t, names, ctx) for n, t in group.items()}
        if others:
            ctx.made |= {tree.name: local, **others}
            for each in ctx.made.values():
                each.siblings = tuple(o for o in (local, *others.values()) if o is not each)
    captures = [(n, ctx.env[n]) for n in local.captured]
    defaults = _defaults(tree.args, ctx)
    if defaults and tree.name in scope.reads(tree.body) and not is_lambda:
        # What a call of itself does not say it takes from where the function was made.
        for param, atom in defaults:
            hidden = f"{tree.name}_{param}_default_"
            ctx.local.add(hidden)
            ctx.bind(hidden, atom)
            captures.append((hidden, atom))
            local.hidden[param] = hidden
        local.captured = tuple(n for n, _ in captures)
    local.defaults = tuple(n for n, _ in defaults)
    return Closure(name, tree, tuple(captures), tuple(defaults), local, is_lambda)


def _local(tree: Any, names: list[str], ctx: Context) -> LocalFunction:
    from s2s.frontend.lower import LocalFunction

    outer = ctx.resolver
    resolver = Resolver(outer.globals, outer.cells, outer.noted)
    return LocalFunction(tree.name, tree, ctx.source, resolver, tuple(names), ())


def _captured(trees: list[Any], tree: Any, is_lambda: bool, ctx: Context) -> list[str]:
    """The variables that some definitions take from outside, themselves left out."""
    names: dict[str, None] = {}
    own = {t.name for t in trees if not is_lambda}
    for each in trees:
        for free in scope.ordered_reads(_without_defaults(each)):
            if free not in ctx.local or free in own:
                continue
            if isinstance(ctx.env.get(free, UNDEF), Undef):
                ctx.refuse(
                    tree, f"`{each.name}` uses `{free}` before it is assigned",
                    f"define `{free}` above `{tree.name}`",
                )  # fmt: skip
            names[free] = None
    return list(names)


def _without_defaults(tree: Any) -> Any:
    """A definition whose default values, which belong to the scope around it, are left out."""
    args = gast.arguments(
        tree.args.args, tree.args.posonlyargs, tree.args.vararg, tree.args.kwonlyargs,
        [None] * len(tree.args.kwonlyargs), tree.args.kwarg, [],
    )  # fmt: skip
    return gast.FunctionDef(tree.name, args, tree.body, [], None, None, [])


def _calling_each_other(tree: Any, ctx: Context) -> dict[str, Any]:
    """The definitions further down that a nested function needs: they call each other."""
    found: dict[str, Any] = {}
    todo = [tree]
    while todo:
        for free in scope.ordered_reads(todo.pop()):
            later = ctx.later.get(free)
            unset = isinstance(ctx.env.get(free, UNDEF), Undef)
            if later is not None and unset and free != tree.name and free not in found:
                if later.args.defaults or any(later.args.kw_defaults) or later.decorator_list:
                    continue
                found[free] = later
                todo.append(later)
    return found


def _defaults(args: Any, ctx: Context) -> list[tuple[str, Atom]]:
    """The default values of a nested definition, evaluated where it stands."""
    found = []
    positional = [*args.posonlyargs, *args.args]
    with_default = positional[len(positional) - len(args.defaults) :]
    for param, node in zip(with_default, args.defaults, strict=True):
        found.append((param.id, expression(node, ctx)))
    for param, node in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        if node is not None:
            found.append((param.id, expression(node, ctx)))
    return found


def check_escapes(ctx: Context) -> None:
    """Refuse nested functions that something keeps while what they use is assigned again.

    Python looks the variable up when the function runs, which may be after that.
    """
    changed: dict[Value, set[str]] = {}  # by the loop over an iterator
    lists: dict[Value, Value] = {}  # of what an iterator gives, for a loop
    body = Block(tuple(ctx.build.stmts))
    for stmt in statements(body):
        match stmt:
            case Let(targets=(t,), expr=Apply(fn=Ref(obj=obj), args=(Value() as it,))) if (
                obj is list and not t.user
            ):
                lists[t] = it
        if isinstance(stmt, For):
            rows = zip(stmt.params, stmt.body.outs, strict=True)
            names = {p.name for p, out in rows if out is not p}
            for a in iter_atoms(stmt.iter):
                if isinstance(a, Value):
                    changed.setdefault(lists.get(a, a), set()).update(names)
    for stmt in statements(body):
        if not isinstance(stmt, Let) or not isinstance(stmt.expr, Apply):
            continue
        fn, target = stmt.expr.fn, stmt.targets[0] if stmt.targets else None
        if not isinstance(fn, Ref):
            continue
        lazy = target is not None and any(fn.obj is f for f in _LAZY)
        if not lazy and not _keeps(fn.obj):
            continue
        given: list[Any] = [*stmt.expr.args, *(v for _, v in stmt.expr.kwargs)]
        for a in given:
            closure = ctx.closures.get(a) if isinstance(a, Value) else None
            for name, atom in closure.captures if closure is not None else ():
                again = ctx.env.get(name, UNDEF) is not atom
                if lazy and target is not None and not target.user:
                    again = name in changed.get(target, ())
                if again:
                    assert closure is not None
                    keeper = "an iterator" if lazy else "a container"
                    raise Unsupported(
                        f"`{closure.name}` is kept in {keeper} and uses `{name}`, "
                        "which is assigned again",
                        origin=stmt.origin,
                        advice=(f"pass `{name}` as an argument or a default: `{name}={name}`",),
                    )


_LAZY = (map, filter, itertools.takewhile, itertools.dropwhile, itertools.accumulate,
         itertools.starmap, itertools.filterfalse)  # fmt: skip


def _keeps(obj: Any) -> bool:
    """Whether a callable keeps its arguments for later calls."""
    return getattr(obj, "__module__", "") == prims.__name__ or obj is functools.partial
