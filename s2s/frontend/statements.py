"""Lowering of statements: one handler a gast node; a handler returns how the path exits."""

from __future__ import annotations

import copy
import operator
from functools import singledispatch
from typing import Any

import gast

from s2s.frontend import scope
from s2s.frontend.comprehensions import collect
from s2s.frontend.context import RESULT, Context, Torn
from s2s.frontend.desugar.exits import RETURN, stray_exit
from s2s.frontend.expressions import expression
from s2s.frontend.stacks import popped_from
from s2s.ir import prims
from s2s.ir.effects import is_add_at, pure
from s2s.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Const,
    Let,
    Method,
    Opaque,
    Pop,
    Push,
    Ref,
    Undef,
    Value,
    With,
    Write,
)  # fmt: skip


def statements(stmts: list[Any], ctx: Context) -> str | None:
    """Lower a list of statements; the exit is that of the last one, in tail position."""
    leave = None
    for stmt in stmts:
        ctx.build.origin = ctx.origin(stmt) or ctx.build.origin
        _remember(stmt, ctx)
        leave = statement(stmt, ctx)
    return leave


_COMPOUND = ("if", "elif", "else:", "for", "while", "with", "try:", "match", "def")


def _remember(stmt: Any, ctx: Context) -> None:
    """Keep the text of a simple statement, for the comments of the backward sweep."""
    origin = ctx.origin(stmt)
    if origin is None or hasattr(stmt, "body"):
        return
    text = " ".join(line.strip() for line in origin.text.splitlines())
    if text.partition(" ")[0] in _COMPOUND:  # made of a compound statement: no text of its own
        return
    for line in range(origin.line, origin.end_line + 1):
        ctx.spans.setdefault((origin.filename, line), text)


@singledispatch
def statement(node: Any, ctx: Context) -> str | None:
    """Lower a statement; kinds without a handler of their own stay as they are written."""
    opaque(node, ctx)
    return None


def opaque(node: Any, ctx: Context) -> None:
    """Keep a statement in the user's words, with the names that it reads and binds."""
    leave = stray_exit(node)
    if leave is not None:
        word = type(leave).__name__.lower()
        ctx.refuse(
            leave, f"`{word}` inside this kind of statement is not supported",
            f"set a variable here and `{word}` after the statement",
        )  # fmt: skip
    for inner in gast.walk(node):
        if isinstance(inner, gast.Yield | gast.YieldFrom | gast.Await):
            ctx.refuse(
                inner, "generators and coroutines cannot be differentiated",
                "return a list instead of yielding its items",
            )  # fmt: skip
    writes = sorted(scope.assigned(node))
    names = dict.fromkeys([*scope.ordered_reads(node), *(n for n in writes if n in ctx.env)])
    reads: list[tuple[str, Atom]] = []
    for name in names:
        if name not in writes and isinstance(ctx.env.get(name), Torn):
            ctx.read(name, node)  # refuses
        if name in ctx.env and not isinstance(ctx.env[name], Undef):
            reads.append((name, ctx.env[name]))
        elif name not in ctx.local:
            reads.append((name, ctx.resolver.name(name)))
    bound = tuple((n, Value(n, True)) for n in writes)
    ctx.build.emit(Opaque(copy.deepcopy(node), tuple(reads), bound, ctx.origin(node)))
    for name, value in bound:
        ctx.bind(name, value)


@statement.register(gast.Pass)
def _(node: Any, ctx: Context) -> None:
    return None


@statement.register(gast.Global)
@statement.register(gast.Nonlocal)
def _(node: Any, ctx: Context) -> None:
    kind = type(node).__name__.lower()
    if not ctx.assigned.intersection(node.names):
        return  # only read
    ctx.refuse(
        node, f"`{kind} {', '.join(node.names)}`: writing to an outer variable is not supported",
        "return the new value instead of assigning it outside",
    )  # fmt: skip


@statement.register(gast.Delete)
def _(node: Any, ctx: Context) -> None:
    for target in node.targets:
        if isinstance(target, gast.Name):
            ctx.bind(target.id, UNDEF)
        else:
            base = expression(target.value, ctx)
            key = _key(target, ctx)
            kind = "delattr" if isinstance(target, gast.Attribute) else "del"
            ctx.build.emit(Write(kind, base, key, Const(None), ctx.origin(node)))


@statement.register(gast.Expr)
def _(node: Any, ctx: Context) -> None:
    value = node.value
    if isinstance(value, gast.Constant):
        return
    if _append(value, ctx) or _scatter(value, ctx):
        return
    if isinstance(value, gast.Call):
        atom = expression(value, ctx, "unused")
        _drop_target(atom, ctx)
        return
    expression(value, ctx, "unused")


def _drop_target(atom: Atom, ctx: Context) -> None:
    """A call for its effect binds nothing."""
    last = ctx.build.stmts[-1] if ctx.build.stmts else None
    if isinstance(last, Let) and last.targets == (atom,):
        ctx.build.stmts[-1] = Let((), last.expr, last.origin)


