"""Random programs in the intermediate representation.

Integers, growing lists and one array; user's names from a small pool, so that values of one name
overlap in every way; joins that swap, loops with exits in tail position, updates in place whose
old value is used again, calls with effects between reads.
"""

from __future__ import annotations

import operator
import random
from typing import Any

import gast

from s2s.ir import prims
from s2s.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Iter,
    Let,
    Note,
    Opaque,
    Param,
    Pop,
    Push,
    Raw,
    Ref,
    Value,
    While,
    Write,
)  # fmt: skip
from s2s.runtime import add_at

LOG: list[Any] = []


def tick(x: Any) -> Any:
    """A call with an effect: the order of such calls is visible in the log."""
    LOG.append(x)
    return x + 1


def poke(xs: Any) -> Any:
    """A call that changes its argument."""
    xs[0] = (xs[0] + 3) % 11
    LOG.append(list(xs))
    return xs[0]


SCOPE = {"tick": tick, "poke": poke, "add_at": add_at}
_TICK, _POKE = Ref("tick", tick), Ref("poke", poke)
_BINARY = [operator.add, operator.sub, operator.mul]
_COMPARE = [operator.lt, operator.le, operator.eq, operator.gt]
_NAMES = ["a", "b", "c"]


def ref(fn: Any) -> Ref:
    """A reference by name."""
    return Ref(fn.__name__, fn)


class Frame:
    """What can be read at a point of the program."""

    def __init__(self, ints: list[Atom], lists: list[Value], arrays: list[Value]) -> None:
        self.ints, self.lists, self.arrays = list(ints), list(lists), list(arrays)
        self.stmts: list[Any] = []

    def inner(self) -> Frame:
        return Frame(self.ints, self.lists, self.arrays)


