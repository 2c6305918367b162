"""Lowering the expressions of a template into statements of the IR.

Expressions are evaluated symbolically: what is known stays known (`keepdims`, `len(axis)`),
an absent derivative is a symbolic zero that folds away, and the rest is emitted through the
builder of the caller.  With `spread(d[y], x, axis, keepdims)` for `np.sum(x, axis=1)` of a
matrix, only `y_bar[:, None]` and the broadcast to the shape of `x` are left.
"""

from __future__ import annotations

import operator
import types
from collections.abc import Callable, Mapping
from typing import Any

import gast

from s2s.ir import prims
from s2s.ir.build import Builder, fn_text
from s2s.ir.nodes import Apply, Atom, Block, Const, If, Method, Ref, Star, Value
from s2s.rules import macros
from s2s.rules.ask import Ask
from s2s.rules.fold import (
    fold_call,
    fold_compare,
    fold_zero,
    is_plain_operator,
    known_fact,
)  # fmt: skip
from s2s.rules.mentions import derivative_of
from s2s.rules.namespace import MISSING, dotted, resolve, runtime_ref
from s2s.rules.rule import REQUIRED, Library, Rule
from s2s.rules.symbols import (
    Dim,
    Known,
    Later,
    Run,
    Shape,
    Slice,
    Sym,
    Tup,
    Undecidable,
    Zero,
    foldable,
)  # fmt: skip

__all__ = ["Env", "Expander"]

Env = Mapping[str, "Sym | Later"]


