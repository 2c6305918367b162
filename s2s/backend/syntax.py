"""From an application of a callable to the Python syntax that means it."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

import gast
import numpy as np

from s2s.backend.operators import BINARY, COMPARE, DISPLAYS, UNARY
from s2s.backend.plan import Plan, comprehension
from s2s.backend.verbatim import rename
from s2s.ir import prims
from s2s.ir.effects import lookup, member
from s2s.ir.nodes import (
    Apply,
    Closure,
    Const,
    Expr,
    For,
    If,
    Iter,
    Let,
    Method,
    Raw,
    Ref,
    Star,
    Value,
)  # fmt: skip

_CONSUMERS = frozenset({sum, max, min, list, tuple, sorted, any, all, set, dict, math.fsum,
                        math.prod})  # fmt: skip
_FLIPPED = {
    gast.Is: gast.IsNot, gast.IsNot: gast.Is, gast.In: gast.NotIn, gast.NotIn: gast.In,
}  # fmt: skip


def name(text: str, ctx: Any = None) -> Any:
    """A variable."""
    return gast.Name(text, ctx or gast.Load(), None, None)


def dotted(text: str) -> Any:
    """The expression that a reference is written as."""
    head, *rest = text.split(".")
    if all(part.isidentifier() for part in (head, *rest)):
        node = name(head)
        for part in rest:
            node = gast.Attribute(node, part, gast.Load())
        return node
    return gast.parse(text, mode="eval").body


def call(fn: Any, *args: Any, **kwargs: Any) -> Any:
    """A call."""
    return gast.Call(fn, list(args), [gast.keyword(k, v) for k, v in kwargs.items()])


def constant(value: Any) -> Any:
    """A literal; what has no literal of its own is written so that it evaluates to it."""
    if isinstance(value, np.generic | np.ndarray):
        kind = dotted("np.array" if isinstance(value, np.ndarray) else f"np.{value.dtype.name}")
        inner = constant(value.tolist())
        return call(kind, inner)
    if isinstance(value, bool) or not isinstance(value, int | float | complex):
        if isinstance(value, tuple):
            return gast.Tuple([constant(v) for v in value], gast.Load())
        if isinstance(value, list):
            return gast.List([constant(v) for v in value], gast.Load())
        return gast.Constant(value, None)
    if isinstance(value, complex):
        if value.real == 0 and math.copysign(1, value.real) > 0 and math.isfinite(value.imag):
            if math.copysign(1, value.imag) > 0:
                return gast.Constant(value, None)
        return call(name("complex"), constant(value.real), constant(value.imag))
    if isinstance(value, float) and not math.isfinite(value):
        if math.isnan(value):
            return dotted("np.nan")
        node = dotted("np.inf")
        return node if value > 0 else gast.UnaryOp(gast.USub(), node)
    if value < 0 or (isinstance(value, float) and math.copysign(1, value) < 0):
        return gast.UnaryOp(gast.USub(), gast.Constant(-value, None))
    return gast.Constant(value, None)


def negate(test: Any) -> Any:
    """`not test`, for a test."""
    if isinstance(test, gast.UnaryOp) and isinstance(test.op, gast.Not):
        return test.operand
    if isinstance(test, gast.Compare) and len(test.ops) == 1:
        flipped = _FLIPPED.get(type(test.ops[0]))
        if flipped is not None:
            return gast.Compare(test.left, [flipped()], test.comparators)
    return gast.UnaryOp(gast.Not(), test)


class Writer:
    """Writes atoms and expressions, given the variables of values and what is folded."""

    def __init__(self, names: Mapping[Value, str], plan: Plan) -> None:
        self.names = names
        self.plan = plan
        self._special: dict[Any, Callable[[Apply], Any]] = {
            operator.getitem: self._getitem, getattr: self._getattr,
            prims.build_dict: self._dict, prims.truth: self._truth,
        }  # fmt: skip

    def variable(self, value: Value, ctx: Any = None) -> Any:
        """The variable of a value."""
        return name(self.names.get(value, value.name), ctx)

    def store(self, value: Value) -> Any:
        """The variable of a value as a target."""
        return self.variable(value, gast.Store())

    def atom(self, atom: Any) -> Any:
        """The text of an atom: a variable, a literal, or what is folded into it."""
        match atom:
            case Value():
                stmt = self.plan.inline.get(atom)
                return self.variable(atom) if stmt is None else self.folded(stmt)
            case Const(value=value):
                return constant(value)
            case Ref(text=text):
                return dotted(text)
            case Star(atom=inner):
                return gast.Starred(self.atom(inner), gast.Load())
        return gast.Constant(None, None)  # UNDEF where nothing reads it

    def folded(self, stmt: Any, lazy: bool = False) -> Any:
        """The expression of a statement that is folded, or that is one expression."""
        match stmt:
            case Let(expr=expr):
                return self.expression(expr)
            case If():
                return self._choice(stmt)
            case For():
                return self._comprehension(stmt, lazy)
        raise TypeError(type(stmt).__name__)

    def expression(self, expr: Expr) -> Any:
        """The text of an expression."""
        match expr:
            case Apply():
                return self._apply(expr)
            case Raw(node=node, reads=reads):
                return rename(node, {n: self.atom(a) for n, a in reads})
            case Closure():
                return self.function(expr, expr.name)
        return self.atom(expr)

    def test(self, atom: Any) -> Any:
        """The text of an atom whose truth alone matters."""
        stmt = self.plan.inline.get(atom) if isinstance(atom, Value) else None
        match stmt:
            case Let(expr=Apply(fn=Ref(obj=prims.truth), args=(inner,))):
                return self.test(inner)
        return self.atom(atom)

    # Applications

    def _apply(self, expr: Apply) -> Any:
        fn, args = expr.fn, expr.args
        if isinstance(fn, Method):
            receiver, *rest = args
            function = gast.Attribute(self.atom(receiver), fn.name, gast.Load())
            return self._call(function, rest, expr)
        if isinstance(fn, Ref):
            node = self._syntax(fn.obj, expr)
            if node is not None:
                return node
        return self._call(self.atom(fn), args, expr)

    def _syntax(self, obj: Any, expr: Apply) -> Any:
        """Operators, displays and subscripts; None for an ordinary call."""
        args = expr.args
        plain = not expr.kwargs and not any(isinstance(a, Star) for a in args)
        display = lookup(DISPLAYS, obj)
        if display is gast.Set:
            return gast.Set([self.atom(a) for a in args]) if args else call(name("set"))
        if display is not None:
            return display([self.atom(a) for a in args], gast.Load())
        if not plain:
            return None
        special = lookup(self._special, obj)
        if special is not None:
            return special(expr)
        if len(args) == 2:
            a, b = args
            binary = lookup(BINARY, obj)
            if binary is not None:
                return gast.BinOp(self.atom(a), binary(), self.atom(b))
            compare = lookup(COMPARE, obj)
            if compare is not None:
                return gast.Compare(self.atom(a), [compare()], [self.atom(b)])
        unary = lookup(UNARY, obj) if len(args) == 1 else None
        if unary is gast.Not:
            return negate(self.test(args[0]))
        if unary is not None:
            return gast.UnaryOp(unary(), self.atom(args[0]))
        return None

    def _call(self, function: Any, args: Any, expr: Apply) -> Any:
        if len(args) == 1 and isinstance(expr.fn, Ref) and member(_CONSUMERS, expr.fn.obj):
            stmt = self.plan.inline.get(args[0])
            if isinstance(stmt, For):
                return self._with_keywords(function, [self.folded(stmt, lazy=True)], expr)
        return self._with_keywords(function, [self.atom(a) for a in args], expr)

    def _with_keywords(self, function: Any, args: list[Any], expr: Apply) -> Any:
        keywords = [gast.keyword(k, self.atom(a)) for k, a in expr.kwargs]
        return gast.Call(function, args, keywords)

    def _getitem(self, expr: Apply) -> Any:
        base, index = expr.args
        return self.subscript(base, index, gast.Load())

    def subscript(self, base: Any, index: Any, ctx: Any) -> Any:
        """`base[index]`, with slices as slices."""
        return gast.Subscript(self.atom(base), self._index(index), ctx)

    def _index(self, atom: Any) -> Any:
        stmt = self.plan.inline.get(atom) if isinstance(atom, Value) else None
        match stmt:
            case Let(expr=Apply(fn=Ref(obj=fn), args=args, kwargs=())):
                if fn is slice and not any(isinstance(a, Star) for a in args):
                    return self._slice(args)
                if fn is prims.build_tuple and args:
                    items = [self._index(a) for a in args]
                    return gast.Tuple(items, gast.Load())
        return self.atom(atom)

    def _slice(self, args: Any) -> Any:
        parts = [None, *args, None] if len(args) == 1 else [*args, None]
        kept = [None if p is None or p == Const(None) else self.atom(p) for p in parts[:3]]
        return gast.Slice(*kept)

    def _getattr(self, expr: Apply) -> Any:
        match expr.args:
            case (base, Const(value=str() as attr)) if attr.isidentifier():
                return self.attribute(base, attr, gast.Load())
        return self._call(self.atom(expr.fn), expr.args, expr)

    def place(self, atom: Any) -> Any:
        """An array as the target of an augmented assignment: a variable or a subscript."""
        node = self.atom(atom)
        if isinstance(node, gast.Name | gast.Subscript):
            node.ctx = gast.Store()
            return node
        return gast.Subscript(node, gast.Constant(..., None), gast.Store())

    def attribute(self, base: Any, attr: str, ctx: Any) -> Any:
        """`base.attr`."""
        return gast.Attribute(self.atom(base), attr, ctx)

    def _dict(self, expr: Apply) -> Any:
        items = [self.atom(a) for a in expr.args]
        return gast.Dict(items[::2], items[1::2])

    def _truth(self, expr: Apply) -> Any:
        return call(name("bool"), self.test(expr.args[0]))

    # Expressions with control flow

    def _choice(self, stmt: If) -> Any:
        a, b = stmt.then.outs[0], stmt.orelse.outs[0]
        stop, more = (b, a) if stmt.form == "and" else (a, b)
        if stmt.form in ("and", "or") and stop == stmt.test:
            return self._bool(gast.And if stmt.form == "and" else gast.Or, stop, more)
        return gast.IfExp(self.test(stmt.test), self.atom(a), self.atom(b))

    def _bool(self, op: Any, first: Any, second: Any) -> Any:
        """`first and second`, as one chain of comparisons where the middle is the same."""
        a, b = self.atom(first), self.atom(second)
        if op is gast.And and isinstance(a, gast.Compare) and isinstance(b, gast.Compare):
            if _same(a.comparators[-1], b.left):
                ops, right = [*a.ops, *b.ops], [*a.comparators, *b.comparators]
                return gast.Compare(a.left, ops, right)
        values = [a]
        nested = isinstance(b, gast.BoolOp) and isinstance(b.op, op)
        values += b.values if nested else [b]
        return gast.BoolOp(op(), values)

    def _comprehension(self, stmt: For, lazy: bool) -> Any:
        found = comprehension(stmt, self.plan)
        assert found is not None
        clauses, parts = found[0]
        generators = [
            gast.comprehension(
                *self.iteration(c.loop.iter), [self.test(t) for t in c.tests], 0
            )  # fmt: skip
            for c in clauses
        ]
        if stmt.form == "dictcomp":
            key, value = map(self.atom, parts)
            return gast.DictComp(key, value, generators)
        kind = gast.GeneratorExp if lazy and stmt.form == "genexp" else gast.ListComp
        return kind(self.atom(parts[0]), generators)

    def iteration(self, it: Iter) -> tuple[Any, Any]:
        """The target and the iterable of a `for`."""
        if it.kind in ("range", "prange"):
            return self._item(it), call(name(it.kind), *(self.atom(a) for a in it.args))
        if it.kind == "enumerate":
            target, items = self.iteration(it.inner[0])
            start = [self.atom(a) for a in it.args if a != Const(0)]
            both = gast.Tuple([self._item(it), target], gast.Store())
            return both, call(name("enumerate"), items, *start)
        if it.kind == "zip":
            parts = [self.iteration(i) for i in it.inner]
            target = gast.Tuple([t for t, _ in parts], gast.Store())
            whole = call(name("zip"), *(i for _, i in parts))
            whole.keywords = [gast.keyword("strict", self.atom(a)) for a in it.args]
            return target, whole
        if it.kind == "reversed":
            target, items = self.iteration(it.inner[0])
            return target, call(name("reversed"), items)
        return self._item(it), self.atom(it.args[0])

    def _item(self, it: Iter) -> Any:
        return name("_", gast.Store()) if it.item is None else self.store(it.item)

    def function(self, closure: Closure, own: str) -> Any:
        """A nested function, or a lambda, with the variables that it captures."""
        table = {n: self.atom(a) for n, a in closure.captures}
        table.setdefault(closure.node.name, name(own))
        tree = rename(closure.node, table)
        defaults = {n: self.atom(a) for n, a in closure.defaults}
        args = tree.args
        positional = [*args.posonlyargs, *args.args]
        with_default = positional[len(positional) - len(args.defaults) :]
        args.defaults = [
            defaults.get(p.id, d) for p, d in zip(with_default, args.defaults, strict=True)
        ]  # fmt: skip
        args.kw_defaults = [
            d if d is None else defaults.get(p.id, d)
            for p, d in zip(args.kwonlyargs, args.kw_defaults, strict=True)
        ]
        if closure.is_lambda:
            return gast.Lambda(args, tree.body[-1].value)
        tree.name = own
        return tree


def _same(a: Any, b: Any) -> bool:
    """Whether two expressions are the same variable or literal."""
    if isinstance(a, gast.Name) and isinstance(b, gast.Name):
        return bool(a.id == b.id)
    if isinstance(a, gast.Constant) and isinstance(b, gast.Constant):
        return type(a.value) is type(b.value) and repr(a.value) == repr(b.value)
    return False
