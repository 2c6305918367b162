"""Re-nesting: which temporaries are written where they are used, and which need a statement.

In the flat form every operation has a name of its own; here `t = x @ w; u = t + b; h =
np.tanh(u)` becomes `h = np.tanh(x @ w + b)`.  A temporary moves down to its one use in the same
block, past statements with which it commutes, and never past a comment.

The walk keeps *pending* units, temporaries whose use has not come yet.  A unit counts as one
operation at the place of its statement; a statement that consumes units checks that their order
of evaluation can be told apart by nobody, and one that cannot be passed turns what is pending
before it into statements of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from s2s.backend.operators import is_syntax
from s2s.backend.plan import Plan, Unit, comprehension
from s2s.backend.uses import Uses, count_uses
from s2s.ir import prims
from s2s.ir.effects import Aliases, in_place, pure
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
    Method,
    Note,
    Opaque,
    Pop,
    Push,
    Raw,
    Ref,
    Star,
    Stmt,
    Undef,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.walk import defs_of, iter_atoms

WIDTH = 86  # longer generated statements are split into named parts
LONGEST = 600  # what the user wrote as one expression stays one, within reason
DEPTH = 50
NARROWEST = 50
REACH = 60  # how many statements a temporary may move


def fold(function: Function) -> Plan:
    """Decide what is written where, for a whole function."""
    barred: set[int] = set()
    aliases = Aliases(function)
    while True:
        folder = _Folder(function, aliases, barred)
        folder.block(function.body, returns=True)
        failed = folder.failed()
        if not failed:
            return folder.plan
        barred |= failed  # an `x[i] += v` that came apart: its parts are counted singly


class _Folder:
    """The walk over blocks."""

    def __init__(self, function: Function, aliases: Aliases, barred: set[int]) -> None:
        self.aliases = aliases
        self.uses = count_uses(function, barred)
        self.plan = Plan(self.uses)
        self.pending: dict[Value, Unit] = {}
        self.level = 0

    def failed(self) -> set[int]:
        """Augmented writes whose parts did not all fold."""
        inline, found = self.plan.inline, set()
        for key, aug in self.uses.augmented.items():
            if aug.read in inline and aug.result in inline:
                self.plan.augmented[key] = aug.addend
                self.plan.operator[key] = aug.operator
            else:
                found.add(key)
        return found

    # Blocks

    def block(self, block: Block, returns: bool = False, whole: bool = False) -> None:
        """Fold the statements of a block; `whole` if it may become one expression."""
        outer, self.pending = self.pending, {}
        self.level += 1
        for index, stmt in enumerate(block.stmts):
            self._children(stmt, returns and stmt is block.stmts[-1], block)
            self._step(stmt, index, block)
        if (returns or whole) and len(block.outs) == 1:
            self._return(block, len(block.stmts), returns)
        elif block.outs:
            self._swapped(block)
        self.pending = outer
        self.level -= 1

    def _children(self, stmt: Stmt, tail: bool, parent: Block) -> None:
        """Fold the blocks of a statement."""
        match stmt:
            case If():
                back = tail and parent.outs == stmt.results and not _named(stmt.results)
                whole = stmt.form not in ("if", "try") and len(stmt.results) == 1
                self.block(stmt.then, back, whole)
                self.block(stmt.orelse, back, whole)
            case For():
                self.block(stmt.body)
            case While():
                self.block(stmt.head, whole=True)
                self.block(stmt.body)
            case With():
                back = tail and parent.outs == stmt.results and not _named(stmt.results)
                self.block(stmt.body, back)

    def _return(self, block: Block, index: int, returns: bool) -> None:
        """Fold the value that a block gives, and the test of a `while`."""
        atom = block.outs[0]
        if not isinstance(atom, Value) or atom not in self.pending:
            return
        unit = self.pending[atom]
        if returns and _adjoint(atom) and not _converts(unit.stmt):
            return
        if all(_commute(unit, q) for q in self.pending.values() if q.index > unit.index):
            self._take(unit)

    def _swapped(self, block: Block) -> None:
        """Fold `b = a + b` into `a, b = b, a + b` where the old `b` is still needed."""
        for out in block.outs:
            unit = self.pending.get(out) if isinstance(out, Value) else None
            if unit is not None and not unit.impure:
                self._take(unit)

    # One statement

    def _step(self, stmt: Stmt, index: int, block: Block) -> None:
        """Let a statement consume what is pending, then make it pending or pass it."""
        if isinstance(stmt, Note):
            # An adjoint belongs to the statement that it was computed for.
            self.pending = {v: u for v, u in self.pending.items() if not _adjoint(v)}
            return
        operands = list(_operands(stmt))
        consumed = self._consume(operands, index, stmt)
        unit = self._unit(stmt, index, consumed)
        if unit is not None and self._candidate(unit, block):
            self.pending[unit.value] = unit
            return
        if unit is not None and isinstance(stmt, If | For):
            # Used twice, or too long: one statement, whose parts are all folded.
            self.plan.whole.add(unit.value)
            self.plan.units[unit.value] = unit
            consumed = [unit]
        self._pass(stmt, index, consumed)

    def _consume(self, operands: list[Atom], index: int, stmt: Stmt) -> list[Unit]:
        """Fold pending operands into a statement where their order allows it."""
        wanted: list[Unit] = []
        for a in operands:
            if isinstance(a, Value) and a in self.pending and self.pending[a] not in wanted:
                wanted.append(self.pending[a])
        if _returned_parts(stmt, self.uses):
            wanted = [u for u in wanted if not _adjoint(u.value) or _converts(u.stmt)]
        refused = self._too_wide(stmt, operands, wanted)
        for k, u in enumerate(wanted):
            for later in wanted[k + 1 :]:
                if later.index < u.index and not _commute(u, later):
                    refused.add(later.value)
        found = -1
        while len(refused) > found:  # what is refused stays before this statement
            found = len(refused)
            moving = {u.value for u in wanted} - refused
            for u in wanted:
                if any(
                    q.index > u.index and q.value not in moving and not _commute(u, q)
                    for q in self.pending.values()
                ):
                    refused.add(u.value)
        kept = [u for u in wanted if u.value not in refused]
        for u in kept:
            self._take(u)
        for u in wanted:
            if u.value in refused:
                self._demote(u.value)
        return kept

    def _too_wide(self, stmt: Stmt, operands: list[Atom], wanted: list[Unit]) -> set[Value]:
        """The generated parts that would make a line too long, the longest first."""
        refused: set[Value] = set()
        sizes = {u.value: u.size for u in wanted}
        size = _overhead(stmt) + sum(_length(a) for a in operands if a not in sizes)
        size += sum(sizes.values()) + sum(len(v.name) + 2 for v in defs_of(stmt))
        room = max(WIDTH - 4 * self.level, NARROWEST)  # a chain of `elif` nests without indent
        # A term that may keep the name of its sum comes first: it needs no name of its own.
        for u in sorted(wanted, key=lambda u: (u.value not in self.uses.summed, -u.size)):
            if size > room and not _nested(u.stmt, stmt):
                refused.add(u.value)
                size -= u.size - len(u.value.name)
        return refused

    def _take(self, unit: Unit) -> None:
        """Write a unit at its use."""
        self.pending.pop(unit.value, None)
        self.plan.inline[unit.value] = unit.stmt
        self.plan.units[unit.value] = unit

    def _demote(self, value: Value) -> None:
        """Keep a pending unit as a statement; what cannot pass it stays before it."""
        unit = self.pending.pop(value, None)
        if unit is None:
            return
        before = [q for q in self.pending.values() if q.index < unit.index]
        for q in before:
            if not _commute(q, unit):
                self._demote(q.value)

    def _candidate(self, unit: Unit, block: Block) -> bool:
        """Whether the value of a unit may be written at its use."""
        small = unit.size <= LONGEST and unit.depth <= DEPTH
        return small and self.uses.foldable(unit.value, block)

    def _pass(self, stmt: Stmt, index: int, consumed: list[Unit]) -> None:
        """Demote what is pending and cannot move past a statement."""
        names = {v.name for v in defs_of(stmt)}
        region = isinstance(stmt, If | For | While | With) and not (
            defs_of(stmt) and defs_of(stmt)[0] in self.plan.whole
        )
        for q in list(self.pending.values()):
            if q.value not in self.pending:
                continue
            if (
                region
                or index - q.index > REACH
                or q.impure
                or any(u.impure for u in consumed)
                or self._touches(stmt, q)
                or any(v.name in names for v in q.leaves)
            ):
                self._demote(q.value)

    def _touches(self, stmt: Stmt, q: Unit) -> bool:
        """Whether a statement may change what a pending unit reads."""
        match stmt:
            case Let(expr=expr):
                if in_place(expr) and isinstance(expr, Apply):
                    return self._class(expr.args[0]) in q.reads
                return not pure(expr) and bool(q.reads)
            case Write():
                return self.aliases.find(stmt.target) in q.reads
            case Push(stack=stack) | Pop(stack=stack):
                return stack in q.leaves
            case If() | For():
                return False
        return True

    def _class(self, arg: Atom | Star) -> object:
        return self.aliases.find(arg.atom if isinstance(arg, Star) else arg)

    # Units

    def _unit(self, stmt: Stmt, index: int, consumed: list[Unit]) -> Unit | None:
        """The unit that a statement would be: one value computed by one expression."""
        match stmt:
            case Let(targets=(value,), expr=expr, unpack=False):
                if isinstance(expr, Closure) and not expr.is_lambda:
                    return None
                tied = in_place(expr) and value not in self.uses.results
                if tied or (isinstance(expr, Apply) and _unpacks(expr)):
                    return None
                impure = not (pure(expr) or value in self.uses.results)
                return self._make(stmt, value, index, impure, list(_operands(stmt)))
            case If(results=(value,)) if stmt.form not in ("if", "try"):
                return self._choice(stmt, value, index)
            case For(results=(value,)) if stmt.form != "for":
                return self._comprehension(stmt, value, index)
        return None

    def _make(
        self, stmt: Stmt, value: Value, index: int, impure: bool, atoms: Iterable[Atom]
    ) -> Unit:
        """The summary of an expression over atoms, with what is folded into them."""
        reads: set[object] = set()
        leaves: dict[Value, None] = {}
        size, depth = _overhead(stmt), 0
        for a in atoms:
            unit = self.plan.units[a] if isinstance(a, Value) and a in self.plan.inline else None
            if unit is not None:
                impure |= unit.impure
                reads |= unit.reads
                leaves.update(dict.fromkeys(unit.leaves))
                size += unit.size
                depth = max(depth, unit.depth)
            else:
                size += _length(a)
                if isinstance(a, Value):
                    leaves[a] = None
                reads.add(self.aliases.find(a))
        reads.discard(None)
        return Unit(index, stmt, value, impure, frozenset(reads), tuple(leaves), size, depth + 1)

    def _choice(self, stmt: If, value: Value, index: int) -> Unit | None:
        """`a if c else b` and its kin, if both branches are single expressions."""
        for block in (stmt.then, stmt.orelse):
            if not all(self.plan.folded(s) for s in block.stmts):
                return None
            if isinstance(block.outs[0], Undef):
                return None
        atoms = (stmt.test, *stmt.then.outs, *stmt.orelse.outs)
        return self._make(stmt, value, index, False, dict.fromkeys(atoms))

    def _comprehension(self, stmt: For, value: Value, index: int) -> Unit | None:
        """A loop that does nothing but grow a list that starts empty."""
        start = stmt.inits[0] if len(stmt.inits) == 1 else None
        if not isinstance(start, Value):
            return None
        made = self.uses.empty_lists.get(start)
        if made is None or self.uses.count.get(start) != 1:
            return None
        found = comprehension(stmt, self.plan)
        if found is None:
            return None
        _, atoms, bound = found
        unit = self._make(stmt, value, index, False, atoms)
        leaves = tuple(v for v in unit.leaves if v not in bound)
        # The empty list is part of the display: its statement goes.
        empty = self._make(made, start, index, False, ())
        self.plan.inline[start], self.plan.units[start] = made, empty
        self.pending.pop(start, None)
        return replace(unit, leaves=leaves, size=unit.size + 12)


def _operands(stmt: Stmt) -> Iterator[Atom]:
    """The atoms that a statement reads where they may be written, in order of evaluation."""
    match stmt:
        case Let(expr=Apply() as expr):
            if isinstance(expr.fn, Value | Ref):
                yield expr.fn
            for a in expr.args:
                yield a.atom if isinstance(a, Star) else a
            for _, k in expr.kwargs:
                yield k
        case Let(expr=Raw(reads=reads)):
            yield from (a for _, a in reads)
        case Let(expr=Closure() as expr):
            yield from (a for _, a in (*expr.captures, *expr.defaults))
        case Let(expr=expr):
            yield expr  # type: ignore[misc]  # all other kinds are atoms
        case If(test=test):
            yield test
        case For():
            yield from iter_atoms(stmt.iter)
        case With(context=context):
            yield context
        case Write():
            yield from (stmt.value, stmt.target, stmt.key, *stmt.args)
        case Push():
            yield from (stmt.stack, stmt.value)
        case Pop(stack=stack):
            yield stack
        case Opaque(reads=reads):
            yield from (a for _, a in reads)


def _commute(a: Unit, b: Unit) -> bool:
    """Whether two units may be evaluated in either order."""
    if a.impure:
        return not b.impure and not b.reads
    return not b.impure or not a.reads


def _adjoint(value: Value) -> bool:
    return value.name.endswith(("_bar", "_dot"))


def _named(values: tuple[Value, ...]) -> bool:
    return any(v.user for v in values)


def _converts(stmt: Stmt) -> bool:
    """Whether a statement gives a gradient the type of its argument, and does no more."""
    match stmt:
        case Let(expr=Apply(fn=Ref(obj=fn))):
            return fn is float or getattr(fn, "__name__", "") == "as_gradient"
    return False


def _returned_parts(stmt: Stmt, uses: Uses) -> bool:
    """Whether a statement is the tuple of gradients that a function returns."""
    match stmt:
        case Let(targets=(t,), expr=Apply(fn=Ref(obj=prims.build_tuple))):
            return t in uses.returned
    return False


def _unpacks(expr: Apply) -> bool:
    return isinstance(expr.fn, Ref) and expr.fn.obj is prims.unpack_star


def _nested(inner: Stmt, outer: Stmt) -> bool:
    """Whether the user wrote one inside the other: its place in the source says so."""
    a, b = inner.origin, outer.origin
    if a is None or b is None or a == b or a.filename != b.filename:
        return False
    if isinstance(outer, Write):  # its place is that of the target, beside the value
        return a.line == b.line
    start, end = (b.line, b.col), (b.end_line, b.end_col)
    return start <= (a.line, a.col) and (a.end_line, a.end_col) <= end


def _overhead(stmt: Stmt) -> int:
    """About how much text an expression adds to that of its atoms (its callee is one)."""
    match stmt:
        case Let(expr=Apply(fn=Method(name=name), args=args)):
            return len(name) + 1 + 2 * len(args)
        case Let(expr=Apply(fn=Ref() as fn, args=args, kwargs=kwargs)):
            named = sum(3 + len(k or "*") for k, _ in kwargs)
            if fn.obj is slice:  # `a:b`: neither `slice` nor the missing parts are written
                return 2 - _length(fn) - 4 * sum(a == Const(None) for a in args)
            if fn.obj in (prims.build_tuple, prims.build_list):
                return 2 * len(args) - _length(fn)
            if is_syntax(fn.obj):  # ` + ` or `[]` in place of the name
                return 3 - _length(fn)
            return 2 * len(args) + named
    return 6


def _length(atom: object) -> int:
    """About how long an atom is when written."""
    match atom:
        case Value(name=name):
            return len(name)
        case Ref(text=text):
            return len(text)
        case Const(value=value):
            return min(len(repr(value)), WIDTH)
    return 4
