"""Reverses changes of lists and dicts: the inverse change of the adjoint.

    points.insert(1, v)        v_bar = points_bar.pop(1)
    v = points.pop(1)          points_bar.insert(1, v_bar)
    points.extend(vs)          vs_bar = points_bar[n:]; del points_bar[n:]
    d["w"] = v   (new)         v_bar = d_bar.pop("w")
    d["w"] = v   (again)       v_bar = d_bar["w"]; d_bar["w"] = zeros like the old item

At each point of the backward sweep the adjoint has the items that the container had at that point
of the forward sweep; each is memory of its own.  The contents of the container itself are put back
likewise, where something reads them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace

from s2s import runtime
from s2s.analysis.buffers import STRUCTURAL, changes_items
from s2s.analysis.facts import Facts
from s2s.errors import Unsupported
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Block, Const, If, Ref, Stmt, Value, Write
from s2s.ir.walk import blocks_of, with_blocks, with_stmts
from s2s.transform.reverse.sweep import Sweep

END = Const(None)
_GETITEM = Ref("getitem", operator.getitem)
_REFILL = Ref("refill", runtime.refill)


def is_container(stmt: Write, facts: Facts) -> bool:
    """Whether a write changes which items a list or dict holds."""
    return changes_items(stmt, facts)


def overwritten(stmt: Write, facts: Facts, build: Builder) -> Value | None:
    """What a change of a container is about to drop, kept in a value."""
    target, name = stmt.target, "old"
    if isinstance(target, Value):
        name = f"{target.name}_old"
    is_dict = facts.of(target).kind == "dict"
    match stmt.kind:
        case "insert" | "extend" | "new":
            return None
        case "del" if not is_dict:
            return stmt.value if isinstance(stmt.value, Value) else None
        case "del" | "clear":
            return build.call(Ref("dict", dict), target, name=name)
    if not stmt.args or stmt.kind != "item":
        return build.call(_GETITEM, target, stmt.key, name=name)
    inner, old = Builder(stmt.origin, facts), Value(name)
    read = inner.call(_GETITEM, target, stmt.key, name=name)
    facts.put(old, facts.of(read))
    nothing = Builder(stmt.origin, facts).block(END)
    build.emit(If(stmt.args[0], inner.block(read), nothing, (old,), stmt.origin, "ifexp"))
    return old


def reverse_container(stmt: Write, log: Value | None, wanted: bool, sweep: Sweep) -> None:
    """Put the old contents back, then the inverse change of the adjoint."""
    known = wanted and isinstance(stmt.target, Value)
    # Zeros, where there was no adjoint yet, have the items that the container has until now.
    shadow = sweep.shadow(stmt.target) if known else None  # type: ignore[arg-type]
    _undo(stmt, log, sweep)
    if shadow is None:
        return
    kind = stmt.kind
    if kind == "del" and sweep.facts.of(stmt.target).kind == "dict":
        kind = "taken"
    _INVERSE[kind](stmt, shadow, log, sweep)


def bare(block: Block) -> Block:
    """The forward sweep without what its writes say to their reversal."""
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        inner = blocks_of(stmt)
        if inner:
            stmt = with_blocks(stmt, tuple(bare(b) for b in inner))
        stmts.append(plain(stmt) if isinstance(stmt, Write) else stmt)
    return with_stmts(block, stmts)


def plain(stmt: Write) -> Write:
    """A write as the program has it."""
    if stmt.kind not in STRUCTURAL and not (stmt.kind == "item" and stmt.args):
        return stmt
    return replace(stmt, args=(), value=END if stmt.kind == "del" else stmt.value)


# The container itself -----------------------------------------------------------------------


def _undo(stmt: Write, log: Value | None, sweep: Sweep) -> None:
    target, key = stmt.target, sweep.again(stmt.key)

    def put(
        key: Atom, value: Atom = END, op: str | None = None, args: tuple[Atom, ...] = ()
    ) -> None:
        sweep.build.emit(Write("restore", target, key, value, stmt.origin, args, op))

    match stmt.kind:
        case "insert":
            put(stmt.args[0], op="del")
        case "new":
            put(key, op="del")
        case "extend":
            put(_from(stmt.args[0], sweep), op="cut")
        case "del" if stmt.args and log is not None:
            put(stmt.args[0], log, "insert")
        case "del" | "clear" if log is not None:
            put(END, log, "refill", (_REFILL,))
        case "splice" if log is not None:
            put(sweep.again(stmt.args[0]), log)
        case "item" if stmt.args and log is not None:
            outer, sweep.build = sweep.build, Builder(stmt.origin, sweep.facts)
            put(key, log)
            there, sweep.build = sweep.build.block(), Builder(stmt.origin, sweep.facts)
            put(sweep.again(stmt.key), op="del")
            new, sweep.build = sweep.build.block(), outer
            sweep.build.emit(If(stmt.args[0], there, new, (), stmt.origin))
        case "item" if log is not None:
            put(key, log)


def _from(start: Atom, sweep: Sweep) -> Value:
    return sweep.build.call(Ref("slice", slice), start, Const(None), name="index")


# Its adjoint --------------------------------------------------------------------------------


def _take(stmt: Write, shadow: Atom, key: Atom, sweep: Sweep) -> None:
    """The adjoint of a new item is taken out."""
    part = None
    if sweep.wanted(stmt.value):
        at = Const(-1) if key == END and stmt.kind == "insert" else key
        part = _read(stmt, shadow, at, sweep)
    sweep.build.emit(Write("del", shadow, sweep.again(key), END, stmt.origin))
    if part is not None:
        _contribute(stmt, part, sweep)


def _read(stmt: Write, shadow: Atom, key: Atom, sweep: Sweep) -> Value:
    name = f"{stmt.value.name}_bar" if isinstance(stmt.value, Value) else "t"
    part = sweep.build.call(_GETITEM, shadow, sweep.again(key), name=name)
    if isinstance(stmt.value, Value) and stmt.kind not in ("extend", "splice"):
        sweep.give(part, stmt.value)
    return part


def _contribute(stmt: Write, part: Atom, sweep: Sweep) -> None:
    sweep.add(stmt.value, part, owned=True, loose=not sweep.numeric(stmt.value))


def _insert(stmt: Write, shadow: Atom, log: Value | None, sweep: Sweep) -> None:
    _take(stmt, shadow, stmt.args[0], sweep)


def _new(stmt: Write, shadow: Atom, log: Value | None, sweep: Sweep) -> None:
    _take(stmt, shadow, stmt.key, sweep)


def _extend(stmt: Write, shadow: Atom, log: Value | None, sweep: Sweep) -> None:
    part = None
    if sweep.wanted(stmt.value):
        part = _read(stmt, shadow, _from(stmt.args[0], sweep), sweep)
    sweep.build.emit(Write("cut", shadow, _from(stmt.args[0], sweep), END, stmt.origin))
    if part is not None:
        _contribute(stmt, part, sweep)


def _put_back(stmt: Write, shadow: Atom, log: Value | None, sweep: Sweep) -> None:
    """What was taken out comes in again, with its adjoint so far."""
    bar, place = _own(stmt, sweep), stmt.args[0]
    sweep.build.emit(Write("insert", shadow, place, bar, stmt.origin, (place,)))


def _taken(stmt: Write, shadow: Atom, log: Value | None, sweep: Sweep) -> None:
    """The same for an entry of a dict."""
    bar = _own(stmt, sweep)
    sweep.build.emit(Write("new", shadow, sweep.again(stmt.key), bar, stmt.origin))


def _own(stmt: Write, sweep: Sweep) -> Atom:
    """The adjoint of what was taken out, complete by now, in memory of its own."""
    if not isinstance(stmt.value, Value):  # of a derivative, differentiated again
        raise Unsupported(
            "what is taken out of this list is not known, and the list is active",
            origin=stmt.origin,
            advice=("give it a name: `item = items.pop()`", "or use forward over reverse mode"),
        )  # fmt: skip
    bar = sweep.take(stmt.value)
    if bar is None:
        return sweep.zeros(stmt.value, bound=True)
    bar = sweep.shaped(bar, stmt.value, bound=True)
    number = sweep.facts.is_scalar(bar) and sweep.facts.is_array(bar) is not True
    if isinstance(bar, Const) or number or bar in sweep.owned:
        return bar
    return sweep.build.call(Ref("copy_of", runtime.copy_of), bar)


def _replace(stmt: Write, shadow: Atom, log: Value | None, sweep: Sweep) -> None:
    """The old items had no influence on what follows."""
    key = stmt.args[0] if stmt.kind == "splice" else stmt.key
    part = _read(stmt, shadow, key, sweep) if sweep.wanted(stmt.value) else None
    assert log is not None
    if stmt.kind == "item" and stmt.args:
        _maybe_replace(stmt, shadow, log, sweep)
    else:
        zero = sweep.zeros(log, bound=True)
        sweep.build.emit(Write("item", shadow, sweep.again(key), zero, stmt.origin))
    if part is not None:
        _contribute(stmt, part, sweep)


def _maybe_replace(stmt: Write, shadow: Atom, log: Value, sweep: Sweep) -> None:
    """An entry of a dict that may have been there before."""
    outer, sweep.build = sweep.build, Builder(stmt.origin, sweep.facts)
    zero = sweep.zeros(log, bound=True)
    key = sweep.again(stmt.key)
    sweep.build.emit(Write("item", shadow, key, zero, stmt.origin))
    there, sweep.build = sweep.build.block(), Builder(stmt.origin, sweep.facts)
    sweep.build.emit(Write("del", shadow, sweep.again(stmt.key), END, stmt.origin))
    new, sweep.build = sweep.build.block(), outer
    sweep.build.emit(If(stmt.args[0], there, new, (), stmt.origin))


def _clear(stmt: Write, shadow: Atom, log: Value | None, sweep: Sweep) -> None:
    """All entries come in again."""
    assert log is not None
    zero = sweep.zeros(log, bound=True)
    sweep.build.emit(Write("refill", shadow, END, zero, stmt.origin, (_REFILL,)))


_INVERSE: dict[str, Callable[[Write, Atom, Value | None, Sweep], None]] = {
    "insert": _insert, "new": _new, "extend": _extend, "del": _put_back, "taken": _taken,
    "splice": _replace, "item": _replace, "clear": _clear,
}  # fmt: skip


def take_entry(bar: Value, key: Atom, sure: bool, sweep: Sweep) -> Value:
    """The adjoint of an entry is taken out of that of a dict, where it is there."""
    name = "entry_bar"
    if sure:
        part = sweep.build.call(_GETITEM, bar, key, name=name)
        sweep.build.emit(Write("del", bar, key, END, sweep.build.origin))
        return part
    from s2s.ir import prims

    known = sweep.build.let(Apply(Ref("contains", prims.contains), (key, bar)), "known")
    inner, part = Builder(sweep.build.origin, sweep.facts), Value(name)
    read = inner.call(_GETITEM, bar, key, name=name)
    inner.emit(Write("del", bar, key, END, sweep.build.origin))
    nothing = Builder(sweep.build.origin, sweep.facts).block(Const(0.0))
    sweep.build.emit(If(known, inner.block(read), nothing, (part,), sweep.build.origin))
    sweep.vague.add(part)
    return part