def _append(node: Any, ctx: Context) -> bool:
    """`items.append(item)` on a local list: consumes the list, binds the longer one."""
    name = append_receiver(node)
    if name is None or name not in ctx.env or not isinstance(node.func, gast.Attribute):
        return False
    items = ctx.read(name, node)
    item = expression(node.args[0], ctx)
    if name in ctx.stacks and isinstance(items, Value):
        ctx.build.emit(Push(items, item, ctx.origin(node)))
        return True
    longer = Value(name, True)
    append = Apply(Ref("list_append", prims.list_append), (items, item))
    ctx.build.emit(Let((longer,), append, ctx.origin(node)))
    ctx.bind(name, longer)
    return True


def _scatter(node: Any, ctx: Context) -> bool:
    """`add_at(shadow, index, v)` in generated code: consumes the shadow, binds the new one."""
    match node:
        case gast.Call(func=gast.Name(id=fn), args=[gast.Name(id=name), index, v], keywords=[]):
            add_at = ctx.resolver.name(fn) if fn not in ctx.env else None
            if name not in ctx.env or add_at is None or not is_add_at(add_at):
                return False
            parts = (ctx.env[name], expression(index, ctx, "index"), expression(v, ctx))
            new = Value(name, True)
            ctx.build.emit(Let((new,), Apply(add_at, parts), ctx.origin(node)))
            ctx.bind(name, new)
            return True
    return False


def append_receiver(node: Any) -> str | None:
    """The name in `name.append(e)`, or in `add_at(name, index, e)`."""
    match node:
        case gast.Call(func=gast.Name(id="add_at"), args=[gast.Name(id=name), _, _]):
            return str(name)
        case gast.Call(
            func=gast.Attribute(value=gast.Name(id=name), attr="append"),
            args=[arg], keywords=[],
        ) if not isinstance(arg, gast.Starred):  # fmt: skip
            return str(name)
    return None


@statement.register(gast.Assign)
def _(node: Any, ctx: Context) -> None:
    first, *more = node.targets
    if _pop(node, ctx):
        return
    hint = first.id if isinstance(first, gast.Name) else "t"
    if isinstance(first, gast.Tuple | gast.List) and isinstance(node.value, gast.Tuple):
        if _parallel(first, node.value) and not more:
            atoms = []
            for target, e in zip(first.elts, node.value.elts, strict=True):
                name = target.id if isinstance(target, gast.Name) else "t"
                atoms.append(_named(expression(e, ctx, name), e, name, ctx))
            for target, atom in zip(first.elts, atoms, strict=True):
                assign(target, atom, ctx, keep=True)
            return
    if isinstance(node.value, gast.GeneratorExp) and not (more or isinstance(first, gast.Name)):
        atom = collect(node.value, ctx, "genexp", "items")  # taken apart at once
    else:
        atom = expression(node.value, ctx, hint)
    for target in node.targets:
        assign(target, atom, ctx)
        if isinstance(target, gast.Name):
            atom = ctx.env[target.id]


def _pop(node: Any, ctx: Context) -> bool:
    """`v = stack.pop()` on a list that is only a stack."""
    name = popped_from(node.value)
    stack = ctx.env.get(name) if name in ctx.stacks else None
    if not isinstance(stack, Value) or len(node.targets) != 1:
        return False
    target = Value(node.targets[0].id, True)
    ctx.build.emit(Pop(target, stack, ctx.origin(node)))
    ctx.bind(target.name, target)
    return True


def _parallel(target: Any, value: Any) -> bool:
    """Whether `a, b = x, y` can be taken item by item."""
    stars = [*target.elts, *value.elts]
    same = len(target.elts) == len(value.elts)
    return same and not any(isinstance(e, gast.Starred) for e in stars)


def _named(atom: Atom, node: Any, name: str, ctx: Context) -> Atom:
    """In `a, b = b, a + b` the sum is `b`; a bare name or constant is bound as it is."""
    if name == "t" or isinstance(node, gast.Name | gast.Constant) or not isinstance(atom, Value):
        return atom
    return ctx.name_last(atom, name) if not atom.user else atom


def assign(target: Any, atom: Atom, ctx: Context, keep: bool = False) -> None:
    """Bind a target: a name, a pattern of targets, or a place in a buffer."""
    match target:
        case gast.Name(id=name):
            if not keep and name != RETURN:  # the value returned needs no name of its own
                atom = ctx.name_last(atom, name)
            ctx.bind(name, atom)
        case gast.Tuple(elts=elts) | gast.List(elts=elts):
            unpack(elts, atom, target, ctx)
        case gast.Subscript() | gast.Attribute():
            base = expression(target.value, ctx)
            kind = "attr" if isinstance(target, gast.Attribute) else "item"
            ctx.build.emit(Write(kind, base, _key(target, ctx), atom, ctx.origin(target)))
        case _:
            ctx.refuse(target, "this assignment target is not supported", "assign to a name")


def _key(target: Any, ctx: Context) -> Atom:
    if isinstance(target, gast.Attribute):
        return Const(target.attr)
    return expression(target.slice, ctx, "index")


