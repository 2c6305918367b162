"""What an expression is to differentiation: ruled, a call, a container, inert or unknown.

Every pass that treats expressions differently asks here, so that activity, reverse and
forward mode cannot disagree.
"""

from __future__ import annotations

import functools
import inspect
import operator
import random
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from s2s.errors import S2SError
from s2s.frontend.lower import LocalFunction, lowered
from s2s.ir import prims
from s2s.ir.nodes import (
    Apply,
    Atom,
    Closure,
    Const,
    Expr,
    Function,
    Method,
    Raw,
    Ref,
    Star,
    Value,
)
from s2s.ir.walk import all_atoms
from s2s.rules import Bound, HelperFunction, book
from s2s.rules.ask import Ask
from s2s.rules.namespace import runtime_part


@dataclass(frozen=True)
class Ruled:
    """A callable with a derivative rule."""

    bound: Bound


@dataclass(frozen=True)
class Called:
    """A call of a function whose source is known; `args` include captured values."""

    name: str
    key: object  # what identifies the callee
    function: Callable[[], Function]
    args: tuple[Atom | Star, ...]
    kwargs: tuple[tuple[str | None, Atom], ...]
    program: bool = False  # it stands for a function without source


@dataclass(frozen=True)
class Built:
    """A tuple, list, dict or set display; a list or dict grown by one; lists put together."""

    kind: str
    items: tuple[Atom | Star, ...]


@dataclass(frozen=True)
class Item:
    """`x[index]` or, with a constant string, `x.attribute`."""

    base: Atom
    index: Atom
    attribute: bool = False
    data: bool = False  # an attribute that is certainly data of the object itself


@dataclass(frozen=True)
class Copied:
    """Another name for an atom."""

    atom: Atom


@dataclass(frozen=True)
class Captured:
    """A closure: depends on what it captures."""

    closure: Closure


@dataclass(frozen=True)
class Inert:
    """Its derivative is zero whatever its arguments are."""


@dataclass(frozen=True)
class Unknown:
    """Nothing is known of it: harmless without active arguments, refused with them."""

    atoms: tuple[Atom, ...]
    what: str


@dataclass(frozen=True)
class Late(Unknown):
    """A call of a function that is a value of the program, with plain arguments."""

    fn: Value
    args: tuple[Atom, ...]


# By identity of the call, which is kept so that no other one can take its place.
Operations: TypeAlias = "dict[int, tuple[Apply, Mapping[Value, Closure], Operation]]"
Operation = Ruled | Called | Built | Item | Copied | Captured | Inert | Unknown

_DISPLAYS = {
    prims.build_tuple: "tuple", prims.build_list: "list", prims.build_dict: "dict",
    prims.build_set: "set", prims.list_append: "append",
    prims.dict_put: "put",
}  # fmt: skip
_OF_KEYS = (sorted, list, tuple, max, min)
_METADATA = {"shape", "ndim", "size", "dtype", "itemsize", "nbytes", "flags", "strides"}
_INDEXED = (np.ndarray, np.generic, list, tuple, dict, str, bytes, range)
_INERT = {isinstance, type, hasattr, callable, id, print, repr, str, range, slice, bool, len,
          issubclass, format, hash, prims.truth, prims.contains, prims.not_contains,
          operator.is_, operator.is_not, operator.not_}  # fmt: skip


def classify(expr: Expr, facts: Ask, closures: Mapping[Value, Closure]) -> Operation:
    """The kind of an expression."""
    match expr:
        case Apply():
            return _applied(expr, facts, closures)
        case Raw(node, reads):
            if type(node).__name__ in ("JoinedStr", "TemplateStr"):
                return Inert()
            return Unknown(tuple(a for _, a in reads), f"this `{type(node).__name__}` expression")
        case Closure():
            return Captured(expr)
        case _:
            return Copied(expr)


