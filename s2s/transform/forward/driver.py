"""Forward mode of a whole function: values and tangents in one sweep."""

from __future__ import annotations

from dataclasses import replace

from s2s.analysis.activity import Activity, activity
from s2s.analysis.facts import Facts
from s2s.ir import prims
from s2s.ir.effects import augmented, idle, is_add_at
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    For,
    Function,
    If,
    Let,
    Note,
    Opaque,
    Pop,
    Push,
    Ref,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.partial import joins, partial_values
from s2s.ir.sweep import sweep
from s2s.ir.walk import statements
from s2s.transform.active_keys import check_keys
from s2s.transform.forward.branches import push_if, push_with
from s2s.transform.forward.calls import tangent_params, with_params
from s2s.transform.forward.loops import push_loop
from s2s.transform.forward.straight import push_let, push_pop, push_push
from s2s.transform.forward.tangents import Tangents
from s2s.transform.forward.writes import push_write, written_memory
from s2s.transform.refusals import check_opaque
from s2s.transform.reverse.guards import check_writes
from s2s.transform.unit import Unit


def forward(
    function: Function, inputs: tuple[Value, ...], dots: tuple[Value, ...], facts: Facts,
    unit: Unit, generated: bool = False,
) -> tuple[Block, Atom | None]:  # fmt: skip
    """The statements of a function with their tangents, and the tangent of the result.

    `dots` are the tangents of `inputs`; a tangent of None says that the result does not depend
    on them.  `generated` says that s2s wrote the function.
    """
    block, t = _run(function, inputs, dots, facts, unit, generated)
    return block, t.dot(function.body.outs[0])


def _run(
    function: Function, inputs: tuple[Value, ...], dots: tuple[Value, ...], facts: Facts,
    unit: Unit, generated: bool,
) -> tuple[Block, Tangents]:  # fmt: skip
    """The statements with their tangents, and the tangents."""
    written = written_memory(function, facts)
    act = activity(function, inputs, facts, written.homes)
    if not generated:  # what s2s writes in place is its own
        check_writes(function.body, act, facts, written)
        check_keys(function.body, act, facts)
    consumed = consumed_values(function.body) if generated else set()
    consumed |= written.made
    partial = partial_values(function.body)
    t = Tangents(unit, facts, act, partial, consumed, generated, push_block)
    t.demanded.update(_handed_on(function.body, partial, act))
    t.made, t.shallow, t.written = written.made, written.shallow, written.homes
    t.stacks = frozenset(s.stack for s in statements(function.body) if isinstance(s, Push | Pop))
    for value, dot in zip(inputs, dots, strict=True):
        t.give(dot, value)
        t.dots[value] = dot
        if value in t.written:
            t.showing.add(dot)
    t.block(function.body)
    return t.close(function.body, []), t


def _handed_on(block: Block, partial: set[Value], act: Activity) -> set[Value]:
    """The values that may be unbound where they become active ones.

    Nobody can make zeros of their shape there: they get a tangent where they are bound.
    """
    rows = [row for s in statements(block) for row in joins(s)] if partial else []
    found: set[Value] = set()
    while True:
        count = len(found)
        for result, sources in rows:
            if result in act.active or result in found:
                found.update(a for a in sources if a in partial)  # type: ignore[misc]
        if len(found) == count:
            return found


def jvp_function(
    name: str, function: Function, wrt: tuple[str, ...], facts: Facts, unit: Unit,
    generated: bool = False,
) -> Function:  # fmt: skip
    """`name(<params>, <tangents of wrt>) -> (value, tangent)`."""
    by_name = {p.value.name: p.value for p in function.params}
    params = tangent_params(function, wrt)
    dots = tuple(p.value for p in params)
    inputs = tuple(by_name[n] for n in wrt)
    body, t = _run(function, inputs, dots, facts, unit, generated)
    out, count = body.outs[0], len(t.build.stmts)
    dot = t.need(out)
    result = Value("result")
    pair = Let((result,), Apply(Ref("tuple", prims.build_tuple), (out, dot)))
    stmts = (*body.stmts, *t.build.stmts[count:], pair)
    return sweep(
        Function(
            name, with_params(function, params), replace(body, stmts=stmts, outs=(result,)),
            f"Value and tangent of `{function.name}` with respect to {', '.join(wrt)}.",
            function.origin, function.comments, function.taken | set(by_name),
        ), idle,
    )  # fmt: skip


def push_block(block: Block, t: Tangents) -> None:
    """Emit the statements of a block, each followed by its tangent."""
    for stmt in block.stmts:
        t.build.origin = getattr(stmt, "origin", None) or t.build.origin
        match stmt:
            case Let():
                push_let(stmt, t)
            case If():
                push_if(stmt, t)
            case For() | While():
                push_loop(stmt, t)
            case With():
                push_with(stmt, t)
            case Push():
                push_push(stmt, t)
            case Pop():
                push_pop(stmt, t)
            case Opaque():
                check_opaque(stmt, t.wanted)
                t.build.emit(stmt)
            case Write():
                push_write(stmt, t)
            case Note():
                t.build.emit(stmt)


def consumed_values(block: Block) -> set[Value]:
    """The buffers of generated code that are changed in place somewhere after."""
    found: set[Value] = set()
    before: dict[Value, list[Atom]] = {}
    for stmt in statements(block):
        match stmt:
            case Let(expr=Apply() as expr) if not stmt.unpack and expr.args:
                first = expr.args[0]
                changes = is_add_at(expr.fn) or augmented(expr) is not None
                if changes and isinstance(first, Value):
                    found.add(first)
            case Let(targets=(target,), expr=Value() as source) if not stmt.unpack:
                before.setdefault(target, []).append(source)
            case Push() | Pop():
                found.add(stmt.stack)
            case If():
                rows = zip(stmt.results, stmt.then.outs, stmt.orelse.outs, strict=True)
                for r, a, b in rows:
                    before.setdefault(r, []).extend((a, b))
            case With():
                for r, a in zip(stmt.results, stmt.body.outs, strict=True):
                    before.setdefault(r, []).append(a)
            case For() | While():
                four = zip(stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=True)
                for p, init, out, r in four:
                    before.setdefault(p, []).extend((init, out, r))
                    before.setdefault(r, []).extend((init, out, p))
    todo = list(found)
    while todo:
        for atom in before.get(todo.pop(), ()):
            if isinstance(atom, Value) and atom not in found:
                found.add(atom)
                todo.append(atom)
    return found
