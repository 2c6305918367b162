"""Arrays that functions give back as they are, new memory, and options taken out of `**kwargs`."""

from __future__ import annotations

import numpy as np
import pytest

import s2s
from s2s.ir.effects import _FRESH_ARRAYS
from tests.hard.checks import agrees, agrees_when_known

X = np.array([0.4, -0.7, 1.2])


def coerced(x):
    """What is an array already has other names, and is written into through them."""
    x = np.asarray(x, dtype=float)
    y = np.atleast_1d(x * 2)
    z = np.asarray(y)
    z[1:] *= 3
    return np.sum(y**2)


def entries(x):
    """`np.ndenumerate` reads the entries as they are when it comes to them."""
    a = np.outer(x, x)
    for (i, j), v in np.ndenumerate(a):
        if i < 2:
            a[i + 1, j] += v * v
        a[i, j] = np.sin(v)
    return np.sum(a)


def entries_of_list(x):
    """Of a list, too."""
    total = 0.0
    for place, v in np.ndenumerate([x[0], x[1] * x[2]]):
        total = total + (place[0] + 1) * v**2
    return total


def whole_entries(x):
    """A pair that is not taken apart by the loop."""
    return sum(pair[1] ** 2 * pair[0][0] for pair in np.ndenumerate(x))


def normals(x):
    """The result of `np.cross` is memory of its own, whatever its rank."""
    a = np.stack([x, x[::-1]])
    n = np.cross(a, a[::-1] ** 2)
    n /= np.linalg.norm(n, axis=-1, keepdims=True)
    return n[0] @ np.array([1.0, 2.0, 3.0]) + n[1] @ x


def _scaled(x, **options):
    scale = options.pop("scale", 2.0)
    offset = options.setdefault("offset", x[0])
    total = np.sum(x) * scale + offset * options["offset"]
    del options["offset"]
    if options:
        raise TypeError("unknown options")
    return total


def options(x):
    """What a function takes out of its keywords, or puts in, is its own affair."""
    return _scaled(x) + _scaled(x, scale=x[1]) * _scaled(x, offset=x[2], scale=x[0])


@pytest.mark.parametrize("fn", [entries_of_list, whole_entries])
def test_entries(fn):
    """Both programs, both modes, both orders."""
    agrees(fn, X)


@pytest.mark.parametrize("fn", [coerced, entries, normals, options])
def test_known(fn):
    """The same for known kinds of arguments."""
    agrees_when_known(fn, X)


def test_nothing_is_left_of_a_coercion():
    """Neither in the values nor in the adjoints."""
    lines = s2s.grad(coerced).specialize(X).source.splitlines()
    code = [line for line in lines if not line.strip().startswith("#")]
    assert not any("asarray" in line or "atleast" in line for line in code)


A = np.arange(1.0, 7.0)
ROW = A.reshape(1, 6)
TEMPTED = {  # with the arguments for which a view would be the easiest
    "cross": [lambda: np.cross(A[:3], A[3:])],
    "convolve": [lambda: np.convolve(A, [1.0])],
    "correlate": [lambda: np.correlate(A, [1.0])],
    "kron": [lambda: np.kron(1.0, A), lambda: np.kron(A, 1.0)],
    "interp": [lambda: np.interp(A, A, A)],
    "gradient": [lambda: np.gradient(A)],
    "roll": [lambda: np.roll(A, 0), lambda: np.roll(ROW, 0, axis=1)],
    "take": [lambda: np.take(A, np.arange(6)), lambda: np.take(ROW, 0, axis=0)],
    "take_along_axis": [lambda: np.take_along_axis(A, np.arange(6), 0)],
    "bincount": [lambda: np.bincount(np.arange(6), A)],
    "median": [lambda: np.median(ROW, axis=0), lambda: np.median(A[:1])],
    "quantile": [lambda: np.quantile(ROW, 0.5, axis=0)],
    "percentile": [lambda: np.percentile(ROW, 50, axis=0)],
    "average": [lambda: np.average(ROW, axis=0)],
    "nansum": [lambda: np.nansum(ROW, axis=0), lambda: np.nansum(A, axis=())],
    "nanmean": [lambda: np.nanmean(ROW, axis=0)],
    "nanmax": [lambda: np.nanmax(ROW, axis=0), lambda: np.nanmax(A, axis=())],
    "nanmin": [lambda: np.nanmin(ROW, axis=0), lambda: np.nanmin(A, axis=())],
    "polyval": [lambda: np.polyval([1.0, 0.0], A), lambda: np.polyval(A, 1.0)],
    "vander": [lambda: np.vander(A, 1), lambda: np.vander(A, 2)],
    "select": [lambda: np.select([A > 0], [A])],
    "block": [lambda: np.block(A), lambda: np.block([A]), lambda: np.block([[A]])],
    "column_stack": [lambda: np.column_stack((A,)), lambda: np.column_stack([ROW])],
    "dstack": [lambda: np.dstack((A,)), lambda: np.dstack([ROW[..., None]])],
    "sum": [lambda: np.sum(ROW, axis=0), lambda: np.sum(A, axis=())],
    "max": [lambda: np.max(ROW, axis=0), lambda: np.max(A, axis=())],
    "prod": [lambda: np.prod(A, axis=())],
    "mean": [lambda: np.mean(A, axis=())],
    "cumsum": [lambda: np.cumsum(ROW, axis=0)],
    "tile": [lambda: np.tile(A, 1)],
    "repeat": [lambda: np.repeat(A, 1)],
    "pad": [lambda: np.pad(A, 0)],
    "concatenate": [lambda: np.concatenate((A,))],
    "clip": [lambda: np.clip(A, 0, 9)],
    "where": [lambda: np.where(A > 0, A, A)],
    "pinv": [lambda: np.linalg.pinv(A.reshape(2, 3))],
}


@pytest.mark.parametrize("name", TEMPTED)
def test_new_memory(name):
    """What counts as new memory is."""
    assert name in _FRESH_ARRAYS
    for call in TEMPTED[name]:
        assert not np.shares_memory(A, call())
