"""The callable that `grad` returns: compiled per signature, with its source to read."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Mapping
from typing import Any

import numpy as np

from s2s.analysis.fact import Fact
from s2s.backend.module import module_text
from s2s.driver.compile import Module, build, imports_of
from s2s.errors import Unsupported
from s2s.frontend.lower import lower
from s2s.frontend.resolve import Resolver
from s2s.frontend.source import underlying
from s2s.ir.nodes import Function
from s2s.transform.pipeline import Program, pair_program, reverse_program


class Subject:
    """A function to differentiate: lowered once, with what its names mean."""

    def __init__(self, fn: Any) -> None:
        if isinstance(fn, types.MethodType | functools.partial) or not callable(fn):
            raise Unsupported(
                f"cannot differentiate {fn!r} directly",
                advice=("wrap it in a function: `lambda x: obj.method(x)`",),
            )
        self.fn = underlying(fn)
        self.function: Function = lower(self.fn)
        cells = dict(zip(self.fn.__code__.co_freevars, self.fn.__closure__ or (), strict=True))
        self.resolver = Resolver(self.fn.__globals__, cells)
        self.signature = inspect.signature(self.fn)
        self.parameters = [p.value.name for p in self.function.params]

    def positions(self, argnums: Any) -> tuple[str, ...]:
        """The names of the parameters that numbers or names select."""
        wanted = argnums if isinstance(argnums, tuple | list) else (argnums,)
        names = []
        for a in wanted:
            if isinstance(a, str) and a in self.parameters:
                names.append(a)
            elif isinstance(a, int) and -len(self.parameters) <= a < len(self.parameters):
                names.append(self.parameters[a])
            else:
                raise TypeError(
                    f"{self.fn.__name__}() has no parameter {a!r}; it has "
                    + ", ".join(self.parameters)
                )
        if len(set(names)) != len(names):
            raise TypeError(f"argnums names a parameter twice: {', '.join(names)}")
        return tuple(names)

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of a call by parameter, defaults included."""
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return dict(bound.arguments)


def signature_key(x: Any) -> Any:
    """What decides the generated code: kind, dtype, rank, which sizes are 1; never sizes."""
    kind = type(x)
    if kind is np.ndarray:
        return x.dtype, tuple([n == 1 for n in x.shape])
    if kind in (float, int, bool, complex, str, type(None)) or isinstance(x, np.generic):
        return kind
    if isinstance(x, list | tuple):
        return kind, tuple([signature_key(item) for item in x])
    if kind is dict:
        return kind, tuple([(k, signature_key(v)) for k, v in x.items()])
    held = getattr(x, "__dict__", None)
    if isinstance(held, dict) and not callable(x) and kind.__module__ != "builtins":
        return kind, tuple([(k, signature_key(v)) for k, v in held.items()])
    return kind, id(x)


