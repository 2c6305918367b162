"""Programs on the arrays of another module, by the type of the arguments: CuPy.

The text of a derivative says `np`.  Where an argument lives on a device, the names of its module
denote the counterparts there, so that one text serves both; see `s2s.runtime.device`.
"""

from __future__ import annotations

import importlib
import types
from typing import Any

import numpy

from s2s.driver.compile import Module
from s2s.rules.namespace import RUNTIME


def move(module: Module, device: types.ModuleType) -> None:
    """Let the names of a compiled module denote what works on the arrays of a device."""
    # By name only, as generated code does.
    runtime, arrays = (importlib.import_module(name) for name in (RUNTIME, f"{RUNTIME}.device"))
    xp = arrays.ArrayModule(device)
    ours = [f for f in vars(runtime).values() if isinstance(f, types.FunctionType)]
    copies = arrays.placed(ours, xp)
    for name, obj in module.names.items():
        if obj is numpy:
            module.names[name] = xp
        elif isinstance(obj, types.FunctionType) and obj in copies:
            module.names[name] = copies[obj]
        elif (path := _path(obj)) is not None:
            module.names[name] = arrays.ArrayFunction(device, obj, path)


def _path(obj: Any) -> str | None:
    """The dotted name in NumPy of a function that a module has under a bare name."""
    if isinstance(obj, type) or not callable(obj):
        return None
    parts = str(getattr(obj, "__module__", None) or "numpy").split(".")
    name = getattr(obj, "__name__", "")
    path = ".".join((*parts[1:], name))
    found: Any = numpy if parts[0] == "numpy" else None
    for part in path.split("."):
        found = getattr(found, part, None)
    return path if found is obj else None
