"""Lowering of `try`: a choice between the body, if it goes through, and the handlers.

    try:                           if the body goes through:
        y = np.linalg.solve(a, b)      y = solve(a, b)
    except LinAlgError:            else:
        y = lstsq(a, b)                y = lstsq(a, b)

What the body assigned before it raised is not known in the handlers and after them, unless it is
assigned again; reading it is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from s2s.errors import Unsupported
from s2s.frontend.context import RESULT, Context, Torn
from s2s.frontend.desugar.exits import always_exits, has_exit
from s2s.frontend.expressions import expression
from s2s.frontend.loops import rebound
from s2s.frontend.statements import opaque, statement, statements
from s2s.ir import prims
from s2s.ir.nodes import UNDEF, Apply, Atom, Block, Const, If, Ref, Value


@statement.register(gast.Try)
def _(node: Any, ctx: Context) -> None:
    env, stmts = dict(ctx.env), list(ctx.build.stmts)
    try:
        _try(node, ctx)
    except Unsupported as error:  # inactive code may stay as it is written
        ctx.env, ctx.build.stmts[:] = env, stmts
        node.why = error
        opaque(node, ctx)


def _try(node: Any, ctx: Context) -> None:
    """The parts in the order in which they run."""
    if has_exit(node.finalbody):
        ctx.refuse(node, "leaving a function or a loop in `finally` is not supported",
                   "leave it after the `try`")  # fmt: skip

    def body() -> None:
        if node.handlers:
            _handled(node, ctx)
        else:
            statements(node.body, ctx)

    if any(map(_has_effect, node.finalbody)):
        again = gast.copy_location(gast.Raise(None, None), node)
        cleanup = [*node.finalbody, again]
        every = Ref("BaseException", BaseException)
        whole = set(rebound([gast.Try(node.body, node.handlers, node.orelse, [])]))
        _choice(body, lambda: statements(cleanup, ctx), every, whole, False, node, ctx)
    else:
        body()
    statements(node.finalbody, ctx)


def _handled(node: Any, ctx: Context) -> None:
    """The body and its handlers, then what follows where the body went through."""
    kinds = [None if h.type is None else expression(h.type, ctx, "kinds") for h in node.handlers]
    every: Atom = Ref("BaseException", BaseException)
    whole: Atom = every
    if len(kinds) == 1:
        whole = every if kinds[0] is None else kinds[0]
    elif None not in kinds:
        listed = [k for h in node.handlers for k in _each(h.type)]
        parts = tuple(expression(k, ctx, "kind") for k in listed)
        whole = ctx.build.let(Apply(Ref("tuple", prims.build_tuple), parts), "kinds")
    completes = not all(always_exits(h.body) for h in node.handlers)
    follows = completes and bool(node.orelse)
    flag = "went_well_"
    if follows:
        ctx.local.add(flag)

    def body() -> None:
        statements(node.body, ctx)
        if follows:
            ctx.bind(flag, Const(True))

    def handlers() -> None:
        if follows:
            ctx.bind(flag, Const(False))
        named = len(node.handlers) > 1 or node.handlers[0].name is not None
        error: Atom = UNDEF
        if named:
            name = next((h.name.id for h in node.handlers if h.name is not None), "error")
            error = ctx.build.let(Apply(Ref("caught", prims.caught)), name, user=True)
        _pick(node.handlers, kinds, error, ctx)

    _choice(body, handlers, whole, torn(node.body), completes, node, ctx)
    if follows:
        test = ctx.env[flag]
        ctx.choose(test, lambda: statements(node.orelse, ctx), lambda: None, ctx.origin(node))
    else:
        statements(node.orelse, ctx)


def _each(kinds: Any) -> list[Any]:
    """The classes of `except (A, B):`."""
    return list(kinds.elts) if isinstance(kinds, gast.Tuple) else [kinds]


def _pick(handlers: list[Any], kinds: list[Atom | None], error: Atom, ctx: Context) -> None:
    """The handler of the first kind that the error is of."""
    first, *rest = handlers

    def run() -> None:
        if first.name is not None:
            ctx.bind(first.name.id, error)
        statements(first.body, ctx)
        if first.name is not None:
            ctx.bind(first.name.id, UNDEF)

    if not rest:
        run()
        return
    kind = kinds[0]
    assert kind is not None  # Python has `except:` last
    test = ctx.build.let(Apply(Ref("isinstance", isinstance), (error, kind)), "test")
    ctx.choose(test, run, lambda: _pick(rest, kinds[1:], error, ctx), ctx.origin(first))


def _choice(
    body: Callable[[], Any], handlers: Callable[[], Any], kinds: Atom, lost: set[str],
    completes: bool, node: Any, ctx: Context,
) -> None:  # fmt: skip
    """The statement, and the names that both paths bind."""
    stmts_a, env_a, _ = ctx.inside(body)
    changed = {n for n in env_a if env_a[n] is not ctx.env.get(n)}

    def handled() -> None:
        for n in changed & lost:
            ctx.bind(n, Torn())
        handlers()

    stmts_b, env_b, _ = ctx.inside(handled)
    names = [n for n in {**env_a, **env_b} if env_a.get(n, UNDEF) is not env_b.get(n, UNDEF)]
    results = tuple(Value(n if n != RESULT else "result", n != RESULT) for n in names)
    outs_a = tuple(env_a.get(n, UNDEF) for n in names)
    outs_b = tuple(_bound(env_b.get(n, UNDEF)) if completes else UNDEF for n in names)
    then, orelse = Block(stmts_a, outs_a), Block(stmts_b, outs_b)
    ctx.build.emit(If(kinds, then, orelse, results, ctx.origin(node), "try"))
    for n, atom in env_a.items():
        if env_b.get(n, UNDEF) is atom:
            ctx.env[n] = atom
    for n, v in zip(names, results, strict=True):
        left = env_b.get(n, UNDEF)
        ctx.env[n] = left if completes and isinstance(left, Torn) else v


def _bound(atom: Atom) -> Atom:
    return UNDEF if isinstance(atom, Torn) else atom


def torn(stmts: list[Any]) -> set[str]:
    """The names that statements may have bound or not, when one of them raises."""
    last = max((k for k, s in enumerate(stmts) if _may_raise(s)), default=-1)
    if last < 0:
        return set()
    names = set(rebound(stmts[:last]))
    stmt = stmts[last]
    match stmt:
        case gast.If():
            return names | torn(stmt.body) | torn(stmt.orelse)
        case gast.With():
            return names | torn(stmt.body)
        case _ if hasattr(stmt, "body") and not isinstance(stmt, gast.FunctionDef):
            return names | set(rebound([stmt]))
    return names


def _may_raise(stmt: Any) -> bool:
    """Whether a statement may raise: not `pass`, nor giving a name to a constant or a name."""
    match stmt:
        case gast.Pass():
            return False
        case gast.Assign(targets=targets, value=gast.Constant() | gast.Name()):
            return not all(isinstance(t, gast.Name) for t in targets)
    return True


def _has_effect(stmt: Any) -> bool:
    """Whether a statement of `finally` does more than to bind names."""
    match stmt:
        case gast.Pass():
            return False
        case gast.Assign(targets=targets):
            return not all(isinstance(t, gast.Name) for t in targets)
        case gast.AugAssign(target=target):
            return not isinstance(target, gast.Name)
        case gast.If():
            return any(map(_has_effect, [*stmt.body, *stmt.orelse]))
    return True
