"""Augmented assignments whose two meanings agree become ordinary arithmetic.

    total = 0.0                    total = 0.0
    total += x * y                 total = total + x * y

`x += y` changes an array in place and rebinds a number.  Where the old value is a number, or
was freshly made by arithmetic and nothing else holds it, nobody can tell the difference.  All
other augmented assignments stay, and are refused where derivatives flow through them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from s2s.analysis.facts import Facts
from s2s.analysis.summaries import RESULT, together
from s2s.ir import mutators, prims
from s2s.ir.effects import augmented, fresh, is_add_at
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
    Method,
    Ref,
    Stmt,
    Undef,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.record import replace
from s2s.ir.walk import (
    all_atoms,
    atoms_of,
    blocks_of,
    defs_of,
    iter_atoms,
    iter_items,
    own_atoms,
    statements,
    with_blocks,
    with_stmts,
)  # fmt: skip
from s2s.transform.order import Order


def out_of_place(function: Function, facts: Facts) -> Function:
    """The function with harmless augmented assignments as plain arithmetic."""
    sources = _sources(function, facts)
    held = _held(function)
    order = Order(function.body)
    layout = _layout_matters(function)

    def alone(value: Atom, seen: set[Value]) -> bool:
        """Whether a value is a number, or fresh and held by one variable only."""
        if isinstance(value, Const | Undef):
            return True
        if not isinstance(value, Value):
            return bool(facts.is_scalar(value))
        if facts.is_scalar(value) and facts.is_array(value) is not True:
            return True
        if value in seen:
            return True
        seen.add(value)
        if value in held or value not in sources or not order.used_up(value):
            return False
        made = sources[value]
        return made is not None and all(alone(a, seen) for a in made)

    def rewrite(stmt: Stmt) -> Stmt:
        if not isinstance(stmt, Let):
            return with_blocks(stmt, tuple(block(b) for b in blocks_of(stmt)))
        expr = stmt.expr
        if not isinstance(expr, Apply) or not isinstance(expr.fn, Ref) or not expr.args:
            return stmt
        plain = _plain(expr.fn)
        old = expr.args[0]
        if plain is None or not isinstance(old, Value | Const):
            return stmt
        if not same_dtype(stmt.targets[0], old, facts):
            return stmt
        if facts.is_array(old) and facts.ndim(old) == 0:
            return stmt  # arithmetic would make a number of it, which is not written into
        if layout and not facts.is_scalar(old):
            return stmt
        if not alone(old, set()):
            return stmt
        return replace(stmt, expr=Apply(Ref(plain.__name__, plain), expr.args))

    def block(b: Block) -> Block:
        return with_stmts(b, [rewrite(s) for s in b.stmts])

    return replace(function, body=block(function.body))


def _layout_matters(function: Function) -> bool:
    """Whether a write may go through a view that there is only for one order in memory.

    The result of arithmetic has an order of its own, that of an update in place has the old one.
    """
    every = list(statements(function.body))
    flat = any(isinstance(s, Let) and _by_layout(s.expr) for s in every)
    return flat and any(
        isinstance(s, Write)
        or isinstance(s, Let) and isinstance(s.expr, Apply) and bool(mutators.changed(s.expr))
        for s in every
    )


_BY_LAYOUT = frozenset("reshape ravel ascontiguousarray asfortranarray require".split())
_WITH_ORDER = frozenset("asarray asanyarray array astype".split())


def _by_layout(expr: Expr) -> bool:
    """Whether an expression is a view or a copy depending on the order in memory."""
    if not isinstance(expr, Apply):
        return False
    name = expr.fn.name if isinstance(expr.fn, Method) else (
        getattr(expr.fn.obj, "__name__", "") if isinstance(expr.fn, Ref) else ""
    )  # fmt: skip
    ordered = any(k == "order" for k, _ in expr.kwargs)
    return name in _BY_LAYOUT or ordered and name in _WITH_ORDER


def plain_arithmetic(function: Function) -> Function:
    """Generated code without updates of arrays that nobody else holds, but for sums."""

    def rewrite(stmt: Stmt) -> Stmt:
        if blocks_of(stmt):
            return with_blocks(stmt, tuple(block(b) for b in blocks_of(stmt)))
        name = augmented(stmt.expr) if isinstance(stmt, Let) else None
        if name in (None, "Add") or not isinstance(stmt, Let):
            return stmt
        assert isinstance(stmt.expr, Apply) and isinstance(stmt.expr.fn, Ref)
        plain = prims.OUT_OF_PLACE[stmt.expr.fn.obj]
        return replace(stmt, expr=replace(stmt.expr, fn=Ref(plain.__name__, plain)))

    def block(b: Block) -> Block:
        return with_stmts(b, [rewrite(s) for s in b.stmts])

    return replace(function, body=block(function.body))


def _changes(expr: Apply) -> bool:
    """Whether an expression is an augmented assignment."""
    return isinstance(expr.fn, Ref) and _plain(expr.fn) is not None


def _plain(fn: Ref):  # type: ignore[no-untyped-def]
    try:
        return prims.OUT_OF_PLACE.get(fn.obj)
    except TypeError:
        return None


def same_dtype(new: Value, old: Atom, facts: Facts) -> bool:
    """An array updated in place keeps its dtype; out of place it might be promoted."""
    if facts.is_scalar(old):
        return True
    before, after = facts.dtype(old), facts.dtype(new)
    return before is None or after is None or before == after


def _sources(function: Function, facts: Facts) -> dict[Value, tuple[Atom, ...] | None]:
    """What each value may be: () for a fresh one, atoms for a join, None for anything else."""
    sources: dict[Value, tuple[Atom, ...] | None] = {}
    once = _named_once(function)
    for stmt in statements(function.body):
        match stmt:
            case Let(targets=(target,), expr=expr) if not stmt.unpack:
                if isinstance(expr, Const) or fresh(expr) or facts.of(target).owned:
                    sources[target] = ()
                elif isinstance(expr, Apply) and (_changes(expr) or is_add_at(expr.fn)):
                    first = expr.args[0]
                    sources[target] = (first,) if isinstance(first, Value | Const) else None
                elif isinstance(expr, Apply) and _makes_new(expr, facts):
                    sources[target] = ()
                elif isinstance(expr, Value) and expr in once:
                    sources[target] = (expr,)
                else:
                    sources[target] = None
            case If() | With():
                rows = [b.outs for b in blocks_of(stmt)]
                for k, r in enumerate(stmt.results):
                    sources[r] = tuple(row[k] for row in rows)
            case For() | While():
                rows4 = zip(stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=True)
                for p, init, out, r in rows4:
                    sources[p] = sources[r] = (init, out)
    return sources


def _named_once(function: Function) -> set[Value]:
    """Values that are given another name where they are made, and used for nothing else."""
    uses = Counter(all_atoms(function.body))
    blocks = [function.body, *(b for s in statements(function.body) for b in blocks_of(s))]
    found: set[Value] = set()
    for b in blocks:
        made = {v for s in b.stmts for v in defs_of(s)}  # a loop may name it again and again
        found |= {
            s.expr for s in b.stmts
            if isinstance(s, Let) and isinstance(s.expr, Value) and not s.unpack
            and s.expr in made and uses[s.expr] == 1
        }  # fmt: skip
    return found


def _makes_new(expr: Apply, facts: Facts) -> bool:
    """Whether a function with source gives something that nobody else can reach."""
    groups = together(expr, facts)
    return groups is not None and not any(RESULT in group for group in groups)


def _held(function: Function) -> set[Value]:
    """Values that something other than arithmetic reads: it may keep or view them."""
    held: set[Value] = set()
    once = _named_once(function)

    def hold(atoms: Iterable[Atom]) -> None:
        held.update(a for a in atoms if isinstance(a, Value))

    for stmt in statements(function.body):
        match stmt:
            case Let(expr=Value() as expr) if expr in once:
                pass  # it goes on under another name
            case Let(expr=expr):
                changes = isinstance(expr, Apply) and (_changes(expr) or is_add_at(expr.fn))
                if not fresh(expr) and not changes:
                    hold(atoms_of(expr))
            case If():
                pass
            case For():
                hold(iter_items(stmt.iter))
                hold(iter_atoms(stmt.iter))  # also where the loop carries it: it is gone through
            case While():
                pass
            case _:
                hold(own_atoms(stmt))
    return held