def _applied(expr: Apply, facts: Ask, closures: Mapping[Value, Closure]) -> Operation:
    """The kind of a call, found out once for a function of which all is known."""
    known: Operations | None = getattr(facts, "operations", None)
    if known is None:
        return _apply(expr, facts, closures)
    found = known.get(id(expr))
    if found is None or found[1] is not closures:
        found = known[id(expr)] = expr, closures, _apply(expr, facts, closures)
    return found[2]


def _apply(expr: Apply, facts: Ask, closures: Mapping[Value, Closure]) -> Operation:
    fn, args = expr.fn, expr.args
    owned = book().of_object(expr, facts)
    if isinstance(owned, Bound):
        return Inert() if owned.constant else Ruled(owned)
    if isinstance(fn, Value):
        if fn in closures:
            return _closure_call(closures[fn], expr)
        known, obj = facts.constant(fn)
        if not known or not callable(obj):
            receiver = witness(fn, facts)
            call = _method(receiver, "__call__") if receiver is not None else None
            if call is not None:  # an object that is called: it may hold active data
                whole = Apply(fn, (fn, *args), expr.kwargs)
                return _called(f"{type(receiver).__name__}_call", call, whole)
            # The callee may hold active data as well.
            what = f"the function `{fn.name}`, known only at run time"
            plain = tuple(a for a in args if not isinstance(a, Star))
            if expr.kwargs or len(plain) < len(args):
                return Unknown((fn, *_plain(expr)), what)
            return Late((fn, *plain), what, fn, plain)
        expr = Apply(Ref(fn.name, obj), args, expr.kwargs)
        fn = expr.fn
    if isinstance(fn, Ref):
        found = _ref(fn, expr, facts)
        if found is not None:
            return found
    if isinstance(fn, Method) and isinstance(args[0], Ref | Value):
        receiver = witness(args[0], facts)
        method = _method(receiver, fn.name) if receiver is not None else None
        static = inspect.getattr_static(type(receiver), fn.name, None)
        if isinstance(static, staticmethod) and method is not None:
            return _called(fn.name, method, Apply(fn, args[1:], expr.kwargs))
        if method is not None:
            return _called(f"{type(receiver).__name__}_{fn.name}", method, expr)
    if isinstance(fn, Method) and fn.name == "copy" and _is_container(args[0], facts):
        return Built("copy", args)
    bound = book().lookup(expr, facts)
    if bound is not None:
        return Inert() if bound.constant else Ruled(bound)
    if isinstance(fn, Ref) and fn.obj is zip and len(args) == 1 and not expr.kwargs:
        if isinstance(args[0], Star):
            return _program(runtime_part("sequences").unzipped, (args[0].atom,), ())
    for program in book().programs(expr, facts):
        if _accepts(program, expr):
            return _program(program, args, expr.kwargs)
    if isinstance(fn, Ref):
        function = python_function(fn.obj)
        if function is not None and not from_scipy(function):
            return _python_call(function, expr)
    text = f"`{fn.text}`" if isinstance(fn, Ref) else f"the method `{getattr(fn, 'name', fn)}`"
    return Unknown(_plain(expr), text)


