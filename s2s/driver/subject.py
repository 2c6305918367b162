"""What is to be differentiated: a callable taken apart into a function and what is bound to it."""

from __future__ import annotations

import functools
import inspect
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from s2s.driver.room import with_room
from s2s.errors import S2SError
from s2s.frontend.generators import Consumed
from s2s.frontend.lower import LocalFunction, lowered, was_lowered
from s2s.frontend.resolve import Resolver
from s2s.frontend.source import underlying
from s2s.ir.nodes import Closure, Function, Let, Ref
from s2s.ir.walk import all_atoms, statements


@dataclass(frozen=True)
class Apart:
    """A callable without its layers: `fn(*args, ..., **keywords)`."""

    fn: Any
    args: tuple[Any, ...]
    keywords: Mapping[str, Any]


def take_apart(fn: Any) -> Apart:
    """See through `functools.partial`, bound methods and callable objects."""
    args: tuple[Any, ...] = ()
    keywords: dict[str, Any] = {}
    while True:
        if isinstance(fn, functools.partial):
            args, keywords, fn = (*fn.args, *args), {**fn.keywords, **keywords}, fn.func
        elif isinstance(fn, types.MethodType):
            args, fn = (fn.__self__, *args), fn.__func__
        elif is_derivative(fn):
            return Apart(fn, args, keywords)
        elif isinstance(fn, type) or isinstance(fn, staticmethod | classmethod):
            return Apart(underlying(fn), args, keywords)
        else:
            call = vars(type(fn)).get("__call__")
            if not isinstance(call, types.FunctionType):
                return Apart(underlying(fn), args, keywords)
            args, fn = (fn, *args), call


def is_derivative(fn: Any) -> bool:
    """Whether a callable was made by s2s and has an intermediate form of its own."""
    return getattr(type(fn), "made_by_s2s", False) is True


class Subject:
    """A callable, lowered.

    Parameters
    ----------
    fn : callable
        A Python function, method, `functools.partial`, callable object, or a derivative.

    Attributes
    ----------
    function : Function
        The lowered function; its leading parameters may be bound already, see `args`.
    generated, others
        Whether s2s wrote the function, and then the functions that it calls.
    args, keywords
        What is bound.
    signature : inspect.Signature
        The parameters that are left.
    """

    def __init__(self, fn: Any) -> None:
        apart = take_apart(fn)
        self.fn, self.root = fn, apart.fn
        self.args, self.keywords = apart.args, dict(apart.keywords)
        self.generated = is_derivative(apart.fn)
        self.others: tuple[Function, ...] = ()
        if self.generated:
            self.function: Function = apart.fn.function_ir
            self.others = apart.fn.other_functions
            self.full = inspect.signature(apart.fn)
        else:
            self.function = with_room(lambda: lowered(apart.fn))
            self.full = inspect.signature(apart.fn, follow_wrapped=False)
        shown: Any = self.root
        if self.args or self.keywords:
            shown = functools.partial(shown, *self.args, **self.keywords)
        self.signature = inspect.signature(shown, follow_wrapped=False)
        self.parameters = list(self.signature.parameters)

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.function.name

    def positions(self, argnums: Any) -> tuple[str, ...]:
        """The names of the parameters that numbers or names select.

        Raises
        ------
        TypeError
            Where there is no such parameter, or it is named twice.
        """
        wanted = argnums if isinstance(argnums, tuple | list) else (argnums,)
        names = []
        for a in wanted:
            if isinstance(a, str) and a in self.parameters:
                names.append(a)
            elif (
                isinstance(a, int)
                and not isinstance(a, bool)
                and -len(self.parameters) <= a < len(self.parameters)
            ):
                names.append(self.parameters[a])
            else:
                has = ", ".join(self.parameters)
                raise TypeError(
                    f"{self.name}() has no parameter {a!r}; "
                    + (f"it has {has}" if has else "it has none")
                )
        if not names:
            raise TypeError("argnums selects no parameter")
        if len(set(names)) != len(names):
            raise TypeError(f"argnums names a parameter twice: {', '.join(names)}")
        return tuple(names)

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """All arguments of a call by parameter: bound ones and defaults included."""
        whole = self.full.bind(*self.args, *args, **{**self.keywords, **kwargs})
        whole.apply_defaults()
        return dict(whole.arguments)

    def given(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments that a call gives, by parameter: no defaults."""
        bound = self.full.bind(*self.args, *args, **{**self.keywords, **kwargs})
        return dict(bound.arguments)

    def entry(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A generated function with what is bound to the subject bound to it."""
        if self.args or self.keywords:
            return functools.partial(function, *self.args, **self.keywords)
        return function

    def facts_apply(self, name: str) -> bool:
        """Whether something may be said of a parameter before the call: not of stars."""
        kind = self.full.parameters[name].kind
        return kind not in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)

    def homes(self, generated: tuple[Function, ...], values: list[Any]) -> list[Home]:
        """Where names of generated functions may come from: the subject's own scope first."""
        return list(_homes(self, generated, values))


