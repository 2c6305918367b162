"""Random programs on arrays, and what every value of one really is, statement by statement."""

from __future__ import annotations

import operator
import random
import warnings
from collections.abc import Iterator, Sequence

import numpy as np

from s2s.analysis.facts import Facts
from s2s.analysis.shapes import Dim, ShapeToken
from s2s.ir import prims
from s2s.ir.nodes import (
    Apply,
    Block,
    Const,
    For,
    If,
    Iter,
    Let,
    Method,
    Ref,
    Value,
)  # fmt: skip

SIZES = (0, 1, 1, 2, 3, 3, 4)
DTYPES = (np.float64, np.float64, np.float32, np.int64, np.complex128, np.bool_)


def apply(fn, *args, **kwargs):
    """An application, with plain objects for constants."""

    def atom(a):
        if isinstance(a, Value):
            return a
        return Ref(str(a), a) if isinstance(a, type) else Const(a)

    head = Method(fn[1:]) if isinstance(fn, str) else Ref(getattr(fn, "__name__", "fn"), fn)
    return Apply(head, tuple(map(atom, args)), tuple((k, atom(a)) for k, a in kwargs.items()))


UNARY = (np.tanh, np.abs, operator.neg, np.sqrt, np.isnan, np.sign, np.square, abs, np.exp)
BINARY = (
    operator.add, operator.sub, operator.mul, operator.truediv, np.maximum, np.arctan2,
    operator.lt, operator.eq, operator.pow, np.add, operator.iadd, operator.imul,
)  # fmt: skip
ONE = (
    np.transpose, np.ravel, np.atleast_2d, np.zeros_like, np.linalg.norm, np.diag, np.cumsum,
    np.squeeze, np.linalg.svd, np.linalg.inv, np.linalg.eigvals, np.diff, np.linalg.det,
    np.diagonal, np.median, np.copy, np.linalg.qr, np.asarray, np.linalg.eigh, np.fft.rfft,
    np.real, np.nan_to_num, np.nonzero, np.unique, np.trace, np.linalg.slogdet, np.triu,
)  # fmt: skip
TWO = (
    operator.matmul, np.dot, np.inner, np.outer, np.kron, np.linalg.solve, np.convolve,
    np.vdot, np.searchsorted, np.tensordot, np.cross, np.matmul, np.full_like,
)  # fmt: skip
REDUCE = (np.sum, np.mean, np.max, np.prod, np.std, np.argmax, np.all, np.count_nonzero)
REDUCERS = (".sum", ".mean", ".max", ".cumsum", ".argmin", ".var")
PLAIN_METHODS = (".copy", ".ravel", ".flatten", ".transpose", ".squeeze", ".conj", ".item")
EINSUMS = (
    ("ij,jk->ik", 2), ("ij->ji", 1), ("ij,ij->", 2), ("ii->i", 1), ("i,j->ij", 2), ("ij,j", 2),
)  # fmt: skip
SCALARS = (2.0, 0.5, 3, -1, True, 1j)


