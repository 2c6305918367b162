"""Reading and rewriting the tree: uses, definitions, substitution, children."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import is_
from typing import Any

from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Closure,
    Expr,
    For,
    Function,
    If,
    Iter,
    Let,
    Method,
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
from s2s.ir.record import replace


def atoms_of(expr: Expr) -> tuple[Atom, ...]:
    """The atoms that an expression reads."""
    if type(expr) is Apply:
        try:
            return expr._atoms
        except AttributeError:  # asked for the first time
            atoms = _atoms(expr)
            object.__setattr__(expr, "_atoms", atoms)
            return atoms
    if isinstance(expr, Raw):
        return tuple([a for _, a in expr.reads])
    if isinstance(expr, Closure):
        return tuple([a for _, a in (*expr.captures, *expr.defaults)])
    return (expr,)  # type: ignore[return-value]  # all other kinds are atoms


def _atoms(expr: Apply) -> tuple[Atom, ...]:
    fn = expr.fn
    callee = () if isinstance(fn, Method) else (fn,)
    args = [a.atom if isinstance(a, Star) else a for a in expr.args]
    return (*callee, *args, *[k for _, k in expr.kwargs])


def iter_atoms(it: Iter) -> tuple[Atom, ...]:
    """The atoms that a loop's iterable reads."""
    return (*it.args, *[a for inner in it.inner for a in iter_atoms(inner)])


def iter_items(it: Iter) -> tuple[Value, ...]:
    """The values that a loop's iterable binds."""
    own = () if it.item is None else (it.item,)
    return (*own, *[v for inner in it.inner for v in iter_items(inner)])


def own_atoms(stmt: Stmt) -> tuple[Atom, ...]:
    """The atoms that a statement itself reads, not those of its blocks."""
    if isinstance(stmt, Let):  # most statements are
        return atoms_of(stmt.expr)
    match stmt:
        case If():
            return (stmt.test,)
        case For():
            return (*iter_atoms(stmt.iter), *stmt.inits)
        case While():
            return stmt.inits
        case With():
            return (stmt.context,)
        case Opaque():
            return tuple([a for _, a in stmt.reads])
        case Write():
            return (stmt.target, stmt.key, stmt.value, *stmt.args)
        case Push():
            return (stmt.stack, stmt.value)
        case Pop():
            return (stmt.stack,)
    return ()


def defs_of(stmt: Stmt) -> tuple[Value, ...]:
    """The values that a statement binds in its own block."""
    if isinstance(stmt, Let):
        return stmt.targets
    match stmt:
        case If() | For() | While() | With():
            return stmt.results
        case Opaque():
            return tuple(v for _, v in stmt.writes)
        case Pop():
            return (stmt.target,)
        case _:
            return ()


def blocks_of(stmt: Stmt) -> tuple[Block, ...]:
    """The blocks of a statement, in the order of execution."""
    if isinstance(stmt, Let):
        return ()
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
    if all(map(is_, blocks, blocks_of(stmt))):
        return stmt
    match stmt:
        case If():
            then, orelse = blocks
            return If(stmt.test, then, orelse, stmt.results, stmt.origin, stmt.form)
        case For():
            body = blocks[0]
            return For(
                stmt.iter, stmt.params, stmt.inits, body, stmt.results, stmt.origin, stmt.form
            )
        case While():
            head, body = blocks
            return While(head, stmt.params, stmt.inits, body, stmt.results, stmt.origin)
        case With():
            return replace(stmt, body=blocks[0])
        case _:
            return stmt


def statements(block: Block) -> tuple[Stmt, ...]:
    """Every statement below a block, parents first."""
    try:
        return block._below
    except AttributeError:  # asked for the first time
        found: list[Stmt] = []
        _statements(block, found)
        below = tuple(found)
        object.__setattr__(block, "_below", below)
        return below


def _statements(block: Block, found: list[Stmt]) -> None:
    for stmt in block.stmts:
        found.append(stmt)
        if not isinstance(stmt, Let):
            for inner in blocks_of(stmt):
                _statements(inner, found)


def all_atoms(block: Block) -> list[Atom]:
    """Every atom read below a block, outs included."""
    found: list[Atom] = []
    _all_atoms(block, found)
    return found


def _all_atoms(block: Block, found: list[Atom]) -> None:
    for stmt in block.stmts:
        found += own_atoms(stmt)
        if not isinstance(stmt, Let):
            for inner in blocks_of(stmt):
                _all_atoms(inner, found)
    found += block.outs


def all_defs(block: Block) -> list[Value]:
    """Every value bound below a block."""
    found: list[Value] = []
    for stmt in statements(block):
        found += defs_of(stmt)
        if not isinstance(stmt, Let):
            found += inner_defs(stmt)
    return found


def free_values(block: Block) -> dict[Value, None]:
    """The values read below a block that it does not bind, in order of first use."""
    bound = set(all_defs(block))
    return {a: None for a in all_atoms(block) if isinstance(a, Value) and a not in bound}


AtomMap = Callable[[Any], Any]


