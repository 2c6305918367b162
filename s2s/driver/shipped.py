"""Derivatives that travel: by reference where that is enough, else as their text."""

from __future__ import annotations

import functools
import importlib
import sys
import types
from typing import Any

from s2s.driver.cache import compile_text
from s2s.driver.family import Generic
from s2s.driver.standalone import Parts


class Shipped:
    """A derivative that was sent to another process as text.

    Parameters
    ----------
    text : str
        A module.
    entry : str
        The function of the module to call.
    source : str
        The functions of the module that were generated.
    data : dict
        What the text names and does not hold.
    bound : tuple
        Leading and keyword arguments that are bound already.
    doc : str, optional
        What it computes.
    """

    def __init__(
        self, text: str, entry: str, source: str, data: dict[str, Any],
        bound: tuple[tuple[Any, ...], dict[str, Any]], doc: str | None,
    ) -> None:  # fmt: skip
        self._state = (text, entry, source, data, bound, doc)
        self.source, self.__name__, self.__doc__ = source, entry, doc

    @functools.cached_property
    def _entry(self) -> Any:
        text, entry, _, data, (args, keywords), _ = self._state
        names: dict[str, Any] = {"__name__": f"s2s.generated.{entry}", **data}
        exec(compile_text(text, entry), names)
        found = names[entry]
        return functools.partial(found, *args, **keywords) if args or keywords else found

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The derivative at the arguments."""
        return self._entry(*args, **kwargs)

    def __reduce__(self) -> Any:
        return Shipped, self._state

    def __repr__(self) -> str:
        return f"<s2s derivative {self.__name__}, from its text>"


def reduce_derivative(
    derivative: Any, fn: Any, options: tuple[Any, ...], generic: Any
) -> tuple[Any, ...]:
    """What `pickle` needs to make a derivative again; `generic()` gives its program."""
    where = getattr(derivative, "__module__", ""), getattr(derivative, "__qualname__", "")
    if _found(*where) is derivative and where[0] != "__main__":
        return by_reference, where
    apart = not isinstance(fn, types.FunctionType)
    name = "" if apart else fn.__module__
    if apart or (name != "__main__" and _found(name, fn.__qualname__) is fn):
        return type(derivative), (fn, *options)
    program: Generic = generic()
    module = program.module
    parts = Parts(paste=False)
    parts.add_scope(module.scope)
    text = parts.text(module.text)
    bound = (program.subject.args, program.subject.keywords)
    state = (text, program.program.entry, module.text, parts.left, bound, derivative.__doc__)
    return Shipped, state


def by_reference(module: str, qualname: str) -> Any:
    """The object with a name in a module."""
    found = _found(module, qualname)
    if found is None:
        raise AttributeError(f"module {module!r} has no {qualname!r}")
    return found


def _found(module: str, qualname: str) -> Any:
    """The object with a name in a module, or None."""
    try:
        obj: Any = sys.modules.get(module) or importlib.import_module(module)
    except (ImportError, ValueError):
        return None
    for part in qualname.split("."):
        obj = getattr(obj, part, None)
    return obj
