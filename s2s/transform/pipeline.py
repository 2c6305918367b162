"""The passes in order: from a lowered function to the functions of its derivative.

1. facts        what is known of each value (needed by every later question)
2. reverse      the backward sweep, as if every forward value were in scope
3. connect      dead adjoint code goes; what crosses is saved, computed again or handed out
4. join         both sweeps in one function, or apart as a pair
5. simplify     what facts about the whole show to be redundant goes (`simplify/__init__.py`)
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from s2s import runtime
from s2s.analysis.activity import activity, closures_of
from s2s.analysis.buffers import Buffers
from s2s.analysis.fact import Fact
from s2s.analysis.facts import Facts
from s2s.analysis.lists import lists_of_the_caller
from s2s.analysis.operations import Called, classify
from s2s.analysis.sharing import groups_of
from s2s.analysis.summaries import Summaries
from s2s.errors import S2SError, Unsound
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.effects import idle, pure
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    Function,
    Let,
    Note,
    Param,
    Ref,
    Stmt,
    Value,
)  # fmt: skip
from s2s.ir.partial import bind_always
from s2s.ir.record import replace
from s2s.ir.sweep import sweep
from s2s.ir.verify import verify
from s2s.ir.walk import all_atoms, all_defs, statements
from s2s.rules import HelperFunction
from s2s.transform.asked_late import methods_late
from s2s.transform.augment import out_of_place, plain_arithmetic
from s2s.transform.decided import decided
from s2s.transform.defaults import with_defaults
from s2s.transform.emptiness import asked_in_time
from s2s.transform.forward.calls import tangent_params
from s2s.transform.forward.driver import jvp_function
from s2s.transform.given_back import given_back
from s2s.transform.gone_through import gone_through
from s2s.transform.halves import Halves
from s2s.transform.influence import without_influence
from s2s.transform.inline import has_programs, inline
from s2s.transform.listed import lists_as_arrays
from s2s.transform.masked import masked_arrays
from s2s.transform.names import told_apart
from s2s.transform.objects.items import items_apart
from s2s.transform.outside import own_captured
from s2s.transform.plain import plain
from s2s.transform.rebind import rebind
from s2s.transform.results import apart
from s2s.transform.returned import returned
from s2s.transform.reverse.calls import argument_facts, bind
from s2s.transform.reverse.driver import is_real, reverse
from s2s.transform.save import connect
from s2s.transform.sets import sets_as_lists
from s2s.transform.simplify import simplify
from s2s.transform.spread import without_stars
from s2s.transform.stacks_left import with_empty_stacks
from s2s.transform.tries import with_refusals
from s2s.transform.unit import Generated, Pair, Unit, first_of_pair
from s2s.transform.used_up import refuse_used_up
from s2s.transform.whole import whole
from s2s.transform.writes.containers import settle_containers
from s2s.transform.writes.entry import own_arguments, refuse_written_arguments
from s2s.transform.writes.restores import restored
from s2s.transform.writes.settle import settle_writes
from s2s.transform.writes.unpacked import by_position

SEED = Fact("scalar", np.dtype(float), (), py=True, numeric=True)  # of a gradient: 1.0
_ROUNDS = 4  # programs inside programs


@dataclass(frozen=True)
class Program:
    """The functions of a derivative: helpers first, the entry last."""

    functions: tuple[Function, ...]
    entry: str
    tangents: tuple[str, ...] = ()  # in forward mode: the parameters added to the entry
    idle: tuple[str, ...] = ()  # parameters without influence on the result


def reverse_program(
    function: Function, wrt: tuple[str, ...], given: Mapping[str, Fact], *,
    value: bool = False, has_aux: bool = False, bare: bool = True, further: bool = False,
    masked: bool = True, loops: bool = False,
) -> Program:  # fmt: skip
    """The gradient of a function: `f_grad(<params>, f_bar=1.0)`.

    `further` says that it will be differentiated at once; of the generic one nobody knows.
    `masked` says that an adjoint of 0 stays 0 behind a choice, whatever the slope there.
    `loops` says that elementwise statements will be compiled to loops.
    """
    function = _ready(function, wrt, given)
    unit = _unit(function)
    unit.further, unit.masked, unit.loops = further, masked, loops
    if has_aux:
        function = _split_aux(function)
    facts = _facts(function, given)
    function, copies = own_arguments(settled(function, facts), facts)
    function = told_apart(function, facts)
    inputs = _inputs(function, wrt)
    seed = Value(f"{function.name}_bar", True)
    rev = reverse(function, inputs, seed, facts, unit, dict(function.spans))
    forward, backward = connect(rev, facts, loops=unit.loops)
    forward = _results_apart(forward, backward, rev.buffers, facts)
    out = forward.outs[0]
    build = Builder(None, facts)
    if not value_is_checked(out, function, facts):
        check = Ref("require_scalar", runtime.require_scalar)
        build.emit(Let((), Apply(check, (out,))))
    likes = tuple(copies.get(v, v) for v in inputs)
    grads = _finish(backward, likes, facts, always_tuple=not bare)
    gradient = grads.outs[0]
    stmts: list[Stmt] = [*forward.stmts, *build.stmts, Note(""), *grads.stmts]
    outs = [out, gradient] if value else [gradient]
    if has_aux:
        outs = [_tuple([out, forward.outs[1]], stmts), gradient] if value else [
            gradient, forward.outs[1],
        ]  # fmt: skip
    result = outs[0] if len(outs) == 1 else _tuple(outs, stmts)
    name = f"{function.name}_grad" if not value else f"{function.name}_value_and_grad"
    params = _with_seed(function.params, Param(seed, "normal", Const(1.0)))
    doc = f"Gradient of `{function.name}` with respect to {', '.join(wrt)}."
    entry = Function(
        name, params, Block(tuple(stmts), (result,)), doc, function.origin, function.comments,
        function.taken,
    )  # fmt: skip
    entry = sweep(entry, idle)
    unit.final = bool(given) and not further
    halves = Halves(unit, (entry,))
    short = simplify(entry, facts, {seed: SEED}, unit.final, further, loops, halves.seen)
    if unit.final and not loops and os.environ.get("S2S_CHECK"):
        short = with_empty_stacks(short, function)
    program = _program(unit, [short], halves)
    return replace(program, idle=without_influence(entry.body, wrt))


def value_is_checked(out: Atom, function: Function, facts: Facts) -> bool:
    """Whether the result is provably one real number."""
    if isinstance(out, Const):
        return isinstance(out.value, int | float)
    dtype = facts.dtype(out)
    real = dtype.kind in "fiub" if dtype is not None else is_real(function, facts)
    return bool(facts.is_scalar(out)) and real


def pair_program(
    function: Function, wrt: tuple[str, ...], given: Mapping[str, Fact], masked: bool = True
) -> Program:
    """Both halves apart: `f_fwd(<params>) -> (value, saved)`, `f_bwd(saved, f_bar)`."""
    function = _ready(function, wrt, given)
    unit = _unit(function)
    unit.masked = masked
    pair = Pair(
        unit.generated(f"{function.name}_fwd"), unit.generated(f"{function.name}_bwd"), wrt
    )
    _compile_pair(unit, function, pair, given, final=True)
    halves = [pair.forward, pair.backward]  # the entries come last
    unit.functions = [g for g in unit.functions if g not in halves] + halves
    return _program(unit, [])


def check_callee(function: Function, given: Mapping[str, Fact]) -> None:
    """Refuse to call a function that is known at run time only and writes into arguments."""
    function = apart(inline(function, given))
    facts = _facts(function, given)
    refuse_written_arguments(settled(function, facts), facts, "is only known at run time")


def forward_program(
    function: Function, wrt: tuple[str, ...], given: Mapping[str, Fact],
    others: tuple[Function, ...] = (), generated: bool = False, value: bool = True,
) -> Program:  # fmt: skip
    """Value and tangent: `f_jvp(<params>, <x_dot for x in wrt>) -> (value, tangent)`.

    `generated` says that s2s wrote the function, and `others` are what it calls: then this is
    forward over reverse mode.  Without `value` the result is the tangent alone.
    """
    unit = Unit(taken=set(function.taken) | {function.name, *(f.name for f in others)})
    unit.compile_tangent = _compile_tangent
    made = unit.generated(f"{function.name}_jvp")
    _compile_tangent(unit, function, made, wrt, generated, given, entry=True)
    if not value:
        assert made.function_ir is not None
        known = {p.value.name: SEED for p in function.params
                 if p.default == Const(1.0) and p.value.name.endswith("_bar")}  # fmt: skip
        known |= given
        for p, name in zip(tangent_params(function, wrt), wrt, strict=True):
            if name in given and given[name].kind == "array":
                known[p.value.name] = given[name]  # the driver sees to it
        facts = _facts(made.function_ir, known)
        made.function_ir = simplify(sweep(_tangent_only(made.function_ir), pure), facts, {})
    program = _program(unit, [])
    old = {f.name for f in others}
    fresh = tuple(f for f in program.functions if f.name not in old)
    entry = next(f for f in fresh if f.name == made.name)
    rest = tuple(f for f in fresh if f is not entry)
    own = {p.value.name for p in function.params}
    added = tuple(p.value.name for p in entry.params if p.value.name not in own)
    return Program((*others, *rest, entry), made.name, added)


def _tangent_only(function: Function) -> Function:
    """The function that gives the second part of `(value, tangent)`."""
    result = function.body.outs[0]
    made = next(s.expr for s in function.body.stmts
                if isinstance(s, Let) and s.targets == (result,))  # fmt: skip
    assert isinstance(made, Apply)
    doc = (function.doc or "").replace("Value and tangent", "Tangent")
    return replace(function, doc=doc, body=replace(function.body, outs=(made.args[1],)))  # type: ignore[arg-type]


def _compile_tangent(
    unit: Unit, function: Function, made: Generated, active: tuple[str, ...], generated: bool,
    given: Mapping[str, Fact] | None = None, entry: bool = False,
) -> None:  # fmt: skip
    """Fill in the function of a callee, or of the entry, with its tangent."""
    function = function if generated else _ready(function, active, given or {})
    facts = _facts(function, given or {})
    if generated:  # its updates in place are of arrays of its own
        function = plain_arithmetic(function)
    else:
        function = settled(function, facts)
        if entry:
            function, _ = own_arguments(function, facts)
        else:
            refuse_written_arguments(function, facts)
    made.result = first_of_pair(facts.of(function.body.outs[0]))
    made.function_ir = jvp_function(made.name, function, active, facts, unit, generated)


def hvp_program(
    function: Function, wrt: tuple[str, ...], given: Mapping[str, Fact]
) -> Program:
    """Hessian times vector, forward over reverse: `f_grad_jvp(...) -> product`, a tuple."""
    gradient = reverse_program(function, wrt, given, bare=False, further=True)
    *others, entry = gradient.functions
    return forward_program(entry, wrt, given, tuple(others), generated=True, value=False)


def _unit(function: Function) -> Unit:
    unit = Unit(taken=set(function.taken) | {function.name})
    unit.compile_pair = lambda u, f, pair, given: _compile_pair(u, f, pair, given, final=False)
    return unit


def _compile_pair(
    unit: Unit, function: Function, pair: Pair, given: Mapping[str, Fact], final: bool
) -> None:
    """Fill in both functions of a pair."""
    function = _ready(function, pair.active, given)
    facts = _facts(function, given)
    function = settled(function, facts)
    copies: dict[Value, Value] = {}
    if final:
        function, copies = own_arguments(function, facts)
    else:
        refuse_written_arguments(function, facts)
    function = told_apart(function, facts)
    pair.forward.result = first_of_pair(facts.of(function.body.outs[0]))
    inputs = _inputs(function, pair.active)
    seed = Value(f"{function.name}_bar", True)
    rev = reverse(function, inputs, seed, facts, unit, dict(function.spans))
    forward, backward = connect(rev, facts, absent=Const(None), loops=unit.loops)
    forward = _results_apart(forward, backward, rev.buffers, facts)
    if final:
        likes = tuple(copies.get(v, v) for v in inputs)
        backward = _finish(backward, likes, facts, always_tuple=True)
    elif len(backward.outs) != 1:
        stmts = list(backward.stmts)
        backward = replace(backward, outs=(_tuple(list(backward.outs), stmts),),
                           stmts=tuple(stmts))  # fmt: skip
    crossing = [v for v in _free(backward) if v is not seed]
    forward = bind_always(forward, set(crossing) & rev.plan.partial)
    fwd: list[Stmt] = list(forward.stmts)
    saved = _tuple(list(crossing), fwd)
    result = _tuple([forward.outs[0], saved], fwd)
    forward_half = Function(
        pair.forward.name, function.params, Block(tuple(fwd), (result,)),
        f"Forward sweep of `{function.name}`: the value and what its reverse needs.",
        function.origin, function.comments, function.taken,
    )  # fmt: skip
    saved_in = Value("saved", True)
    unpack: list[Stmt] = []
    if crossing:
        unpack.append(Let(tuple(crossing), saved_in, None, unpack=True))
    backward_half = Function(
        pair.backward.name, (Param(saved_in), Param(seed)),
        Block((*unpack, *backward.stmts), backward.outs),
        f"Backward sweep of `{function.name}`: gradients of {', '.join(pair.active)}.",
        function.origin, (), function.taken,
    )  # fmt: skip
    for half, made in (pair.forward, forward_half), (pair.backward, backward_half):
        half.function_ir = sweep(made, idle)
        unit.drafts[half] = facts


def settled(function: Function, facts: Facts) -> Function:
    """Updates in place as plain arithmetic where nobody can tell, else as writes."""
    function = by_position(given_back(function, facts), facts)
    function = rebind(settle_containers(function, facts), facts)
    return settle_writes(out_of_place(function, facts), facts)


def _results_apart(
    forward: Block, backward: Block, buffers: Buffers, facts: Facts
) -> Block:
    """Results in memory of their own, where the backward sweep puts old contents back."""
    changed = restored(backward, buffers)
    build = Builder(None, facts)
    copy = Ref("copy_of", runtime.copy_of)
    outs = [build.call(copy, a) if buffers.reads(a) & changed else a for a in forward.outs]
    return replace(forward, stmts=(*forward.stmts, *build.stmts), outs=tuple(outs))


def _free(block: Block) -> list[Value]:
    bound = set(all_defs(block))
    return list({a: None for a in all_atoms(block) if isinstance(a, Value) and a not in bound})


def _ready(
    function: Function, wrt: tuple[str, ...], given: Mapping[str, Fact]
) -> Function:
    """The function in the form that both modes start from."""
    function = _inlined(masked_arrays(function), given)
    for _ in range(_ROUNDS):
        if not has_programs(function):
            break
        # Where derivatives flow through a program that is given functions, its body is needed.
        active = activity(function, _inputs(function, wrt), _facts(function, given)).active
        refuse_used_up(function.body, active)
        before, function = function, whole(apart(plain(inline(function, given, active))))
        if sum(1 for _ in statements(function.body)) == sum(1 for _ in statements(before.body)):
            break
    function = items_apart(sets_as_lists(with_defaults(own_captured(function)), given))
    function = decided(asked_in_time(function), lambda f: _facts(f, given))
    function = methods_late(function, _inputs(function, wrt), lambda: _facts(function, given))
    return lists_as_arrays(function, lambda f: _facts(f, given))


def _inlined(function: Function, given: Mapping[str, Fact]) -> Function:
    """The function with what has to be inlined; functions that call themselves stay if they can."""

    def run(keep: bool) -> Function:
        made = masked_arrays(inline(function, given, keep=keep))
        return whole(apart(plain(gone_through(made))))

    try:
        return returned(run(keep=True), lambda f: _facts(f, given))
    except Unsound:
        return run(keep=False)


def _facts(function: Function, given: Mapping[str, Fact]) -> Facts:
    facts = Facts(call=Summaries(bind_facts, result_fact, shared_groups))
    return _run_facts(facts, function, given)


def _run_facts(facts: Facts, function: Function, given: Mapping[str, Fact]) -> Facts:
    for p in function.params:
        fact = given.get(p.value.name)
        if fact is not None:
            facts.give(p.value, fact)
        elif p.kind in ("star", "starstar"):
            facts.give(p.value, Fact("tuple" if p.kind == "star" else "dict"))
    facts.closures = closures_of(function.body)
    facts.run(function.body)
    return facts


def bind_facts(
    expr: Apply, facts: Facts
) -> tuple[object, Function, Mapping[str, Fact]] | None:
    """The callee of a call with source, and what is known of its arguments."""
    op = classify(expr, facts, facts.closures)
    if not isinstance(op, Called):
        return None
    try:
        function = op.function()
        op, more = without_stars(op, function, facts)
        arguments = bind(op, function, Let((), expr))
    except S2SError:
        return None
    return op.key, function, {**argument_facts(arguments, function, facts), **more}


def result_fact(
    function: Function, given: Mapping[str, Fact], calls: Summaries
) -> tuple[Fact, bool]:
    """What is known of the result of a call, and whether it may change lists of its caller."""
    facts = _run_facts(Facts(call=calls), function, given)
    out = function.body.outs[0]
    fact = facts.of(out)
    fact = facts.resolved(facts.tracked.deep(out, fact) if isinstance(out, Value) else fact)
    return fact, facts.volatile or facts.blind or bool(lists_of_the_caller(function))


def shared_groups(
    function: Function, given: Mapping[str, Fact], calls: Summaries
) -> tuple[frozenset[str], ...] | None:
    """What a call of a function leaves sharing memory."""
    return groups_of(function, _run_facts(Facts(call=calls), function, given))


def _inputs(function: Function, wrt: tuple[str, ...]) -> tuple[Value, ...]:
    by_name = {p.value.name: p.value for p in function.params}
    return tuple(by_name[name] for name in wrt)


def _split_aux(function: Function) -> Function:
    """The function with its `(value, aux)` result as two outs."""
    value, aux = Value("value"), Value("aux")
    apart = Let((value, aux), function.body.outs[0], function.origin, unpack=True)
    body = replace(function.body, stmts=(*function.body.stmts, apart), outs=(value, aux))
    return replace(function, body=body)


def _finish(
    backward: Block, inputs: tuple[Value, ...], facts: Facts, always_tuple: bool = False
) -> Block:
    """Gradients of the structure, dtype and shape of the arguments, in memory of their own."""
    build = Builder(None, facts)
    grads: list[Atom] = []
    for v, bar in zip(inputs, backward.outs, strict=True):
        convert = Ref("as_gradient", runtime.as_gradient)
        grads.append(build.call(convert, bar, v, name=f"{v.name}_bar"))
    stmts = [*backward.stmts, *build.stmts]
    out = grads[0] if len(grads) == 1 and not always_tuple else _tuple(grads, stmts)
    return replace(backward, stmts=tuple(stmts), outs=(out,))


def _tuple(atoms: list[Atom], stmts: list[Stmt]) -> Value:
    value = Value("result")
    stmts.append(Let((value,), Apply(Ref("tuple", prims.build_tuple), tuple(atoms))))
    return value


def _with_seed(params: tuple[Param, ...], seed: Param) -> tuple[Param, ...]:
    """The parameters with the seed where Python lets it stand."""
    special = [k for k, p in enumerate(params) if p.kind in ("star", "kwonly", "starstar")]
    if not special:
        return (*params, seed)
    seed = replace(seed, kind="kwonly")
    if params[-1].kind == "starstar":
        return (*params[:-1], seed, params[-1])
    return (*params, seed)


def _program(unit: Unit, entries: list[Function], halves: Halves | None = None) -> Program:
    """Everything in the order of definition, rule helpers included."""
    (halves or Halves(unit, ())).finish()
    made = [g.function_ir for g in unit.functions if g.function_ir is not None]
    functions = with_refusals(made + entries)
    if os.environ.get("S2S_CHECK"):
        for function in functions:
            verify(function)
    helpers: dict[HelperFunction, None] = {}
    for function in functions:
        for helper in _helpers(function):
            helpers[helper] = None
    return Program((*(h.function for h in helpers), *functions), functions[-1].name)


def _helpers(function: Function) -> Iterator[HelperFunction]:
    for stmt in statements(function.body):
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
            obj = getattr(stmt.expr.fn, "obj", None)
            if isinstance(obj, HelperFunction):
                yield from _helpers(obj.function)
                yield obj