def _ref(fn: Ref, expr: Apply, facts: Ask) -> Operation | None:
    """Calls that need no rule: displays, items, attributes, metadata."""
    obj, args = fn.obj, expr.args
    try:
        display = _DISPLAYS.get(obj)
        inert = obj in _INERT
    except TypeError:  # an unhashable callable
        return None
    if display is not None:
        return Built(display, args)
    if len(args) == 1 and obj in _OF_KEYS and _kind(args[0], facts) == "dict":
        return Inert()  # active keys: `transform/active_keys.py`
    lists = None if expr.kwargs else _of_lists(obj, args, facts)
    if lists is not None:
        return lists
    if getattr(obj, "needs_compiler", False):
        what = "a function known only at run time, differentiated twice,"
        return Unknown(_plain(expr), what)
    if obj is operator.getitem:
        base, index = args
        assert not isinstance(base, Star) and not isinstance(index, Star)
        return _subscript(base, index, facts)
    if obj is getattr and len(args) == 2 and isinstance(args[1], Const):
        base = args[0]
        assert not isinstance(base, Star)
        field = _member(base, str(args[1].value), facts, expr)
        if field is not None:
            return field
        if args[1].value in _METADATA:
            return Inert()
        if book().lookup(expr, facts) is None:
            return Item(base, args[1], attribute=True)
    if obj is prims.unpack_star:
        whole = args[0]
        assert not isinstance(whole, Star)
        return Item(whole, Const(0))
    if isinstance(obj, LocalFunction):  # a nested function calling itself
        function = obj
        captured = tuple(p.value for p in obj.extra)  # passed on to the next level
        kwargs = (*expr.kwargs, *_defaults_of_itself(obj, expr))
        return Called(obj.name, obj, lambda: function.function, captured + args, kwargs)
    if isinstance(obj, HelperFunction):  # written from a template for a derivative
        helper = obj
        return Called(obj.name, obj, lambda: helper.function, args, expr.kwargs)
    return Inert() if inert else None


def _may_be_dict(atom: Atom, fact: Any) -> bool:
    """Whether an atom is a dict, or nothing is known of it: `|` of numbers carries nothing."""
    if isinstance(atom, Ref):
        return isinstance(atom.obj, dict)
    return fact.kind == "dict" or fact.kind == "any" and not fact.numeric


def _kind(atom: Atom | Star, facts: Ask) -> str | None:
    """The kind of a value, as far as it is known."""
    of = getattr(facts, "of", None)
    return of(atom).kind if of is not None and isinstance(atom, Value) else None


def _is_container(atom: Atom | Star, facts: Ask) -> bool:
    """Whether an atom is a list or a dict, also one of a global."""
    if isinstance(atom, Ref):
        return isinstance(atom.obj, list | dict)
    of = getattr(facts, "of", None)
    return of is not None and of(atom).kind in ("list", "dict")


def _of_lists(obj: Any, args: tuple[Any, ...], facts: Ask) -> Operation | None:
    """`a + b` and `a * n` of lists and tuples, and `dict(d)`."""
    of = getattr(facts, "of", None)
    if of is None or not 0 < len(args) < 3 or any(isinstance(a, Star) for a in args):
        return None
    kinds = [of(a).kind for a in args]
    if obj in (operator.or_, operator.ior) and any(_may_be_dict(a, of(a)) for a in args):
        return Unknown(args, "`|` of dicts")
    if obj is dict and isinstance(args[0], Ref) and isinstance(args[0].obj, dict):
        return Built("copy", args)
    if obj is dict and kinds == ["dict"]:
        return Built("copy", args)
    if obj is operator.add and len(kinds) == 2 and kinds[0] == kinds[1]:
        return Built("join", args) if kinds[0] in ("list", "tuple") else None
    if obj is operator.mul and kinds[0] in ("list", "tuple") and len(kinds) == 2:
        if kinds[1] in ("int", "bool"):
            return Built("repeat", args)
        if kinds[1] == "any" and not of(args[1]).numeric:
            return Unknown(args, "a list times a value of unknown kind")
    return None


def _subscript(base: Atom, index: Atom, facts: Ask) -> Operation:
    """`base[index]`, where the base may be an object that joins what is in the index: `np.r_`."""
    if facts.constant(index) == (True, ()):
        return Copied(base)  # the same number out of an array of no dimensions
    obj = witness(base, facts)
    if obj is not None and not isinstance(obj, _INDEXED):
        getter = _method(obj, "__getitem__")
        if getter is not None and not type(obj).__module__.startswith("numpy"):
            return Called("getitem", getter, lambda: lowered(getter), (base, index), ())
        parts = (facts.constant(a)[1] for a in (index, *(facts.items(index) or ())))
        directive = any(isinstance(p, str) for p in parts)
        for program in () if directive else book().programs(Apply(Ref("r_", obj), (index,)), facts):
            return _program(program, (index,), ())
        if isinstance(obj, type):  # `list[float]`
            return Inert()
        return Unknown((base, index), f"the item of a `{type(obj).__name__}`")
    return Item(base, index)


