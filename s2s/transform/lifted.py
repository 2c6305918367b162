"""Functions that call themselves, and are given functions or change variables around them.

    total = 0.0                            def go(n, x, total):
    def go(n):                                 if n > 0:
        nonlocal total                             total = go(n - 1, x, total)
        if n > 0:                                  total = total * x
            go(n - 1)                          return total
            total = total * x
    go(3)                                  total = go(3, x, total)

Such a function cannot be written in the place of its call.  It becomes a function of numbers and
arrays: variables that it shares go in and come back, functions are made again inside of it from
what they capture.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeAlias

from s2s.analysis.callees import is_callable
from s2s.analysis.fact import UNKNOWN, Fact
from s2s.analysis.operations import Called
from s2s.frontend.lower import LocalFunction
from s2s.ir import prims
from s2s.ir.nodes import (
    Apply,
    Atom,
    Closure,
    Const,
    Function,
    Let,
    Param,
    Ref,
    Star,
    Stmt,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.partial import bind_always
from s2s.ir.walk import own_atoms, statements
from s2s.transform.arguments import bind_all

if TYPE_CHECKING:
    from s2s.transform.inline import Inliner

# What a parameter is made of: ("leaf", k), ("fixed", ref) or ("closure", ...).
Shape: TypeAlias = tuple[Any, ...]
# A leaf: the name of a parameter, and of a holder of variables the names of these.
Leaf: TypeAlias = tuple[str, tuple[str, ...] | None]


class Lifted:
    """A function of plain arguments that stands for calls of one kind."""

    def __init__(self, function: Function, variables: tuple[str, ...]) -> None:
        self.name = self.__name__ = function.name
        self._function, self._ready = function, False
        self.variables = variables  # parameters that come back after the result

    @property
    def function_ir(self) -> Function:
        """The function with its variables as values."""
        from s2s.transform.inline import inline

        if not self._ready:
            self._ready = True  # asked for again by the calls inside of it
            self._function = inline(self._function)
        return self._function

    @functools.cached_property
    def plain(self) -> Function:
        """The same function for calls that nothing is differentiated of."""
        return replace(self.function_ir, name=f"{self.name}_pure")

    def guess(self, given: Mapping[str, Fact]) -> Fact | None:
        """What a call may give, if variables stay what they are: to be confirmed."""
        if not self.variables:
            return None
        items = (UNKNOWN, *(given.get(n, UNKNOWN) for n in self.variables))
        return Fact("tuple", items=items)


_WHOLE = "*"  # in the place of a variable: the holder is used in another way


@dataclass
class _Parts:
    """The plain arguments of a call, and how its parameters are made of them."""

    worker: Inliner
    atoms: list[Atom] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)

    def shape(self, atom: Atom, name: str, function: Function | None = None) -> Shape:
        """What an argument is made of."""
        known = self.worker.known
        if isinstance(atom, Ref) and not atom.live and is_callable(atom.obj):
            return ("fixed", atom)
        if isinstance(atom, Value) and atom in known.closures:
            closure = known.closures[atom]
            local: LocalFunction = closure.source
            given = (*closure.captures, *closure.defaults)
            inner = tuple((n, self.shape(a, n)) for n, a in given)
            return ("closure", local, closure.name, closure.is_lambda, len(closure.captures), inner)
        for k, other in enumerate(self.atoms):
            if other is atom and isinstance(atom, Value):
                return ("leaf", k)
        # An object that is taken apart is, for this, a holder of variables.
        holder = isinstance(atom, Value) and atom in self.worker.objects.made
        self.atoms.append(atom)
        self.leaves.append((name, () if holder else None))
        return ("leaf", len(self.atoms) - 1)


def lifted(worker: Inliner, op: Called, stmt: Let) -> list[Stmt] | None:
    """What stands for a call, or None where the call may stay as it is."""

    if op.program or not isinstance(op.key, LocalFunction | FunctionType):
        return None
    if hasattr(op.key, "halves") or not _calls_itself(op.key, op.function):
        return None
    function = op.function()
    op = replace(op, args=tuple(_swapped(a, worker) for a in op.args),
                 kwargs=tuple((k, worker.swap(a)) for k, a in op.kwargs))  # fmt: skip
    bound = bind_all(op, function, stmt)
    if bound is None:
        return None
    arguments, before = bound
    parts = _Parts(worker)
    shapes = tuple(parts.shape(arguments[p.value], p.value.name) for p in function.params)
    if not any(s[0] == "closure" for s in shapes) and all(c is None for _, c in parts.leaves):
        return None
    variables = {
        k: _variables(function, shapes, k) for k, (_, c) in enumerate(parts.leaves) if c is not None
    }  # fmt: skip
    if any(_is_more(parts.atoms[k], found, worker) for k, found in variables.items()):
        return None
    leaves = tuple((n, variables.get(k)) for k, (n, _) in enumerate(parts.leaves))
    made = _made(function, shapes, leaves)
    return [*before, *_call(made, parts.atoms, leaves, stmt)]


def _swapped(arg: Atom | Star, worker: Inliner) -> Atom | Star:
    return Star(worker.swap(arg.atom)) if isinstance(arg, Star) else worker.swap(arg)


def _call(
    made: Lifted, atoms: list[Atom], leaves: tuple[Leaf, ...], stmt: Let
) -> Iterator[Stmt]:
    """The call, with variables that are handed in and taken back."""
    args: list[Atom] = []
    places: list[tuple[Atom, str]] = []
    for atom, (_, variables) in zip(atoms, leaves, strict=True):
        if variables is None:
            args.append(atom)
            continue
        for name in variables:
            now = Value(name)
            yield Let((now,), Apply(Ref("getattr", getattr), (atom, Const(name))), stmt.origin)
            args.append(now)
            places.append((atom, name))
    call = Apply(Ref(made.__name__, made), tuple(args))
    if not places:
        yield replace(stmt, expr=call)
        return
    whole, result = Value("t"), Value("result")
    after = [Value(name) for _, name in places]
    yield Let((whole,), call, stmt.origin)
    yield Let((result, *after), whole, stmt.origin, unpack=True)
    for (atom, name), value in zip(places, after, strict=True):
        yield Write("attr", atom, Const(name), value, stmt.origin)
    if stmt.targets:
        yield replace(stmt, expr=result)


@functools.lru_cache(maxsize=512)
def _made(function: Function, shapes: tuple[Shape, ...], leaves: tuple[Leaf, ...]) -> Lifted:
    """The function for arguments of some shapes; the same one for the calls inside of it."""
    stmts: list[Stmt] = []
    params: list[Param] = []
    values: list[Value] = []
    places: list[tuple[Value, str]] = []
    shared: list[Value] = []
    taken: set[str] = set()

    def fresh(name: str) -> Value:
        """A value with a name that no other parameter has."""
        free, k = name, 2
        while free in taken:
            free, k = f"{name}_{k}", k + 1
        taken.add(free)
        return Value(free, True)

    for name, variables in leaves:
        value = fresh(name)
        values.append(value)
        if variables is None:
            params.append(Param(value))
            continue
        new = Apply(Ref("new_object", prims.new_object), (Ref("Cells", prims.Cells),))
        stmts.append(Let((value,), new))
        for variable in variables:
            given = fresh(variable)
            params.append(Param(given))
            stmts.append(Write("attr", value, Const(variable), given))
            places.append((value, variable))
            shared.append(given)

    def build(shape: Shape, name: str) -> Atom:
        if shape[0] == "leaf":
            return values[shape[1]]
        if shape[0] == "fixed":
            ref: Ref = shape[1]
            return ref
        _, local, text, is_lambda, count, inner = shape
        atoms = tuple((n, build(s, n)) for n, s in inner)
        value = Value(name, True)
        closure = Closure(text, local.tree, atoms[:count], atoms[count:], local, is_lambda)
        stmts.append(Let((value,), closure))
        return value

    for p, shape in zip(function.params, shapes, strict=True):
        stmts.append(Let((p.value,), build(shape, p.value.name)))
    out = function.body.outs[0]
    # A path without `return` gives None, which is put into a tuple here.
    partial = {out} if places and isinstance(out, Value) else set()
    stmts += bind_always(function.body, partial).stmts
    if places:
        last = [Value(name) for _, name in places]
        for (holder, name), value in zip(places, last, strict=True):
            read = Apply(Ref("getattr", getattr), (holder, Const(name)))
            stmts.append(Let((value,), read))
        both = Value("result")
        stmts.append(Let((both,), Apply(Ref("tuple", prims.build_tuple), (out, *last))))
        out = both
    body = replace(function.body, stmts=tuple(stmts), outs=(out,))
    changing = tuple(p.value.name for p in params if p.value in shared)
    return Lifted(replace(function, params=tuple(params), body=body), changing)


def _calls_itself(key: object, function: Any) -> bool:
    """Whether a function calls itself, or one beside it that may call it."""
    if isinstance(key, LocalFunction) and key.siblings:
        return True
    return any(
        isinstance(s, Let) and isinstance(s.expr, Apply) and isinstance(s.expr.fn, Ref)
        and s.expr.fn.obj is key
        for s in statements(function().body)
    )  # fmt: skip


def _is_more(holder: Atom, variables: tuple[str, ...], worker: Inliner) -> bool:
    """Whether an object is used for more than the attributes that it has of its own."""
    cls = worker.objects.made[holder]  # type: ignore[index]
    return _WHOLE in variables or any(hasattr(cls, name) for name in variables)


def _variables(function: Function, shapes: tuple[Shape, ...], k: int) -> tuple[str, ...]:
    """The variables of a holder that a function, or one that it is given, reads or assigns."""
    found: set[str] = set()
    for p, shape in zip(function.params, shapes, strict=True):
        _collect(function, p.value, shape, k, found)
    return tuple(sorted(found))


def _collect(
    function: Function, param: Value, shape: Shape, k: int, found: set[str]
) -> None:
    """Add the variables that are used through one parameter."""
    if shape == ("leaf", k):
        _used(function, param, found, frozenset())
    elif shape[0] == "closure":
        local: LocalFunction = shape[1]
        inner = local.function
        by_name = {p.value.name: p.value for p in inner.params}
        for name, part in shape[5]:
            _collect(inner, by_name[name], part, k, found)


def _used(
    function: Function, holder: Value, found: set[str], seen: frozenset[LocalFunction]
) -> None:
    """Add the variables of a holder that a function and those inside it use."""
    for stmt in statements(function.body):
        match stmt:
            case Let(expr=Apply(fn=Ref(obj=fn), args=(first, Const(value=str(name))))) if (
                fn is getattr and first is holder
            ):
                found.add(name)
            case Write(kind="attr", target=target, key=Const(value=str(name))):
                if target is holder:
                    found.add(name)
            case Let(expr=Closure() as closure):
                local: LocalFunction = closure.source
                for name, atom in closure.captures:
                    if atom is holder and local not in seen:
                        by_name = {p.value.name: p.value for p in local.function.params}
                        _used(local.function, by_name[name], found, seen | {local})
            case _ if holder in own_atoms(stmt):
                found.add(_WHOLE)