class Generator:
    """Builds one program from a seed."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.budget = self.r.randint(8, 45)

    def function(self) -> Function:
        x, y = Value("a", True), Value("n", True)
        xs, arr = Value("xs", True), Value("u_bar", True)
        frame = Frame([x, y], [xs], [arr])
        out = self.body(frame, 0, tail="return")
        params = tuple(Param(v) for v in (x, y, xs, arr))
        return Function("f", params, Block(tuple(frame.stmts), (out,)))

    # Atoms

    def int(self, f: Frame) -> Atom:
        if self.r.random() < 0.2:
            return Const(self.r.randint(-3, 4))
        k = len(f.ints) - 1
        near = self.r.random() < 0.6
        return f.ints[self.r.randint(max(0, k - 3), k)] if near else self.r.choice(f.ints)

    def value(self) -> Value:
        """A new value: a temporary, or bound to a name of the user."""
        if self.r.random() < 0.6:
            return Value(self.r.choice(["t", "t", "a", "x_bar"]))
        return Value(self.r.choice(_NAMES), True)

    def let(self, f: Frame, fn: Any, *args: Atom) -> Value:
        v = self.value()
        f.stmts.append(Let((v,), Apply(fn if isinstance(fn, Ref) else ref(fn), args)))
        return v

    def small(self, f: Frame, v: Atom) -> Value:
        """The value modulo 97, so that numbers stay small."""
        return self.let(f, operator.mod, v, Const(97))

    # Statements

    def body(self, f: Frame, depth: int, tail: str = "") -> Atom:
        """Statements; the atom is an integer computed by them."""
        for _ in range(self.r.randint(1, 7 if depth < 2 else 3)):
            if self.budget <= 0:
                break
            self.budget -= 1
            self.one(f, depth)
        if tail == "return":
            return self.give(f, depth)
        return self.int(f)

    def give(self, f: Frame, depth: int) -> Atom:
        """What the function returns, perhaps from the branches of a choice."""
        if depth < 3 and self.r.random() < 0.6:
            test = self.let(f, self.r.choice(_COMPARE), self.int(f), self.int(f))
            sides = []
            for _ in range(2):
                inner = f.inner()
                out = self.body(inner, depth + 1, tail="return")
                sides.append(Block(tuple(inner.stmts), (out,)))
            result = Value("result", self.r.random() < 0.2)
            f.stmts.append(If(test, sides[0], sides[1], (result,)))
            return result
        picks = [self.int(f) for _ in range(3)] + [self.r.choice(f.lists)]
        return self.let(f, prims.build_tuple, *picks)

    def one(self, f: Frame, depth: int) -> None:
        simple = [
            self.arithmetic, self.arithmetic, self.arithmetic, self.effect, self.read, self.copy,
            self.write, self.augmented, self.append, self.inplace, self.stack, self.unpack,
            self.opaque, self.raw, self.note, self.choice_expression, self.add_at,
            self.comprehension, self.nested, self.across,
        ]  # fmt: skip
        control = [self.choose, self.loop, self.loop, self.while_]
        pick = control if depth < 3 and self.r.random() < 0.3 else simple
        method = self.r.choice(pick)
        method(f, depth) if method in control else method(f)

    def arithmetic(self, f: Frame) -> None:
        fn = self.r.choice(_BINARY)
        v = self.let(f, fn, self.int(f), self.int(f))
        large = fn is operator.mul or self.r.random() < 0.5
        f.ints.append(self.small(f, v) if large else v)

    def effect(self, f: Frame) -> None:
        if self.r.random() < 0.7:
            f.ints.append(self.let(f, _TICK, self.int(f)))
        else:
            f.ints.append(self.let(f, _POKE, self.r.choice(f.lists)))

    def nested(self, f: Frame) -> None:
        """Operands with effects and reads, all used at once in any order."""
        parts: list[Atom] = []
        for _ in range(3):
            kind = self.r.randint(0, 3)
            if kind == 0:
                parts.append(self.temporary(f, _TICK, self.int(f)))
            elif kind == 1:
                parts.append(self.temporary(f, _POKE, self.r.choice(f.lists)))
            elif kind == 2:
                xs = self.r.choice(f.lists)
                parts.append(self.temporary(f, ref(operator.getitem), xs, Const(0)))
            else:
                parts.append(self.temporary(f, ref(operator.add), self.int(f), self.int(f)))
        self.r.shuffle(parts)
        both = self.temporary(f, ref(operator.add), parts[0], parts[1])
        f.ints.append(self.small(f, self.temporary(f, ref(operator.sub), both, parts[2])))

    def across(self, f: Frame) -> None:
        """A read, something that may change what was read, and then its one use."""
        xs = self.r.choice(f.lists)
        t: Atom = self.temporary(f, ref(operator.getitem), xs, Const(1))
        if self.r.random() < 0.5:
            t = self.temporary(f, ref(operator.neg), t)
        self.r.choice([self.write, self.augmented, self.append, self.effect, self.copy])(f)
        f.ints.append(self.temporary(f, ref(operator.sub), t, self.int(f)))
        arr = self.r.choice(f.arrays)
        part = self.temporary(f, ref(operator.getitem), arr, Const(0))
        self.add_at(f)
        f.ints.append(self.temporary(f, Ref("int", int), part))

    def temporary(self, f: Frame, fn: Ref, *args: Atom) -> Value:
        v = Value("t")
        f.stmts.append(Let((v,), Apply(fn, args)))
        return v

    def read(self, f: Frame) -> None:
        xs = self.r.choice(f.lists)
        f.ints.append(self.let(f, operator.getitem, xs, Const(self.r.randint(0, 2))))

    def copy(self, f: Frame) -> None:
        v = self.value()
        f.stmts.append(Let((v,), self.int(f)))
        f.ints.append(v)

    def write(self, f: Frame) -> None:
        xs, key = self.r.choice(f.lists), Const(self.r.randint(0, 2))
        f.stmts.append(Write("item", xs, key, self.int(f)))

    def augmented(self, f: Frame) -> None:
        """`xs[k] += v`, sometimes with statements in between."""
        xs = self.r.choice(f.lists)
        key: Atom = Const(1)
        if self.r.random() < 0.5:
            key = self.temporary(f, ref(operator.sub), Const(2), Const(self.r.randint(0, 2)))
        old = self.temporary(f, ref(operator.getitem), xs, key)
        addend = self.int(f)
        if self.r.random() < 0.5:
            addend = self.temporary(f, self.r.choice([_TICK, ref(operator.neg)]), addend)
        if self.r.random() < 0.2:
            self.effect(f)
        new = self.temporary(f, ref(operator.iadd), old, addend)
        f.stmts.append(Write("item", xs, key, new))

    def append(self, f: Frame) -> None:
        xs = self.r.choice(f.lists)
        longer = Value(xs.name, xs.user)
        f.stmts.append(Let((longer,), Apply(ref(prims.list_append), (xs, self.int(f)))))
        if self.r.random() < 0.7 and xs in f.lists:
            f.lists.remove(xs)
        f.lists.append(longer)

    def inplace(self, f: Frame) -> None:
        """`x += v` on a number, whose old value may be read again."""
        old = self.int(f)
        name = old.name if isinstance(old, Value) else "c"
        new = Value(name, not isinstance(old, Value) or old.user)
        f.stmts.append(Let((new,), Apply(ref(operator.iadd), (old, self.int(f)))))
        if self.r.random() < 0.6 and old in f.ints and len(f.ints) > 2:
            f.ints.remove(old)
        f.ints.append(new)

    def add_at(self, f: Frame) -> None:
        arr = self.r.choice(f.arrays)
        new = Value(arr.name, arr.user)
        args = (arr, Const(self.r.randint(0, 2)), self.int(f))
        f.stmts.append(Let((new,), Apply(ref(add_at), args)))
        f.arrays.append(new)
        if self.r.random() < 0.5:
            v = self.let(f, operator.getitem, new, Const(0))
            f.ints.append(self.let(f, int, v))

    def stack(self, f: Frame) -> None:
        saved = Value("saved")
        f.stmts.append(Let((saved,), Apply(ref(prims.build_list))))
        for _ in range(2):
            f.stmts.append(Push(saved, self.int(f)))
        self.arithmetic(f)
        for _ in range(2):
            v = self.value()
            f.stmts.append(Pop(v, saved))
            f.ints.append(v)

    def unpack(self, f: Frame) -> None:
        t = self.temporary(f, ref(prims.build_tuple), self.int(f), self.int(f))
        targets = (self.value(), self.value())
        f.stmts.append(Let(targets, t, unpack=True))
        f.ints += targets

    def opaque(self, f: Frame) -> None:
        """Code kept as written, one of its names read and bound."""
        text = self.r.choice(["c = b + c", "for b in range(2):\n    c = c - b", "c = [b for a in "
                              "range(2)][0] + c"])  # fmt: skip
        node = gast.parse(text).body[0]
        reads: list[tuple[str, Atom]] = [("c", self.int(f))]
        writes = [("c", Value("c", True))]
        if "for b" in text:
            writes.append(("b", Value("b", True)))
        else:
            reads.append(("b", self.int(f)))
        f.stmts.append(Opaque(node, tuple(reads), tuple(writes)))
        f.ints += [v for _, v in writes]

    def raw(self, f: Frame) -> None:
        node = gast.parse("[a - b for a in (b, a)][0]", mode="eval").body
        v = self.value()
        reads = (("a", self.int(f)), ("b", self.int(f)))
        f.stmts.append(Let((v,), Raw(node, reads)))
        f.ints.append(v)

    def note(self, f: Frame) -> None:
        f.stmts.append(Note("a comment"))

    def choice_expression(self, f: Frame) -> None:
        """`x if t else y`, `t and x`, `t or x`, and sometimes something with statements."""
        form = self.r.choice(["ifexp", "and", "or"])
        test = self.temporary(f, ref(self.r.choice(_COMPARE)), self.int(f), self.int(f))
        if form != "ifexp" and self.r.random() < 0.5:
            test = self.temporary(f, _TICK, self.int(f))
        sides = []
        for _ in range(2):
            inner = f.inner()
            out = self.int(inner)
            if self.r.random() < 0.6:
                fn = self.r.choice([_TICK, ref(operator.neg)])
                out = self.temporary(inner, fn, self.int(inner))
            sides.append(Block(tuple(inner.stmts), (out,)))
        if form == "and":
            sides[1] = Block((), (test,))
        if form == "or":
            sides[0] = Block((), (test,))
        v = Value("t")
        f.stmts.append(If(test, sides[0], sides[1], (v,), form=form))
        f.ints.append(self.small(f, v))

    def comprehension(self, f: Frame) -> None:
        start, carried = Value("ys"), Value("ys")
        f.stmts.append(Let((start,), Apply(ref(prims.build_list))))
        inner = f.inner()
        item = Value(self.r.choice(["a", "i"]), True)
        inner.ints.append(item)
        out = self.int(inner)
        if self.r.random() < 0.6:
            out = self.temporary(inner, self.r.choice([_TICK, ref(operator.neg)]), out)
        longer: Value = Value("ys")
        inner.stmts.append(Let((longer,), Apply(ref(prims.list_append), (carried, out))))
        block = Block(tuple(inner.stmts), (longer,))
        if self.r.random() < 0.4:
            outer = f.inner()
            test = self.temporary(outer, ref(operator.gt), item, Const(0))
            joined = Value("ys")
            outer.stmts.append(If(test, block, Block((), (carried,)), (joined,)))
            block = Block(tuple(outer.stmts), (joined,))
        result = Value("ys")
        it = Iter("each", (self.r.choice(f.lists),), (), item)
        form = self.r.choice(["listcomp", "genexp"])
        f.stmts.append(For(it, (carried,), (start,), block, (result,), form=form))
        total = self.temporary(f, ref(sum), result)
        f.ints.append(self.small(f, total))

    # Control flow

    def joined(self, blocks: list[Frame], names: list[str]) -> list[list[Atom]]:
        return [[self.int(b) for _ in names] for b in blocks]

    def choose(self, f: Frame, depth: int) -> None:
        test = self.let(f, self.r.choice(_COMPARE), self.int(f), self.int(f))
        a, b = f.inner(), f.inner()
        if self.r.random() < 0.8:
            self.body(a, depth + 1)
        if self.r.random() < 0.6:
            self.body(b, depth + 1)
        results = [self.value() for _ in range(self.r.randint(0, 3))]
        outs = self.joined([a, b], [v.name for v in results])
        if len(results) > 1 and self.r.random() < 0.5:
            outs[1][:2] = outs[0][1], outs[0][0]  # a swap on one side
            if not all(self.outer(f, o) for o in outs[1][:2]):
                outs[1] = [self.int(b) for _ in results]
        dead = self.r.random() < 0.2
        if dead and results:
            outs[1][-1] = UNDEF
        f.stmts.append(
            If(test, Block(tuple(a.stmts), tuple(outs[0])), Block(tuple(b.stmts), tuple(outs[1])),
               tuple(results))
        )  # fmt: skip
        f.ints += results[:-1] if dead else results

    def outer(self, f: Frame, a: Atom) -> bool:
        return isinstance(a, Const) or a in f.ints

    def tail(self, f: Frame, depth: int, width: int, params: list[Value]) -> Block:
        """The end of a loop body: outs, and exits in tail position."""
        if self.r.random() < 0.5 or depth > 4:
            outs = [self.int(f) for _ in range(width)]
            if self.r.random() < 0.3 and width > 1:
                outs[:2] = params[1], params[0]
            leave = self.r.choice([None, None, None, "break", "continue"]) if depth > 2 else None
            return Block(tuple(f.stmts), tuple(outs), leave)
        test = self.let(f, self.r.choice(_COMPARE), self.int(f), self.int(f))
        sides = []
        for _ in range(2):
            inner = f.inner()
            if self.r.random() < 0.6:
                self.body(inner, 3)
            sides.append(self.tail(inner, depth + 1, width, params))
        results = [self.value() for _ in range(width)]
        f.stmts.append(If(test, sides[0], sides[1], tuple(results)))
        outs = list(results)
        if width and self.r.random() < 0.3:
            outs[0] = self.int(f)
        return Block(tuple(f.stmts), tuple(outs))

    def loop(self, f: Frame, depth: int) -> None:
        params = [self.value() for _ in range(self.r.randint(0, 3))]
        inits: list[Atom] = [self.int(f) for _ in params]
        inner = f.inner()
        item = Value(self.r.choice(["i", "a"]), True)
        xs = self.r.choice(f.lists)
        kind = self.r.choice(["range", "each", "enumerate", "zip", "reversed"])
        if kind == "range":
            it = Iter("range", (Const(self.r.randint(0, 3)),), (), item)
        elif kind == "enumerate":
            index = Value("k", True)
            inner.ints.append(index)
            # A copy of the list: the body may grow the list itself.
            it = Iter("enumerate", (Const(0),), (Iter("each", (self.frozen(f, xs),), (), item),),
                      index)  # fmt: skip
        elif kind == "zip":
            other = Value("j", True)
            inner.ints.append(other)
            it = Iter("zip", (), (Iter("range", (Const(2),), (), other),
                                  Iter("each", (self.frozen(f, xs),), (), item)))  # fmt: skip
        elif kind == "reversed":
            it = Iter("reversed", (), (Iter("range", (Const(3),), (), item),))
        else:
            it = Iter("each", (self.frozen(f, xs),), (), item)
        inner.ints += [item, *params]
        unbound = bool(params) and kind == "reversed" and self.r.random() < 0.4
        if unbound:  # bound in the first pass before anything reads it
            inits[-1] = UNDEF
            inner.ints.remove(params[-1])
        self.body(inner, depth + 1)
        block = self.tail(inner, depth + 1, len(params), params if not unbound else [Const(1)] * 3)
        results = [Value(p.name, p.user) for p in params]
        f.stmts.append(For(it, tuple(params), tuple(inits), block, tuple(results)))
        f.ints += results

    def frozen(self, f: Frame, xs: Value) -> Value:
        parts = (Const(None), Const(self.r.randint(1, 3)), Const(None))
        index = self.temporary(f, Ref("slice", slice), *parts)
        return self.temporary(f, ref(operator.getitem), xs, index)

    def while_(self, f: Frame, depth: int) -> None:
        count = Value("count", True)
        params = [count, *(self.value() for _ in range(self.r.randint(0, 2)))]
        inits = [Const(0), *(self.int(f) for _ in params[1:])]
        head, inner = f.inner(), f.inner()
        head.ints += params[1:]
        if self.r.random() < 0.5:
            self.effect(head)
        below = self.temporary(head, ref(operator.lt), count, Const(self.r.randint(0, 3)))
        fresh = [v for v in head.ints if v not in inner.ints]
        inner.ints += fresh
        step = Value("count", True)
        inner.stmts.append(Let((step,), Apply(ref(operator.add), (count, Const(1)))))
        self.body(inner, depth + 1)
        block = self.tail(inner, depth + 1, len(params) - 1, params[1:])
        block = self.counted(block, step)
        results = [Value(p.name, p.user) for p in params]
        head_block = Block(tuple(head.stmts), (below,))
        f.stmts.append(While(head_block, tuple(params), tuple(inits), block, tuple(results)))
        f.ints += results

    def counted(self, block: Block, step: Value) -> Block:
        """The loop body that also hands on its counter."""
        return Block(block.stmts, (step, *block.outs), block.exit)
