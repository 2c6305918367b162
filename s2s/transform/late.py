"""Calls of functions that are only known at run time.

    y = f(x, n)                y, back = call_vjp(f, x, n)
                               ...
                               x_bar = back(y_bar)[0]

The two functions compile what they are given; they belong to the layer above, which enters them
here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from s2s.ir.nodes import Ref

_KNOWN: dict[str, Callable[..., Any]] = {}


def enter(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function of the layer above known under its name; a decorator."""
    _KNOWN[fn.__name__] = fn
    return fn


def late(name: str) -> Ref:
    """A reference to a function that was entered."""
    return Ref(name, _KNOWN[name])


def is_late(obj: object) -> bool:
    """Whether an object is one of these functions."""
    return any(obj is fn for fn in _KNOWN.values())