class Derivative:
    """The derivative of a function, as a function.

    Attributes
    ----------
    source : str
        The generated program that makes no assumption about the arguments.
    __wrapped__ : callable
        The function that was differentiated.
    """

    def __init__(self, fn: Any, argnums: Any, has_aux: bool, value: bool) -> None:
        self._subject = Subject(fn)
        self._argnums, self._has_aux, self._value = argnums, has_aux, value
        self._wrt = self._subject.positions(argnums)
        self._bare = not isinstance(argnums, tuple | list)
        self._cache: dict[Any, tuple[Module, Any, tuple[Any, ...]]] = {}
        functools.update_wrapper(self, fn)
        suffix = "value_and_grad" if value else "grad"
        self.__name__ = f"{fn.__name__}_{suffix}"
        self.__doc__ = f"Gradient of `{fn.__name__}` with respect to {', '.join(self._wrt)}."

    def _program(self, given: Mapping[str, Fact]) -> Program:
        return reverse_program(
            self._subject.function, self._wrt, given, value=self._value, has_aux=self._has_aux,
            bare=self._bare,
        )  # fmt: skip

    @functools.cached_property
    def source(self) -> str:
        """The generic program, as text."""
        return module_text(self._program({}).functions)

    def specialize(self, *args: Any, **kwargs: Any) -> Specialized:
        """The program for arguments like these."""
        bound = self._subject.bind(args, kwargs)
        return Specialized(*self._compiled(bound)[:2])

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The derivative at the arguments."""
        bound = self._subject.bind(args, kwargs)
        module, entry, _ = self._compiled(bound)
        module.refresh()
        return entry(*args, **kwargs)

    def _compiled(self, bound: dict[str, Any]) -> tuple[Module, Any, tuple[Any, ...]]:
        key = tuple([signature_key(v) for v in bound.values()])
        known = self._cache.get(key)
        if known is None:
            for name in self._wrt:
                _check_float(bound[name], name)
            given = {
                name: Fact.from_value(v) for name, v in bound.items()
                if self._subject.signature.parameters[name].kind not in (2, 4)
            }  # fmt: skip
            program = self._program(given)
            module = build(program, self._subject.resolver, self.__name__)
            # The objects in the key by identity stay alive with it.
            known = self._cache[key] = module, module.names[program.entry], tuple(bound.values())
        return known

    def __reduce__(self) -> Any:
        return Derivative, (self._subject.fn, self._argnums, self._has_aux, self._value)

    def __repr__(self) -> str:
        return f"<s2s {self.__name__}: {self.__doc__}>"

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(self.source)}</pre>"


class Specialized:
    """One compiled program: callable, with its text."""

    def __init__(self, module: Module, entry: Any) -> None:
        self._module, self._entry = module, entry
        self.source = module.text

    def module_source(self) -> str:
        """The text with its imports."""
        return "\n".join(imports_of(self._module)) + "\n\n\n" + self.source

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The derivative at the arguments, taken to be like those it was made for."""
        self._module.refresh()
        return self._entry(*args, **kwargs)


def _check_float(x: Any, name: str) -> None:
    """Refuse arguments that have no derivative."""
    leaf = not isinstance(x, list | tuple | dict)
    if leaf and isinstance(x, int | np.integer | np.bool_) or (
        isinstance(x, np.ndarray) and x.dtype.kind in "biu"
    ):
        raise TypeError(f"argument `{name}` is an integer, which has no gradient: cast to float")


def pullback_of(fn: Any, primals: tuple[Any, ...]) -> tuple[Any, Any]:
    """The value of `fn` at the primals and the function that pulls cotangents back."""
    subject = Subject(fn)
    bound = subject.bind(primals, {})
    names = list(bound)
    if len(names) < len(primals):
        raise TypeError("vjp takes no starred parameters: wrap the function")
    wrt = tuple(n for n, p in zip(names, primals, strict=False) if has_gradient(p))
    given = {name: Fact.from_value(v) for name, v in bound.items()}
    name = subject.fn.__name__
    program = pair_program(subject.function, wrt, given)
    module = build(program, subject.resolver, f"{name}_vjp")
    module.refresh()
    forward, backward = program.functions[-2].name, program.functions[-1].name
    value = module.names[forward](*primals)[0]

    def pullback(cotangent: Any) -> tuple[Any, ...]:
        if np.shape(cotangent) != np.shape(value):
            raise ValueError(
                f"the cotangent has shape {np.shape(cotangent)}, the value {np.shape(value)}"
            )
        # Saved values are consumed as the backward sweep goes, so each call has its own.
        saved = module.names[forward](*primals)[1]
        grads = dict(zip(wrt, module.names[backward](saved, cotangent), strict=True))
        return tuple(grads.get(n) for n, _ in zip(names, primals, strict=False))

    return value, pullback


def has_gradient(x: Any) -> bool:
    """Whether an argument is, or may hold, floating-point numbers."""
    if isinstance(x, np.ndarray):
        return x.dtype.kind in "fc"
    return not isinstance(x, bool | int | str | bytes | np.integer | np.bool_ | type(None))