def witness(atom: Atom | Star, facts: Ask) -> object | None:
    """An object like the one that an atom will be: its class and attributes, not their values."""
    if isinstance(atom, Ref):
        held: object = atom.obj
        return held
    known, obj = facts.constant(atom) if isinstance(atom, Value) else (False, None)
    if known:
        return obj
    of = getattr(facts, "of", None)
    fact = of(atom) if of is not None else None
    return fact.obj if fact is not None and fact.kind == "object" else None


def _member(base: Atom, name: str, facts: Ask, expr: Apply) -> Operation | None:
    """A field of a named tuple, a property, or a data attribute of an object of known class."""
    of = getattr(facts, "of", None)
    fact = of(base) if of is not None and isinstance(base, Value) else None
    fields = getattr(fact.obj, "_fields", ()) if fact is not None and fact.kind == "tuple" else ()
    if name in fields:
        return Item(base, Const(fields.index(name)))
    obj = witness(base, facts)
    if obj is None or isinstance(obj, types.ModuleType | type):
        return None
    if isinstance(obj, dict) and not hasattr(type(obj), name):
        return Item(base, Const(name))  # the results of SciPy are dicts with attributes
    found = getattr(type(obj), name, None)
    if isinstance(found, property) and isinstance(found.fget, types.FunctionType):
        getter = found.fget
        return Called(name, getter, lambda: lowered(getter), (base,), ())
    if name in getattr(obj, "__dict__", {}):
        return Item(base, Const(name), attribute=True, data=True)
    return None


def _plain(expr: Apply) -> tuple[Atom, ...]:
    atoms = [a.atom if isinstance(a, Star) else a for a in expr.args]
    return (*atoms, *(a for _, a in expr.kwargs))


def _closure_call(closure: Closure, expr: Apply) -> Called:
    """A call of a nested function: captured values lead its arguments."""
    local = closure.source
    captured = tuple(a for _, a in closure.captures)
    kwargs = expr.kwargs
    given = {k for k, _ in kwargs} | _positional(local, expr)
    kwargs += tuple(d for d in closure.defaults if d[0] not in given)
    return Called(local.name, local, lambda: local.function, captured + expr.args, kwargs)


def _defaults_of_itself(local: LocalFunction, expr: Apply) -> list[tuple[str, Atom]]:
    """The arguments that a call of a nested function by itself leaves out."""
    values = {p.value.name: p.value for p in local.extra}
    given = {k for k, _ in expr.kwargs} | _positional(local, expr)
    return [(n, values[h]) for n, h in local.hidden.items() if n not in given]


def _positional(local: LocalFunction, expr: Apply) -> set[str | None]:
    """The parameters that take the arguments given by their places."""
    names = [n.id for n in (*local.tree.args.posonlyargs, *local.tree.args.args)]
    return set(names[: len(expr.args)])


# Of `random`: they move or pick items, whatever those are.
_DRAWS = ("shuffle", "sample", "choices", "gauss", "seed", "getstate", "setstate")


def python_function(obj: Any) -> Any:
    """The Python function behind a callable, with what it binds first: or None."""
    if isinstance(getattr(obj, "__self__", None), random.Random) and obj.__name__ in _DRAWS:
        return None
    if isinstance(obj, types.FunctionType | types.MethodType | functools.partial):
        return obj
    if hasattr(obj, "function_ir"):  # generated by s2s
        return obj
    if isinstance(obj, type) or isinstance(obj, types.BuiltinFunctionType):
        return None
    if isinstance(obj, functools._lru_cache_wrapper):
        return obj.__wrapped__ if _is_repeatable(obj.__wrapped__) else None
    call = getattr(type(obj), "__call__", None)  # noqa: B004
    ours = type(obj).__module__.partition(".")[0] not in ("numpy", "scipy", "s2s")
    if isinstance(call, types.FunctionType) and ours:
        return types.MethodType(call, obj)
    return None