@dataclass(frozen=True)
class Home:
    """A user's function and the scope that its free names are looked up in."""

    fn: types.FunctionType
    function: Function
    resolver: Resolver


def _homes(subject: Subject, generated: tuple[Function, ...], values: list[Any]) -> Iterator[Home]:
    """The functions that took part in a derivative, found by following names and arguments.

    Functions of the user always count: one that was inlined may have left no trace.
    """
    origins = [f.origin for f in generated]
    for function in generated:  # those that were inlined show in statements only
        origins += [stmt.origin for stmt in statements(function.body)]
    took_part = {(o.filename, o.line) for o in origins if o is not None}
    seen: set[int] = set()
    todo: list[Any] = [subject.root, *subject.args, *subject.keywords.values(), *values]
    k = 0
    while k < len(todo):
        obj = todo[k]
        k += 1
        if id(obj) in seen:
            continue
        seen.add(id(obj))
        if isinstance(obj, types.FunctionType):
            first = obj is subject.root
            if first or is_of_the_user(obj) or _is_one_of(obj, took_part):
                home = _home(obj, subject.function if first else None)
                if home is not None:
                    yield home
                    todo += _named_in(home.function)
        elif isinstance(obj, Consumed):
            home = _home(obj.fn, obj.function_ir)
            assert home is not None
            yield home
            todo += _named_in(home.function)
        else:
            todo += _inside(obj)


def _inside(obj: Any) -> list[Any]:
    """The functions that come with an object."""
    if isinstance(obj, types.MethodType):
        return [obj.__func__, obj.__self__]
    if isinstance(obj, functools.partial):
        return [obj.func, *obj.args, *obj.keywords.values()]
    if is_derivative(obj):
        return [obj.subject.root, *obj.subject.args, *obj.subject.keywords.values()]
    if isinstance(obj, staticmethod | classmethod):
        return [obj.__func__]
    if isinstance(obj, list | tuple):
        return list(obj)
    if isinstance(obj, dict):
        return list(obj.values())
    if isinstance(obj, type):  # of which methods may have been inlined
        return [m for m in _methods(obj) if was_lowered(m)] if is_of_the_user(obj) else []
    methods = _methods(type(obj))
    wrapped = getattr(obj, "__wrapped__", None)
    return methods if wrapped is None else [*methods, wrapped]


def _methods(cls: type) -> list[Any]:
    """The functions that a class and its bases are made of."""
    found: list[Any] = []
    for base in cls.__mro__[:-1]:
        for member in vars(base).values():
            parts = (member.fget, member.fset) if isinstance(member, property) else (
                getattr(member, "__func__", member),
            )  # fmt: skip
            found += [part for part in parts if isinstance(part, types.FunctionType)]
    return found


def is_of_the_user(obj: Any) -> bool:
    """Whether a function or class stands in a file outside of all installed packages."""
    if not isinstance(obj, types.FunctionType | type):
        return False
    module = str(getattr(obj, "__module__", None) or "")
    if module.partition(".")[0] in sys.stdlib_module_names - {"__main__"}:
        return False
    try:
        path = inspect.getfile(obj)
    except (TypeError, OSError):
        return False
    return "site-packages" not in path and "dist-packages" not in path


def _is_one_of(fn: types.FunctionType, took_part: set[tuple[str, int]]) -> bool:
    """Whether one of the places is the head of a function."""
    code = fn.__code__
    # Decorators come between the first line of the code and that of `def`.
    lines = [line for _, _, line in code.co_lines() if line is not None]
    last = max(lines, default=code.co_firstlineno)
    return any(
        name == code.co_filename and code.co_firstlineno <= line <= last
        for name, line in took_part
    )


def _home(fn: types.FunctionType, function: Function | None) -> Home | None:
    """The lowered function with its scope; None where it cannot be lowered."""
    if function is None:
        try:
            function = lowered(fn)
        except S2SError:
            return None
    cells = dict(zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True))
    return Home(fn, function, Resolver(fn.__globals__, cells))


def _named_in(
    function: Function, seen: frozenset[LocalFunction] = frozenset()
) -> list[Any]:
    """The objects that a function names, those in nested functions included."""
    found = [ref.obj for ref in refs_of(function)]
    for inner in nested(function):
        if inner in seen:  # nested functions may call each other
            continue
        try:
            found += _named_in(inner.function, seen | {inner})
        except S2SError:
            continue
    return found


def nested(function: Function) -> Iterator[LocalFunction]:
    """The functions defined directly inside a function."""
    for stmt in statements(function.body):
        if isinstance(stmt, Let) and isinstance(stmt.expr, Closure):
            if isinstance(stmt.expr.source, LocalFunction):
                yield stmt.expr.source


def refs_of(function: Function) -> Iterator[Ref]:
    """Every object that a function names, in the order of the text."""
    for p in function.params:
        if isinstance(p.default, Ref):
            yield p.default
    for atom in all_atoms(function.body):
        if isinstance(atom, Ref):
            yield atom


def with_taken(function: Function, names: frozenset[str]) -> Function:
    """The function with more names that generated code must not use."""
    return replace(function, taken=function.taken | names)


