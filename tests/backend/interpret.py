"""Runs the intermediate representation directly: the oracle for what the emitter prints."""

from __future__ import annotations

from typing import Any

import gast

from s2s.backend.unparse import unparse
from s2s.ir.nodes import (
    UNDEF,
    Apply,
    Block,
    Closure,
    Const,
    For,
    Function,
    If,
    Iter,
    Let,
    Method,
    Note,
    Opaque,
    Pop,
    Push,
    Raw,
    Ref,
    Star,
    Undef,
    Value,
    While,
    With,
    Write,
)  # fmt: skip


def interpret(function: Function, args: tuple[Any, ...], scope: dict[str, Any]) -> Any:
    """The value of a function at some arguments; `scope` is for code kept as text."""
    run = _Run(scope)
    for p, a in zip(function.params, args, strict=True):
        run.env[p.value] = a
    outs, _ = run.block(function.body)
    return outs[0]


class _Run:
    def __init__(self, scope: dict[str, Any]) -> None:
        self.env: dict[Value, Any] = {}
        self.scope = scope

    def atom(self, a: Any) -> Any:
        match a:
            case Value():
                return self.env[a]
            case Const(value=value):
                return value
            case Ref(obj=obj):
                return obj
        return UNDEF

    def block(self, block: Block) -> tuple[list[Any], str | None]:
        leave = None
        for k, stmt in enumerate(block.stmts):
            got = self.statement(stmt)
            assert got is None or k == len(block.stmts) - 1, "an exit that is not in tail position"
            leave = got
        return [self.atom(a) for a in block.outs], block.exit or leave

    def bind(self, targets: Any, values: Any) -> None:
        for t, v in zip(targets, values, strict=True):
            self.env[t] = v

    def statement(self, stmt: Any) -> str | None:
        match stmt:
            case Let():
                value = self.expression(stmt.expr)
                if stmt.unpack or len(stmt.targets) > 1:
                    self.bind(stmt.targets, value)
                elif stmt.targets:
                    self.env[stmt.targets[0]] = value
            case If():
                test = self.atom(stmt.test)
                outs, leave = self.block(stmt.then if test else stmt.orelse)
                self.bind(stmt.results, outs)
                return leave
            case For():
                carried = [self.atom(a) for a in stmt.inits]
                for items in list(self.items(stmt.iter)):
                    self.bind(stmt.params, carried)
                    self.env.update(items)
                    carried, leave = self.block(stmt.body)
                    if leave == "break":
                        break
                self.bind(stmt.results, carried)
            case While():
                carried = [self.atom(a) for a in stmt.inits]
                while True:
                    self.bind(stmt.params, carried)
                    (test,), _ = self.block(stmt.head)
                    if not test:
                        break
                    carried, leave = self.block(stmt.body)
                    if leave == "break":
                        break
                self.bind(stmt.results, carried)
            case With():
                with self.atom(stmt.context) as entered:
                    if stmt.target is not None:
                        self.env[stmt.target] = entered
                    outs, leave = self.block(stmt.body)
                    self.bind(stmt.results, outs)
                return leave
            case Opaque():
                names = {**self.scope, **{n: self.atom(a) for n, a in stmt.reads}}
                exec(unparse(gast.Module([stmt.node], [])), names)
                self.bind([v for _, v in stmt.writes], [names[n] for n, _ in stmt.writes])
            case Write():
                self.write(stmt)
            case Push():
                self.atom(stmt.stack).append(self.atom(stmt.value))
            case Pop():
                self.env[stmt.target] = self.atom(stmt.stack).pop()
            case Note():
                pass
            case _:
                raise TypeError(type(stmt).__name__)
        return None

    def write(self, stmt: Write) -> None:
        target, key, value = self.atom(stmt.target), self.atom(stmt.key), self.atom(stmt.value)
        if stmt.kind == "item":
            target[key] = value
        elif stmt.kind == "attr":
            setattr(target, key, value)
        elif stmt.kind == "del":
            del target[key]
        else:
            getattr(target, key)(*(self.atom(a) for a in stmt.args))

    def items(self, it: Iter) -> Any:
        """The values that each pass binds, as dictionaries."""
        if it.kind == "range":
            raw: Any = range(*(self.atom(a) for a in it.args))
        elif it.kind == "enumerate":
            start = self.atom(it.args[0]) if it.args else 0
            return ({it.item: k, **d} for k, d in enumerate(self.items(it.inner[0]), start))
        elif it.kind == "zip":
            parts = zip(*(self.items(i) for i in it.inner), strict=False)
            return ({k: v for d in row for k, v in d.items()} for row in parts)
        elif it.kind == "reversed":
            return reversed(list(self.items(it.inner[0])))
        else:
            raw = self.atom(it.args[0])
        return ({it.item: v} if it.item is not None else {} for v in raw)

    def expression(self, expr: Any) -> Any:
        match expr:
            case Apply(fn=Method(name=name), args=args):
                receiver, *rest = self.arguments(args)
                return getattr(receiver, name)(*rest, **self.keywords(expr))
            case Apply(fn=fn, args=args):
                return self.atom(fn)(*self.arguments(args), **self.keywords(expr))
            case Raw(node=node, reads=reads):
                names = {n: self.atom(a) for n, a in reads}
                return eval(unparse(node).strip(), {**self.scope, **names})
            case Closure():
                names = {n: self.atom(a) for n, a in expr.captures}
                scope = {**self.scope, **names}
                exec(unparse(gast.Module([expr.node], [])), scope)
                return scope[expr.node.name]
            case Undef():
                return UNDEF
        return self.atom(expr)

    def arguments(self, args: Any) -> list[Any]:
        out: list[Any] = []
        for a in args:
            if isinstance(a, Star):
                out += self.atom(a.atom)
            else:
                out.append(self.atom(a))
        return out

    def keywords(self, expr: Apply) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for k, a in expr.kwargs:
            out.update(self.atom(a) if k is None else {k: self.atom(a)})
        return out


