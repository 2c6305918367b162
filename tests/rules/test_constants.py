"""What the templates call constant is: its result does not follow its floating-point arguments.

A function on that list has a zero derivative without a warning, so a wrong name is a silent
wrong gradient.
"""

from __future__ import annotations

import copy
import itertools
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from s2s.rules import book

STEP = 1e-6
VECTOR = np.array([0.3137, 1.7211, 2.6183])
INDEX = np.array([0, 1, 1])
# Memory that nobody wrote, and the function whose purpose is to hide a derivative.
LEFT_OUT = ("np.empty", "np.empty_like", "s2s.stop_gradient")


def is_public(entry: Any) -> bool:
    """Parts of derivatives are left out: they are tested with their rules."""
    module = getattr(entry.obj, "__module__", None) or ""
    return callable(entry.obj) and entry.text not in LEFT_OUT and "s2s.runtime" not in module


CONSTANT = [e for e in book().entries.values() if e.constant and is_public(e)]


def places(x: Any) -> Iterator[tuple[Any, ...]]:
    """Ways of handing a function something that moves."""
    yield (x,)
    for other in (INDEX, 2, (3,)):
        yield (x, other)
        yield (other, x)
    yield (lambda i: i * x[0], (3,))


def samples(fn: Callable[..., Any], x: Any) -> list[Any]:
    """The results for every way of calling a function that it accepts."""
    found = []
    for args in places(x):
        for options in ({}, {"weights": x}):
            np.random.seed(3)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    # Copies: a ufunc takes a second array for the place of its result.
                    result = fn(*copy.deepcopy(args), **options)
                    result = list(result) if hasattr(result, "__next__") else result
                except Exception:
                    result = None
            found.append(result)
    return found


def floats(result: Any) -> list[float]:
    """All floating-point numbers of a result."""
    if isinstance(result, list | tuple):
        return list(itertools.chain.from_iterable(map(floats, result)))
    if isinstance(result, float | np.floating):
        return [float(result)]
    if isinstance(result, np.ndarray) and result.dtype.kind == "f":
        return [float(v) for v in result.ravel()]
    return []


@pytest.mark.parametrize("entry", CONSTANT, ids=lambda e: e.text)
def test_result_does_not_follow_floats(entry: Any) -> None:
    """Moving the floats a little changes no number of the result."""
    before, after = samples(entry.obj, VECTOR), samples(entry.obj, VECTOR + STEP)
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(floats(one), floats(other), entry.text)  # NaN is NaN