class Program:
    """A block under construction together with the values in scope.

    Each statement of the outermost block is tried on the arguments at once, and one that raises
    is taken back: what an operation proves about sizes holds in programs that run to the end.
    """

    def __init__(self, rng: random.Random, params: Sequence[Value], args: Sequence) -> None:
        self.rng = rng
        self.pool: list[Value] = list(params)
        self.machine = Machine(None)
        self.machine.env.update(zip(params, args))
        self.args = args

    def body(self, size: int) -> Block:
        """A program of some statements, compound ones among them."""
        stmts: list = []
        while size:
            pool, size = list(self.pool), size - 1
            new = self.block(1, 2)
            try:
                self.machine.run(Block(tuple(new)))
                stmts += new
            except Stop:
                self.pool = pool
        return Block(tuple(stmts))

    def pick(self):
        """Mostly a value, sometimes a number; late ones are likelier."""
        if self.rng.random() < 0.12:
            return self.rng.choice(SCALARS)
        return self.rng.choice(self.pool[-8:] if self.rng.random() < 0.5 else self.pool)

    def value(self):
        """A value in scope."""
        return self.rng.choice(self.pool[-8:] if self.rng.random() < 0.5 else self.pool)

    def bind(self, stmts, expr, keep=True):
        """A new statement; `keep` puts its value in scope."""
        value = Value("v")
        stmts.append(Let((value,), expr))
        if keep:
            self.pool.append(value)
        return value

    def block(self, size: int, depth: int) -> list:
        """Random statements."""
        stmts: list = []
        for _ in range(size):
            roll = self.rng.random()
            if depth and roll < 0.08:
                self.branch(stmts, depth)
            elif depth and roll < 0.16:
                self.loop(stmts, depth)
            else:
                self.statement(stmts)
        return stmts

    def branch(self, stmts, depth):
        """An `if` on something that is not known, with two results."""
        before = list(self.pool)
        outs = []
        for _ in range(2):
            inner = self.block(self.rng.randint(1, 3), depth - 1)
            outs.append(Block(tuple(inner), (self.value(), self.value())))
            self.pool = list(before)
        results = (Value("r"), Value("r"))
        test = self.bind(stmts, apply(prims.truth, self.rng.choice((0, 1))), keep=False)
        stmts.append(If(test, outs[0], outs[1], results))
        self.pool += results

    def loop(self, stmts, depth):
        """A `for` that carries two values."""
        inits = (self.value(), self.value())
        params, results, item = (Value("p"), Value("p")), (Value("r"), Value("r")), Value("i")
        before = list(self.pool)
        self.pool += (*params, item)
        inner = self.block(self.rng.randint(1, 4), depth - 1)
        body = Block(tuple(inner), (self.value(), self.value()))
        self.pool = before
        if self.rng.random() < 0.7:
            it = Iter("range", (Const(self.rng.choice((0, 1, 3))),), item=item)
        else:
            it = Iter("each", (self.value(),), item=item)
        stmts.append(For(it, params, inits, body, results))
        self.pool += results

    def statement(self, stmts):
        """One random operation."""
        rng, kind = self.rng, self.rng.randrange(14)
        a, b = self.pick(), self.pick()
        x = self.value()
        if kind <= 2:
            self.bind(stmts, apply(rng.choice(BINARY), a, b))
        elif kind == 3:
            self.bind(stmts, apply(rng.choice(UNARY), x))
        elif kind == 4:
            options = {}
            if rng.random() < 0.6:
                options["axis"] = rng.choice((0, -1, 1, None))
            if rng.random() < 0.4:
                fn = rng.choice(REDUCERS)
            else:
                fn = rng.choice(REDUCE)
                if rng.random() < 0.5:
                    options["keepdims"] = rng.choice((True, False))
            self.bind(stmts, apply(fn, x, **options))
        elif kind == 5:
            self.bind(stmts, apply(rng.choice(ONE), x))
        elif kind == 6:
            self.bind(stmts, apply(rng.choice(TWO), x, b))
        elif kind == 7:
            self.bind(stmts, apply(operator.getitem, x, self.index(stmts)))
        elif kind == 8:
            self.sized(stmts, x)
        elif kind == 9:
            parts = [self.value() for _ in range(rng.randint(1, 3))]
            together = self.bind(stmts, apply(prims.build_list, *parts), keep=False)
            fn = rng.choice((np.concatenate, np.stack, np.hstack, np.vstack, np.array))
            self.bind(stmts, apply(fn, together))
        elif kind == 10:
            text, count = rng.choice(EINSUMS)
            self.bind(stmts, apply(np.einsum, text, *(self.value() for _ in range(count))))
        elif kind == 11:
            fn = rng.choice((np.where, np.clip))
            self.bind(stmts, apply(fn, x, a, b))
        elif kind == 12:
            self.bind(stmts, apply(rng.choice(PLAIN_METHODS), x))
        else:
            dtype = rng.choice((np.float32, np.float64, int, complex))
            self.bind(stmts, apply(".astype", x, dtype))

    def index(self, stmts):
        """A random index."""
        rng = self.rng
        entries = []
        for _ in range(rng.randint(1, 3)):
            roll = rng.random()
            if roll < 0.3:
                bounds = [rng.choice((None, None, 0, 1, 2, -1)) for _ in range(2)]
                step = rng.choice((None, None, -1, 2))
                entries.append(self.bind(stmts, apply(slice, *bounds, step), keep=False))
            elif roll < 0.55:
                entries.append(rng.choice((0, -1)))
            elif roll < 0.7:
                entries.append(None)
            elif roll < 0.8:
                entries.append(self.value())
            elif ... not in entries:
                entries.append(...)
        if len(entries) == 1 and rng.random() < 0.7:
            return entries[0]
        return self.bind(stmts, apply(prims.build_tuple, *entries), keep=False)

    def sized(self, stmts, x):
        """Something whose size is computed from a shape."""
        rng = self.rng
        shape = self.bind(stmts, apply(getattr, x, "shape"), keep=False)
        kind = rng.randrange(6)
        if kind == 0:
            self.bind(stmts, apply(rng.choice((np.zeros, np.ones)), shape))
        elif kind == 1:
            self.bind(stmts, apply(np.broadcast_to, self.pick(), shape))
        elif kind == 2:
            self.bind(stmts, apply(np.reshape, self.value(), rng.choice((shape, -1))))
        else:
            one = self.bind(stmts, apply(operator.getitem, shape, rng.choice((0, -1))))
            if kind == 3:
                fn = rng.choice((np.arange, np.eye, np.ones, np.zeros))
                self.bind(stmts, apply(fn, one))
            elif kind == 4:
                other = self.bind(stmts, apply(rng.choice((len, np.size)), self.value()))
                pair = self.bind(stmts, apply(prims.build_tuple, one, other), keep=False)
                self.bind(stmts, apply(rng.choice((np.zeros, np.ones)), pair))
            else:
                fn = rng.choice((operator.add, operator.mul, operator.sub, operator.floordiv))
                more = self.bind(stmts, apply(fn, one, rng.choice((1, 2, one))))
                self.bind(stmts, apply(np.zeros, more))