def _stands_alone(expr: Any) -> bool:
    """Whether what is unpacked is seen apart: an item taken off a list, an object's attribute."""
    taken = isinstance(expr, Apply) and expr.fn == Method("pop")
    return taken or isinstance(expr, Apply) and expr.fn == Ref("getattr", getattr)


def unpack(elts: list[Any], atom: Atom, node: Any, ctx: Context) -> None:
    """Bind `a, (b, *c) = atom`; inner patterns go through temporaries."""
    stars = [k for k, e in enumerate(elts) if isinstance(e, gast.Starred)]
    plain = [e.value if isinstance(e, gast.Starred) else e for e in elts]
    values = tuple(
        Value(e.id, True) if isinstance(e, gast.Name) else Value("item") for e in plain
    )
    origin = ctx.origin(node)
    if stars:
        counts = (Const(stars[0]), Const(len(elts) - stars[0] - 1))
        expr = Apply(Ref("unpack_star", prims.unpack_star), (atom, *counts))
        ctx.build.emit(Let(values, expr, origin, unpack=True))
    else:
        stmts = ctx.build.stmts
        last = stmts[-1] if stmts else None
        if isinstance(last, Let) and last.targets == (atom,) and not values == ():
            stmts[-1] = Let(values, last.expr, origin or last.origin, unpack=True)
            named = isinstance(atom, Value) and atom.user
            if named or _stands_alone(last.expr):
                stmts[-1:] = [last, Let(values, atom, origin, unpack=True)]
        else:
            ctx.build.emit(Let(values, atom, origin, unpack=True))
    for e, value in zip(plain, values, strict=True):
        assign(e, value, ctx, keep=True)


@statement.register(gast.AnnAssign)
def _(node: Any, ctx: Context) -> None:
    if node.value is not None:
        hint = node.target.id if isinstance(node.target, gast.Name) else "t"
        assign(node.target, expression(node.value, ctx, hint), ctx)


@statement.register(gast.AugAssign)
def _(node: Any, ctx: Context) -> None:
    fn = prims.INPLACE[type(node.op).__name__]
    op, target, origin = Ref(fn.__name__, fn), node.target, ctx.origin(node)
    if isinstance(target, gast.Name):
        old = ctx.read(target.id, node)
        value = expression(node.value, ctx)
        new = Value(target.id, True)
        ctx.build.emit(Let((new,), Apply(op, (old, value)), origin))
        ctx.bind(target.id, new)
        return
    base = expression(target.value, ctx)
    key = _key(target, ctx)
    kind = "attr" if isinstance(target, gast.Attribute) else "item"
    count = len(ctx.build.stmts)
    value = expression(node.value, ctx)
    if all(isinstance(s, Let) and pure(s.expr) for s in ctx.build.stmts[count:]):
        name = type(node.op).__name__
        ctx.build.emit(Write(kind, base, key, value, origin, (), name))
        return
    # The old value is read before the new one is computed, which may change it.
    read = operator.getitem if isinstance(target, gast.Subscript) else getattr
    old = Value("t")
    ctx.build.stmts.insert(count, Let((old,), Apply(Ref(read.__name__, read), (base, key)), origin))
    new = ctx.build.let(Apply(op, (old, value)))
    ctx.build.emit(Write(kind, base, key, new, origin))


@statement.register(gast.Return)
def _(node: Any, ctx: Context) -> str | None:
    value = Const(None) if node.value is None else expression(node.value, ctx, "result")
    ctx.bind(RESULT, value)
    return None


@statement.register(gast.Break)
def _(node: Any, ctx: Context) -> str:
    return "break"


@statement.register(gast.Continue)
def _(node: Any, ctx: Context) -> str:
    return "continue"


@statement.register(gast.If)
def _(node: Any, ctx: Context) -> None:
    test = expression(node.test, ctx, "test")
    origin = ctx.origin(node)
    ctx.choose(
        test, lambda: statements(node.body, ctx), lambda: statements(node.orelse, ctx), origin
    )


@statement.register(gast.With)
def _(node: Any, ctx: Context) -> None:
    item, *more = node.items
    inner = [gast.copy_location(gast.With(more, node.body, None), node)] if more else node.body
    context = expression(item.context_expr, ctx, "context")
    target = item.optional_vars
    value = None
    if target is not None:
        value = Value(target.id, True) if isinstance(target, gast.Name) else Value("entered")

    def body() -> None:
        if value is not None:
            assign(target, value, ctx, keep=True)
        statements(inner, ctx)

    stmts, env, _ = ctx.inside(body)
    names = [n for n in env if env[n] is not ctx.env.get(n, UNDEF)]
    results = tuple(Value(n if n != RESULT else "result", n != RESULT) for n in names)
    block = Block(stmts, tuple(env[n] for n in names))
    ctx.build.emit(With(context, value, block, results, ctx.origin(node)))
    for name, result in zip(names, results, strict=True):
        ctx.bind(name, result)
