"""With `S2S_CHECK=1`: what every call of a gradient has to leave as it was, and to hand out.

- The arguments hold what they held before, bit for bit.
- A gradient has the structure of its argument; arrays have its shape and dtype.
- Gradients share no memory with arguments, nor with each other.

That saved values are taken back in the end is checked in the generated code itself
(`require_empty`), and the rules of the IR when it is compiled.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from s2s.driver.trees import is_float, parts, walk

_DEPTH = 4  # of attributes of objects


class Unsafe(AssertionError):
    """A gradient broke a promise: an error in s2s, to be reported."""


def wanted() -> bool:
    """Whether the environment asks for checks."""
    return bool(os.environ.get("S2S_CHECK"))


def checked(
    entry: Callable[..., Any], bind: Callable[..., Mapping[str, Any]],
    gradients: Callable[[Any], Mapping[str, Any]],
) -> Callable[..., Any]:  # fmt: skip
    """The function `entry` with its promises checked at each call.

    `bind` names the arguments of a call, `gradients` picks the gradients from its result.
    """

    def run(*args: Any, **kwargs: Any) -> Any:
        given = bind(args, kwargs)
        before = {path: _sum(x) for path, x in _arrays(given)}
        result = entry(*args, **kwargs)
        for path, x in _arrays(given):
            if before.get(path) != _sum(x):
                raise Unsafe(f"S2S_CHECK: the call changed the argument `{path}`")
        found = gradients(result)
        for name, g in found.items():
            _alike(given[name], g, name)
        _apart(given, found)
        return result

    return run


def _sum(x: np.ndarray[Any, Any]) -> bytes:
    """A checksum of the contents of an array."""
    return hashlib.blake2b(np.ascontiguousarray(x).tobytes(), digest_size=16).digest()


def _arrays(tree: Mapping[str, Any]) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """The arrays of numbers in some values, by the text that reads them."""
    for name, x in tree.items():
        for path, leaf in walk(x, name):
            yield from _held(path, leaf, _DEPTH)


def _held(path: str, leaf: Any, depth: int) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    if isinstance(leaf, np.ndarray):
        if leaf.dtype.kind in "biufc":
            yield path, leaf
        return
    inner = getattr(leaf, "__dict__", None)
    if isinstance(inner, dict) and depth and not isinstance(leaf, type) and not callable(leaf):
        for name, part in inner.items():
            if name == "_like" and type(leaf).__module__.startswith("s2s."):  # what a Record is of
                continue
            for place, one in walk(part, f"{path}.{name}"):
                yield from _held(place, one, depth - 1)


def _alike(x: Any, g: Any, path: str) -> None:
    """A gradient has the form of its argument; of objects only what they hold is looked at."""
    mine = parts(x)
    if mine is not None:
        theirs = parts(g)
        if theirs is not None and len(theirs) == len(mine):
            for (step, part), other in zip(mine.items(), theirs.values(), strict=True):
                _alike(part, other, path + step)
        elif theirs is not None or not hasattr(g, "__dict__"):
            raise Unsafe(f"S2S_CHECK: the gradient of `{path}` is a {type(g).__name__}")
        return
    if not is_float(x):
        return
    if np.shape(g) != np.shape(x):
        raise Unsafe(
            f"S2S_CHECK: the gradient of `{path}` has shape {np.shape(g)}, not {np.shape(x)}"
        )
    if isinstance(x, np.ndarray) and getattr(g, "dtype", None) != x.dtype:
        raise Unsafe(f"S2S_CHECK: the gradient of `{path}` is not of dtype {x.dtype}")


def _apart(given: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Nobody holds the memory of a gradient."""
    arguments = list(_arrays(given))
    gradients = list(_arrays(found))
    for k, (path, g) in enumerate(gradients):
        for other, x in arguments:
            if np.shares_memory(g, x):
                raise Unsafe(
                    f"S2S_CHECK: the gradient of `{path}` shares memory with the argument `{other}`"
                )
        for other, h in gradients[:k]:
            if np.shares_memory(g, h):
                raise Unsafe(
                    f"S2S_CHECK: the gradients of `{path}` and `{other}` share memory"
                )


__all__ = ["Unsafe", "checked", "wanted"]