_ASKED: list[Any] = []


def _is_repeatable(fn: Any) -> bool:
    """Whether a function gives the same again, so that its cache is only about time."""
    from s2s.analysis.quiet import is_quiet

    if not isinstance(fn, types.FunctionType):
        return False
    if fn in _ASKED:  # it calls itself
        return True
    _ASKED.append(fn)
    try:
        body = lowered(fn).body
        live = any(isinstance(a, Ref) and a.live for a in all_atoms(body))
        return not live and is_quiet(body, {})
    except S2SError:
        return False
    finally:
        _ASKED.pop()


def from_scipy(fn: Any) -> bool:
    """Whether a function is SciPy's own: what it does inside is no program of a user."""
    return (getattr(fn, "__module__", None) or "").partition(".")[0] == "scipy"


def _python_call(fn: Any, expr: Apply) -> Called | Unknown:
    args, kwargs = expr.args, expr.kwargs
    while True:
        if isinstance(fn, functools.partial):
            given = {k for k, _ in kwargs}
            kwargs += tuple((k, _data(k, v)) for k, v in fn.keywords.items() if k not in given)
            args = (*(_data(f"arg_{k}", v) for k, v in enumerate(fn.args)), *args)
            fn = fn.func
            if python_function(fn) is None:
                return Unknown(_plain(expr), f"`{getattr(fn, '__name__', fn)}`")
        elif isinstance(fn, types.MethodType):
            args = (_data("self", fn.__self__), *args)
            fn = fn.__func__
        else:
            break
    if not isinstance(fn, types.FunctionType) and not hasattr(fn, "function_ir"):
        return Unknown(_plain(expr), f"`{getattr(fn, '__qualname__', fn)}`")
    return _called_function(fn, args, kwargs)


def _data(name: str, value: object) -> Atom:
    from s2s.frontend.lower import default_atom

    atom = default_atom(name, value)
    return atom if isinstance(atom, Const) else Ref(name, value, live=False)


def _method(receiver: object, name: str) -> types.FunctionType | None:
    """The Python method of an object known when compiling."""
    found = getattr(type(receiver), name, None)
    return found if isinstance(found, types.FunctionType) and not from_scipy(found) else None


def _called(name: str, method: types.FunctionType, expr: Apply) -> Called:
    return Called(name, method, lambda: lowered(method), expr.args, expr.kwargs)


def _accepts(program: Any, expr: Apply) -> bool:
    """Whether the program that stands for a function knows all arguments of a call."""
    if any(isinstance(a, Star) for a in expr.args) or any(k is None for k, _ in expr.kwargs):
        return True  # known when the call is bound
    try:
        inspect.signature(program).bind(*expr.args, **{str(k): a for k, a in expr.kwargs})
    except TypeError:
        return False
    return True


def _program(fn: Any, args: tuple[Any, ...], kwargs: tuple[Any, ...]) -> Called:
    """A call of the program that stands for a function."""
    return Called(fn.__name__, fn, lambda: lowered(fn), args, kwargs, program=True)


def ordered_objects(expr: Apply) -> Called | None:
    """The program of `sorted(objects, key=...)`, which no rule is about."""
    if not isinstance(expr.fn, Ref) or expr.fn.obj is not sorted:
        return None
    program = runtime_part("sequences").ordered_by
    return _program(program, expr.args, expr.kwargs) if _accepts(program, expr) else None


def _called_function(fn: Any, args: tuple[Any, ...], kwargs: tuple[Any, ...]) -> Called:
    if hasattr(fn, "function_ir"):
        return Called(fn.__name__, fn, lambda: fn.function_ir, args, kwargs)
    return Called(fn.__name__, fn, lambda: lowered(fn), args, kwargs)
