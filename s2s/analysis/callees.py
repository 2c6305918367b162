"""Which function a value is: closures, partial applications, known objects, displays of them."""

from __future__ import annotations

import functools
import keyword
import re
import sys
import types
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from s2s.analysis.lists import containers_changed
from s2s.errors import Origin
from s2s.frontend.resolve import Resolver
from s2s.ir import prims
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Closure,
    Const,
    Function,
    Let,
    Method,
    Ref,
    Star,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.walk import statements
from s2s.rules.namespace import runtime_part

# The classes of series, and the functions that evaluate them.
_SERIES: dict[Any, tuple[str, Any]] = {
    getattr(np.polynomial, cls): (
        f"np.polynomial.{module}.{name}", getattr(getattr(np.polynomial, module), name)
    )
    for cls, module, name in (
        ("Polynomial", "polynomial", "polyval"), ("Chebyshev", "chebyshev", "chebval"),
        ("Legendre", "legendre", "legval"), ("Hermite", "hermite", "hermval"),
        ("HermiteE", "hermite_e", "hermeval"), ("Laguerre", "laguerre", "lagval"),
    )
}  # fmt: skip


Place: TypeAlias = "tuple[str, Origin | None]"  # where a display stands


@dataclass
class Callees:
    """What the values of a function are made of, as far as callables need it."""

    closures: dict[Value, Closure] = field(default_factory=dict)
    partials: dict[Value, Apply] = field(default_factory=dict)
    displays: dict[Value, Apply] = field(default_factory=dict)
    callables: dict[Value, Apply] = field(default_factory=dict)  # `np.vectorize(f)`, `np.poly1d(c)`
    frozen: dict[Value, Apply] = field(default_factory=dict)  # distributions with parameters
    # Lists and dicts that turned out to change: what was in them once says nothing.
    changing: frozenset[Place] = frozenset()
    places: dict[Value, Place] = field(default_factory=dict)  # of lists and dicts
    relied_on: set[Place] = field(default_factory=set)  # of which an item was taken
    written: set[int] = field(default_factory=set)  # ids of global containers that are changed

    def learn(self, block: Block) -> None:
        """Note the definitions of a block."""
        for stmt in statements(block):
            if isinstance(stmt, Write) and isinstance(stmt.target, Ref):
                self.written.add(id(stmt.target.obj))
            if isinstance(stmt, Let) and len(stmt.targets) == 1 and not stmt.unpack:
                self.define(stmt)

    def define(self, stmt: Let) -> None:
        """Note one definition."""
        target, expr = stmt.targets[0], stmt.expr
        match expr:
            case Closure():
                self.closures[target] = expr
            case Value():
                if expr in self.closures:
                    self.closures[target] = self.closures[expr]
                if expr in self.partials:
                    self.partials[target] = self.partials[expr]
                if expr in self.displays:
                    self.displays[target] = self.displays[expr]
                if expr in self.places:
                    self.places[target] = self.places[expr]
                if expr in self.callables:
                    self.callables[target] = self.callables[expr]
                if expr in self.frozen:
                    self.frozen[target] = self.frozen[expr]
            case Apply(fn=Ref(obj=obj)) if is_maker(obj) and not expr.kwargs:
                self.callables[target] = expr
            case Apply(fn=Ref(obj=obj)) if obj is functools.partial:
                self.partials[target] = expr
            case Apply(fn=Ref(obj=obj)) if is_family(obj):
                self.frozen[target] = expr
            case Apply(fn=Ref(obj=obj)) if obj in (prims.build_tuple, prims.build_list,
                                                   prims.build_dict):  # fmt: skip
                if obj is not prims.build_tuple:
                    place = target.name, stmt.origin
                    if place in self.changing:
                        return
                    self.places[target] = place
                self.displays[target] = expr

    def display(self, atom: Atom | Star) -> Apply | None:
        """The display that a value is for good: who asks relies on it."""
        found = self.displays.get(atom) if isinstance(atom, Value) else None
        if found is not None and atom in self.places:
            self.relied_on.add(self.places[atom])  # type: ignore[index]
        return found

    def parts(self, stmt: Let) -> list[Let] | None:
        """`f, g = display` as one statement for each function and other item, or None."""
        if not isinstance(stmt.expr, Value) or not self.is_function(stmt.expr):
            return None
        found = self.display(stmt.expr)
        if found is None or len(found.args) != len(stmt.targets):
            return None
        items = [a for a in found.args if not isinstance(a, Star)]
        if len(items) < len(found.args) or found.fn == Ref("dict", prims.build_dict):
            return None
        pairs = zip(stmt.targets, items, strict=True)
        return [Let((t,), a, stmt.origin) for t, a in pairs]

    def mistaken(self, function: Function) -> frozenset[Place]:
        """The lists and dicts that were relied on, and that the function changes after all."""
        if not self.relied_on:
            return frozenset()
        changed = containers_changed(function)
        return frozenset(p for v, p in self.places.items() if v in changed) & self.relied_on

    def is_function(self, atom: Atom | Star) -> bool:
        """Whether an atom is a function known here, or a display that holds one."""
        if isinstance(atom, Value):
            if atom in self.displays:
                return any(self.is_function(a) for a in self.displays[atom].args)
            return atom in self.closures or atom in self.partials
        return isinstance(atom, Ref) and not atom.live and is_callable(atom.obj)

    def needs_inlining(self, closure: Closure) -> bool:
        """Whether a closure captures functions."""
        atoms = [a for _, a in (*closure.captures, *closure.defaults)]
        return any(self.is_function(a) for a in atoms)

    def item(self, base: Atom | Star, index: Atom | Star) -> Atom | None:
        """The item of a display at a constant index; who takes it asks for the `display`, too."""
        if isinstance(base, Ref) and isinstance(index, Const) and id(base.obj) not in self.written:
            return of_table(base, index.value)
        if not isinstance(base, Value) or not isinstance(index, Const):
            return None
        display = self.displays.get(base)
        if display is None or any(isinstance(a, Star) for a in display.args):
            return None
        args = [a for a in display.args if not isinstance(a, Star)]
        if isinstance(display.fn, Ref) and display.fn.obj is prims.build_dict:
            pairs = dict(zip(args[::2], args[1::2], strict=True))
            return pairs.get(index)
        if isinstance(index.value, int) and -len(args) <= index.value < len(args):
            return args[index.value]
        return None

    def resolve(self, expr: Apply) -> Apply:
        """A call with partial applications applied and known stars written out."""
        fn, args, kwargs = expr.fn, expr.args, expr.kwargs
        if isinstance(fn, Method) and args and args[0] in self.frozen:
            # `norm(loc=m).logpdf(x)` is `norm.logpdf(x, loc=m)`.
            made = self.frozen[args[0]]  # type: ignore[index]
            assert isinstance(made.fn, Ref)
            args, kwargs = (made.fn, *args[1:], *made.args), (*kwargs, *made.kwargs)
        while isinstance(fn, Value) and fn in self.partials:
            made = self.partials[fn]
            first = made.args[0]
            if isinstance(first, Star):
                break
            given = {k for k, _ in kwargs}
            kwargs = (*(p for p in made.kwargs if p[0] not in given), *kwargs)
            fn, args = first, (*made.args[1:], *args)
        if any(isinstance(a, Star) for a in args):
            args = self._stars(args)
        kwargs = self._double_stars(kwargs)
        same = fn is expr.fn and args is expr.args and kwargs == expr.kwargs
        called = expr if same else Apply(fn, args, kwargs)
        maker = self.callables.get(fn) if isinstance(fn, Value) else None
        return called if maker is None else _evaluated(maker, called)

    def _stars(self, args: tuple[Atom | Star, ...]) -> tuple[Atom | Star, ...]:
        out: list[Atom | Star] = []
        for a in args:
            display = self.display(a.atom) if isinstance(a, Star) else None
            if display is not None and isinstance(display.fn, Ref) and (
                display.fn.obj is not prims.build_dict
            ):
                out += display.args
            elif isinstance(a, Star) and _is_empty(a.atom):
                continue  # the default `args=()`
            else:
                out.append(a)
        return tuple(out)

    def _double_stars(
        self, kwargs: tuple[tuple[str | None, Atom], ...]
    ) -> tuple[tuple[str | None, Atom], ...]:
        out: list[tuple[str | None, Atom]] = []
        for k, a in kwargs:
            display = self.display(a) if k is None else None
            pairs = _string_keys(display) if display is not None else None
            out += pairs if pairs is not None else [(k, a)]
        return tuple(out)


