"""What a `try` around active code needs: which path was taken, and saves that are whole.

    try:                           try:
        y = f(x)                       y = f(x)
    except ValueError:                 went_well = True
        y = x                          y_saved.append(y)
                                   except ValueError:
                                       y, went_well = x, False
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from dataclasses import replace

from s2s.analysis.lists import changed_list
from s2s.errors import NoRule, Unsound, Unsupported
from s2s.ir import prims
from s2s.ir.effects import fresh, in_place, is_append, pure
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Let,
    Note,
    Opaque,
    Pop,
    Push,
    Ref,
    Stmt,
    Undef,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.walk import (
    all_defs,
    atoms_of,
    blocks_of,
    iter_atoms,
    iter_items,
    statements,
    with_blocks,
)  # fmt: skip
from s2s.transform.late import is_late, late


def with_refusals(functions: list[Function]) -> list[Function]:
    """The functions of a derivative with handlers that let refusals of s2s pass.

    A function that is only known at run time is compiled in the middle of the program: where that
    is refused, a handler of the user's must not take it for an exception of the function.
    """
    if not any(calls_late(f.body) for f in functions):
        return functions
    return [replace(f, body=_passing(f.body)) for f in functions]


def calls_late(block: Block) -> bool:
    """Whether a block calls a function that is only known at run time."""
    return any(
        isinstance(s, Let) and isinstance(s.expr, Apply) and isinstance(s.expr.fn, Ref)
        and is_late(s.expr.fn.obj)
        for s in statements(block)
    )  # fmt: skip


def _passing(block: Block) -> Block:
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        stmt = with_blocks(stmt, tuple(map(_passing, blocks_of(stmt))))
        if isinstance(stmt, If) and stmt.form == "try" and _may_catch(stmt.test):
            first = Let((), Apply(late("pass_refusals")), stmt.origin)
            inner = stmt.orelse.stmts
            named = bool(inner) and isinstance(inner[0], Let) and isinstance(inner[0].expr, Apply)
            count = int(named and inner[0].expr.fn == _CAUGHT)  # type: ignore[union-attr]
            orelse = replace(stmt.orelse, stmts=(*inner[:count], first, *inner[count:]))
            stmt = replace(stmt, orelse=orelse)
        stmts.append(stmt)
    return replace(block, stmts=tuple(stmts))


def _may_catch(kinds: Atom) -> bool:
    """Whether handlers of these classes of exceptions get the refusals of s2s."""
    obj = kinds.obj if isinstance(kinds, Ref) else None
    if isinstance(obj, type):
        return any(issubclass(k, obj) for k in (Unsupported, Unsound, NoRule))
    return True


_CAUGHT = Ref("caught", prims.caught)


def check_tries(function: Function) -> None:
    """Refuse a `try` whose body changes something before it may raise.

    Raises
    ------
    Unsound
        Where the program goes on after the exception with what was changed or was not.
    """
    for stmt in statements(function.body):
        if not isinstance(stmt, If) or stmt.form != "try" or _raises(stmt.orelse):
            continue
        own, late = _made_here(stmt.then), _last(stmt.then)
        for s in statements(stmt.then):
            target = s.target if isinstance(s, Write) else changed_list(s)
            if isinstance(target, Value) and target not in own and not any(s is k for k in late):
                raise Unsound(
                    f"`{target.name}` is changed in the body of a `try`, which may raise after it,"
                    " and the program goes on then",
                    origin=s.origin,
                    advice=("compute in the `try`, and write after it",
                            "or write in the last statement of its body"),
                )  # fmt: skip


def _made_here(block: Block) -> set[Value]:
    """What a block makes: neither what was there before nor a view of it, whatever its name."""
    own = set(all_defs(block))

    def ours(atom: object) -> bool:
        return atom in own or isinstance(atom, Const | Undef)

    while True:
        before = len(own)
        for stmt in statements(block):
            for value, sources in _sources(stmt):
                if not all(map(ours, sources)):
                    own.discard(value)
        if len(own) == before:
            return own


_GETITEM = Ref("getitem", operator.getitem)


def _sources(stmt: Stmt) -> Iterator[tuple[Value, Iterable[object]]]:
    """The values that a statement binds, each with what it may be, or be a view of."""
    unseen = (Ref("outside", None),)
    match stmt:
        case Let(targets=targets, expr=expr):
            if not fresh(expr):
                known: Iterable[object] = unseen
                if pure(expr) or in_place(expr):
                    known = [a for a in atoms_of(expr) if not isinstance(a, Ref) or a.live]
                    if isinstance(expr, Apply) and expr.fn == _GETITEM:
                        known = known[:1]
                yield from ((t, known or unseen) for t in targets)
        case If() | With():
            rows = zip(stmt.results, *(b.outs for b in blocks_of(stmt)), strict=True)
            yield from ((r, outs) for r, *outs in rows)
            if isinstance(stmt, With) and stmt.target is not None:
                yield stmt.target, unseen
        case For() | While():
            four = zip(stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=True)
            for p, init, out, r in four:
                yield from ((p, (init, out)), (r, (init, out)))
            if isinstance(stmt, For):
                atoms = [a for a in iter_atoms(stmt.iter) if isinstance(a, Value)]
                yield from ((v, atoms or unseen) for v in iter_items(stmt.iter))
        case Pop(target=target, stack=stack):
            yield target, (stack,)
        case Push(stack=stack, value=value):
            yield stack, (stack, value)
        case Opaque(writes=writes):
            yield from ((v, unseen) for _, v in writes)


def _last(block: Block) -> list[Stmt]:
    """The statements after which nothing can raise."""
    found: list[Stmt] = []
    for stmt in reversed(block.stmts):
        found.append(stmt)
        if isinstance(stmt, If) and stmt.form != "try":
            return [*found, *_last(stmt.then), *_last(stmt.orelse)]
        if not _never_raises(stmt):
            break
    return found


def _never_raises(stmt: Stmt) -> bool:
    """Whether a statement gives a name, or puts something on a list."""
    if not isinstance(stmt, Let):
        return isinstance(stmt, Note | Push)
    append = isinstance(stmt.expr, Apply) and is_append(stmt.expr.fn)
    return append or isinstance(stmt.expr, Const | Value) and not stmt.unpack


def _raises(block: Block) -> bool:
    """Whether a block certainly ends with an exception."""
    for stmt in reversed(block.stmts):
        if isinstance(stmt, Note):
            continue
        if isinstance(stmt, If):
            return _raises(stmt.then) and _raises(stmt.orelse)
        return isinstance(stmt, Opaque) and type(stmt.node).__name__ == "Raise"
    return False


def note_finished(block: Block, finished: dict[int, Value]) -> Block:
    """The forward sweep with results that say whether the body of a `try` went through."""
    if not finished:
        return block
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        stmt = with_blocks(stmt, tuple(note_finished(b, finished) for b in blocks_of(stmt)))
        if isinstance(stmt, If) and stmt.then.key in finished:
            then = replace(stmt.then, outs=(*stmt.then.outs, Const(True)))
            orelse = replace(stmt.orelse, outs=(*stmt.orelse.outs, Const(False)))
            results = (*stmt.results, finished[stmt.then.key])
            stmt = replace(stmt, then=then, orelse=orelse, results=results)
        stmts.append(stmt)
    return replace(block, stmts=tuple(stmts))


def pushes_last(block: Block, looped: bool = False) -> Block:
    """The forward sweep with the saves of a `try` at the end of its body: all or none.

    Raises
    ------
    Unsupported
        Where they cannot be moved, and an iteration that failed would leave some behind.
    """
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        inner = looped or isinstance(stmt, For | While)
        if blocks_of(stmt):
            stmt = with_blocks(stmt, tuple(pushes_last(b, inner) for b in blocks_of(stmt)))
        if isinstance(stmt, If) and stmt.form == "try" and not _raises(stmt.orelse):
            stmt = replace(stmt, then=_reordered(stmt.then, stmt, looped))
        stmts.append(stmt)
    return replace(block, stmts=tuple(stmts))


def _reordered(block: Block, whole: If, looped: bool) -> Block:
    """The body of a `try`, or a side of the choice that is its last statement."""
    first: list[Stmt] = [s for s in block.stmts if not isinstance(s, Push)]
    saves = [s for s in block.stmts if isinstance(s, Push)]
    own = set(all_defs(block))
    for k, s in enumerate(first):
        if k == len(first) - 1 and isinstance(s, If) and s.form != "try":
            sides = (_reordered(b, whole, looped) for b in (s.then, s.orelse))
            first[k] = with_blocks(s, tuple(sides))
            continue
        inner = [p for b in blocks_of(s) for p in statements(b) if isinstance(p, Push)]
        if looped and any(p.stack not in own for p in inner):
            raise Unsupported(
                "the body of this `try`, which is in a loop, computes something in a loop or a"
                " choice that has to be saved",
                origin=whole.origin,
                advice=("put the body of the `try` into a function of its own",),
            )
    return replace(block, stmts=(*first, *saves))
