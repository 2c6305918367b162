"""Copies from one part of an array to another part of it, in the order in which NumPy makes them."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pytest

import s2s
from s2s.runtime import require_in_order
from tests.hard.checks import agrees, agrees_when_known

Z = np.random.default_rng(4).normal(size=(4, 4))
X = Z.ravel()[:8].copy()
SLICES = [slice(a, b, c) for a in (None, 0, 1, 3) for b in (None, 2, 5) for c in (1, 2, 3)]
SLICES += [slice(a, b, c) for a in (None, 6, 4) for b in (None, 1) for c in (-1, -2)]


def _is_lost(x, to, source) -> bool:
    """Whether NumPy reads what it has overwritten."""
    plain, copied = x.copy(), x.copy()
    plain[to] = plain[source]
    copied[to] = copied[source].copy()
    return not np.array_equal(plain, copied)


def _is_refused(x, to, source) -> bool:
    try:
        require_in_order(x[to], x[source])
    except ValueError:
        return True
    return False


def test_guard_says_what_numpy_does() -> None:
    x, lost = np.arange(7.0), 0
    for to, source in itertools.product(SLICES, SLICES):
        if x[to].shape == x[source].shape:
            assert _is_refused(x, to, source) == _is_lost(x, to, source), (to, source)
            lost += _is_lost(x, to, source)
    assert lost > 5
    z, lost = np.arange(25.0).reshape(5, 5), 0
    for i, j in itertools.product(range(5), range(5)):
        for a, b in (((i,), (slice(None), j)), ((slice(None), j), (i,)),
                     ((i, slice(None, None, -1)), (slice(None, None, -1), j)),
                     ((i, slice(1, None)), (slice(0, -1), j))):  # fmt: skip
            assert _is_refused(z, a, b) == _is_lost(z, a, b), (a, b)
            lost += _is_lost(z, a, b)
    assert lost > 5


def row_of_column(z):
    for i in range(2, 1, -1):
        z[i] = z[:, 3]
    return np.sum(z * z)


def spread_out(x):
    x[::2] = x[:4]
    return np.sum(x * x)


def by_copyto(x):
    np.copyto(x[::2], x[:4])
    return np.sum(x * x)


def through_views(z):
    row, column = z[2], z[:, 3]
    row[:] = column
    return np.sum(z * z)


@pytest.mark.parametrize("target", ["numpy", "numba"])
@pytest.mark.parametrize(
    "program", [row_of_column, spread_out, by_copyto, through_views], ids=lambda f: f.__name__
)
def test_overwritten_items(program, target) -> None:
    """The value has no meaning but NumPy's order; the gradient was that of a copy."""
    given = Z if "z" in program.__code__.co_varnames[:1] else X
    if target == "numba":
        pytest.importorskip("numba")
    with warnings.catch_warnings(), pytest.raises(ValueError, match="assign a copy"):
        warnings.simplefilter("ignore")  # it runs as NumPy code
        s2s.grad(program, target=target)(given)


def copied_first(z):
    for i in range(2, 1, -1):
        z[i] = z[:, 3].copy()
    return np.sum(z * z)


def put_together(x):
    x[:4] = x[::2]
    return np.sum(x**3)


def mirrored(z):
    for i in range(4):
        z[i, i + 1 :] = z[i + 1 :, i]
        z[i] = z[:, i]
    return np.sum(z * z)


def borders(z):
    z[0, 1:] = z[1:, 2]
    z[:, 0] = z[:, 1]
    z[3, ::-1] = z[2]
    z[1:3] = z[:2]
    return np.sum(z * z)


def in_any_order(x):
    x[::2] += x[:4]
    np.multiply(x[:4], 0.5, out=x[::2])
    return np.sum(x * x)


GENERIC = (copied_first, put_together, borders)


@pytest.mark.parametrize(
    "program, given, guarded",
    [(copied_first, Z, False), (put_together, X, True), (mirrored, Z, False), (borders, Z, False),
     (in_any_order, X, False)],
    ids=lambda f: getattr(f, "__name__", ""),
)  # fmt: skip
def test_others(program, given, guarded) -> None:
    (agrees if program in GENERIC else agrees_when_known)(program, given)
    text = s2s.grad(program).specialize(given).source
    assert ("require_in_order" in text) == guarded
