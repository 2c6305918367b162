"""Reading and rewriting the tree: uses, definitions, substitution, children."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from operator import is_
from typing import Any

from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Closure,
    Expr,
    For,
    If,
    Iter,
    Let,
    Note,
    Opaque,
    Pop,
    Push,
    Raw,
    Star,
    Stmt,
    Value,
    While,
    With,
    Write,
    fresh_key,
)  # fmt: skip


def atoms_of(expr: Expr) -> Iterator[Atom]:
    """The atoms that an expression reads."""
    match expr:
        case Apply(fn, args, kwargs):
            if not hasattr(fn, "name") or isinstance(fn, Value):
                yield fn
            for a in args:
                yield a.atom if isinstance(a, Star) else a
            for _, k in kwargs:
                yield k
        case Raw(_, reads):
            for _, a in reads:
                yield a
        case Closure():
            for _, a in (*expr.captures, *expr.defaults):
                yield a
        case _:
            yield expr


def iter_atoms(it: Iter) -> Iterator[Atom]:
    """The atoms that a loop's iterable reads."""
    yield from it.args
    for inner in it.inner:
        yield from iter_atoms(inner)


def iter_items(it: Iter) -> Iterator[Value]:
    """The values that a loop's iterable binds."""
    if it.item is not None:
        yield it.item
    for inner in it.inner:
        yield from iter_items(inner)


def own_atoms(stmt: Stmt) -> Iterator[Atom]:
    """The atoms that a statement itself reads, not those of its blocks."""
    match stmt:
        case Let():
            yield from atoms_of(stmt.expr)
        case If():
            yield stmt.test
        case For():
            yield from iter_atoms(stmt.iter)
            yield from stmt.inits
        case While():
            yield from stmt.inits
        case With():
            yield stmt.context
        case Opaque():
            for _, a in stmt.reads:
                yield a
        case Write():
            yield from (stmt.target, stmt.key, stmt.value, *stmt.args)
        case Push():
            yield from (stmt.stack, stmt.value)
        case Pop():
            yield stmt.stack
        case Note():
            pass


def defs_of(stmt: Stmt) -> tuple[Value, ...]:
    """The values that a statement binds in its own block."""
    match stmt:
        case Let():
            return stmt.targets
        case If() | For() | While():
            return stmt.results
        case With():
            return stmt.results
        case Opaque():
            return tuple(v for _, v in stmt.writes)
        case Pop():
            return (stmt.target,)
        case _:
            return ()


def blocks_of(stmt: Stmt) -> tuple[Block, ...]:
    """The blocks of a statement, in the order of execution."""
    match stmt:
        case If():
            return stmt.then, stmt.orelse
        case For() | With():
            return (stmt.body,)
        case While():
            return stmt.head, stmt.body
        case _:
            return ()


def inner_defs(stmt: Stmt) -> tuple[Value, ...]:
    """The values that a statement binds at the head of its blocks (items, params, target)."""
    match stmt:
        case For():
            return (*iter_items(stmt.iter), *stmt.params)
        case While():
            return stmt.params
        case With():
            return (stmt.target,) if stmt.target else ()
        case _:
            return ()


def with_blocks(stmt: Stmt, blocks: tuple[Block, ...]) -> Stmt:
    """The same statement around other blocks."""
    match stmt:
        case If():
            return replace(stmt, then=blocks[0], orelse=blocks[1])
        case For() | With():
            return replace(stmt, body=blocks[0])
        case While():
            return replace(stmt, head=blocks[0], body=blocks[1])
        case _:
            return stmt


def statements(block: Block) -> Iterator[Stmt]:
    """Every statement below a block, parents first."""
    for stmt in block.stmts:
        yield stmt
        for inner in blocks_of(stmt):
            yield from statements(inner)


def all_atoms(block: Block) -> Iterator[Atom]:
    """Every atom read below a block, outs included."""
    for stmt in block.stmts:
        yield from own_atoms(stmt)
        for inner in blocks_of(stmt):
            yield from all_atoms(inner)
    yield from block.outs


def all_defs(block: Block) -> Iterator[Value]:
    """Every value bound below a block."""
    for stmt in statements(block):
        yield from defs_of(stmt)
        yield from inner_defs(stmt)


def free_values(block: Block) -> dict[Value, None]:
    """The values read below a block that it does not bind, in order of first use."""
    bound = set(all_defs(block))
    return {a: None for a in all_atoms(block) if isinstance(a, Value) and a not in bound}


AtomMap = Callable[[Any], Any]


def map_expr(expr: Expr, f: AtomMap) -> Expr:
    """The expression with `f` applied to its atoms; itself where that changes none."""
    match expr:
        case Apply(fn, args, kwargs):
            new_fn = f(fn) if isinstance(fn, Value) else fn
            new_args = tuple([_starred(a, f) if isinstance(a, Star) else f(a) for a in args])
            new_kwargs = tuple([(k, f(a)) for k, a in kwargs]) if kwargs else kwargs
            same = new_fn is fn and all(map(is_, new_args, args))
            if same and all(p is q for (_, p), (_, q) in zip(new_kwargs, kwargs, strict=True)):
                return expr  # most often: then no copy
            return Apply(new_fn, new_args, new_kwargs)
        case Raw(node, reads):
            return Raw(node, tuple((n, f(a)) for n, a in reads))
        case Closure():
            return replace(
                expr,
                captures=tuple((n, f(a)) for n, a in expr.captures),
                defaults=tuple((n, f(a)) for n, a in expr.defaults),
            )
        case _:
            return f(expr)  # type: ignore[no-any-return]


