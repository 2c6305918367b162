"""Calls of functions with source: value and tangent in one call.

    y = f(x, n)                y, y_dot = f_jvp(x, n, x_dot)
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from s2s.analysis.operations import Called
from s2s.ir import prims
from s2s.ir.build import tuple_of
from s2s.ir.nodes import Apply, Atom, Const, Function, Let, Param, Ref, Star, Value
from s2s.rules import HelperFunction
from s2s.transform.forward.tangents import Tangents, unpack
from s2s.transform.reverse.calls import argument_facts, bind
from s2s.transform.unit import Generated, reference


def push_call(stmt: Let, op: Called, t: Tangents) -> None:
    """Call the function that gives the value and its tangent."""
    function = op.function()
    arguments = bind(op, function, stmt) if _any_active(op, t) else {}
    active = [p for p in function.params if _is_active(arguments.get(p.value.name), t)]
    if not active:
        t.build.emit(stmt)
        return
    names = tuple(p.value.name for p in active)
    given = argument_facts(arguments, function, t.facts)
    made = t.unit.tangent(op.key, function, names, _generated(op.key), given)
    dots = [_argument(arguments[p.value.name], p, t) for p in active]
    params = tangent_params(function, names)
    call = Apply(reference(made), op.args, op.kwargs)
    if not op.kwargs and len(op.args) == len(function.params) and _positional(function):
        call = replace(call, args=(*op.args, *dots))
    else:
        pairs = zip(params, dots, strict=True)
        call = replace(call, kwargs=(*op.kwargs, *((p.value.name, d) for p, d in pairs)))
    target = stmt.targets[0]
    if not stmt.unpack:
        dot = Value(f"{target.name}_dot", target.user)
        t.build.emit(Let((target, dot), call, stmt.origin, unpack=True))
        t.give(dot, target)
        t.set(target, dot, rename=False)
        return
    whole, dot = Value(f"{function.name}_value"), Value(f"{function.name}_dot")
    t.build.emit(Let((whole, dot), call, stmt.origin, unpack=True))
    t.build.emit(replace(stmt, expr=whole))
    unpack(stmt, dot, t)


def tangent_params(function: Function, names: tuple[str, ...]) -> tuple[Param, ...]:
    """The parameters that take the tangents of some parameters of a function."""
    taken = {p.value.name for p in function.params} | function.taken
    kind = "normal" if _positional(function) else "kwonly"
    params = []
    for name in names:
        free, k = f"{name}_dot", 2
        while free in taken:
            free, k = f"{name}_dot_{k}", k + 1
        taken.add(free)
        params.append(Param(Value(free, True), kind))
    return tuple(params)


def with_params(function: Function, dots: tuple[Param, ...]) -> tuple[Param, ...]:
    """The parameters of the function with those of the tangents where Python lets them."""
    if function.params and function.params[-1].kind == "starstar":
        return (*function.params[:-1], *dots, function.params[-1])
    return (*function.params, *dots)


def _generated(key: object) -> bool:
    """Whether s2s wrote a callee."""
    return isinstance(key, Generated | HelperFunction)


def _positional(function: Function) -> bool:
    """Whether further parameters may follow the last one without a star."""
    return all(p.kind in ("pos", "normal") and p.default is None for p in function.params)


def _any_active(op: Called, t: Tangents) -> bool:
    """Whether any argument has a tangent, however it is passed."""
    atoms = [a.atom if isinstance(a, Star) else a for a in op.args]
    atoms += [a for _, a in op.kwargs]
    return any(t.dot(a) is not None for a in atoms)


def _is_active(argument: Any, t: Tangents) -> bool:
    if isinstance(argument, tuple):
        return any(_is_active(a, t) for a in argument)
    return argument is not None and t.dot(argument) is not None


def _argument(argument: Any, param: Param, t: Tangents) -> Atom:
    """The tangent of what a parameter takes: of `*args` a tuple, of `**kwargs` a dict."""
    if not isinstance(argument, tuple):
        return t.need(argument)
    if param.kind == "star":
        return tuple_of(t.build, *(t.need(a) for a in argument))
    parts: list[Atom] = []
    for key, atom in argument:
        parts += [Const(key), t.need(atom)]
    return t.build.call(Ref("dict", prims.build_dict), *parts)
