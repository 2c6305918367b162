"""The tangent of a `@composite` rule: its expression, differentiated by the rules of its parts.

    @composite(scipy.special.chdtr, "v", "x")
    def _(v, x) -> p:
        return scipy.special.gammainc(v / 2, x / 2)

The call itself stays as the user wrote it.  The expression is written out for its derivative
only, and each of its statements is followed by its tangent.
"""

from __future__ import annotations

import operator

from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Const, If, Let, Stmt, Value
from s2s.ir.walk import own_atoms
from s2s.rules import forward, macros
from s2s.rules.bind import callee
from s2s.rules.call import Call, atoms_in
from s2s.rules.expand import Expander
from s2s.rules.rule import Bound
from s2s.rules.symbols import Known, Run, Sym, Tup, Zero

__all__ = ["tangents"]

Dots = dict[Atom, Atom]


def tangents(call: Call, dots: dict[str, Sym], eager: bool) -> tuple[Expander, list[Sym]]:
    """The tangents of the results with the given tangents of the parameters."""

    def derivative(name: str) -> Sym:
        """Composites speak of values only."""
        raise call.rule.error(f"d[{name}] in a @composite rule")

    ex, env = call.expander(derivative, dots.__contains__, eager)
    build, mark = call.build, len(call.build.stmts)
    known: Dots = {}
    passed = [a for given in call.bound.args.values() for a in atoms_in(given)]
    all_args = [a for given in passed for a in (given, *(call.ask.items(given) or ()))]
    for name, sym in dots.items():
        given = call.bound.args[name]
        if isinstance(sym, Zero):
            continue
        if not isinstance(given, Value):
            raise call.rule.error(f"a @composite rule takes the argument {name} as one")
        items = call.ask.items(given)
        if isinstance(sym, Tup) and items is not None:
            for atom, item in zip(items, sym.items):
                if isinstance(item, Run):
                    known[atom] = item.atom
            continue
        if items is not None:  # the expression reads the items themselves
            copies = [build.let(a, name) if isinstance(a, Value) else a for a in items]
            env[name] = Tup(tuple(ex.sym(a) for a in copies))
            for k, copy in enumerate(copies):
                if isinstance(copy, Value):
                    dot = build.call(operator.getitem, ex.atom(sym), Const(k), name=f"{name}_dot")
                    known[copy] = dot
            continue
        place = given
        if all_args.count(given) > 1:  # passed twice: each place has a tangent of its own
            place = build.let(given, name)
            env[name] = Run(place)
        known[place] = ex.atom(sym)
    out = macros.run(ex, list(call.rule.body), env, call.rule.results[0])
    count = len(call.results)
    outs = (out,) if count == 1 else tuple(ex.item(out, Known(k)) for k in range(count))
    stmts = build.stmts[mark:]
    del build.stmts[mark:]
    work = _Pusher(call, ex, known, eager)
    for stmt in stmts:
        work.statement(stmt)
    return ex, [work.symbol(o, r) for o, r in zip(outs, call.results)]


