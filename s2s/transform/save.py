"""Decides how the backward sweep gets the values of the forward sweep that it needs.

The backward sweep is built as if every forward value were in scope.  Here each value that a
mirrored block reads, and that the forward sweep binds inside a block, is

- taken as it is, where the reverse of a loop has it at hand (indices, items);
- computed again, where that is cheap and its operands can be had (views, shapes, indices,
  comparisons);
- handed out of a branch that is in no loop (a Python variable outlives the branch);
- or saved: pushed on a list in the forward block, popped at the head of the mirrored block.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace

from s2s.analysis.buffers import Buffers
from s2s.analysis.facts import Facts
from s2s.ir.build import Builder
from s2s.ir.effects import pure
from s2s.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Const,
    For,
    Let,
    Pop,
    Ref,
    Stmt,
    Value,
    While,
)  # fmt: skip
from s2s.ir.partial import bind_always
from s2s.ir.sweep import sweep_block
from s2s.ir.walk import (
    atoms_of,
    blocks_of,
    defs_of,
    free_values,
    inner_defs,
    map_expr,
    map_stmt,
    own_atoms,
    statements,
    with_blocks,
    with_stmts,
)  # fmt: skip
from s2s.transform.cheap import changed_lists, is_steady
from s2s.transform.choose import Choice, Home, Needs, Path, choose
from s2s.transform.instrument import instrument
from s2s.transform.reread import NONE, Rereads, candidates, read_again
from s2s.transform.reverse.composed import summed_once
from s2s.transform.reverse.driver import Reversed
from s2s.transform.reverse.measured import measured
from s2s.transform.reverse.taken import items_taken
from s2s.transform.reverse.witness import Witnesses, shapes_at_hand
from s2s.transform.tries import note_finished, pushes_last
from s2s.transform.writes.borrow import borrow
from s2s.transform.writes.restores import Restore, Restores, kept_restores, regions_of

Listed = dict[Value, frozenset[Value]]  # value -> the lists that it is computed from


def connect(
    rev: Reversed, facts: Facts, absent: Atom = UNDEF, loops: bool = False
) -> tuple[Block, Block]:
    """Forward and backward sweep with every crossing value saved or computed again.

    `absent` stands for a value handed out of a branch that was not taken: nothing, or None
    where the values travel in a tuple. `loops` says that elementwise arithmetic will be part of
    loops over elements: to compute it again costs less than to store it.
    """
    rev = replace(rev, backward=summed_once(rev.forward, items_taken(rev.backward, facts), facts))
    forward = note_finished(_count_trips(rev.forward, rev.plan.counts), rev.plan.finished)
    homes = _homes(forward)
    at_hand = _witnesses(forward, homes, rev, facts).cheap
    rev = replace(rev, backward=measured(forward, rev.backward, at_hand, facts))
    backward, choices = _planned(forward, homes, rev, facts, loops)
    _follow(forward, choices, homes)
    for choice in choices.values():
        for value, outside in choice.yielded.items():
            facts.give(outside, facts.of(value))
    saved = {v: s for c in choices.values() for v, s in c.saved.items()}
    yielded = {v: o for c in choices.values() for v, o in c.yielded.items()}
    # What an iteration saves counts it, where both sweeps are in one function.
    counted = {
        count: next(iter(choices[key].saved.values())) for key, count in rev.plan.counts.items()
        if key in choices and choices[key].saved and not homes[count].path and absent == UNDEF
    }  # fmt: skip
    rest = {key: count for key, count in rev.plan.counts.items() if count not in counted}
    forward = note_finished(_count_trips(rev.forward, rest), rev.plan.finished)
    forward = pushes_last(instrument(forward, saved, yielded, absent))
    forward = bind_always(forward, rev.plan.partial & saved.keys())
    build = Builder(None, facts)
    table: dict[Value, Atom] = {
        count: build.call(Ref("len", len), stack, name="count") for count, stack in counted.items()
    }
    backward = _restore(backward, choices, homes, rev.restored, facts, table)
    backward = replace(backward, stmts=(*build.stmts, *backward.stmts))
    if rev.buffers.homes:
        backward = borrow(backward)
    return forward, sweep_block(backward, pure)


def _planned(
    forward: Block, homes: dict[Value, Home], rev: Reversed, facts: Facts, loops: bool
) -> tuple[Block, dict[int, Choice]]:
    """The backward sweep with the restores that it needs, and what is done for its values."""
    at_hand = [a for table in rev.restored.values() for a in table.values()]
    regions = regions_of(forward, rev.backward, rev.restored, facts)
    witnesses = _witnesses(forward, homes, rev, facts)
    changed = changed_lists(forward, rev.buffers)
    inside: dict[int, set[Value]] = {}
    for v, home in homes.items():
        for key, _ in home.path:
            inside.setdefault(key, set()).add(v)
    made = _made_inside(homes, inside, rev.buffers)

    def attempt(again: Rereads) -> tuple[Block, dict[int, Choice], frozenset[Restore]]:
        """The plan with some numbers read again; also what is put back then."""
        block = read_again(rev.backward, again.still, rev.plan.written)
        block = sweep_block(block, pure, at_hand)
        heads: dict[int, list[Let]] = {}
        for v, key in again.heads.items():
            heads.setdefault(key, []).append(Let((v,), homes[v].expr))  # type: ignore[arg-type]
        listed: Listed = {}
        whole, read = block, rev.buffers
        while True:  # what is read again of a list needs the list as it was
            block = Restores(read, regions, inside, made, heads).needed(whole)
            block = sweep_block(shapes_at_hand(block, witnesses), pure, at_hand)
            needs = _needs(block, homes)
            choices = choose(
                needs, homes, rev.restored, facts, rev.buffers, changed, again, loops
            )
            more = _read_again(choices, homes, read, listed)
            if not more:
                return block, choices, kept_restores(block)
            listed.update(more)
            read = replace(read, shared={**read.shared, **more}, again=frozenset(listed))

    block, choices, kept = attempt(NONE)
    saved = {v for c in choices.values() for v in c.saved}
    if not rev.buffers.homes or not saved:
        return block, choices
    walk = Restores(rev.buffers, regions, inside, made, {})
    accepted = NONE
    for more in candidates(forward, saved, rev.plan.written, walk, facts):
        again = accepted.and_also(more)
        _, chosen, _ = attempt(again)
        again = again.used({v for c in chosen.values() for v in c.recomputed})
        new, chosen, more_kept = attempt(again)
        left = {v for c in chosen.values() for v in c.saved}
        if more_kept <= kept and not left & {*again.heads, *again.still} and left < saved:
            accepted, block, choices, saved = again, new, chosen, left
    return block, choices


def _made_inside(
    homes: dict[Value, Home], inside: dict[int, set[Value]], buffers: Buffers
) -> dict[int, set[Value]]:
    """The buffers that each block makes anew: no name for them is bound anywhere else."""
    names: dict[Value, set[Value]] = {}
    for v, read in buffers.shared.items():
        for buffer in read:
            names.setdefault(buffer, set()).add(v)
    fresh = {v for v, h in homes.items() if h.expr is not None and buffers.is_buffer(v)}
    return {
        key: {b for b in own & fresh if names.get(b, {b}) <= own} for key, own in inside.items()
    }


def _witnesses(
    forward: Block, homes: dict[Value, Home], rev: Reversed, facts: Facts
) -> Witnesses:
    """Where the shape of a value can be had without saving anything."""
    known: dict[Value, bool] = {}

    def free(value: Value) -> bool:
        home = homes.get(value)
        if home is None or not home.path or value in rev.restored.get(home.path[-1][0], {}):
            return True
        if value not in known:
            known[value] = False
            expr = home.expr
            known[value] = expr is not None and is_steady(value, expr, facts, rev.buffers) and all(
                free(a) for a in atoms_of(expr) if isinstance(a, Value)
            )
        return known[value]

    paths = dict.fromkeys(free_values(forward), ()) | {v: h.path for v, h in homes.items()}
    return Witnesses(forward, paths, free, facts)


def _read_again(
    choices: dict[int, Choice], homes: dict[Value, Home], buffers: Buffers, listed: Listed
) -> Listed:
    """The values computed again from what lists hold, where that is not known yet."""
    more: Listed = {}
    for choice in choices.values():
        for value in choice.recomputed:
            expr = homes[value].expr
            atoms = list(atoms_of(expr)) if expr is not None else []
            new = frozenset().union(
                *(buffers.changed(a) for a in atoms if a in buffers.lists),
                *(listed[a] for a in atoms if isinstance(a, Value) and a in listed),
                buffers.reads(value),
            )  # fmt: skip
            if new != buffers.reads(value):
                more[value] = new
    return more


def _count_trips(block: Block, counts: dict[int, Value]) -> Block:
    """Loops whose number of iterations is needed count them."""
    if not counts:
        return block
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        stmt = with_blocks(stmt, tuple(_count_trips(b, counts) for b in blocks_of(stmt)))
        if isinstance(stmt, For | While) and stmt.body.key in counts:
            head, after = Value("count"), Value("count")
            one_more = Let((after,), Apply(Ref("add", operator.add), (head, Const(1))))
            body = replace(
                stmt.body, stmts=(one_more, *stmt.body.stmts), outs=(*stmt.body.outs, after)
            )
            stmt = replace(
                stmt, params=(*stmt.params, head), inits=(*stmt.inits, Const(0)), body=body,
                results=(*stmt.results, counts[stmt.body.key]),
            )  # fmt: skip
        stmts.append(stmt)
    return with_stmts(block, stmts)


def _homes(block: Block) -> dict[Value, Home]:
    """The home of every value that the forward sweep binds inside a block."""
    homes: dict[Value, Home] = {}

    def visit(block: Block, path: Path) -> None:
        for stmt in block.stmts:
            expr = stmt.expr if isinstance(stmt, Let) and len(stmt.targets) == 1 else None
            if isinstance(stmt, Let) and stmt.unpack:
                expr = None
            for v in defs_of(stmt):
                homes[v] = Home(path, expr, len(homes))
            inner = blocks_of(stmt)
            if not inner:
                continue
            body_key = inner[-1].key  # a `while` has its head's values in its body
            loop = isinstance(stmt, For | While)
            for v in inner_defs(stmt):
                homes[v] = Home((*path, (body_key, loop)), None, len(homes))
            for b in inner:
                key = body_key if loop else b.key
                visit(b, (*path, (key, loop)))

    visit(block, ())
    return homes


def _needs(backward: Block, homes: dict[Value, Home]) -> Needs:
    """The crossing values, by the innermost block that binds them."""
    needs: Needs = {}
    own: set[Value] = set()

    def visit(block: Block, open_keys: tuple[int, ...]) -> None:
        for stmt in block.stmts:
            own.update(defs_of(stmt))
            own.update(inner_defs(stmt))
            for atom in own_atoms(stmt):
                need(atom, open_keys)
            for b in blocks_of(stmt):
                visit(b, (*open_keys, b.mirror) if b.mirror is not None else open_keys)
        for atom in block.outs:
            need(atom, open_keys)

    def need(atom: Atom, open_keys: tuple[int, ...]) -> None:
        if isinstance(atom, Value) and atom in homes and homes[atom].path:
            key = homes[atom].path[-1][0]
            if key not in open_keys:
                raise AssertionError(f"{atom} is needed outside the mirror of its block")
            needs.setdefault(key, {})[atom] = None

    visit(backward, ())
    return needs


def _follow(forward: Block, choices: dict[int, Choice], homes: dict[Value, Home]) -> None:
    """Of a carried value and its successor one is saved; the other is carried backward."""
    for stmt in statements(forward):
        if not isinstance(stmt, For | While) or stmt.body.key not in choices:
            continue
        choice = choices[stmt.body.key]
        rows = zip(stmt.params, stmt.body.outs, stmt.results, strict=True)
        for before, after, last in rows:
            saved = before in choice.saved and after in choice.saved and after is not before
            if saved and isinstance(after, Value) and not homes[last].path:
                choice.followed[after] = (before, last)
                del choice.saved[after]


def _restore(
    backward: Block, choices: dict[int, Choice], homes: dict[Value, Home],
    restored: dict[int, dict[Value, Atom]], facts: Facts, counts: dict[Value, Atom],
) -> Block:  # fmt: skip
    """The backward sweep with pops and recomputations at the heads of mirrored blocks."""
    outside: dict[Value, Atom] = {v: o for c in choices.values() for v, o in c.yielded.items()}
    outside |= counts

    def run(block: Block, table: dict[Value, Atom]) -> Block:
        head: list[Stmt] = []
        if block.mirror is not None:
            table = dict(table)
            table.update(restored.get(block.mirror, {}))
            choice = choices.get(block.mirror)
            if choice is not None:
                head = _head(choice, table, homes, facts)
        stmts: list[Stmt] = []
        late = _position(block, restored.get(block.mirror or -1, {}))
        body = [_inside(s, table, run, choices, facts) for s in block.stmts]
        stmts = [*body[:late], *head, *body[late:]]
        outs = tuple(_swap(a, table) for a in block.outs)
        return with_stmts(block, stmts, outs)

    return run(backward, dict(outside))


def _position(block: Block, at_hand: dict[Value, Atom]) -> int:
    """After the statements that compute the items at hand: saved values read them."""
    made = {a for a in at_hand.values() if isinstance(a, Value)}
    last = 0
    for k, stmt in enumerate(block.stmts):
        if any(v in made for v in defs_of(stmt)):
            last = k + 1
    return last


def _swap(atom: Atom, table: dict[Value, Atom]) -> Atom:
    return table.get(atom, atom) if isinstance(atom, Value) else atom


def _inside(
    stmt: Stmt, table: dict[Value, Atom], run: Callable[[Block, dict[Value, Atom]], Block],
    choices: dict[int, Choice], facts: Facts,
) -> Stmt:  # fmt: skip
    """A statement of the backward sweep; a loop may carry what its iterations followed."""
    choice = choices.get(stmt.body.mirror or -1) if isinstance(stmt, For) else None
    if choice is None or not choice.followed or not isinstance(stmt, For):
        return map_stmt(stmt, lambda a: _swap(a, table), lambda b: run(b, table))
    inner = dict(table)
    params = []
    for after in choice.followed:
        param = Value(after.name, after.user)
        facts.give(param, facts.of(after))
        inner[after] = param
        params.append(param)
    pairs = choice.followed.values()
    body = replace(stmt.body, outs=(*stmt.body.outs, *(before for before, _ in pairs)))
    new = map_stmt(
        replace(stmt, body=body), lambda a: _swap(a, table), lambda b: run(b, inner)
    )
    assert isinstance(new, For)
    return replace(
        new, params=(*new.params, *params),
        inits=(*new.inits, *(_swap(last, table) for _, last in pairs)),
        results=(*new.results, *(Value(p.name, p.user) for p in params)),
    )  # fmt: skip


def _head(
    choice: Choice, table: dict[Value, Atom], homes: dict[Value, Home], facts: Facts
) -> list[Stmt]:
    """Pops in the reverse order of the pushes, then recomputations in forward order."""
    build = Builder(None, facts)
    for value in sorted(choice.saved, key=lambda v: -homes[v].order):
        again = Value(value.name, value.user)
        facts.give(again, facts.of(value))
        build.emit(Pop(again, choice.saved[value]))
        table[value] = again
    for value in sorted(choice.recomputed, key=lambda v: homes[v].order):
        expr = homes[value].expr
        assert expr is not None


        table[value] = build.let(
            map_expr(expr, lambda a: _swap(a, table)), value.name, value.user
        )
    return build.stmts


