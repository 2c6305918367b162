"""The functions of a derivative, each rewritten for Numba or left as NumPy code.

A function that cannot be rewritten stays as it is, and so do those that call it, since compiled
code cannot call Python; what they call is compiled all the same.
"""

from __future__ import annotations

import contextlib
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from s2s.analysis.fact import UNKNOWN, Fact, Join
from s2s.analysis.summaries import Summaries, canonical
from s2s.errors import Origin, S2SError
from s2s.frontend.lower import lowered
from s2s.ir.build import Builder, getattribute, getitem
from s2s.ir.effects import pure
from s2s.ir.nodes import Apply, Block, Closure, Const, Function, If, Let, Opaque, Ref, With
from s2s.ir.sweep import sweep
from s2s.ir.walk import all_atoms, blocks_of, statements, with_blocks
from s2s.rules import HelperFunction
from s2s.runtime import loops
from s2s.transform.numba.again import computed_again
from s2s.transform.numba.blocks import in_blocks
from s2s.transform.numba.borders import with_borders
from s2s.transform.numba.columns import in_columns
from s2s.transform.numba.element import FOLDS
from s2s.transform.numba.fuse import fuse
from s2s.transform.numba.gather import gathered
from s2s.transform.numba.kinds import Kinds, bound, generated, kinds_of
from s2s.transform.numba.legal import Legal, NotNative, is_quiet, is_source
from s2s.transform.numba.lift import lifted, live_of, wrapper
from s2s.transform.numba.matrices import in_matrices
from s2s.transform.numba.memory import Memory
from s2s.transform.numba.own import own
from s2s.transform.numba.prepare import prepare
from s2s.transform.numba.scratch import with_scratch
from s2s.transform.numba.stacks import without_idle_stacks
from s2s.transform.numba.ties import shares
from s2s.transform.numba.unread import without_unread
from s2s.transform.pipeline import Program, bind_facts
from s2s.transform.simplify.common import common
from s2s.transform.unit import Generated

WRAPPER = "it calls"  # of a function that only hands on its arguments
SEED = Fact("scalar", np.dtype(float), (), py=True, numeric=True)


@dataclass(frozen=True)
class Reason:
    """Why a function runs as NumPy code."""

    what: str
    origin: Origin | None = None

    def __str__(self) -> str:
        return self.what if self.origin is None else f"{self.what} ({self.origin})"


@dataclass
class Native:
    """The functions for Numba.

    Attributes
    ----------
    functions : tuple of Function
        Callees first.
    entry : str
        The function to call.
    compiled : str
        The function that Numba compiles first: the entry, or what it hands its arguments to.
    data : tuple
        What the wrapper of the entry hands on besides its arguments.
    python : dict
        The functions that run as NumPy code, with the reason.
    """

    functions: tuple[Function, ...]
    entry: str
    compiled: str
    data: tuple[Any, ...] = ()
    python: dict[str, Reason] = field(default_factory=dict)


def native_program(
    program: Program, given: Mapping[str, Fact], refused: Mapping[str, Reason],
    threads: bool = False,
) -> Native:  # fmt: skip
    """The program for Numba; functions in `refused` are known not to compile."""
    return _Writer(program, given, refused, threads).run()


