"""Removes what nothing needs: dead statements, dead carried values, carried constants.

>>> from s2s.ir.dump import dump
>>> from s2s.frontend.lower import lower
>>> def f(x):
...     unused = 1.0
...     for i in range(3):
...         x = x * 2
...     return x
>>> print(dump(lower(f)))
f(x):
    unused = 1.0
    for i in range(3) carrying x_1 (x, x_2):
        x_2 = mul(x_1, 2)
    -> x_3
>>> print(dump(sweep(lower(f), pure=lambda expr: True)))
f(x):
    for i in range(3) carrying x_1 (x, x_2):
        x_2 = mul(x_1, 2)
    -> x_3

Without `pure` only bookkeeping goes (values carried or joined for nothing); statements stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from s2s.ir import prims
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    Expr,
    For,
    Function,
    If,
    Let,
    Note,
    Ref,
    Star,
    Stmt,
    Undef,
    Value,
    While,
    With,
)  # fmt: skip
from s2s.ir.record import replace
from s2s.ir.walk import (
    atoms_of,
    blocks_of,
    defs_of,
    iter_atoms,
    iter_items,
    map_block,
    own_atoms,
    statements,
    with_body,
    with_stmts,
)  # fmt: skip

Purity = Callable[[Expr], bool]
Node = Value | int  # a value, or the id of a compound statement: "this must run"


def sweep(function: Function, pure: Purity | None = None) -> Function:
    """The function without what its result and its effects do not need."""
    body = sweep_block(_drop_invariants(function.body), pure)
    return with_body(function, body)


def sweep_block(
    block: Block, pure: Purity | None = None, keep: Iterable[Atom] = ()
) -> Block:
    """The block without what its outs, its effects and `keep` do not need."""
    marks = _Marks(pure)
    marks.block(block, None)
    marks.need(block.outs)
    marks.need(keep)
    live = marks.run()
    return _rebuild(block, live, pure)


def _never_raises(stmt: Stmt) -> bool:
    """Whether a statement names something, or puts values together."""
    if not isinstance(stmt, Let) or stmt.unpack:
        return False
    if not isinstance(stmt.expr, Apply):
        return isinstance(stmt.expr, Value | Const)
    fn = stmt.expr.fn
    made = isinstance(fn, Ref) and any(fn.obj is f for f in (slice, prims.build_tuple))
    return made and not any(isinstance(a, Star) for a in stmt.expr.args)


class _Marks:
    """Which node needs which, and the ones needed from the start."""

    def __init__(self, pure: Purity | None) -> None:
        self.pure = pure
        self.deps: dict[Node, list[Node]] = {}
        self.roots: list[Node] = []

    def need(self, atoms: Iterable[Atom]) -> None:
        """Atoms that are needed in any case."""
        self.roots += [a for a in atoms if isinstance(a, Value)]

    def link(self, node: Node, atoms: Iterable[Atom], parent: Node | None) -> None:
        """`node` needs the atoms and that its parent statement runs."""
        wanted: list[Node] = [a for a in atoms if type(a) is Value]
        if parent is not None:
            wanted.append(parent)
        known = self.deps.setdefault(node, wanted)
        if known is not wanted:
            known += wanted

    def block(self, block: Block, parent: Node | None) -> bool:
        """Record the needs of all statements of a block; whether one may leave the loop."""
        leaving = False
        for stmt in block.stmts:
            leaving |= self.stmt(stmt, parent)
        return leaving

    def stmt(self, stmt: Stmt, parent: Node | None) -> bool:
        """Record the needs of one statement; whether it may leave the loop around it."""
        me = id(stmt)
        if isinstance(stmt, Let):
            targets = stmt.targets
            if self.pure is not None and targets and self.pure(stmt.expr):
                for t in targets:
                    self.link(t, atoms_of(stmt.expr), parent)
            else:
                self.link(me, atoms_of(stmt.expr), parent)
                self.roots.append(me)
                for t in targets:
                    self.link(t, (), me)
            return False
        match stmt:
            case If():
                self.link(me, (stmt.test,), parent)
                for r, a, b in zip(
                    stmt.results, stmt.then.outs, stmt.orelse.outs, strict=True
                ):
                    self.link(r, (a, b), me)
                leaving = self._inside(stmt, me, parent)
                if stmt.form == "try":  # what raises decides which path is taken
                    for s in statements(stmt.then):
                        if not _never_raises(s):
                            self.deps.setdefault(me, []).extend((id(s), *defs_of(s)))
                return leaving
            case For():
                self.link(me, iter_atoms(stmt.iter), parent)
                for item in iter_items(stmt.iter):
                    self.link(item, (), me)
                self._carried(stmt, me)
                self._inside(stmt, me, None)
            case While():
                self.link(me, stmt.head.outs, parent)
                self._carried(stmt, me)
                self._inside(stmt, me, None)
            case With():
                self.link(me, (stmt.context,), parent)
                self.roots.append(me)
                for r, a in zip(stmt.results, stmt.body.outs, strict=True):
                    self.link(r, (a,), me)
                return self._inside(stmt, me, parent)
            case _:
                self.link(me, own_atoms(stmt), parent)
                if not isinstance(stmt, Note):
                    self.roots.append(me)
                for v in defs_of(stmt):
                    self.link(v, (), me)
        return False

    def _carried(self, stmt: For | While, me: Node) -> None:
        for p, init, out, r in zip(
            stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=True
        ):
            self.link(p, (init, out), me)
            self.link(r, (p,), me)

    def _inside(self, stmt: Stmt, me: Node, parent: Node | None) -> bool:
        if self.pure is None:
            self.roots.append(me)
        leaving = False
        for block in blocks_of(stmt):
            leaving |= self.block(block, me)
            leaving |= isinstance(stmt, If) and block.exit is not None
        if parent is not None and leaving:
            self.deps.setdefault(parent, []).append(me)  # the loop must still be left
        return leaving

    def run(self) -> set[Node]:
        """All nodes that the roots reach."""
        live: set[Node] = set()
        todo = list(self.roots)
        while todo:
            node = todo.pop()
            if node not in live:
                live.add(node)
                if node in self.deps:
                    todo += self.deps[node]
        return live


def leaves(stmt: Stmt) -> bool:
    """Whether a statement may leave the loop around it."""
    if isinstance(stmt, If):
        return any(b.exit or any(leaves(s) for s in b.stmts) for b in (stmt.then, stmt.orelse))
    return isinstance(stmt, With) and any(leaves(s) for s in stmt.body.stmts)


def _rebuild(block: Block, live: set[Node], pure: Purity | None) -> Block:
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        if isinstance(stmt, Let):
            if id(stmt) in live or not live.isdisjoint(stmt.targets):
                stmts.append(stmt)
        elif isinstance(stmt, If | For | While | With):
            if id(stmt) in live:
                stmts.append(_compound(stmt, live, pure))
        else:
            stmts.append(stmt)
    return with_stmts(block, stmts)


def _compound(
    stmt: If | For | While | With, live: set[Node], pure: Purity | None
) -> Stmt:
    """A compound statement with its dead results and carried values removed."""

    def pick(keep: list[bool], atoms: tuple[Atom, ...]) -> tuple[Atom, ...]:
        return tuple(a for a, k in zip(atoms, keep, strict=True) if k)

    def inner(block: Block, keep: list[bool]) -> Block:
        kept = _rebuild(block, live, pure)
        return with_stmts(block, kept.stmts, pick(keep, block.outs))

    match stmt:
        case If():
            keep = [r in live for r in stmt.results]
            then, orelse = inner(stmt.then, keep), inner(stmt.orelse, keep)
            if then is stmt.then and orelse is stmt.orelse and all(keep):
                return stmt
            results = tuple(r for r in stmt.results if r in live)
            return If(stmt.test, then, orelse, results, stmt.origin, stmt.form)
        case With():
            keep = [r in live for r in stmt.results]
            results = tuple(r for r in stmt.results if r in live)
            return replace(stmt, body=inner(stmt.body, keep), results=results)
    keep = [p in live or r in live for p, r in zip(stmt.params, stmt.results, strict=True)]
    params = tuple(p for p, k in zip(stmt.params, keep, strict=True) if k)
    results = tuple(r for r, k in zip(stmt.results, keep, strict=True) if k)
    inits, body = pick(keep, stmt.inits), inner(stmt.body, keep)
    same = body is stmt.body and all(keep)
    if isinstance(stmt, While):
        head = _rebuild(stmt.head, live, pure)
        if same and head is stmt.head:
            return stmt
        return While(head, params, inits, body, results, stmt.origin)
    if same:
        return stmt
    return For(stmt.iter, params, inits, body, results, stmt.origin, stmt.form)


def _drop_invariants(block: Block) -> Block:
    """Values that a loop carries or a choice joins without changing them become the value."""
    while True:
        table: dict[Value, Atom] = {}
        for stmt in statements(block):
            if isinstance(stmt, For | While):
                for p, init, out, r in zip(
                    stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=True
                ):
                    if out is p and not isinstance(init, Undef) and p not in table:
                        table[p] = table[r] = init
            elif isinstance(stmt, If):
                for r, a, b in zip(
                    stmt.results, stmt.then.outs, stmt.orelse.outs, strict=True
                ):
                    if (a is b or a == b) and not isinstance(a, Undef) and isinstance(a, Value):
                        table[r] = a
        if not table:
            return block

        def swap(a: Atom, table: dict[Value, Atom] = table) -> Atom:
            while isinstance(a, Value) and a in table:
                a = table[a]
            return a

        block = _without(map_block(block, swap), table)


def _without(block: Block, table: dict[Value, Atom]) -> Block:
    """The block without the carried values and results that `table` replaces."""
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        match stmt:
            case For() | While():
                keep = [p not in table for p in stmt.params]

                def pick(xs: tuple, keep: list[bool] = keep) -> tuple:  # type: ignore[type-arg]
                    return tuple(x for x, k in zip(xs, keep, strict=True) if k)

                body = _without(stmt.body, table)
                body = replace(body, outs=pick(body.outs))
                new = replace(
                    stmt, params=pick(stmt.params), inits=pick(stmt.inits), body=body,
                    results=pick(stmt.results),
                )  # fmt: skip
                if isinstance(new, While):
                    new = replace(new, head=_without(new.head, table))
                stmts.append(new)
            case If():
                gone = [r in table for r in stmt.results]
                then, orelse = (
                    replace(
                        _without(b, table),
                        outs=tuple(o for o, g in zip(b.outs, gone, strict=True) if not g),
                    )
                    for b in (stmt.then, stmt.orelse)
                )
                results = tuple(r for r in stmt.results if r not in table)
                stmts.append(replace(stmt, then=then, orelse=orelse, results=results))
            case With():
                stmts.append(replace(stmt, body=_without(stmt.body, table)))
            case _:
                stmts.append(stmt)
    return with_stmts(block, stmts)
