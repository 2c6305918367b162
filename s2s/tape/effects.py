"""Refuses blocks whose running again would be seen: output, random numbers, unknown calls."""

from __future__ import annotations

import copy
import functools
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gast
import numpy as np

from s2s.analysis.fact import Fact
from s2s.analysis.facts import Facts
from s2s.analysis.operations import Called, Unknown, classify
from s2s.driver.dispatch import fact_of
from s2s.driver.subject import is_of_the_user
from s2s.errors import S2SError, Unsupported
from s2s.frontend.lower import LocalFunction
from s2s.frontend.resolve import MISSING
from s2s.ir.effects import is_grown
from s2s.ir.nodes import Apply, Closure, Function, Let, Method, Opaque, Ref, Value, Write
from s2s.ir.walk import all_atoms, statements
from s2s.tape.held import holds_variables, leaves_of
from s2s.tape.variable import Variable
from s2s.transform.reverse.calls import argument_facts, bind

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
_SPEAKS = {"start", "write", "send", "put", "acquire", "release", "submit"}
_STORES = {
    "append", "appendleft", "add", "extend", "insert", "update", "setdefault", "pop", "popleft",
    "remove", "clear", "discard", "__setitem__", "put_nowait",
}  # fmt: skip


def check_unseen(function: Function, lifted: Any) -> bool:
    """Refuse a lifted block that does more than compute; whether it stores values somewhere.

    Raises
    ------
    Unsupported
        At the first such call.
    """
    for given in lifted.inputs:
        obj = lifted.helpers.data.get(given.path.name)
        if hasattr(obj, "__next__"):
            raise Unsupported(
                f"`{given.path.name}` is an iterator: the block is run again for the gradient, "
                "and that would take more items from it",
                origin=lifted.place.origin(),
                advice=("take the item before the block: `batch = next(it)`",),
            )
    roots = {i.param: i.path.read(lifted.helpers.data[i.path.name]) for i in lifted.inputs}
    walk = _Walk()
    walk.check(function, {n: fact_of(o) for n, o in roots.items() if not _is_array(o)})
    return walk.stores


class _Walk:
    """Goes through a block and the functions that it calls."""

    def __init__(self) -> None:
        self.seen: set[int] = set()
        self.stores = False

    def check(self, function: Function, given: Mapping[str, Fact]) -> None:
        """Refuse what would be seen."""
        _data_of_others(function)
        known = Facts()
        for p in function.params:
            if p.value.name in given:
                known.give(p.value, given[p.value.name])
        known.run(function.body)
        closures: dict[Value, Closure] = {}
        for stmt in statements(function.body):
            self.stores |= isinstance(stmt, Write)
            if isinstance(stmt, Opaque):
                _opaque(stmt)
            if not isinstance(stmt, Let):
                continue
            expr = stmt.expr
            if isinstance(expr, Closure):
                for target in stmt.targets:
                    closures[target] = expr
                self.once(functools.partial(_function_of, expr.source), expr.source, {})
            if isinstance(expr, Apply):
                self.call(stmt, expr, known, closures)

    def call(
        self, stmt: Let, expr: Apply, known: Facts, closures: Mapping[Value, Closure]
    ) -> None:
        """Refuse a call that would be seen."""
        if isinstance(expr.fn, Ref) and _loud(expr.fn.obj):
            raise _error(stmt, f"`{expr.fn.text}`")
        if isinstance(expr.fn, Ref) and _is_tape(expr.fn.obj):
            raise Unsupported(
                "a function that is called in the block of a tape enters a tape of its own",
                origin=stmt.origin,
                advice=("put the inner tape into the block itself", "or use s2s.grad for it"),
            )
        if is_grown(expr.fn):
            self.stores = True
        if isinstance(expr.fn, Method):
            if expr.fn.name in _DRAWS or expr.fn.name in _SPEAKS:
                raise _error(stmt, f"the method `{expr.fn.name}`")
            self.stores |= expr.fn.name in _STORES
        op = classify(expr, known, closures)
        if isinstance(op, Called):
            self.once(op.function, op.key, self.facts(op, stmt, known))
        elif isinstance(op, Unknown) and isinstance(expr.fn, Ref) and not _quiet(expr.fn.obj):
            raise _error(stmt, f"`{expr.fn.text}`, of which nothing is known,")

    @staticmethod
    def facts(op: Called, stmt: Let, known: Facts) -> dict[str, Fact]:
        """What is known of the arguments of a call."""
        try:
            function = op.function()
            return argument_facts(bind(op, function, stmt), function, known)
        except S2SError:
            return {}

    def once(self, find: Callable[[], Function], key: Any, given: Mapping[str, Fact]) -> None:
        """Check a function that the block calls."""
        if id(key) in self.seen:
            return
        self.seen.add(id(key))
        try:
            function = find()
        except S2SError:
            if isinstance(key, LocalFunction) or is_of_the_user(key):
                raise  # who knows what it does when it is run again
            return
        self.check(function, given)