class _Writer:
    """The functions on their way."""

    def __init__(
        self, program: Program, given: Mapping[str, Fact], refused: Mapping[str, Reason],
        threads: bool,
    ) -> None:  # fmt: skip
        self.program, self.threads = program, threads
        self.python: dict[str, Reason] = dict(refused)
        self.plain = {f.name: f for f in program.functions}
        self.adopted: dict[Any, Generated] = {}
        for f in program.functions:
            self._adopt_all(f)
        self.wrapped: Function | None = None
        self.data: tuple[Any, ...] = ()
        self.given: dict[str, Mapping[str, Fact] | None] = {program.entry: given}
        self.calls = Summaries(self._bind, self._result)
        self.entries = [program.functions[-1].name]
        if program.functions[-1].name != program.entry or program.entry.endswith("_bwd"):
            self.entries = [f.name for f in program.functions[-2:]]
        self._lift()

    # Facts across calls --------------------------------------------------------------------

    def _bind(self, expr: Apply, facts: Any) -> tuple[Any, Function, Mapping[str, Fact]] | None:
        """The callee of a call and what is known of its arguments."""
        function = generated(expr)
        if function is None:
            found: Any = bind_facts(expr, facts)
            return found  # type: ignore[no-any-return]
        given = bound(function, expr, facts)
        return None if given is None else (id(function), function, given)

    def _result(
        self, function: Function, given: Mapping[str, Fact], calls: Summaries
    ) -> tuple[Fact, bool]:
        facts = Kinds(calls)
        for p in function.params:
            facts.give(p.value, given.get(p.value.name, UNKNOWN))
        facts.run(function.body)
        return facts.resolved(facts.of(function.body.outs[0])), True

    def _adopt_all(self, function: Function) -> None:
        """Make functions of the user that a function calls functions of the program."""
        for stmt in statements(function.body):
            expr = stmt.expr if isinstance(stmt, Let) else None
            if isinstance(expr, Apply) and isinstance(expr.fn, Ref) and is_source(expr.fn.obj):
                with contextlib.suppress(NotNative):
                    self._adopted(expr.fn.obj)

    def _lift(self) -> None:
        """Hand data of the user to the functions that read it, from a wrapper of the entry."""
        live = live_of(self.plain)
        name = self.program.entry
        if len(self.entries) > 1 or not live[name]:
            for which, refs in live.items():
                if refs:
                    self.python.setdefault(which, Reason("data in a global or a closure"))
            return
        known = dict(self.given[name] or {})
        original = self.plain[name]
        for p in original.params:
            if p.default == Const(1.0) and p.value.name.endswith("_bar"):
                known.setdefault(p.value.name, SEED)
        inner = f"{name}_compiled"
        while inner in self.plain:
            inner += "_"
        functions = lifted(self.plain, live)
        changed = replace(functions.pop(name), name=inner)
        self.plain = {**functions, inner: changed}
        self.wrapped = wrapper(original, Generated(inner, changed), live[name])
        extra = changed.params[len(original.params) :]
        for p, ref in zip(extra, live[name].values(), strict=True):
            known[p.value.name] = Fact.from_value(ref.obj)
        self.data = tuple(ref.obj for ref in live[name].values())
        self.given = {inner: known}
        self.entries = [inner]

    def adopt(self, fn: types.FunctionType, expr: Apply, facts: Kinds) -> Apply:
        """A call of a function of the user, which becomes one of the program."""
        made = self._adopted(fn)
        call = Apply(Ref(made.name, made), expr.args, expr.kwargs)
        self._note(call, facts)
        return call

    def _adopted(self, fn: types.FunctionType) -> Generated:
        """The function of the program that stands for one of the user."""
        made = self.adopted.get(fn)
        if made is None:
            try:
                function = lowered(fn)
            except S2SError as error:
                raise NotNative(f"`{fn.__name__}`, which has no source") from error
            name = fn.__name__ if fn.__name__.isidentifier() else "inner"
            while name in self.plain:
                name = f"{name}_"
            function = replace(function, name=name)
            made = self.adopted[fn] = Generated(name, function)
            self.plain[name] = function
            self._adopt_all(function)
        return made

    def _note(self, expr: Any, facts: Kinds) -> None:
        """Remember what a call says of the parameters of its callee."""
        function = generated(expr)
        if function is None:
            return
        found = bound(function, expr, facts)
        if found is None:
            self.given[function.name] = {}
            return
        canon = dict(zip(found, canonical(list(found.values())).facts, strict=True))
        known = self.given.get(function.name)
        if known is None and function.name not in self.given:
            self.given[function.name] = canon
        elif known:
            join = Join()
            self.given[function.name] = {
                n: join(known[n], f) for n, f in canon.items() if n in known
            }

    # Functions -----------------------------------------------------------------------------

    def run(self) -> Native:
        """All functions, callers before callees, then in the order of definition."""
        done: dict[str, Function] = {}
        while True:
            name = self._next(done)
            if name is None:
                break
            done[name] = self._one(self.plain[name])
        self._spread()
        order = self._order(done)
        functions = [self.plain[n] if n in self.python else done[n] for n in order]
        made = {f.name: Generated(f.name) for f in functions}
        for k, function in enumerate(functions):
            functions[k] = made[function.name].function_ir = _rebound(function, made)
        if self.wrapped is not None:
            self.python.setdefault(self.program.entry, Reason(WRAPPER))
            functions.append(_rebound(self.wrapped, made))
        name = self.program.entry
        return Native(tuple(functions), name, self.entries[-1], self.data, self.python)

    def _next(self, done: Mapping[str, Function]) -> str | None:
        """A function all of whose callers are done, or any where there is none."""
        callers = self._callers(done)
        wanted = [*self.entries, *(n for n in callers if n not in self.entries)]
        left = [n for n in dict.fromkeys(wanted) if n in self.plain and n not in done]
        if not left:
            return None
        for name in left:
            if all(c in done for c in callers.get(name, ())):
                return name
        self.given[left[0]] = {}  # recursion: nothing is known
        return left[0]

    def _callers(self, done: Mapping[str, Function]) -> dict[str, set[str]]:
        """Who calls whom, of what is reached from the entries."""
        found: dict[str, set[str]] = {}
        todo = list(self.entries)
        seen = set(todo)
        while todo:
            name = todo.pop()
            for callee in _called(done.get(name, self.plain[name])):
                found.setdefault(callee, set()).add(name)
                if callee not in seen and callee in self.plain:
                    seen.add(callee)
                    todo.append(callee)
        return found

    def _one(self, function: Function) -> Function:
        """One function for Numba, or as it is with the reason noted."""
        given = dict(self.given.get(function.name) or {})
        for p in function.params:  # the seed
            if p.default == Const(1.0) and p.value.name.endswith("_bar"):
                given.setdefault(p.value.name, SEED)
        if function.name in self.python:
            return function
        try:
            _refuse(function)
            facts = kinds_of(function, given, self.calls)
            legal = Legal(facts, self.adopt, self._note)
            new = common(legal.function(with_borders(function, facts)), facts)
            new = sweep(without_idle_stacks(sweep(prepare(new, facts), pure)), pure)
            new = sweep(in_matrices(sweep(in_blocks(new, facts), pure), facts), pure)
            new = sweep(gathered(new, facts), pure)
            new = sweep(fuse(new, facts, self.threads), pure)
            new = sweep(shares(computed_again(new, facts), facts), pure)
            for _ in range(2):
                new = sweep(without_idle_stacks(sweep(without_unread(new, facts), pure)), pure)
            new = sweep(with_scratch(new, facts), pure)
            _refuse_left(new, facts)
            new = sweep(in_columns(sweep(own(new, facts), pure), facts), pure)
            return _guarded(new, facts, function.name in self.entries)
        except NotNative as error:
            self.python[function.name] = Reason(error.what, error.origin or function.origin)
            for callee in _called(function):
                self.given[callee] = {}  # called with whatever NumPy code has
            return function

    def _spread(self) -> None:
        """Who calls NumPy code is NumPy code."""
        while True:
            before = len(self.python)
            for name, function in self.plain.items():
                if name in self.python:
                    continue
                for callee in _called(function):
                    if callee in self.python:
                        self.python[name] = Reason(f"it calls `{callee}`")
                        break
            if len(self.python) == before:
                return

    def _order(self, done: Mapping[str, Function]) -> list[str]:
        """Callees before callers."""
        out: list[str] = []

        def visit(name: str, path: tuple[str, ...] = ()) -> None:
            if name in out or name in path or name not in done:
                return
            source = self.plain[name] if name in self.python else done[name]
            for callee in _called(source):
                visit(callee, (*path, name))
            out.append(name)

        for name in self.entries:
            visit(name)
        return out