def of_table(table: Ref, key: object) -> Ref | None:
    """A function or class in a global dict; calls look whether it is still there.

    It is called what its key is, as far as that may be a name.
    """
    if type(table.obj) is not dict or "." in table.text or not isinstance(key, str):
        return None
    name, found = re.sub(r"[^\w.]", "_", key), table.obj.get(key)
    if not name.isidentifier() or keyword.iskeyword(name):
        return None
    if not isinstance(found, type | types.FunctionType):
        return None
    return Ref(key, found, home=Resolver(table.obj))


def _is_empty(atom: Atom) -> bool:
    """Whether an atom is the empty tuple."""
    value = atom.value if isinstance(atom, Const) else getattr(atom, "obj", None)
    return isinstance(value, tuple) and not value


def is_maker(obj: object) -> bool:
    """Whether a callable makes another one whose calls are those of a known function."""
    return obj in (np.vectorize, np.frompyfunc, np.poly1d) or obj in _SERIES


def _evaluated(made: Apply, called: Apply) -> Apply:
    """A call of a callable object as a call of the function that it stands for."""
    maker, first = made.fn, made.args[0]
    if not isinstance(maker, Ref) or called.kwargs or isinstance(first, Star):
        return called
    args = called.args
    if maker.obj in (np.vectorize, np.frompyfunc):
        programs = runtime_part("programs")
        program = {1: programs.every_entry, 2: programs.every_pair}.get(len(args))
        ones = maker.obj is np.vectorize or made.args[2:] == (Const(1),)
        if program is None or not ones:
            return called
        return Apply(Ref(program.__name__, program), (first, *args))
    if len(args) != 1 or len(made.args) != 1:
        return called
    if maker.obj is np.poly1d:
        return Apply(Ref("np.polyval", np.polyval), (first, *args))
    text, evaluate = _SERIES[maker.obj]
    return Apply(Ref(text, evaluate), (*args, first))