class Expander:
    """The state of lowering one template.

    `derivative` answers `d[name]`, `needed` answers `needs(d[name])`.  An `eager` expander
    writes a helper function: a question without an answer becomes an `If` in it.
    """

    def __init__(
        self,
        book: Library,
        rule: Rule,
        ask: Ask,
        build: Builder,
        derivative: Callable[[str], Sym],
        needed: Callable[[str], bool],
        eager: bool = False,
    ) -> None:
        self.book, self.rule, self.ask, self.build = book, rule, ask, build
        self.derivative, self.needed, self.eager = derivative, needed, eager
        self.label: Callable[[str], str] = lambda name: f"{name}_bar"  # hint for d[name]
        self.forced: list[Later] = []

    # -- values ------------------------------------------------------------------------------

    def sym(self, atom: Atom) -> Sym:
        """The symbol of an atom of the program."""
        known, value = self.ask.constant(atom)
        return Known(value, atom) if known else Run(atom)

    def atom(self, sym: Sym, name: str = "t") -> Atom:
        """The atom that holds a symbol at run time, emitted when there is none yet."""
        match sym:
            case Run(atom):
                return atom
            case Known():
                return self._constant(sym, name)
            case Zero(like):
                if like is None:
                    return Const(0.0)
                return self.build.call(self.runtime("zeros_of"), like, name=name)
            case Tup(items, is_list):
                make = prims.build_list if is_list else prims.build_tuple
                atoms = [self.atom(i) for i in items]
                return self.build.call(make, *atoms, name=name)
            case Slice(lower, upper, step):
                parts = [self.atom(p) for p in (lower, upper, step)]
                return self.build.call(Ref("slice", slice), *parts, name=name)
            case Shape(of):
                return self.build.call(Ref("getattr", getattr), of, Const("shape"), name=name)
            case Dim(of, index):
                shape = self.atom(Shape(of), "shape")
                return self.build.call(operator.getitem, shape, Const(index), name=name)

    def _constant(self, sym: Known, name: str) -> Atom:
        """The atom of a known value."""
        value = sym.value
        if sym.atom is not None:
            return sym.atom
        if sym.text is not None:
            return Ref(sym.text, value)
        if isinstance(value, tuple | list):
            items = tuple(Known(v) for v in value)
            return self.atom(Tup(items, isinstance(value, list)), name)
        if isinstance(value, slice):
            parts = Known(value.start), Known(value.stop), Known(value.step)
            return self.atom(Slice(*parts), name)
        if callable(value):
            return Ref(fn_text(value), value)
        return Const(value)

    def runtime(self, name: str) -> Ref:
        """A function of the runtime by name."""
        return runtime_ref(name)

    def emit(self, fn: Ref | Method, *args: Sym, name: str = "t", **kwargs: Sym) -> Run:
        """Emit a call."""
        atoms = tuple(self.atom(a) for a in args)
        keywords = tuple((k, self.atom(v)) for k, v in kwargs.items())
        return Run(self.build.let(Apply(fn, atoms, keywords), name))

    # -- expressions -------------------------------------------------------------------------

    def force(self, sym: Sym | Later) -> Sym:
        """The value of a local variable, lowered now if it is read for the first time."""
        if not isinstance(sym, Later):
            return sym
        if sym.value is None:
            sym.value = sym.make()
            self.forced.append(sym)
        return sym.value

    def rollback(self, statements: int, forced: int) -> None:
        """Forget what was emitted and lowered since a mark."""
        del self.build.stmts[statements:]
        for later in self.forced[forced:]:
            later.value = None
        del self.forced[forced:]

    def done(self) -> None:
        """Let go of local variables, which hold this expander: no cycle is left to collect."""
        self.forced.clear()

    def eval(self, node: Any, env: Env, name: str = "t") -> Sym:
        """The symbol of an expression; `name` is the hint for what it emits."""
        under_d = derivative_of(node)
        if under_d is not None:
            return self.derivative(under_d)
        match node:
            case gast.Constant():
                return Known(node.value)
            case gast.Name():
                return self.name(node, env)
            case gast.Attribute():
                return self.attribute(node, env, name)
            case gast.Subscript():
                return self.subscript(node, env, name)
            case gast.Slice():
                parts = (node.lower, node.upper, node.step)
                values = [Known(None) if p is None else self.eval(p, env) for p in parts]
                return Slice(*values)
            case gast.Tuple() | gast.List():
                is_list = isinstance(node, gast.List)
                return Tup(tuple(self._spread(node.elts, env)), is_list)
            case gast.BinOp():
                fn = prims.BINARY[type(node.op).__name__]
                operands = self.eval(node.left, env), self.eval(node.right, env)
                return self.apply(Known(fn), operands, {}, name, node)
            case gast.UnaryOp():
                unary = prims.UNARY[type(node.op).__name__]
                return self.apply(Known(unary), (self.eval(node.operand, env),), {}, name, node)
            case gast.Compare():
                return self.compare(node, env, name)
            case gast.BoolOp():
                return self.boolean(node.op, node.values, env, name)
            case gast.IfExp():
                return self.choose(
                    self.eval(node.test, env),
                    lambda: self.eval(node.body, env, name),
                    lambda: self.eval(node.orelse, env, name),
                    name,
                )
            case gast.ListComp():
                return self.each(node, env)
            case gast.Call():
                return self.call(node, env, name)
        raise self.rule.error("this expression is outside the language of templates", node)

    def name(self, node: Any, env: Env) -> Sym:
        """A local variable, a parameter, a result, or a name of the namespace."""
        if node.id in env:
            return self.force(env[node.id])
        obj, text = resolve((node.id,), self.rule.namespace)
        if obj is MISSING:
            raise self.rule.error(f"the name {node.id} is not known in a template", node)
        return Known(obj, text=text)

    def each(self, node: Any, env: Env) -> Sym:
        """`[f(k) for k in range(n)]` over what is known when compiling, written out."""
        loop = node.generators[0]
        over = self.eval(loop.iter, env)
        match over:
            case Known(value=range() | tuple() | list() as items):
                values: list[Sym] = [Known(v) for v in items]
            case Tup(items=parts):
                values = list(parts)
            case _:
                raise self.rule.error("how often?", node)
        local = loop.target.id
        return Tup(tuple(self.eval(node.elt, {**env, local: v}) for v in values), True)

    def _spread(self, nodes: list[Any], env: Env) -> list[Sym]:
        """The items of a display, with `*items` written out."""
        items: list[Sym] = []
        for node in nodes:
            if not isinstance(node, gast.Starred):
                items.append(self.eval(node, env))
                continue
            value = self.eval(node.value, env)
            match value:
                case Tup(inner):
                    items += inner
                case Known(value=tuple() | list() as plain):
                    items += [Known(v) for v in plain]
                case _:
                    known = self.ask.items(self.atom(value))
                    if known is None:
                        raise self.rule.error("how many items are there?", node)
                    items += [self.sym(a) for a in known]
        return items

    def attribute(self, node: Any, env: Env, name: str) -> Sym:
        """A dotted name of the namespace, or an attribute of a value."""
        parts = dotted(node)
        if parts and parts[0] not in env and parts[0] != "d":
            obj, text = resolve(parts, self.rule.namespace)
            if obj is MISSING:
                raise self.rule.error(f"{'.'.join(parts)} does not exist here", node)
            return Known(obj, text=text)
        base = self.eval(node.value, env)
        if isinstance(base, Zero):
            if node.attr in ("T", "mT", "real", "imag"):
                return base
            if base.like is None:
                raise self.rule.error(f".{node.attr} of an absent derivative", node)
            base = Run(base.like)  # the shape of a derivative is that of the value
        fact = known_fact(self.ask, base, node.attr)
        if fact is not None:
            return fact
        return self.emit(Ref("getattr", getattr), base, Known(node.attr), name=name)

    def subscript(self, node: Any, env: Env, name: str) -> Sym:
        """`value[index]`."""
        base, index = self.eval(node.value, env), self.eval(node.slice, env)
        return self.item(base, index, name, node)

    def item(self, base: Sym, index: Sym, name: str = "t", node: Any = None) -> Sym:
        """One item, folded out of tuples and shapes where the index is known."""
        if isinstance(index, Known) and type(index.value) is int:
            k = index.value
            if isinstance(base, Tup) and -len(base.items) <= k < len(base.items):
                return base.items[k]
            if isinstance(base, Shape):
                return Dim(base.of, k)
            if isinstance(base, Run):
                items = self.ask.items(base.atom)
                if items is not None and -len(items) <= k < len(items):
                    return self.sym(items[k])
        if isinstance(base, Tup) and isinstance(index, Slice):
            ends = [p.value for p in (index.lower, index.upper, index.step) if isinstance(p, Known)]
            if len(ends) == 3:
                return Tup(base.items[slice(*ends)], base.is_list)
        return self.apply(Known(operator.getitem), (base, index), {}, name, node)

    def compare(self, node: Any, env: Env, name: str) -> Sym:
        """A comparison; a chain is the conjunction of its links."""
        left = self.eval(node.left, env)
        result: Sym = Known(True)
        for op, right_node in zip(node.ops, node.comparators):
            right = self.eval(right_node, env)
            fn = prims.COMPARE[type(op).__name__]
            link = fold_compare(self.ask, fn, left, right)
            if link is None:
                link = self.apply(Known(fn), (left, right), {}, name, node)
            if isinstance(link, Known) and not link.value:
                return link
            if isinstance(result, Known):
                result = link
            elif not isinstance(link, Known):
                result = self.apply(Known(operator.and_), (result, link), {}, name, node)
            left = right
        return result

    def boolean(self, op: Any, nodes: list[Any], env: Env, name: str) -> Sym:
        """`a and b`, `a or b` with what is known left out."""
        stops_at = isinstance(op, gast.Or)
        first = self.eval(nodes[0], env)
        if len(nodes) == 1:
            return first
        if isinstance(first, Known):
            if bool(first.value) is stops_at:
                return first
            return self.boolean(op, nodes[1:], env, name)
        if not self.eager:
            rest = self.boolean(op, nodes[1:], env, name)
            if isinstance(rest, Known):
                return rest if bool(rest.value) is stops_at else first
            raise Undecidable
        form = "or" if stops_at else "and"

        def more() -> Sym:
            """The operands after the first."""
            return self.boolean(op, nodes[1:], env, name)

        if stops_at:
            return self.choose(first, lambda: first, more, name, form)
        return self.choose(first, more, lambda: first, name, form)

    def choose(
        self,
        test: Sym,
        then: Callable[[], Sym],
        orelse: Callable[[], Sym],
        name: str = "t",
        form: str = "ifexp",
    ) -> Sym:
        """`then if test else orelse` with the question decided, or written in a helper."""
        decided = self.decide(test)
        if decided is not None:
            return then() if decided else orelse()
        arms, found = list[tuple[Atom, Builder]](), list[Sym]()
        for make in (then, orelse):
            outer, self.build = self.build, Builder(self.build.origin)
            found.append(make())
            arms.append((self.atom(found[-1]), self.build))
            self.build = outer
        zeros = [s for s in found if isinstance(s, Zero)]
        if len(zeros) == 2:  # absent whatever the answer
            return next((z for z in zeros if z.like is not None), zeros[0])
        result = Value(name)
        blocks: list[Block] = [b.block(a) for a, b in arms]
        self.build.emit(
            If(self.atom(test), blocks[0], blocks[1], (result,), self.build.origin, form)
        )
        return Run(result)

    def decide(self, test: Sym) -> bool | None:
        """The answer to a static question; None asks for an `If` in a helper."""
        if isinstance(test, Known):
            return bool(test.value)
        if isinstance(test, Tup):
            return bool(test.items)
        if not self.eager:
            raise Undecidable
        return None

    # -- calls -------------------------------------------------------------------------------

    def call(self, node: Any, env: Env, name: str) -> Sym:
        """A macro, a function of the namespace, a method, or a callable argument."""
        func = node.func
        bare = func.id if isinstance(func, gast.Name) and func.id not in env else None
        if bare == "needs":
            asked = derivative_of(node.args[0])
            if asked is None:
                raise self.rule.error("needs(d[x]) asks about a derivative", node)
            return Known(self.needed(asked))
        args = self._spread(node.args, env)
        kwargs: dict[str, Sym] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                raise self.rule.error("templates pass no **keywords", node)
            kwargs[keyword.arg] = self.eval(keyword.value, env)
        if bare in macros.TABLE:
            try:
                return macros.TABLE[bare](self, *args, **kwargs)
            except TypeError as error:
                raise self.rule.error(f"{bare}: {error}", node) from error
        own = bare in self.rule.namespace  # a function of the user's under the name of a macro
        if bare is not None and bare in self.book.macros and not own:
            return macros.template(self, self.book.macros[bare], args, kwargs, name, node)
        parts = dotted(func)
        if isinstance(func, gast.Attribute) and (not parts or parts[0] in env):
            return self.method(node, args, kwargs, env, name)
        fn = self.eval(func, env)
        if isinstance(fn, Known) and isinstance(fn.value, types.MethodType) and fn.text:
            # `scipy.stats.norm.pdf(x)`: a bound method is made anew at each look.
            receiver, _, called = fn.text.rpartition(".")
            owner = Known(fn.value.__self__, text=receiver)
            return self.emit(Method(called), owner, *args, name=name, **kwargs)
        return self.apply(fn, tuple(args), kwargs, name, node)

    def method(
        self, node: Any, args: list[Sym], kwargs: dict[str, Sym], env: Env, name: str
    ) -> Sym:
        """`value.name(...)`."""
        receiver = self.eval(node.func.value, env)
        if isinstance(receiver, Zero):
            return Zero()
        method = Method(node.func.attr)
        return self.emit(method, receiver, *args, name=name, **kwargs)

    def apply(
        self, fn: Sym, args: tuple[Sym, ...], kwargs: Mapping[str, Sym], name: str, node: Any
    ) -> Sym:
        """A call of a callable with symbols, folded where it can be."""
        if isinstance(fn, Known):
            try:
                folded = fold_call(self.ask, fn.value, args, kwargs)
                if folded is None and any(_has_zero(a) for a in (*args, *kwargs.values())):
                    folded = fold_zero(self, fn.value, args, kwargs, name)
            except ValueError as error:
                raise self.rule.error(str(error), node) from error
            if folded is not None:
                return folded
            if fn.text is None and is_plain_operator(fn.value):
                fn = Known(fn.value, text=fn_text(fn.value))
            kwargs = self.stated(fn.value, kwargs)
        target = self.atom(fn)
        atoms = tuple(self.atom(a) for a in args)
        keywords = tuple((k, self.atom(v)) for k, v in kwargs.items())
        return Run(self.build.let(Apply(target, atoms, keywords), name))

    def stated(self, fn: Any, kwargs: Mapping[str, Sym]) -> Mapping[str, Sym]:
        """The keyword arguments without those that pass what is the default anyway."""
        entry = self.book.entry(fn) if kwargs else None
        signature = entry.signature() if entry is not None else None
        if signature is None:
            return kwargs
        defaults = {p.name: p.default for p in signature.params if p.default is not REQUIRED}
        return {
            name: given for name, given in kwargs.items()
            if not (name in defaults and _is_default(given, defaults[name]))
        }  # fmt: skip


def _is_default(given: Sym, default: Any) -> bool:
    """Whether a symbol is certainly the default of a parameter."""
    if not isinstance(given, Known):
        return False
    return given.value is default or (foldable(default) and given.value == default)


def _has_zero(sym: Sym | Star) -> bool:
    """Whether a symbolic zero is in a symbol."""
    if isinstance(sym, Tup):
        return any(_has_zero(i) for i in sym.items)
    return isinstance(sym, Zero)
