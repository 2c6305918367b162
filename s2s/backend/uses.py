"""How often and where values are used, seen through the joins that nobody reads."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass, field

from s2s.ir import prims
from s2s.ir.effects import augmented, in_place
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Closure,
    Const,
    For,
    Function,
    If,
    Let,
    Opaque,
    Raw,
    Ref,
    Star,
    Stmt,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.walk import blocks_of, iter_atoms, own_atoms


def _term(stmt: Let) -> Value | None:
    """The first term of a sum of adjoints, if it goes by its name: `x_bar = x_bar + b`."""
    match stmt:
        case Let(targets=(target,), expr=Apply(fn=Ref(obj=fn), args=(Value() as term, _))) if (
            (fn is operator.add or fn is operator.sub)
            and term.name == target.name and target.name.endswith("_bar")
        ):  # fmt: skip
            return term
    return None


@dataclass(frozen=True, slots=True)
class Augmented:
    """The parts of `x[k] += v`: the value read, the one written, the addend."""

    read: Value
    result: Value
    addend: Atom
    operator: str


@dataclass
class Uses:
    """Counts and places of uses; a join that is never read uses nothing."""

    count: dict[Value, int] = field(default_factory=dict)
    where: dict[Value, int] = field(default_factory=dict)  # id of the block, 0: not foldable
    augmented: dict[int, Augmented] = field(default_factory=dict)
    results: set[Value] = field(default_factory=set)  # the results of `augmented`
    empty_lists: dict[Value, Let] = field(default_factory=dict)
    returned: set[Value] = field(default_factory=set)
    swapped: set[Value] = field(default_factory=set)  # user's names that may fold into a swap
    summed: set[Value] = field(default_factory=set)  # first terms of sums with their name

    def foldable(self, value: Value, block: Block) -> bool:
        """Whether the one use of a value is in its own block, where an expression may stand."""
        if value.user and value not in self.swapped and value not in self.summed:
            return False
        return self.count.get(value) == 1 and self.where.get(value) == id(block)


def joins(stmt: Stmt) -> Iterator[tuple[Value, tuple[Atom, ...]]]:
    """The values that a statement joins from several paths, with their sources."""
    match stmt:
        case If():
            for k, r in enumerate(stmt.results):
                yield r, (stmt.then.outs[k], stmt.orelse.outs[k])
        case For() | While():
            for p, i, o, r in zip(stmt.params, stmt.inits, stmt.body.outs, stmt.results):
                yield p, (i, o)
                yield r, (p,)
        case With():
            for r, o in zip(stmt.results, stmt.body.outs):
                yield r, (o,)


def count_uses(function: Function, barred: set[int]) -> Uses:
    """Count the uses of every value of a function."""
    counter = _Counter(function)
    counter.block(function.body)
    for out in function.body.outs:
        counter.use(out, function.body, True)
        if isinstance(out, Value):
            counter.uses.returned.add(out)
    counter.settle()
    counter.augmented(barred)
    return counter.uses


class _Counter:
    """One walk for the reads, then a closure over the joins."""

    def __init__(self, function: Function) -> None:
        self.uses = Uses()
        self.made: dict[Value, tuple[Let, Block]] = {}
        self.writes: list[tuple[Write, Block]] = []
        # source, block and foldability of each edge into a join
        self.edges: dict[Value, list[tuple[Atom, Block, bool]]] = {}

    def use(self, atom: Atom, block: Block, foldable: bool) -> None:
        """Record one use."""
        if isinstance(atom, Value):
            uses = self.uses
            uses.count[atom] = uses.count.get(atom, 0) + 1
            uses.where[atom] = id(block) if foldable else 0

    def edge(self, target: Value, atom: Atom, block: Block, foldable: bool = False) -> None:
        """Record a source of a join, a use if the join is."""
        if isinstance(atom, Value):
            self.edges.setdefault(target, []).append((atom, block, foldable))

    def block(self, block: Block) -> None:
        """Record the uses in a block, its outs excepted."""
        for stmt in block.stmts:
            self._own(stmt, block)
            for inner in blocks_of(stmt):
                self.block(inner)

    def _own(self, stmt: Stmt, block: Block) -> None:
        match stmt:
            case Let():
                self._let(stmt, block)
            case If():
                self.use(stmt.test, block, True)
                self._choice(stmt)
            case For() | While():
                if isinstance(stmt, For):
                    for a in iter_atoms(stmt.iter):
                        self.use(a, block, True)
                else:
                    self.use(stmt.head.outs[0], stmt.head, True)
                self._loop(stmt, block)
            case With():
                self.use(stmt.context, block, True)
                for r, o in zip(stmt.results, stmt.body.outs):
                    self.edge(r, o, stmt.body, True)
            case Opaque():
                for _, a in stmt.reads:
                    self.use(a, block, isinstance(a, Const))
            case _:
                if isinstance(stmt, Write):
                    self.writes.append((stmt, block))
                for a in own_atoms(stmt):
                    self.use(a, block, True)

    def _let(self, stmt: Let, block: Block) -> None:
        for v in stmt.targets:
            self.made[v] = (stmt, block)
        match stmt.expr:
            case Raw(reads=reads):
                for _, a in reads:
                    self.use(a, block, False)
            case Closure(captures=captures, defaults=defaults):
                for _, a in captures:
                    self.use(a, block, False)
                for _, a in defaults:
                    self.use(a, block, True)
            case Apply(fn=fn, args=args, kwargs=kwargs):
                tied = in_place(stmt.expr)
                if isinstance(fn, Value):
                    self.use(fn, block, True)
                term = _term(stmt)
                if term is not None:
                    self.uses.summed.add(term)
                for k, arg in enumerate(args):
                    atom = arg.atom if isinstance(arg, Star) else arg
                    self.use(atom, block, k > 0 or not tied)
                for _, a in kwargs:
                    self.use(a, block, True)
                display = isinstance(fn, Ref) and fn.obj in (prims.build_list, prims.build_dict)
                if display and not args and len(stmt.targets) == 1:
                    self.uses.empty_lists[stmt.targets[0]] = stmt
            case expr:
                self.use(expr, block, True)

    def _choice(self, stmt: If) -> None:
        """In `a and b` the operand `a` is written once, though it is test and result."""
        stop = {"and": stmt.orelse, "or": stmt.then}.get(stmt.form)
        for r, a, b in zip(stmt.results, stmt.then.outs, stmt.orelse.outs):
            for out, block in ((a, stmt.then), (b, stmt.orelse)):
                if block is stop and len(stmt.results) == 1 and out is stmt.test:
                    continue
                self.edge(r, out, block, True)

    def _loop(self, stmt: For | While, block: Block) -> None:
        outs = stmt.body.outs
        for p, i, o, r in zip(stmt.params, stmt.inits, outs, stmt.results):
            self.edge(p, i, block)
            # The old value is still wanted when the new one is ready: `a, b = b, a + b`.
            crossed = any(q is p for q in outs) and o is not p and isinstance(o, Value)
            if crossed and isinstance(o, Value):
                self.uses.swapped.add(o)
            self.edge(p, o, stmt.body, crossed)
            self.edge(r, p, block)

    def settle(self) -> None:
        """Count the edges into joins that are read, whether directly or by other joins."""
        todo = [t for t in self.edges if t in self.uses.count]
        done = set(todo)
        while todo:
            for atom, block, foldable in self.edges[todo.pop()]:
                self.use(atom, block, foldable)
                if isinstance(atom, Value) and atom in self.edges and atom not in done:
                    done.add(atom)
                    todo.append(atom)

    def augmented(self, barred: set[int]) -> None:
        """Find the writes that are `x[k] += v`, whose `x` and `k` are written once."""
        for write, block in self.writes:
            found = self._parts(write, block)
            if found is None or id(write) in barred:
                continue
            self.uses.augmented[id(write)] = found
            self.uses.results.add(found.result)
            self.uses.where[found.read] = id(block)
            for a in (write.target, write.key):
                if isinstance(a, Value):
                    self.uses.count[a] -= 1

    def _parts(self, write: Write, block: Block) -> Augmented | None:
        made, count = self.made, self.uses.count
        result = write.value
        if write.kind not in ("item", "attr") or not isinstance(result, Value):
            return None
        if result.user or result not in made or count.get(result) != 1:
            return None
        let, home = made[result]
        name = augmented(let.expr)
        if name is None or home is not block or not isinstance(let.expr, Apply):
            return None
        old, addend = let.expr.args
        if not isinstance(old, Value) or old.user or count.get(old) != 1 or old not in made:
            return None
        read, home = made[old]
        access = operator.getitem if write.kind == "item" else getattr
        match read.expr:
            case Apply(fn=Ref(obj=fn), args=(target, key), kwargs=()) if (
                fn is access and home is block and target == write.target
                and key == write.key and not isinstance(addend, Star)
            ):  # fmt: skip
                return Augmented(old, result, addend, name)
        return None
