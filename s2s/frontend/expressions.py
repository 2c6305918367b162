"""Lowering of expressions: one handler a gast node, each returns the atom of its value."""

from __future__ import annotations

import copy
import operator
from functools import singledispatch
from typing import Any

import gast

from s2s.frontend import scope
from s2s.frontend.context import Context
from s2s.frontend.resolve import MISSING, attribute
from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Const, Let, Method, Raw, Ref, Star, Value, Write


@singledispatch
def expression(node: Any, ctx: Context, hint: str = "t") -> Atom:
    """Lower an expression; kinds without a handler of their own stay as they are written."""
    return raw(node, ctx, hint)


def raw(node: Any, ctx: Context, hint: str = "t") -> Atom:
    """Keep an expression in the user's words, with the atoms that its names hold."""
    for inner in gast.walk(node):
        if isinstance(inner, gast.Await | gast.Yield | gast.YieldFrom):
            ctx.refuse(
                inner, "generators and coroutines cannot be differentiated",
                "return a list instead of yielding its items",
            )  # fmt: skip
        if isinstance(inner, gast.NamedExpr) and inner is not node:
            ctx.refuse(
                inner, "an assignment inside this expression is not supported",
                "assign on a line of its own first",
            )  # fmt: skip
    reads = []
    for name in scope.ordered_reads(node):
        reads.append((name, ctx.read(name, node)))
    return ctx.build.let(Raw(copy.deepcopy(node), tuple(reads)), hint)


@expression.register(gast.Constant)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    return Const(node.value)


@expression.register(gast.Name)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    return ctx.read(node.id, node)


@expression.register(gast.BinOp)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    terms = []  # a left-nested chain of any length without recursion
    left = node
    while isinstance(left, gast.BinOp):
        terms.append(left)
        left = left.left
    value = expression(left, ctx)
    for term in reversed(terms):
        right = expression(term.right, ctx)
        fn = prims.BINARY[type(term.op).__name__]
        value = apply(ctx, Ref(fn.__name__, fn), (value, right), hint, term)
    return value


@expression.register(gast.UnaryOp)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    operand = expression(node.operand, ctx)
    if isinstance(node.op, gast.USub) and isinstance(operand, Const):
        if isinstance(operand.value, int | float | complex) and operand.value is not True:
            return Const(-operand.value)
    fn = prims.UNARY[type(node.op).__name__]
    return apply(ctx, Ref(fn.__name__, fn), (operand,), hint, node)


@expression.register(gast.Compare)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    return _compare(node, expression(node.left, ctx), 0, ctx, hint)


def _compare(node: Any, left: Atom, k: int, ctx: Context, hint: str) -> Atom:
    """The comparisons of a chain from the `k`-th on; each middle is evaluated once."""
    right = expression(node.comparators[k], ctx)
    fn = prims.COMPARE[type(node.ops[k]).__name__]
    first = apply(ctx, Ref(fn.__name__, fn), (left, right), hint, node)
    if k + 1 == len(node.ops):
        return first
    value = ctx.choose(
        first, lambda: _compare(node, right, k + 1, ctx, hint), lambda: first,
        ctx.origin(node), "and", hint,
    )  # fmt: skip
    assert value is not None
    return value


@expression.register(gast.BoolOp)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    return _bool(node, 0, ctx, hint)


def _bool(node: Any, k: int, ctx: Context, hint: str) -> Atom:
    """`a and b and ...` from the `k`-th operand on."""
    first = expression(node.values[k], ctx)
    if k + 1 == len(node.values):
        return first
    form = "and" if isinstance(node.op, gast.And) else "or"

    def more() -> Atom:
        return _bool(node, k + 1, ctx, hint)

    def stop() -> Atom:
        return first

    then, orelse = (more, stop) if form == "and" else (stop, more)
    value = ctx.choose(first, then, orelse, ctx.origin(node), form, hint)
    assert value is not None
    return value


@expression.register(gast.IfExp)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    test = expression(node.test, ctx, "test")
    value = ctx.choose(
        test, lambda: expression(node.body, ctx), lambda: expression(node.orelse, ctx),
        ctx.origin(node), "ifexp", hint,
    )  # fmt: skip
    assert value is not None
    return value


@expression.register(gast.NamedExpr)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    if not isinstance(node.target, gast.Name):  # a variable that an inner function assigns
        from s2s.frontend.statements import assign

        atom = expression(node.value, ctx, hint)
        assign(node.target, atom, ctx)
        return atom
    atom = expression(node.value, ctx, node.target.id)
    named = ctx.name_last(atom, node.target.id)
    ctx.bind(node.target.id, named)
    return named


@expression.register(gast.Tuple)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    return apply(ctx, Ref("tuple", prims.build_tuple), elements(node, ctx), hint, node)


@expression.register(gast.List)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    return apply(ctx, Ref("list", prims.build_list), elements(node, ctx), hint, node)