def map_expr(expr: Expr, f: AtomMap) -> Expr:
    """The expression with `f` applied to its atoms; itself where that changes none."""
    if type(expr) is Apply:
        fn, args, kwargs = expr.fn, expr.args, expr.kwargs
        new_fn = f(fn) if isinstance(fn, Value) else fn
        new_args = [_starred(a, f) if isinstance(a, Star) else f(a) for a in args]
        same = new_fn is fn and all(map(is_, new_args, args))
        if not kwargs:
            return expr if same else Apply(new_fn, tuple(new_args))
        new_kwargs = [(k, f(a)) for k, a in kwargs]
        if same and all(p is q for (_, p), (_, q) in zip(new_kwargs, kwargs, strict=True)):
            return expr  # most often: then no copy
        return Apply(new_fn, tuple(new_args), tuple(new_kwargs))
    match expr:
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
    args = tuple([f(a) for a in it.args])
    inner = tuple([map_iter(i, f, bind) for i in it.inner])
    item = None if it.item is None else bind(it.item)
    same = item is it.item and all(map(is_, args, it.args)) and all(map(is_, inner, it.inner))
    return it if same else Iter(it.kind, args, inner, item)


def map_stmt(stmt: Stmt, f: AtomMap, block: Callable[[Block], Block] | None = None) -> Stmt:
    """The statement with `f` on the atoms that it reads and `block` on its blocks."""
    if isinstance(stmt, Let):
        return with_expr(stmt, map_expr(stmt.expr, f))
    go = block or (lambda b: map_block(b, f))
    match stmt:
        case If():
            test, then, orelse = f(stmt.test), go(stmt.then), go(stmt.orelse)
            if test is stmt.test and then is stmt.then and orelse is stmt.orelse:
                return stmt
            return If(test, then, orelse, stmt.results, stmt.origin, stmt.form)
        case For():
            inits, it = tuple([f(a) for a in stmt.inits]), map_iter(stmt.iter, f)
            body = go(stmt.body)
            if body is stmt.body and it is stmt.iter and all(map(is_, inits, stmt.inits)):
                return stmt
            return For(it, stmt.params, inits, body, stmt.results, stmt.origin, stmt.form)
        case While():
            inits, head = tuple([f(a) for a in stmt.inits]), go(stmt.head)
            body = go(stmt.body)
            if body is stmt.body and head is stmt.head and all(map(is_, inits, stmt.inits)):
                return stmt
            return While(head, stmt.params, inits, body, stmt.results, stmt.origin)
        case With():
            return replace(stmt, context=f(stmt.context), body=go(stmt.body))
        case Opaque():
            return replace(stmt, reads=tuple([(n, f(a)) for n, a in stmt.reads]))
        case Write():
            target, key, value = f(stmt.target), f(stmt.key), f(stmt.value)
            args = tuple([f(a) for a in stmt.args])
            return Write(stmt.kind, target, key, value, stmt.origin, args, stmt.op)
        case Push():
            stack, value = f(stmt.stack), f(stmt.value)
            same = stack is stmt.stack and value is stmt.value
            return stmt if same else Push(stack, value, stmt.origin)
        case Pop():
            stack = f(stmt.stack)
            return stmt if stack is stmt.stack else Pop(stmt.target, stack, stmt.origin)
        case _:
            return stmt


def map_block(block: Block, f: AtomMap) -> Block:
    """The block with `f` on every atom that is read in it."""
    return with_stmts(block, [map_stmt(s, f) for s in block.stmts], map(f, block.outs))


def with_expr(stmt: Let, expr: Expr) -> Let:
    """The same statement about another expression."""
    return stmt if expr is stmt.expr else Let(stmt.targets, expr, stmt.origin, stmt.unpack)


def with_stmts(
    block: Block, stmts: Iterable[Stmt], outs: Iterable[Atom] | None = None
) -> Block:
    """The same block around other statements, with other outs if they are given."""
    new = tuple(stmts)
    outs = block.outs if outs is None else tuple(outs)
    if len(new) == len(block.stmts) and len(outs) == len(block.outs):
        if all(map(is_, new, block.stmts)) and all(map(is_, outs, block.outs)):
            return block  # with what was found out about it
    return Block(new, outs, block.exit, block.key, block.mirror)


def with_body(function: Function, body: Block) -> Function:
    """The same function with another body."""
    return function if body is function.body else replace(function, body=body)


def substitute(block: Block, table: Mapping[Value, Atom]) -> Block:
    """The block with values replaced by atoms."""

    def swap(a: Any) -> Any:
        return table.get(a, a) if isinstance(a, Value) else a

    return map_block(block, swap) if table else block


class Replaced:
    """The values that others stand for now: what a walk that replaces some of them begins with."""

    def __init__(self) -> None:
        self.table: dict[Value, Atom] = {}

    def swap(self, atom: Any) -> Any:
        """What stands for an atom now."""
        table = self.table
        while isinstance(atom, Value) and atom in table:
            atom = table[atom]
        return atom


def clone(block: Block, table: dict[Value, Atom]) -> Block:
    """A copy with new values for all that the block binds; `table` collects old to new."""

    def bind(v: Value) -> Value:
        new = Value(v.name, v.user)
        table[v] = new
        return new

    def use(a: Any) -> Any:
        return table.get(a, a) if isinstance(a, Value) else a

    def run(b: Block) -> Block:
        stmts = tuple([_clone_stmt(stmt, bind, use, run) for stmt in b.stmts])
        return Block(stmts, tuple([use(a) for a in b.outs]), b.exit, fresh_key(), b.mirror)

    return run(block)


def _clone_stmt(stmt: Stmt, bind: AtomMap, use: AtomMap, run: Callable[[Block], Block]) -> Stmt:
    """One statement of `clone`: heads bind before blocks, results after them."""
    match stmt:
        case Let():
            expr = map_expr(stmt.expr, use)
            return Let(tuple([bind(v) for v in stmt.targets]), expr, stmt.origin, stmt.unpack)
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