def _string_keys(display: Apply) -> list[tuple[str | None, Atom]] | None:
    """The items of a dict display whose keys are all strings."""
    if not isinstance(display.fn, Ref) or display.fn.obj is not prims.build_dict:
        return None
    found: list[tuple[str | None, Atom]] = []
    for key, value in zip(display.args[::2], display.args[1::2], strict=True):
        if not isinstance(key, Const) or not isinstance(key.value, str) or isinstance(value, Star):
            return None
        found.append((key.value, value))
    return found


def is_callable(obj: object) -> bool:
    """Whether an object known when compiling is a function, not a class or a module."""
    return callable(obj) and not isinstance(obj, type | types.ModuleType)


def is_family(obj: object) -> bool:
    """Whether an object is a distribution of SciPy, which a call gives its parameters."""
    cls: Any = type(obj)
    old, new = _families(cls)
    return new or (old and hasattr(obj, "freeze"))


@functools.lru_cache(maxsize=256)
def _families(cls: type) -> tuple[bool, bool]:
    """Whether objects of a class may be distributions of SciPy, of the old kind and the new."""
    return cls.__module__.startswith("scipy.stats"), hasattr(cls, "_process_parameters")


@functools.lru_cache(maxsize=4096)
def gives_functions(function: Function) -> bool:
    """Whether the result of a function is, or holds, functions that are defined in it."""
    known = Callees()
    known.learn(function.body)
    return known.is_function(function.body.outs[0])


def is_service(fn: object) -> bool:
    """Whether a function is of a library, and neither computes with numbers nor sorts them."""
    top = (getattr(fn, "__module__", None) or "").partition(".")[0]
    return top == "numpy" or top in sys.stdlib_module_names - _COMPUTING


_COMPUTING = frozenset(
    "__main__ test heapq bisect random statistics collections copy itertools functools operator"
    " queue fractions decimal numbers graphlib colorsys".split()
)