@expression.register(gast.Set)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    return apply(ctx, Ref("set", prims.build_set), elements(node, ctx), hint, node)


def elements(node: Any, ctx: Context) -> tuple[Atom | Star, ...]:
    """The items of a display or the arguments of a call, stars kept."""
    items: list[Atom | Star] = []
    for e in node.elts if hasattr(node, "elts") else node.args:
        if isinstance(e, gast.Starred):
            items.append(Star(_spread(e.value, ctx)))
        else:
            items.append(expression(e, ctx))
    return tuple(items)


def _spread(node: Any, ctx: Context) -> Atom:
    """What `*node` hands out; a generator is run to its end."""
    from s2s.frontend.comprehensions import collect

    if isinstance(node, gast.GeneratorExp):
        return collect(node, ctx, "genexp", "items")
    return expression(node, ctx)


@expression.register(gast.Dict)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    if None in node.keys:
        return _merged(node, ctx, hint)
    parts: list[Atom] = []
    for k, v in zip(node.keys, node.values, strict=True):
        parts += [expression(k, ctx), expression(v, ctx)]
    return apply(ctx, Ref("dict", prims.build_dict), tuple(parts), hint, node)


def _merged(node: Any, ctx: Context, hint: str) -> Atom:
    """`{**a, "k": v}`: a copy that is brought up to date entry by entry."""
    pairs = list(zip(node.keys, node.values, strict=True))
    if pairs[0][0] is None:
        first = expression(pairs.pop(0)[1], ctx)
        whole = apply(ctx, Ref("dict", dict), (first,), hint, node)
    else:
        whole = apply(ctx, Ref("dict", prims.build_dict), (), hint, node)
    for k, v in pairs:
        if k is None:
            update = Apply(Method("update"), (whole, expression(v, ctx)))
            ctx.build.emit(Let((), update, ctx.origin(node)))
        else:
            key, value = expression(k, ctx), expression(v, ctx)
            ctx.build.emit(Write("item", whole, key, value, ctx.origin(node)))
    return whole


@expression.register(gast.Subscript)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    base = expression(node.value, ctx)
    index = expression(node.slice, ctx, "index")
    return apply(ctx, Ref("getitem", operator.getitem), (base, index), hint, node)


@expression.register(gast.Slice)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    parts = [node.lower, node.upper, node.step]
    atoms = tuple(Const(None) if p is None else expression(p, ctx) for p in parts)
    return apply(ctx, Ref("slice", slice), atoms, hint, node)


@expression.register(gast.Attribute)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    base = expression(node.value, ctx)
    if isinstance(base, Ref):
        known = attribute(base, node.attr)
        if known is not None:
            return known
    return apply(ctx, Ref("getattr", getattr), (base, Const(node.attr)), hint, node)


@expression.register(gast.Call)
def _(node: Any, ctx: Context, hint: str = "t") -> Atom:
    from s2s.frontend.comprehensions import consumed, dict_called

    if is_super(node):
        return raw(node, ctx, hint)
    fn, receiver = callee(node.func, ctx)
    made = dict_called(node, fn, ctx, hint)
    if made is not None:
        return made
    loop = consumed(node, fn, ctx)
    args = (loop,) if loop is not None else elements(node, ctx)
    kwargs = tuple((k.arg, expression(k.value, ctx)) for k in node.keywords)
    args = args if receiver is None else (receiver, *args)
    return _let(ctx, Apply(fn, args, kwargs), call_hint(fn, hint), node)


def is_super(node: Any) -> bool:
    """`super()` needs its frame: it stays as written."""
    return isinstance(node.func, gast.Name) and node.func.id == "super" and not node.args


def callee(func: Any, ctx: Context) -> tuple[Atom | Method, Atom | None]:
    """What a call calls: a known object, a value, or a method of a receiver."""
    if isinstance(func, gast.Attribute):
        base = expression(func.value, ctx)
        if isinstance(base, Ref):
            known = attribute(base, func.attr)
            if isinstance(known, Ref):
                return known, None
        return Method(func.attr), base
    return expression(func, ctx), None


def call_hint(fn: Atom | Method, hint: str) -> str:
    """A temporary that holds the result of a call of the user's function is named for it."""
    if hint == "t" and isinstance(fn, Ref) and fn.obj is not MISSING:
        name = fn.text.rpartition(".")[2]
        if name.isidentifier() and hasattr(fn.obj, "__code__"):
            return f"{name}_value" if len(name) > 1 else "t"
    return hint


def apply(
    ctx: Context, fn: Ref, args: tuple[Atom | Star, ...], hint: str, node: Any
) -> Value:
    """Bind an application to a temporary with the origin of its node."""
    return _let(ctx, Apply(fn, args), hint, node)


def _let(ctx: Context, expr: Apply, hint: str, node: Any) -> Value:
    value = Value(hint)
    ctx.build.emit(Let((value,), expr, ctx.origin(node) or ctx.build.origin))
    return value
