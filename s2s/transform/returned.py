"""Functions that call themselves and write into arguments give the new arrays back instead.

    def f(u, n):                   def f(u, n):
        u[n] *= 2                      u = u.copy()
        if n > 0:                      u[n] *= 2
            f(u, n - 1)                if n > 0:
                                           u[...] = f(u, n - 1)
    f(x[1:], 3)                        return u

                                   x[1:][...] = f(x[1:], 3)

Such a function cannot be written in the place of its call; as a function of what the arrays hold
it is a pair like any other.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import runtime
from s2s.analysis.activity import closures_of
from s2s.analysis.fact import UNKNOWN, Fact
from s2s.analysis.facts import Facts
from s2s.analysis.operations import Called, classify
from s2s.analysis.sharing import shares
from s2s.analysis.summaries import RESULT
from s2s.analysis.written import callees, calls_itself, shown_by, written_params
from s2s.errors import S2SError
from s2s.ir import prims
from s2s.ir.effects import augmented
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Closure,
    Const,
    Function,
    If,
    Let,
    Method,
    Ref,
    Star,
    Stmt,
    Undef,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.partial import bind_always
from s2s.ir.walk import all_atoms, blocks_of, map_block, statements, with_blocks
from s2s.rules.ask import Nothing
from s2s.transform.writes.entry import refuse_written

_APART = Ref("require_apart", runtime.require_apart)


class Returning:
    """A function that gives back, after its result, the arrays that another one writes into."""

    def __init__(self, key: object, function: Function, names: tuple[str, ...]) -> None:
        self.name = self.__name__ = function.name
        self.key, self.function, self.names = key, function, names
        out = function.body.outs[0]
        same, self.silent = _result(function, out, key)
        self.same = same if same in names else None  # the written parameter that is its result
        self.silent |= self.same is not None  # there is no other result
        self.single = self.silent and len(names) == 1
        self.shown = shown_by(function, out) & set(names)  # those that the result may show
        # What may share memory after a call: what it gives is made of copies otherwise.
        others = frozenset() if self.silent else shown_by(function, out) - set(names)
        self.groups = (others | {RESULT},) if others else ()
        self._made: Function | None = None

    @property
    def function_ir(self) -> Function:
        """The function, in which its own calls give the arrays back as well."""
        if self._made is None:
            self._made = _with_arrays(self)
        return self._made

    @functools.cached_property
    def plain(self) -> Function:
        """The same function for calls that nothing is differentiated of."""
        return replace(self.function_ir, name=f"{self.name}_pure")

    def guess(self, given: Mapping[str, Fact]) -> Fact:
        """What a call may give: to be confirmed."""
        arrays = tuple(given.get(n, UNKNOWN) for n in self.names)
        if self.single:
            return arrays[0]
        number = Fact("scalar", np.dtype(float), (), numeric=True)
        return Fact("tuple", items=arrays if self.silent else (number, *arrays))

    sizeless = True  # one pair for the arrays of all levels


@functools.lru_cache(maxsize=512)
def _returning(key: object, names: tuple[str, ...], function: Function) -> Returning:
    return Returning(key, function, names)


def _with_arrays(made: Returning) -> Function:
    """The function that copies the arrays, changes the copies and gives them back."""
    function, origin = made.function, made.function.origin
    params = {p.value.name: p.value for p in function.params}
    own = {params[n]: Value(n, True) for n in made.names}
    start: list[Stmt] = []
    for value in own:
        others = tuple(p.value for p in function.params if p.value is not value
                       and not (p.value in own and p.value.id < value.id))  # fmt: skip
        start.append(Let((), Apply(_APART, (value, *others)), origin))
    for value, copy in own.items():
        start.append(Let((copy,), Apply(Method("copy"), (value,)), origin))

    def swap(atom: Atom) -> Atom:
        return own.get(atom, atom) if isinstance(atom, Value) else atom

    out = function.body.outs[0]
    body = bind_always(function.body, {out} if isinstance(out, Value) else set())
    # First the calls: a nested function that calls itself hands on what it captures.
    body = map_block(_Rewrite(closures_of(body), made).block(body), swap)
    stmts = [*start, *body.stmts]
    outs = tuple(own.values()) if made.silent else (body.outs[0], *own.values())
    if not made.single:
        result = Value("result")
        stmts.append(Let((result,), Apply(Ref("tuple", prims.build_tuple), outs), origin))
        outs = (result,)
    return replace(function, body=replace(body, stmts=tuple(stmts), outs=outs))


def _result(function: Function, out: Atom, key: object) -> tuple[str | None, bool]:
    """The parameter that is the result, whichever way it is reached; whether it is None."""
    closures = closures_of(function.body)
    made: dict[Value, list[Atom]] = {}
    again: dict[Value, Called] = {}
    for stmt in statements(function.body):
        match stmt:
            case Let(targets=(target,), expr=Value() as same, unpack=False):
                made[target] = [same]
            case Let(targets=(target,), expr=Apply() as expr, unpack=False):
                op = classify(expr, Nothing(), closures)
                if augmented(expr) is not None and not isinstance(expr.args[0], Star):
                    made[target] = [expr.args[0]]
                elif isinstance(op, Called) and op.key == key:
                    again[target] = op
            case If():
                made.update((r, [b.outs[k] for b in blocks_of(stmt)])
                            for k, r in enumerate(stmt.results))  # fmt: skip

    def ends(atom: Atom) -> set[Atom]:
        """What a value is, through choices and updates in place."""
        found, todo, seen = set(), [atom], set()
        while todo:
            atom = todo.pop()
            if atom in seen:
                continue
            seen.add(atom)
            inner = made.get(atom) if isinstance(atom, Value) else None
            found.update([atom] if inner is None else [])
            todo += inner or ()
        return found

    found = ends(out)
    calls = [again[a] for a in found if isinstance(a, Value) and a in again]
    found = {a for a in found if a not in again}
    only = next(iter(found)) if len(found) == 1 else None
    if not isinstance(only, Value) or only not in {p.value for p in function.params}:
        return None, bool(found) and all(a == Const(None) or isinstance(a, Undef) for a in found)
    for op in calls:  # what it gives is what it is given
        given = (_bound(op) or {}).get(only.name)
        if given is None or ends(given) != {only}:
            return None, False
    return only.name, False


class _Rewrite:
    """Calls as calls that give the arrays back, which are then written."""

    def __init__(
        self, closures: Mapping[Value, Closure], inside: Returning | None = None,
        facts: Facts | None = None,
    ) -> None:  # fmt: skip
        self.closures, self.inside, self.facts = closures, inside, facts
        self.tried = 0  # statements `try` around: what a call wrote before it raised is not known

    def block(self, block: Block) -> Block:
        """A block with its calls rewritten."""
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            inner = blocks_of(stmt)
            if inner:
                tried = isinstance(stmt, If) and stmt.form == "try"
                self.tried += tried
                stmts.append(with_blocks(stmt, tuple(self.block(b) for b in inner)))
                self.tried -= tried
            elif isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
                stmts += self.call(stmt) or [stmt]
            else:
                stmts.append(stmt)
        return replace(block, stmts=tuple(stmts))

    def call(self, stmt: Let) -> list[Stmt] | None:
        """The statements that stand for a call, if it writes into arrays."""
        op = classify(stmt.expr, Nothing(), self.closures)
        if not isinstance(op, Called) or op.program or isinstance(op.key, Returning):
            return None
        if self.tried and _written(op):
            refuse_written(op.name, _written(op)[0], stmt.origin)
        arguments = _bound(op)
        if arguments is None:
            return None
        if self.inside is not None and op.key == self.inside.key:
            names = self.inside.names
        else:
            names = tuple(n for n in _written(op) if self._is_array(arguments.get(n)))
        if not names:
            return None
        made = _returning(op.key, names, op.function())
        return list(_called(made, op, arguments, stmt))

    def _is_array(self, atom: Atom | None) -> bool:
        if not isinstance(atom, Value):
            return False
        return self.facts is None or self.facts.is_array(atom) is True


def _called(
    made: Returning, op: Called, arguments: Mapping[str, Atom], stmt: Let
) -> Iterator[Stmt]:
    """A call, and the writes of what it gives back."""
    result = Value("result")
    new = [Value(f"{n}_new") for n in made.names]
    call = Apply(Ref(made.name, made), op.args, op.kwargs)
    if made.single:
        yield Let((new[0],), call, stmt.origin)
    else:
        whole = Value(f"{made.name}_result")
        parts = new if made.silent else [result, *new]
        yield Let((whole,), call, stmt.origin)
        yield Let(tuple(parts), whole, stmt.origin, unpack=True)
    for name, value in zip(made.names, new, strict=True):
        yield Write("item", arguments[name], Const(...), value, stmt.origin)
    if stmt.targets:
        out: Atom = Const(None) if made.silent else result
        yield replace(stmt, expr=out if made.same is None else arguments[made.same])


def _bound(op: Called) -> dict[str, Atom] | None:
    """The arguments of a call by parameter, without defaults."""
    if any(isinstance(a, Star) for a in op.args) or any(k is None for k, _ in op.kwargs):
        return None
    function = op.function()
    if any(p.kind in ("star", "starstar") for p in function.params):
        return None
    names = [p.value.name for p in function.params if p.kind in ("pos", "normal")]
    found: dict[str, Any] = dict(zip(names, op.args, strict=False))
    return {**found, **{str(k): a for k, a in op.kwargs}}


def _written(op: Called) -> tuple[str, ...]:
    """The parameters that a function writes into that calls itself, in their order."""
    try:
        return _written_by(op.key, op.function())
    except S2SError:
        return ()


@functools.lru_cache(maxsize=2048)
def _written_by(key: object, function: Function) -> tuple[str, ...]:
    if hasattr(key, "halves") or not calls_itself(key, function):
        return ()
    written = written_params(function, key)
    return tuple(p.value.name for p in function.params if p.value.name in written)


def stays(op: Called) -> bool:
    """Whether a call may become one that gives arrays back, so that it need not be inlined."""
    return not op.program and bool(_written(op))


def returned(function: Function, facts_of: Callable[[Function], Facts]) -> Function:
    """The function in which functions that call themselves write into nothing of its own.

    Raises
    ------
    Unsound
        Where it cannot be told what such a call writes into.
    """
    if not any(isinstance(op.key, Returning) or stays(op) for op in callees(function)):
        return function
    facts = facts_of(function)
    closures = closures_of(function.body)
    function = replace(function, body=_Rewrite(closures, None, facts).block(function.body))
    facts = facts_of(function)
    used = Counter(a for a in all_atoms(function.body) if isinstance(a, Value))
    stmts = list(statements(function.body))
    for stmt, after in zip(stmts, [*stmts[1:], None], strict=True):
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
            _check(stmt, after, facts, closures, used)
    return replace(function, body=_without_numbers(function.body, facts))


def _check(
    stmt: Let, after: Stmt | None, facts: Facts, closures: Mapping[Value, Closure],
    used: Mapping[Value, int],
) -> None:  # fmt: skip
    """What a call writes into are arrays, and what it gives is none of these."""
    op = classify(stmt.expr, facts, closures)
    if not isinstance(op, Called) or op.program:
        return
    arguments = _bound(op)
    made = op.key if isinstance(op.key, Returning) else None
    for name in _written(op) if made is None else _written_by(made.key, made.function):
        atom = (arguments or {}).get(name)
        number = not (isinstance(atom, Value) and shares(atom, facts))
        array = made is not None and name in made.names
        if arguments is None or number == array:
            refuse_written(op.name, name, stmt.origin)
    if made is not None and made.shown and not made.silent:
        assert isinstance(after, Let)
        result = after.targets[0]
        if shares(result, facts) and used[result]:
            refuse_written(op.name, min(made.shown), stmt.origin)


def _without_numbers(block: Block, facts: Facts) -> Block:
    """The block in which nobody asks whether a number is apart from an array."""
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        match stmt:
            case Let(expr=Apply(fn=fn, args=args)) if fn == _APART:
                others = [a for a in args[1:] if isinstance(a, Value) and shares(a, facts)]
                if others:
                    stmts.append(replace(stmt, expr=Apply(_APART, (args[0], *others))))
            case _:
                inner = tuple(_without_numbers(b, facts) for b in blocks_of(stmt))
                stmts.append(with_blocks(stmt, inner) if inner else stmt)
    return replace(block, stmts=tuple(stmts))
