"""Refuses blocks whose running again would be seen: output, random numbers, unknown calls."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from s2s.analysis.facts import Facts
from s2s.analysis.operations import Called, Unknown, classify
from s2s.errors import S2SError, Unsupported
from s2s.ir.nodes import Apply, Closure, Function, Let, Method, Opaque, Ref, Value
from s2s.ir.walk import statements

# Modules and classes whose functions do nothing but compute.
_QUIET = (
    "numpy", "math", "cmath", "operator", "itertools", "functools", "collections", "scipy",
    "copy", "s2s", "builtins", "cupy", "dataclasses", "_operator", "_functools", "_collections",
)  # fmt: skip
_LOUD = {
    "print", "open", "input", "exec", "eval", "next", "setattr", "delattr", "save", "savez",
    "savetxt", "load", "loadtxt", "breakpoint", "seed",
}  # fmt: skip
_DRAWS = {
    "random", "normal", "uniform", "integers", "standard_normal", "choice", "shuffle",
    "permutation", "binomial", "poisson", "exponential", "bernoulli", "rand", "randn", "randint",
}  # fmt: skip
_SPEAKS = {"start", "join", "write", "send", "put", "acquire", "release", "submit"}


def check_unseen(function: Function, lifted: Any) -> None:
    """Refuse a lifted block that does more than compute.

    Raises
    ------
    Unsupported
        At the first such call.
    """
    _check(function, set())


def _check(function: Function, seen: set[Any]) -> None:
    known = Facts()
    known.run(function.body)
    closures: dict[Value, Closure] = {}
    for stmt in statements(function.body):
        if isinstance(stmt, Opaque):
            _opaque(stmt)
        if not isinstance(stmt, Let):
            continue
        expr = stmt.expr
        if isinstance(expr, Closure):
            for target in stmt.targets:
                closures[target] = expr
            _once(functools.partial(_function_of, expr.source), expr.source, seen)
        if not isinstance(expr, Apply):
            continue
        if isinstance(expr.fn, Ref) and _loud(expr.fn.obj):
            _refuse(stmt, f"`{expr.fn.text}`")
        if isinstance(expr.fn, Method) and (expr.fn.name in _DRAWS or expr.fn.name in _SPEAKS):
            _refuse(stmt, f"the method `{expr.fn.name}`")
        op = classify(expr, known, closures)
        if isinstance(op, Called):
            _once(op.function, op.key, seen)
        elif isinstance(op, Unknown) and isinstance(expr.fn, Ref) and not _quiet(expr.fn.obj):
            _refuse(stmt, f"`{expr.fn.text}`, of which nothing is known,")


def _once(find: Callable[[], Function], key: Any, seen: set[Any]) -> None:
    """Check a function that the block calls."""
    if id(key) in seen:
        return
    seen.add(id(key))
    try:
        function = find()
    except S2SError:
        return  # refused with its own words where the derivative is made
    _check(function, seen)


def _function_of(local: Any) -> Function:
    found: Function = local.function
    return found


def _quiet(obj: Any) -> bool:
    """Whether a callable that has no rule is known to do nothing but compute."""
    if isinstance(obj, type):
        return issubclass(obj, BaseException | tuple | list | dict | set | np.generic) or (
            hasattr(obj, "__dataclass_fields__")
            or (obj.__module__ or "").partition(".")[0] in _QUIET
        )
    if isinstance(obj, types.MethodType):
        return False
    module = str(getattr(obj, "__module__", None) or type(obj).__module__ or "")
    return module.partition(".")[0] in _QUIET


def _loud(obj: Any) -> bool:
    """Whether a callable is known to be seen when it runs."""
    name = str(getattr(obj, "__name__", ""))
    owner = getattr(obj, "__self__", None)
    if isinstance(owner, np.random.Generator | np.random.RandomState):
        return True
    module = str(getattr(obj, "__module__", None) or "")
    if module.startswith(("random", "time", "numpy.random", "secrets", "os", "sys", "threading")):
        return True
    return name in _LOUD and module in ("builtins", "numpy", "io", "_io")


def _opaque(stmt: Opaque) -> None:
    """A statement kept as text may call what is harmless only."""
    for node in gast.walk(stmt.node):
        if isinstance(node, gast.Call) and isinstance(node.func, gast.Name):
            if node.func.id in _LOUD:
                raise _error(stmt, f"`{node.func.id}`")
        if isinstance(node, gast.Attribute) and (node.attr in _DRAWS or node.attr in _SPEAKS):
            raise _error(stmt, f"the method `{node.attr}`")


def _refuse(stmt: Any, what: str) -> None:
    raise _error(stmt, what)


def _error(stmt: Any, what: str) -> Unsupported:
    return Unsupported(
        f"{what} in the block of a tape: the block is run again for the gradient, "
        "and that would be seen",
        origin=stmt.origin,
        advice=("call it before the block and use its result inside, or after the block",),
    )