class _Pusher:
    """Writes statements again, each followed by its tangent."""

    def __init__(self, call: Call, ex: Expander, dots: Dots, eager: bool) -> None:
        self.call, self.ex, self.dots, self.eager = call, ex, dots, eager
        self.build: Builder = call.build

    def symbol(self, out: Sym, like: Value) -> Sym:
        """The tangent of a symbol."""
        if isinstance(out, Run) and out.atom in self.dots:
            return Run(self.dots[out.atom])
        runs = [i for i in out.items if isinstance(i, Run)] if isinstance(out, Tup) else []
        if isinstance(out, Tup) and any(i.atom in self.dots for i in runs):
            items = [self.symbol(i, like) for i in out.items]
            return Tup(tuple(items), out.is_list)
        return Zero(like)

    def statement(self, stmt: Stmt) -> None:
        """One statement and its tangent."""
        match stmt:
            case Let(targets=(target,), expr=Apply() as expr):
                self.build.emit(stmt)
                if any(a in self.dots for a in own_atoms(stmt)):
                    self.expression(target, expr)
            case Let():
                self.build.emit(stmt)
            case If():
                self.fork(stmt)
            case _:
                raise self.call.rule.error("a composite holds assignments, if and return")

    def expression(self, target: Value, expr: Apply) -> None:
        """The tangent of `target = expr`."""
        ask, build = self.call.ask, self.build
        obj = callee(expr, ask)
        name = f"{target.name}_dot"
        if obj in (prims.build_tuple, prims.build_list):
            items = [self.need(a) for a in expr.args]  # type: ignore[arg-type]
            self.dots[target] = build.call(obj, *items, name=name)
            return
        base = expr.args[0]
        if obj is operator.getitem and base in self.dots:
            index = expr.args[1]
            self.dots[target] = build.call(operator.getitem, self.dots[base], index, name=name)  # type: ignore[arg-type, index]
            return
        bound = self.call.bound.book.lookup(expr, ask)
        if bound is None:
            text = getattr(expr.fn, "text", getattr(expr.fn, "name", "this call"))
            why = self.call.bound.book.why(expr, ask)
            raise self.call.rule.error(f"{text} in a @composite rule: {why}")
        signature = bound.entry.signature()
        count = 1 if signature is None else len(signature.results)
        if count == 1:
            (dot,) = self.inner(bound, (target,))
            if dot is not None:
                self.dots[target] = dot
            return
        parts = tuple(
            build.call(operator.getitem, target, Const(k), name="part") for k in range(count)
        )
        zeros = self.ex.runtime("zeros_of")
        pairs = zip(parts, self.inner(bound, parts))
        items = [build.call(zeros, p) if d is None else d for p, d in pairs]
        self.dots[target] = build.call(prims.build_tuple, *items, name=name)

    def inner(self, bound: Bound, results: tuple[Value, ...]) -> list[Atom | None]:
        """The tangents of one call of the expression, written out in place.

        A helper function would be in the way of the transposition: a question that has no
        answer here makes a helper of the whole composite.
        """
        ask, build = self.call.ask, self.build
        if bound.constant:
            return [None] * len(results)
        rule = bound.entry.tangent or bound.entry.elementwise
        if rule is None:
            return [forward.linear_tangent(bound, self.dots.get, ask, build)]
        dots = forward.dots_of(bound, self.dots.get, ask, build)
        if not dots:
            return [None] * len(results)
        call = Call(bound, rule, results, ask, build, lambda a: True)
        ex, syms = forward.tangents(call, dots, self.eager)
        pairs = zip(syms, results)
        return [None if isinstance(s, Zero) else ex.atom(s, f"{r.name}_dot") for s, r in pairs]

    def need(self, atom: Atom) -> Atom:
        """The tangent of an atom, zeros where it has none."""
        if atom in self.dots:
            return self.dots[atom]
        return self.build.call(self.ex.runtime("zeros_of"), atom, name="zero")

    def fork(self, stmt: If) -> None:
        """An `if` with the tangents of its results as further results."""
        outer, outside, arms = self.build, dict(self.dots), []
        for block in (stmt.then, stmt.orelse):
            self.build, self.dots = Builder(outer.origin), dict(outside)
            for inner in block.stmts:
                self.statement(inner)
            arms.append((self.build, self.dots, block))
        pairs = zip(stmt.then.outs, stmt.orelse.outs)
        moved = [k for k, (a, b) in enumerate(pairs) if a in arms[0][1] or b in arms[1][1]]
        blocks = []
        for build, dots, block in arms:
            self.build, self.dots = build, dots
            more = [self.need(block.outs[k]) for k in moved]
            blocks.append(build.block(*block.outs, *more))
        self.build, self.dots = outer, outside
        fresh = tuple(Value(f"{stmt.results[k].name}_dot") for k in moved)
        outer.emit(
            If(stmt.test, blocks[0], blocks[1], (*stmt.results, *fresh), stmt.origin, _plain(stmt))
        )
        for k, dot in zip(moved, fresh):
            self.dots[stmt.results[k]] = dot


def _plain(stmt: If) -> str:
    """The form of an `if` that has more results than an expression."""
    return "if" if stmt.form in ("and", "or", "ifexp") else stmt.form
