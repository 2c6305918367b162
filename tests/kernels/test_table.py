"""The table of what gradients of the kernels cost."""

from __future__ import annotations

import pytest

from benchmarks.harness import Timing
from benchmarks.kernels import KERNELS
from benchmarks.kernels.__main__ import against_jax
from benchmarks.kernels.table import HEAD, Row, autograd, jax, judged, rethought, row, s2s


def test_row() -> None:
    """A row has the times of the program and of its gradient, and a cell for each column."""
    found = row(KERNELS["three_mm"], "small", 0.01)
    assert {"program", "s2s"} <= set(found.times)
    assert all(timing.median > 0 for timing in found.times.values())
    assert len(found.cells()) == len(HEAD)
    assert "wrong" not in found.words["s2s"]


def test_wrong_gradients_are_found() -> None:
    """A tool that computes another function is called wrong, not fast."""
    pytest.importorskip("autograd")
    assert judged(KERNELS["mvt"], autograd) == (False, "**wrong**")
    assert judged(KERNELS["bicg"], autograd) == (True, "")
    assert judged(KERNELS["bicg"], s2s) == (True, "")


def test_rewrites_for_jax_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both rewrites are right, absent where there is none, and wrong where they differ."""
    pytest.importorskip("jax")
    from benchmarks.kernels.peers import jax_rewrites

    assert judged(KERNELS["trmm"], jax) == (True, "")
    assert judged(KERNELS["trmm"], rethought) == (True, "")
    assert judged(KERNELS["bicg"], rethought) == (False, "")
    monkeypatch.setitem(jax_rewrites.SAME, "trmm", lambda alpha, a, b: alpha * b.sum() + a.sum())
    assert judged(KERNELS["trmm"], jax) == (False, "**wrong**")


def test_both_means_for_jax() -> None:
    """The sentence above the table has the mean of the rewrites, and of the better ones."""

    def timed(name: str, **ratios: float) -> Row:
        return Row(name, {way: Timing(ratio, ratio, ratio) for way, ratio in ratios.items()})

    rows = [
        timed("one", s2s=4.0, numba=2.0, jax=16.0, rethought=1.0),
        timed("other", s2s=1.0, numba=2.0, jax=2.0),
        timed("no rewrite", s2s=1.0),
    ]
    assert {"8.00", "0.50"} <= set(rows[0].cells())
    said = against_jax(rows)
    assert "takes 4.00 times" in said and "over 2 kernels" in said
    assert "better of both rewrites for JAX, 1.00 times" in said
    assert "ahead of s2s in one." in said
    assert against_jax(rows[2:]) == ""