def _starred(arg: Star, f: AtomMap) -> Star:
    atom = f(arg.atom)
    return arg if atom is arg.atom else Star(atom)


def map_iter(it: Iter, f: AtomMap, bind: AtomMap = lambda v: v) -> Iter:
    """The iterable with `f` applied to its atoms and `bind` to the items that it binds."""
    return Iter(
        it.kind, tuple(f(a) for a in it.args), tuple(map_iter(i, f, bind) for i in it.inner),
        None if it.item is None else bind(it.item),
    )  # fmt: skip


def map_stmt(stmt: Stmt, f: AtomMap, block: Callable[[Block], Block] | None = None) -> Stmt:
    """The statement with `f` on the atoms that it reads and `block` on its blocks."""
    go = block or (lambda b: map_block(b, f))
    match stmt:
        case Let():
            expr = map_expr(stmt.expr, f)
            return stmt if expr is stmt.expr else Let(stmt.targets, expr, stmt.origin, stmt.unpack)
        case If():
            return replace(stmt, test=f(stmt.test), then=go(stmt.then), orelse=go(stmt.orelse))
        case For():
            inits = tuple(f(a) for a in stmt.inits)
            return replace(stmt, iter=map_iter(stmt.iter, f), inits=inits, body=go(stmt.body))
        case While():
            inits = tuple(f(a) for a in stmt.inits)
            return replace(stmt, head=go(stmt.head), inits=inits, body=go(stmt.body))
        case With():
            return replace(stmt, context=f(stmt.context), body=go(stmt.body))
        case Opaque():
            return replace(stmt, reads=tuple((n, f(a)) for n, a in stmt.reads))
        case Write():
            return replace(
                stmt, target=f(stmt.target), key=f(stmt.key), value=f(stmt.value),
                args=tuple(f(a) for a in stmt.args),
            )  # fmt: skip
        case Push():
            return replace(stmt, stack=f(stmt.stack), value=f(stmt.value))
        case Pop():
            return replace(stmt, stack=f(stmt.stack))
        case _:
            return stmt


def map_block(block: Block, f: AtomMap) -> Block:
    """The block with `f` on every atom that is read in it."""
    stmts = tuple(map_stmt(s, f) for s in block.stmts)
    return replace(block, stmts=stmts, outs=tuple(f(a) for a in block.outs))


def substitute(block: Block, table: Mapping[Value, Atom]) -> Block:
    """The block with values replaced by atoms."""

    def swap(a: Any) -> Any:
        return table.get(a, a) if isinstance(a, Value) else a

    return map_block(block, swap) if table else block


def clone(block: Block, table: dict[Value, Atom]) -> Block:
    """A copy with new values for all that the block binds; `table` collects old to new."""

    def bind(v: Value) -> Value:
        new = Value(v.name, v.user)
        table[v] = new
        return new

    def use(a: Any) -> Any:
        return table.get(a, a) if isinstance(a, Value) else a

    def run(b: Block) -> Block:
        stmts = []
        for stmt in b.stmts:
            stmts.append(_clone_stmt(stmt, bind, use, run))
        outs = tuple(use(a) for a in b.outs)
        return replace(b, stmts=tuple(stmts), outs=outs, key=fresh_key())

    return run(block)


def _clone_stmt(stmt: Stmt, bind: AtomMap, use: AtomMap, run: Callable[[Block], Block]) -> Stmt:
    """One statement of `clone`: heads bind before blocks, results after them."""
    match stmt:
        case Let():
            expr = map_expr(stmt.expr, use)
            return replace(stmt, targets=tuple(bind(v) for v in stmt.targets), expr=expr)
        case For():
            it = map_iter(stmt.iter, use, bind)
            inits = tuple(use(a) for a in stmt.inits)
            params = tuple(bind(v) for v in stmt.params)
            body = run(stmt.body)
            results = tuple(bind(v) for v in stmt.results)
            return replace(
                stmt, iter=it, inits=inits, params=params, body=body, results=results
            )
        case While():
            inits = tuple(use(a) for a in stmt.inits)
            params = tuple(bind(v) for v in stmt.params)
            head, body = run(stmt.head), run(stmt.body)
            results = tuple(bind(v) for v in stmt.results)
            return replace(
                stmt, inits=inits, params=params, head=head, body=body, results=results
            )
        case With():
            context = use(stmt.context)
            target = bind(stmt.target) if stmt.target else None
            body = run(stmt.body)
            results = tuple(bind(v) for v in stmt.results)
            return replace(stmt, context=context, target=target, body=body, results=results)
        case If():
            test = use(stmt.test)
            then, orelse = run(stmt.then), run(stmt.orelse)
            results = tuple(bind(v) for v in stmt.results)
            return replace(stmt, test=test, then=then, orelse=orelse, results=results)
        case Opaque():
            reads = tuple((n, use(a)) for n, a in stmt.reads)
            return replace(stmt, reads=reads, writes=tuple((n, bind(v)) for n, v in stmt.writes))
        case Pop():
            return replace(stmt, stack=use(stmt.stack), target=bind(stmt.target))
        case _:
            return map_stmt(stmt, use, run)