def _rebound(function: Function, made: Mapping[str, Generated]) -> Function:
    """The function with its calls going to the functions as they are now."""

    def callee(stmt: Any) -> Any:
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
            known = generated(stmt.expr)
            if known is not None and known.name in made:
                ref = Ref(known.name, made[known.name])
                stmt = replace(stmt, expr=replace(stmt.expr, fn=ref))
        inner = tuple(through(b) for b in blocks_of(stmt))
        return with_blocks(stmt, inner) if inner else stmt

    def through(block: Block) -> Block:
        return replace(block, stmts=tuple(callee(s) for s in block.stmts))

    return replace(function, body=through(function.body))


def _called(function: Function) -> Iterator[str]:
    """The names of the generated functions that a function calls."""
    for atom in all_atoms(function.body):
        if isinstance(atom, Ref):
            if isinstance(atom.obj, Generated):
                yield atom.obj.name
            elif isinstance(atom.obj, HelperFunction):
                yield atom.obj.function.name


def _guarded(function: Function, facts: Kinds, entry: bool) -> Function:
    """The function with the checks of what it takes for granted of its parameters."""
    build = Builder(function.origin, facts)
    for p, q in Memory.guards(function, facts):
        build.emit(Let((), Apply(Ref("apart", loops.apart), (p, q))))
    if entry:  # callers of others are compiled for the same sizes of 1
        for param in function.params:
            for k, n in enumerate(facts.of(param.value).dims or ()):
                if n == 1:
                    shape = getattribute(build, param.value, "shape", name="shape")
                    size = getitem(build, shape, Const(k), name="n")
                    build.emit(Let((), Apply(Ref("agree", loops.agree), (size, Const(1)))))
    body = function.body
    return replace(function, body=replace(body, stmts=(*build.stmts, *body.stmts)))


def _refuse_left(function: Function, facts: Kinds) -> None:
    """What has a form in loops only, and is in none."""
    for stmt in statements(function.body):
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
            text = getattr(stmt.expr.fn, "text", "")
            if text.endswith("_1") and hasattr(loops, text):
                if any(facts.of(a).kind in ("array", "any") for a in stmt.expr.args):  # type: ignore[arg-type]
                    name = text.removesuffix("_1")
                    raise NotNative(f"`{name}` of an array of unknown kind", stmt.origin)
            if text in FOLDS and text != "np.sum" and len(stmt.expr.args) == 2:
                raise NotNative(f"`{text}` along an axis of an array of unknown kind", stmt.origin)


def _refuse(function: Function) -> None:
    """What Numba has no word for."""
    for p in function.params:
        if p.kind in ("star", "starstar"):
            raise NotNative("parameters with `*`", function.origin)
    for stmt in statements(function.body):
        if isinstance(stmt, With) and not is_quiet(stmt, function):
            raise NotNative("a `with` block", stmt.origin)
        if isinstance(stmt, If) and stmt.form == "try":
            raise NotNative("a `try` statement", stmt.origin)
        if isinstance(stmt, Let) and isinstance(stmt.expr, Closure):
            raise NotNative("a function inside of a function", stmt.origin)
        if isinstance(stmt, Opaque) and type(stmt.node).__name__ not in ("Assert", "Raise"):
            kind = type(stmt.node).__name__
            raise NotNative(f"a `{kind}` statement", stmt.origin)

