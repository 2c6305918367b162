"""A small interpreter of straight-line and `If` IR, and two `Ask`s, for the tests of rules."""

from __future__ import annotations

import numpy as np

from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Const, If, Let, Method, Ref, Value
from s2s.rules import HelperFunction, Nothing


def interpret(stmts, env):
    """Run statements on a dict of Value to value; the dict is updated and returned."""
    for stmt in stmts:
        match stmt:
            case Let(targets, expr):
                result = evaluate(expr, env)
                if len(targets) == 1 and not stmt.unpack:
                    env[targets[0]] = result
                elif targets:
                    env.update(zip(targets, result, strict=True))
            case If():
                block = stmt.then if read(stmt.test, env) else stmt.orelse
                inner = interpret(block.stmts, dict(env))
                for value, out in zip(stmt.results, block.outs, strict=True):
                    env[value] = read(out, inner)
            case _:
                raise NotImplementedError(type(stmt).__name__)
    return env


def read(atom, env):
    """The value of an atom."""
    match atom:
        case Value():
            return env[atom]
        case Const(value):
            return value
        case Ref():
            return atom.obj
    raise NotImplementedError(atom)


def evaluate(expr, env):
    """The value of an expression."""
    if not isinstance(expr, Apply):
        return read(expr, env)
    args = [read(a, env) for a in expr.args]
    kwargs = {k: read(a, env) for k, a in expr.kwargs}
    if isinstance(expr.fn, Method):
        return getattr(args[0], expr.fn.name)(*args[1:], **kwargs)
    fn = read(expr.fn, env)
    if isinstance(fn, HelperFunction):
        assert not kwargs
        inner = {p.value: a for p, a in zip(fn.function.params, args, strict=True)}
        body = fn.function.body
        return read(body.outs[0], interpret(body.stmts, inner))
    return fn(*args, **kwargs)


class KnownNothing(Nothing):
    """Literals only: every question about a value is open."""


class FromArrays(Nothing):
    """Facts taken from example values; sizes are symbols, so nothing depends on them.

    `builder()` gives a builder that tells this `Ask` the values of what is built.
    """

    def __init__(self, env):
        self.env = dict(env)

    def builder(self):
        """A builder whose statements are run at once on the examples."""
        ask = self

        class Telling(Builder):
            def let(self, expr, name="t", user=False):
                value = super().let(expr, name, user)
                interpret(self.stmts[-1:], ask.env)
                return value

        return Telling()

    def example(self, a):
        """The example of an atom, or None."""
        return read(a, self.env) if isinstance(a, Const | Ref) or a in self.env else None

    def ndim(self, a):
        x = self.example(a)
        return np.ndim(x) if isinstance(x, np.ndarray | np.generic | float | int) else None

    def dims(self, a):
        x = self.example(a)
        if self.ndim(a) is None:
            return None
        return tuple(1 if n == 1 else f"n{n}" for n in np.shape(x))

    def summed(self, g, x):
        have, want = self.dims(g), self.dims(x)
        if have is None or want is None or len(want) > len(have):
            return None
        lead = len(have) - len(want)
        pairs = list(zip(have[lead:], want))
        if any(m != n != 1 for m, n in pairs):
            return None
        return lead, tuple(k for k, (m, n) in enumerate(pairs) if n == 1 != m)

    def same_shape(self, a, b):
        return a is b or (self.dims(a) is not None and self.dims(a) == self.dims(b))

    def is_scalar(self, a):
        rank = self.ndim(a)
        return None if rank is None else rank == 0

    def is_array(self, a):
        x = self.example(a)
        return None if x is None else isinstance(x, np.ndarray)

    def dtype(self, a):
        x = self.example(a)
        return None if x is None else np.asarray(x).dtype if self.ndim(a) is not None else None


def dump(stmts, indent=""):
    """A readable text of statements, for messages and for tests of what is emitted."""
    lines = []
    for stmt in stmts:
        if isinstance(stmt, Let):
            lines.append(f"{indent}{_names(stmt.targets)} = {_text(stmt.expr)}")
        elif isinstance(stmt, If):
            lines.append(f"{indent}if {_atom(stmt.test)}:")
            for block, word in ((stmt.then, "else:"), (stmt.orelse, "")):
                lines.append(dump(block.stmts, indent + "    ")) if block.stmts else None
                outs = ", ".join(_atom(o) for o in block.outs)
                lines.append(f"{indent}    {_names(stmt.results)} = {outs}")
                lines.append(f"{indent}{word}") if word else None
    return "\n".join(lines)


def _names(values):
    return ", ".join(v.name for v in values)


def _atom(a):
    match a:
        case Value():
            return a.name
        case Const(value):
            return repr(value)
        case Ref():
            return a.text
    return str(a)


def _text(expr):
    if not isinstance(expr, Apply):
        return _atom(expr)
    args = [_atom(a) for a in expr.args] + [f"{k}={_atom(a)}" for k, a in expr.kwargs]
    if isinstance(expr.fn, Method):
        return f"{args[0]}.{expr.fn.name}({', '.join(args[1:])})"
    return f"{_atom(expr.fn)}({', '.join(args)})"
