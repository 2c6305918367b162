"""Targets, sources and adjoints: what users give to tapes, checked and made alike."""

from __future__ import annotations

import enum
from typing import Any

import numpy as np

from s2s.driver.trees import walk as walk_tree
from s2s.tape.held import is_array
from s2s.tape.variable import Variable


class UnconnectedGradients(enum.Enum):
    """What `gradient` gives for a source that the target does not depend on."""

    NONE = "none"
    ZERO = "zero"


def kind_of(x: Any) -> str:
    """The kind of the dtype, `f` and `c` for what has a gradient."""
    dtype = getattr(x, "dtype", None)
    if dtype is not None:
        return str(dtype.kind)
    return "f" if isinstance(x, float) else "c" if isinstance(x, complex) else "i"


def like(bar: Any, obj: Any) -> Any:
    """An adjoint of the shape of its value."""
    if isinstance(obj, Variable):
        obj = obj._value
    shape = np.shape(obj)
    bar = np.broadcast_to(bar, shape)
    return bar if shape else bar[()]


def add_to(bars: dict[int, Any], obj: Any, bar: Any) -> None:
    """Add to the adjoint of an object."""
    old = bars.get(id(obj))
    bars[id(obj)] = (obj, bar if old is None else old[1] + bar)


def gradient_for(entry: Any, source: Any) -> Any:
    """A gradient of the dtype and shape of its source, in memory of its own."""
    if entry is None:
        return None
    bar = entry[1]
    if kind_of(source) == "f":
        bar = np.real(bar)
    shape = tuple(source.shape)
    return np.array(np.broadcast_to(bar, shape), dtype=source.dtype)[()]


def unconnected(how: Any) -> UnconnectedGradients:
    """What the user asks for, as an object or a string."""
    try:
        return UnconnectedGradients(how)
    except ValueError:
        raise ValueError(f"Unknown value for unconnected_gradients: {how!r}") from None


def source_leaves(sources: Any) -> list[Any]:
    """The arrays and variables of a structure."""
    found = []
    for path, leaf in walk_tree(sources, "sources"):
        if not is_array(leaf):
            raise TypeError(
                f"{path} is a {type(leaf).__name__}: a source is an array or a Variable"
            )
        found.append(leaf)
    return found


def seeds_of(targets: list[Any], weights: Any) -> list[Any]:
    """The adjoint that each target starts with; None for integers."""
    given: list[Any] = [None] * len(targets)
    if weights is not None:
        given = [weights] if len(targets) == 1 and not isinstance(weights, list | tuple) else [
            leaf for _, leaf in walk_tree(weights)
        ]  # fmt: skip
        if len(given) != len(targets):
            raise ValueError(f"{len(given)} output gradients for {len(targets)} targets")
    seeds: list[Any] = []
    for target, weight in zip(targets, given, strict=True):
        if not is_array(target) and not isinstance(target, float | complex | int):
            raise TypeError(f"a {type(target).__name__} is no target: it must be an array")
        if kind_of(target) not in "fc":
            seeds.append(None)
            continue
        shape, dtype = np.shape(target), getattr(target, "dtype", None)
        if weight is None:
            seeds.append(np.ones(shape, dtype))
            continue
        weight = np.asarray(weight)
        if weight.shape != shape:
            raise ValueError(
                f"an output gradient has shape {weight.shape} where its target has {shape}"
            )
        seeds.append(weight.astype(dtype) if dtype is not None else weight)
    return seeds
