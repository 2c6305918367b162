"""Which arguments are arrays of another module than NumPy."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterable
from typing import Any

import numpy

# Where the class of an array is defined -> the module that has NumPy's functions for it.
ARRAY_MODULES = {"cupy": "cupy"}


def array_module(values: Iterable[Any]) -> types.ModuleType | None:
    """The module of the first array on a device among some arguments."""
    for x in values:
        if type(x) is numpy.ndarray or isinstance(x, int | float | complex | str):
            continue
        if isinstance(x, list | tuple):
            found = array_module(x)
        elif isinstance(x, dict):
            found = array_module(x.values())
        else:
            kind = str(type(x).__module__)
            name = ARRAY_MODULES.get(kind) or ARRAY_MODULES.get(kind.partition(".")[0])
            found = sys.modules.get(name) if name else None
            if found is None and hasattr(x, "__dict__") and not isinstance(x, type):
                found = array_module(v for v in vars(x).values() if hasattr(v, "dtype"))
        if found is not None:
            return found
    return None