def _data_of_others(function: Function) -> None:
    """Refuse data that a function finds by itself: its source does not show the block."""
    defaults = [p.default for p in function.params if isinstance(p.default, Ref)]
    for ref in (*defaults, *(a for a in all_atoms(function.body) if isinstance(a, Ref))):
        given = ref in defaults or ref.live
        if given and ref.obj is not MISSING and _is_data(ref.obj):
            raise Unsupported(
                f"`{ref.text}` is data that `{function.name}` finds by itself",
                origin=function.origin,
                advice=(f"pass `{ref.text}` as an argument", "or give it a name in the block"),
            )


def _is_data(obj: Any) -> bool:
    """Whether an object may hold what a gradient is taken of, or may be written to."""
    if isinstance(obj, np.ndarray | list | dict | set | Variable):
        return True
    return holds_variables(obj) or any(hasattr(x, "dtype") for _, x in leaves_of("_", obj))


def _is_array(obj: Any) -> bool:
    return isinstance(obj, Variable | np.ndarray)


def _function_of(local: Any) -> Function:
    found: Function = local.function
    return found


def _is_tape(obj: Any) -> bool:
    module = str(getattr(obj, "__module__", None))
    return module.startswith("s2s.tape") and getattr(obj, "__name__", "") in (
        "GradientTape", "ForwardAccumulator",
    )  # fmt: skip


def _quiet(obj: Any) -> bool:
    """Whether a callable that has no rule is known to do nothing but compute."""
    if isinstance(obj, type):
        return issubclass(obj, BaseException | tuple | list | dict | set | np.generic) or (
            hasattr(obj, "__dataclass_fields__")
            or (obj.__module__ or "").partition(".")[0] in _QUIET
        )
    if isinstance(obj, types.MethodType):
        return False
    if isinstance(obj, functools._lru_cache_wrapper):  # it may remember, but says the same again
        return True
    module = str(getattr(obj, "__module__", None) or type(obj).__module__ or "")
    return module.partition(".")[0] in _QUIET


def is_loud(fn: Any) -> bool:
    """Whether a callee shows something or draws numbers."""
    return fn.name in _DRAWS if isinstance(fn, Method) else _loud(getattr(fn, "obj", None))


def unheard(fn: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """The result of such a call, which nobody notices: from a copy of the generator."""
    if isinstance(fn, Method):
        receiver, *rest = args
        return getattr(copy.deepcopy(receiver), fn.name)(*rest, **kwargs)
    if fn.obj is print:
        return None
    owner = copy.deepcopy(getattr(fn.obj, "__self__", None))
    return getattr(owner, fn.obj.__name__)(*args, **kwargs)


def only_shows_or_draws(function: Function) -> bool:
    """Whether all that would be seen are calls that `unheard` can stand for."""
    for stmt in statements(function.body):
        if isinstance(stmt, Opaque):
            return False
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
            fn = stmt.expr.fn
            if isinstance(fn, Method) and fn.name in _SPEAKS:
                return False
            if isinstance(fn, Ref) and _loud(fn.obj) and fn.obj is not print:
                owner = getattr(fn.obj, "__self__", None)
                if not isinstance(owner, np.random.Generator | np.random.RandomState):
                    return False
    return True


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


def _error(stmt: Any, what: str) -> Unsupported:
    return Unsupported(
        f"{what} in the block of a tape: the block is run again for the gradient, "
        "and that would be seen",
        origin=stmt.origin,
        advice=("call it before the block and use its result inside, or after the block",),
    )

