"""The callable that `grad` returns: compiled per signature, with its source to read."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np

from s2s.analysis.fact import Fact
from s2s.driver.display import as_html
from s2s.driver.family import Family, Generic, Specialized, checked_target
from s2s.driver.notes import explain
from s2s.driver.sanitize import checked, wanted
from s2s.driver.shipped import reduce_derivative
from s2s.driver.subject import with_taken
from s2s.driver.trees import is_float, walk
from s2s.ir.nodes import Function
from s2s.transform.pipeline import Program, reverse_program

_ARRAY = np.ndarray
_NOTHING = object()  # in the place of an argument that is not given


class _of_instances(property):  # noqa: N801
    """A property that the class itself does not have: `hasattr(Derivative, ...)` is false."""

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            raise AttributeError(f"{owner} has it on instances only")
        return super().__get__(instance, owner)


class Derivative(Family):
    """The gradient of a function, as a function.

    Attributes
    ----------
    source : str
        The generated program that assumes of the arguments what their annotations say, and
        nothing else.
    __wrapped__ : callable
        The function that was differentiated.
    """

    made_by_s2s = True

    def __init__(
        self, fn: Any, argnums: Any, has_aux: bool, value: bool, target: str = "numpy",
        parallel: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(fn)
        self.target, self.parallel = checked_target(target), parallel
        if parallel and target != "numba":
            raise ValueError('parallel=True is for target="numba"')
        self._argnums, self._has_aux, self._value = argnums, has_aux, value
        self._wrt = self.subject.positions(argnums)
        self._bare = not isinstance(argnums, tuple | list)
        self.__wrapped__ = fn
        name = self.subject.name
        self.__name__ = f"{name}_value_and_grad" if value else f"{name}_grad"
        for attribute in ("__module__", "__qualname__"):
            setattr(self, attribute, getattr(fn, attribute, getattr(type(fn), attribute)))
        what = "Value and gradient" if value else "Gradient"
        self.__doc__ = f"{what} of `{name}` with respect to {', '.join(self._wrt)}."
        doc = inspect.getdoc(fn) if hasattr(fn, "__name__") else None
        if doc:
            self.__doc__ += f"\n\n`{name}`: {doc}"
        self.__signature__ = self.subject.signature.replace(
            return_annotation=inspect.Signature.empty
        )

    # What a family asks -----------------------------------------------------------------------

    def wrt(self, given: Mapping[str, Any]) -> tuple[str, ...]:
        """The parameters to differentiate by."""
        return self._wrt

    def transform(self, wrt: tuple[str, ...], given: Mapping[str, Fact]) -> Program:
        """Reverse mode."""
        return reverse_program(
            self.subject.function, wrt, given,
            value=self._value, has_aux=self._has_aux, bare=self._bare,
            loops=self.target == "numba" and not self._plain,
        )  # fmt: skip

    def check(self, wrt: tuple[str, ...], bound: Mapping[str, Any]) -> None:
        """Refuse integers."""
        for name in wrt:
            check_float(bound[name], name)

    def look_at(self, program: Program, wrt: tuple[str, ...]) -> None:
        """Warn of arguments without influence."""
        self.warn_unused(program, wrt, level=9)

    def finished(self, made: Specialized) -> Specialized:
        """With checks at each call where they are asked for."""
        if wanted():
            made.entry = checked(made.entry, self.subject.bind, self._gradients)
        return made

    def _gradients(self, result: Any) -> dict[str, Any]:
        """The gradients in a result, by parameter."""
        gradient = result[int(self._value)] if self._value or self._has_aux else result
        return dict(zip(self._wrt, (gradient,) if self._bare else gradient, strict=True))

    # Calling ----------------------------------------------------------------------------------

    def __call__(self, first: Any = _NOTHING, /, *rest: Any, **kwargs: Any) -> Any:
        """The derivative at the arguments."""
        # What stands here is the price of every call, so it calls nothing that it can do itself.
        as_before = self._rules.edition == self._edition
        if type(first) is float and not rest and not kwargs:
            found = self._of_a_float
            if found is not None and as_before:
                try:
                    return found.entry(first)
                except Exception as error:
                    if self._mended(error, found, (first,), {}):
                        return self(first)
                    raise
        args = () if first is _NOTHING else (first, *rest)
        found = None
        if not kwargs and as_before:
            key: Hashable = None  # nested, which is sooner made than a long tuple
            for x in args:
                kind = type(x)
                key = (key, x.dtype, x.shape) if kind is _ARRAY else (key, kind)
            found = self._calls.get(key)
        if found is None or not (found.module.settled or found.module.ready()):
            found = self.find(args, kwargs)
            if not kwargs:
                self.remember(args, found)
        try:
            # A dict of keywords, even an empty one, costs Numba half a microsecond.
            return found.entry(*args, **kwargs) if kwargs else found.entry(*args)
        except Exception as error:
            if self._mended(error, found, args, kwargs):
                return self(*args, **kwargs)
            raise

    def _mended(
        self, error: Exception, found: Specialized, args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> bool:  # fmt: skip
        """Whether NumPy code will do where a program has failed; if not, the error says where."""
        if self.target == "numba" and self.leave_native(error, args, kwargs):
            return True
        explain(error, found.module)
        return False

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        # So that a decorated method gets `self`, as a function would.
        return self if instance is None else functools.partial(self, instance)

    # Reading ----------------------------------------------------------------------------------

    @functools.cached_property
    def _generic(self) -> Generic:
        return self.generic(self._wrt)

    @functools.cached_property
    def _promised(self) -> Generic:
        return self.promised(self._wrt)

    @property
    def source(self) -> str:
        """The generic program, as text."""
        return self._promised.source

    def specialize(self, *args: Any, **kwargs: Any) -> Specialized:
        """The program for arguments like these."""
        return self.find(args, kwargs)

    @_of_instances
    def function_ir(self) -> Function:
        """The generic program as a function that can be differentiated again."""
        *others, entry = self._generic.program.functions
        return with_taken(entry, frozenset(f.name for f in others))

    @property
    def other_functions(self) -> tuple[Function, ...]:
        """The generated functions that `function_ir` calls."""
        return self._generic.program.functions[:-1]

    def _renew(self) -> None:
        super()._renew()
        self.__dict__.pop("_generic", None)
        self.__dict__.pop("_promised", None)

    # Travelling and showing -------------------------------------------------------------------

    def __reduce__(self) -> Any:
        options = (self._argnums, self._has_aux, self._value, self.target, self.parallel)
        return reduce_derivative(self, self.__wrapped__, options, lambda: self._generic)

    def __repr__(self) -> str:
        way = ", ".join(self._wrt)
        return f"<s2s derivative {self.__name__}{self.__signature__} by {way}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self) if cycle else self.source)

    def _repr_html_(self) -> str:
        return as_html(self.source)


def check_float(x: Any, name: str) -> None:
    """Refuse an argument that holds nothing with a derivative, naming what it holds.

    Raises
    ------
    TypeError
        For integers, booleans, strings, None, and containers of nothing else.
    """
    leaves = list(walk(x, name))
    if any(is_float(leaf) for _, leaf in leaves):
        return
    for path, leaf in leaves:
        kind = getattr(getattr(leaf, "dtype", None), "kind", None)
        if kind in ("b", "i", "u") or isinstance(leaf, int | str | bytes | type(None)):
            what = f"{leaf.dtype} data" if kind else f"{type(leaf).__name__} data"
            raise TypeError(f"argument `{path}` is {what}, which has no gradient: cast to float")
