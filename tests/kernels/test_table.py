"""The table of what gradients of the kernels cost."""

from __future__ import annotations

import pytest

from benchmarks.kernels import KERNELS
from benchmarks.kernels.table import HEAD, autograd, judged, row, s2s


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
