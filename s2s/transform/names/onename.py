"""Gives an array that is updated in place one name, where several stand for it for certain.

    best = u                       (`best` is `u`, in every iteration)
    for k in range(3):             for k in range(3):
        u -= 0.1 * u**3                u -= 0.1 * u**3
        if k == 1:
            best = u
    return np.sum(best)            return np.sum(u)

    saved = []                     saved = []
    for _ in range(3):             for _ in range(3):
        saved.append(u)                saved.append(None)
        u *= 2                         u *= 2
    return np.sum(saved[1])        return np.sum(u)

So do the items of an array that is taken apart (`rho, m = state`) and of a display that nothing
changes.  Only for programs that are refused as they stand.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import replace

from s2s.analysis.buffers import changes_items
from s2s.analysis.facts import Facts
from s2s.analysis.held import DISPLAYS, Contents
from s2s.analysis.operations import Built, classify
from s2s.analysis.sharing import shares, that_run
from s2s.ir.effects import is_append, is_put
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Iter,
    Let,
    Ref,
    Stmt,
    Value,
    While,
    Write,
)  # fmt: skip
from s2s.ir.walk import (
    all_atoms,
    blocks_of,
    map_block,
    own_atoms,
    statements,
    with_blocks,
)  # fmt: skip

_GETITEM = Ref("getitem", operator.getitem)
_ROUNDS = 4


def with_one_name(function: Function, facts: Facts) -> Function:
    """The function in which arrays have no more names than they need."""
    for _ in range(_ROUNDS):
        before = function
        function = replace(function, body=_apart(that_run(function.body, facts), facts))
        table = {**_same(function, facts), **_items(function, facts)}
        if table:
            function = _without_holders(_replaced(function, table), set(table), facts)
        elif sum(1 for _ in statements(function.body)) == sum(
            1 for _ in statements(before.body)
        ):
            break
    return function


def _replaced(function: Function, table: dict[Value, Value]) -> Function:
    """The function with names replaced, at the end of all chains."""

    def swap(atom: Atom) -> Atom:
        seen: set[Atom] = set()
        while isinstance(atom, Value) and atom in table and atom not in seen:
            seen.add(atom)
            atom = table[atom]
        return atom

    return replace(function, body=map_block(_dropped(function.body, table), swap))


def _dropped(block: Block, table: dict[Value, Value]) -> Block:
    """The block without what binds the names that go."""
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        if isinstance(stmt, Let) and len(stmt.targets) == 1 and stmt.targets[0] in table:
            continue
        stmt = with_blocks(stmt, tuple(_dropped(b, table) for b in blocks_of(stmt)))
        if isinstance(stmt, If):
            kept = [k for k, r in enumerate(stmt.results) if r not in table]
            if len(kept) < len(stmt.results):
                then, orelse = (
                    replace(b, outs=tuple(b.outs[k] for k in kept) if b.outs else b.outs)
                    for b in (stmt.then, stmt.orelse)
                )
                results = tuple(stmt.results[k] for k in kept)
                stmt = replace(stmt, then=then, orelse=orelse, results=results)
        elif isinstance(stmt, For | While):
            stmt = _loop(stmt, table)
        stmts.append(stmt)
    return replace(block, stmts=tuple(stmts))


def _loop(stmt: For | While, table: dict[Value, Value]) -> For | While:
    """A loop that does not carry what is the same in all iterations."""
    kept = [k for k, p in enumerate(stmt.params) if p not in table]
    if len(kept) == len(stmt.params) or any(
        stmt.results[k] not in table for k in range(len(stmt.params)) if k not in kept
    ):
        return stmt
    return replace(
        stmt, params=tuple(stmt.params[k] for k in kept),
        inits=tuple(stmt.inits[k] for k in kept),
        results=tuple(stmt.results[k] for k in kept),
        body=replace(stmt.body, outs=tuple(stmt.body.outs[k] for k in kept)),
    )  # fmt: skip


# Arrays that are taken apart ------------------------------------------------------------------


def _apart(block: Block, facts: Facts) -> Block:
    """The block in which the rows of an array are read one by one."""
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        inner = blocks_of(stmt)
        if inner:
            stmt = with_blocks(stmt, tuple(_apart(b, facts) for b in inner))
        if isinstance(stmt, Let) and stmt.unpack and isinstance(stmt.expr, Value):
            whole = stmt.expr
            dims = facts.of(whole).dims
            items = facts.items(whole)
            count = dims[0] if dims else None
            if facts.is_array(whole) is True and count == len(stmt.targets):
                for k, t in enumerate(stmt.targets):
                    stmts.append(Let((t,), Apply(_GETITEM, (whole, Const(k))), stmt.origin))
                continue
            if facts.of(whole).kind == "tuple" and items and len(items) == len(stmt.targets):
                stmts += [
                    Let((t,), a, stmt.origin)
                    for t, a in zip(stmt.targets, items, strict=True)
                ]
                continue
        stmts.append(stmt)
    return replace(block, stmts=tuple(stmts))


# Choices and loops ----------------------------------------------------------------------------


def _same(function: Function, facts: Facts) -> dict[Value, Value]:
    """The names that stand for one array whichever way they are reached."""
    made: dict[Value, list[Atom]] = {}
    for stmt in statements(function.body):
        match stmt:
            case Let(targets=(target,), expr=Value() as same, unpack=False):
                made[target] = [same]
            case If():
                for k, r in enumerate(stmt.results):
                    made[r] = [b.outs[k] for b in blocks_of(stmt) if b.outs]
            case For() | While():
                rows = zip(stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=True)
                for p, init, out, r in rows:
                    made[p] = made[r] = [init, out]
    found: dict[Value, Value] = {}
    for v in made:
        if facts.is_array(v) is True:
            ends = _ends(v, made)
            only = next(iter(ends)) if len(ends) == 1 else None
            if isinstance(only, Value) and only is not v:
                found[v] = only
    return found


def _ends(atom: Atom, made: dict[Value, list[Atom]]) -> set[Atom]:
    """What a value may be, beyond all choices."""
    found: set[Atom] = set()
    todo, seen = [atom], set()
    while todo:
        atom = todo.pop()
        if atom in seen:
            continue
        seen.add(atom)
        if isinstance(atom, Value) and atom in made:
            todo += made[atom]
        else:
            found.add(atom)
    return found


# Items of containers --------------------------------------------------------------------------


def _items(function: Function, facts: Facts) -> dict[Value, Value]:
    """The items of containers that hold nothing but one array."""
    contents = Contents(function, facts)
    found: dict[Value, Value] = {}
    if not contents.put:
        return found
    for stmt in statements(function.body):
        match stmt:
            case Let(targets=(target,), expr=Apply(fn=fn, args=(Value() as base, key))):
                if fn != _GETITEM or stmt.unpack or not contents.holds(base):
                    continue
                single = facts.of(base).kind == "dict" or facts.of(key).kind in ("int", "bool")  # type: ignore[arg-type]
                if single and facts.is_array(target) is True:
                    only = contents.only(base, contents.paths[target])
                    if only is not None:
                        found[target] = only
            case For(iter=it):
                for item, base in _each(it):
                    if contents.holds(base) and facts.is_array(item) is True:
                        only = contents.only(base, contents.paths[item])
                        if only is not None:
                            found[item] = only
    return found


def _each(it: Iter) -> Iterator[tuple[Value, Value]]:
    """The items of a loop, and the sequences that they are from."""
    if it.kind == "each" and isinstance(it.args[0], Value) and it.item is not None:
        yield it.item, it.args[0]
    for inner in it.inner:
        yield from _each(inner)


def _without_holders(function: Function, gone: set[Value], facts: Facts) -> Function:
    """Containers of which no item is read any more need not hold the arrays."""
    contents = Contents(function, facts)
    sharing = contents.sharing
    read: set[object] = set()
    for stmt in statements(function.body):
        atoms: list[Atom] = []
        match stmt:
            case Let(expr=Apply(fn=Ref(obj=obj))) if obj is len:
                continue
            case Let(expr=Apply(fn=Ref(obj=obj), args=args)) if any(obj is d for d in DISPLAYS):
                atoms = [a for a in args if isinstance(a, Value)]
            case Let(expr=Apply(fn=fn)) if is_append(fn) or is_put(fn):
                continue
            case Let(expr=Value(), unpack=False) | If() | While():
                continue
            case Let(expr=Apply() as expr) if isinstance(
                classify(expr, facts, sharing.closures), Built
            ):
                continue
            case Write() if changes_items(stmt, facts):
                continue
            case For(iter=it):
                used = set(all_atoms(stmt.body))
                atoms = [base for item, base in _each(it) if item in used]
                atoms += [a for a in it.args if it.kind not in ("each", "keys")]
            case _:
                atoms = list(own_atoms(stmt))
        read |= {sharing.find(a) for a in atoms if contents.holds(a)}  # type: ignore[arg-type]
    read |= {sharing.find(a) for a in function.body.outs if contents.holds(a)}  # type: ignore[arg-type]
    empty = set(contents.put) - read - contents.unknown
    return replace(function, body=_emptied(function.body, empty, contents)) if empty else function


def _emptied(block: Block, empty: set[object], contents: Contents) -> Block:
    """The block in which some containers get None for each array."""
    facts, find = contents.facts, contents.sharing.find

    def concerns(value: Atom) -> bool:
        return contents.holds(value) and find(value) in empty  # type: ignore[arg-type]

    def nothing(atom: Atom) -> Atom:
        array = isinstance(atom, Value) and shares(atom, facts) and not contents.holds(atom)
        return Const(None) if array else atom

    stmts: list[Stmt] = []
    for stmt in block.stmts:
        match stmt:
            case Let(targets=(target,), expr=Apply(fn=Ref(obj=obj) as fn, args=args) as expr) if (
                concerns(target)
                and (any(obj is d for d in DISPLAYS) or is_append(fn) or is_put(fn))
            ):
                stmt = replace(stmt, expr=replace(expr, args=tuple(map(nothing, args))))  # type: ignore[arg-type]
            case Write() if concerns(stmt.target) and changes_items(stmt, facts):
                stmt = replace(stmt, value=nothing(stmt.value))
        inner = tuple(_emptied(b, empty, contents) for b in blocks_of(stmt))
        stmts.append(with_blocks(stmt, inner) if inner else stmt)
    return replace(block, stmts=tuple(stmts))