class Stop(Exception):
    """The program raised: no more statements run."""


class Machine:
    """Runs a program and checks, whenever a value is bound, what the facts claim of it.

    Sizes are checked by their symbols: in one iteration of the loops around a value, one symbol
    has one size.
    """

    def __init__(self, facts: Facts | None) -> None:
        self.facts = facts
        self.env: dict[Value, object] = {}
        self.claims = 0
        self.symbols: list[dict] = [{}]
        self.pending: list[list[tuple]] = [[]]
        self.wrong: list[str] = []

    def program(self, params, args, body: Block) -> None:
        """Run a whole program and check all claims about it."""
        self.give(params, args)
        self.run(body)
        self.settle()
        # Sizes are proven equal by what runs later, too: claims hold in programs that end.
        assert not self.wrong, self.wrong[0]

    def settle(self) -> None:
        """Compare the sizes of one iteration, or of the program, at its end."""
        for symbol, truth, what in self.pending.pop():
            self.claims += 1
            claim = self.symbol(symbol, truth)
            if claim != truth:
                self.wrong.append(f"{what} is {truth}, but {symbol} is {claim}")
        self.symbols.pop()

    def of(self, atom):
        """The value of an atom."""
        if isinstance(atom, Value):
            return self.env[atom]
        return atom.value if isinstance(atom, Const) else atom.obj

    def run(self, block: Block) -> list:
        """Run a block in the scope of its symbols."""
        for stmt in block.stmts:
            match stmt:
                case Let((target,), Apply(fn, args, kwargs)):
                    values = [self.of(a) for a in args]
                    named = {k: self.of(a) for k, a in kwargs}
                    self.bind(target, self.call(fn, values, named))
                case If():
                    branch = stmt.then if self.of(stmt.test) else stmt.orelse
                    self.give(stmt.results, self.run(branch))
                case For():
                    state = [self.of(a) for a in stmt.inits]
                    for item in self.items(stmt.iter):
                        self.symbols.append({})
                        self.pending.append([])
                        self.bind(stmt.iter.item, item)
                        self.give(stmt.params, state)
                        state = self.run(stmt.body)
                        self.settle()
                    self.give(stmt.results, state)
        return [self.of(a) for a in block.outs]

    def call(self, fn, values, named):
        """One operation; what it raises ends the program."""
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if isinstance(fn, Method):
                    return getattr(values[0], fn.name)(*values[1:], **named)
                if fn.obj in (operator.iadd, operator.imul) and isinstance(
                    values[0], np.ndarray
                ):
                    # In place, but on a copy: the pool shares arrays freely.
                    values[0] = values[0].copy()
                return fn.obj(*values, **named)
        except Exception as error:
            raise Stop from error

    def items(self, it):
        """What a loop runs over."""
        if it.kind == "range":
            return range(self.of(it.args[0]))
        try:
            return list(self.of(it.args[0]))
        except TypeError as error:
            raise Stop from error

    def give(self, targets, values):
        """Several values at once."""
        for target, value in zip(targets, values, strict=True):
            self.bind(target, value)

    def bind(self, target, value):
        """Bind one value and check it."""
        self.env[target] = value
        if self.facts is None:
            return
        for claim, truth, what in self.claimed(target, value):
            self.claims += 1
            assert claim == truth, f"{target}: {what} is {truth}, not {claim}"

    def claimed(self, target: Value, value) -> Iterator[tuple]:
        """Everything that the facts say of a value, beside what it is."""
        facts, fact = self.facts, self.facts.of(target)
        number = isinstance(value, np.ndarray | np.generic | int | float | complex)
        if fact.numeric:
            yield True, number, "a number or an array"
        if facts.is_scalar(target) is not None:
            yield facts.is_scalar(target), number and np.ndim(value) == 0, "scalar"
        if facts.is_array(target) is not None:
            yield facts.is_array(target), isinstance(value, np.ndarray), "array"
        if facts.ndim(target) is not None:
            yield facts.ndim(target), np.ndim(value), "rank"
        known, constant = facts.constant(target)
        if known and not isinstance(constant, np.dtype | type):
            yield repr(constant), repr(value), "value"
        if not number:
            if fact.kind in ("tuple", "list") and fact.items is not None:
                yield len(fact.items), len(value), "length"
            return
        if facts.dtype(target) is not None:
            yield facts.dtype(target), np.asarray(value).dtype, "dtype"
        if fact.py is not None:
            yield fact.py, not isinstance(value, np.generic), "number of Python"
        if fact.kind in ("int", "bool", "scalar"):
            yield False, isinstance(value, np.ndarray), "array"
        dims = fact.dims
        strict = facts.dims(target)
        for k, dim in enumerate(dims or ()):
            size = value.shape[k]
            self.pending[-1].append((dim, size, f"{target}: size {k}"))
            if strict is not None and isinstance(strict[k], Dim) and size == 1:
                self.wrong.append(f"{target}: size {k} is 1, but claimed not to be")
        if isinstance(fact.shape, ShapeToken):
            self.pending[-1].append((fact.shape, np.shape(value), f"{target}: shape"))
        if isinstance(fact.size, Dim) and fact.kind == "int":
            self.pending[-1].append((fact.size, int(value), f"{target}: value"))

    def symbol(self, symbol, truth):
        """The size that a symbol had where it was met first in the iterations around."""
        symbol = self.facts.sizes.find(symbol) if isinstance(symbol, Dim) else symbol
        if isinstance(symbol, int):
            return symbol
        for scope in self.symbols:
            if symbol in scope:
                return scope[symbol]
        self.symbols[-1][symbol] = truth
        return truth
