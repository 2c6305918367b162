"""Names that are not local: closure cells, globals, builtins, and attributes of modules."""

from __future__ import annotations

import builtins
import importlib
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from s2s.ir.nodes import Const, Ref

MISSING = object()
_FIXED = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)
_LIBRARIES = frozenset({
    "numpy", "builtins", "functools", "operator", "s2s", "scipy", "uarray",
})  # fmt: skip
_RUNTIME = "s2s.runtime"
_TESTS = {"s2s_is_sequence": "is_sequence", "s2s_is_mapping": "is_mapping"}
_CONSTANT_MODULES = {"numpy", "numpy.random", "math", "cmath", "cupy", "scipy.constants"}


@dataclass(frozen=True)
class Noted:
    """What names and attributes denoted when they were looked up first."""

    names: dict[str, Any] = field(default_factory=dict)
    attributes: dict[tuple[int, str], tuple[Any, str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Resolver:
    """Looks up the names of one function in its cells, its globals and the builtins."""

    globals: Mapping[str, Any]
    cells: Mapping[str, Any] = field(default_factory=dict)  # name -> cell
    noted: Noted = field(default_factory=Noted, repr=False, compare=False)

    def name(self, name: str) -> Ref:
        """The object that a free name denotes when compiling."""
        if name in _TESTS:
            return Ref(_TESTS[name], test_of_pattern(name))
        obj = self.lookup(name)
        return Ref(name, obj, live=not is_fixed(obj), home=self)

    def lookup(self, name: str) -> Any:
        """The object itself, or `MISSING`."""
        found = self._find(name)
        self.noted.names.setdefault(name, found)
        return found

    def is_as_noted(self) -> bool:
        """Whether all that was looked up so far is what it was at first."""
        noted = self.noted
        return all(self._find(name) is obj for name, obj in noted.names.items()) and all(
            _noted(getattr(base, name, MISSING), obj)
            for base, name, obj in noted.attributes.values()
        )

    def _find(self, name: str) -> Any:
        if name in self.cells:
            try:
                return self.cells[name].cell_contents
            except ValueError:
                return MISSING
        if name in self.globals:
            return self.globals[name]
        return getattr(builtins, name, MISSING)


_DATA = object()  # noted of an attribute that is read anew at each call
_BOUND = (types.MethodType, types.BuiltinMethodType, types.MethodWrapperType)


def _noted(obj: object, noted: object) -> bool:
    """Whether an attribute is what was noted of it; bound methods are made at each look."""
    if noted is _DATA:
        return obj is not MISSING and not is_fixed(obj)
    return obj is noted or (isinstance(obj, _BOUND) and obj == noted)


def test_of_pattern(name: str) -> Any:
    """The function behind a name that stands for a test of a pattern; `MISSING` for others."""
    if name not in _TESTS:
        return MISSING
    return getattr(importlib.import_module(_RUNTIME), _TESTS[name])


def is_fixed(obj: object) -> bool:
    """Whether an object stands for itself: a module, function, class or ufunc, not data."""
    if isinstance(obj, _FIXED) or type(obj).__name__ == "ufunc":
        return True
    # NumPy's dispatched functions, functools.partial, s2s derivatives: callables without data.
    return callable(obj) and not hasattr(obj, "__array__") and not is_instance(obj)


def is_instance(obj: object) -> bool:
    """Whether an object is an instance of a class written in Python (it has state)."""
    cls = type(obj)
    module = cls.__module__ or ""
    if module.split(".")[0] in _LIBRARIES:
        return False
    return hasattr(obj, "__dict__") or hasattr(cls, "__slots__")


def attribute(base: Ref, name: str) -> Ref | Const | None:
    """`base.name` when it is known now and cannot change: a member of a module, class or ufunc."""
    if base.live or base.obj is MISSING:
        return None
    if not isinstance(base.obj, types.ModuleType | type) and type(base.obj).__name__ != "ufunc":
        return None
    obj = getattr(base.obj, name, MISSING)
    if base.home is not None:
        what = obj if obj is MISSING or is_fixed(obj) else _DATA
        base.home.noted.attributes.setdefault((id(base.obj), name), (base.obj, name, what))
    if obj is MISSING:
        return None
    made_here = base.home is None and isinstance(base.obj, type)  # a class inside the function
    if made_here and isinstance(obj, int | float | complex | str | type(None)):
        return Const(obj)
    text = f"{base.text}.{name}"
    root = base.obj if base.root is None else base.root
    if is_fixed(obj):
        return Ref(text, obj, root=root, home=base.home)
    module = base.obj.__name__ if isinstance(base.obj, types.ModuleType) else ""
    return Ref(text, obj, module not in _CONSTANT_MODULES, root, base.home)
