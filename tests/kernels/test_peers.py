"""The gradients that s2s is measured against are right themselves, or the times mean nothing."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.kernels import KERNELS
from benchmarks.kernels.fluids import channel_flow
from benchmarks.kernels.peers.by_hand import ADJOINTS
from tests.kernels.oracle import positions, reference
from tests.oracle import assert_close
from tests.pytree import copy_tree


@pytest.mark.parametrize("name", sorted(ADJOINTS))
def test_by_hand(name: str) -> None:
    """Right, and the arguments stay as they are."""
    kernel = KERNELS[name]
    args = kernel.inputs("small")
    before = copy_tree(args)
    gradient = ADJOINTS[name](*args)
    assert_close(args, before, rtol=0.0, atol=0.0, where="arguments")
    expected, accuracy = reference(kernel, args)
    assert_close(gradient, expected, rtol=accuracy, atol=accuracy)


def test_enough_by_hand() -> None:
    """The table compares at least twelve kernels with adjoints by hand."""
    assert len(ADJOINTS) >= 20


def test_all_for_jax() -> None:
    """Every kernel has a rewrite for JAX that keeps its algorithm; none is rethought only."""
    pytest.importorskip("jax")
    from benchmarks.kernels.peers.jax_rewrites import RETHOUGHT, SAME

    assert set(SAME) == set(KERNELS)
    assert set(RETHOUGHT) < set(SAME)


@pytest.mark.slow
@pytest.mark.parametrize("which", ["SAME", "RETHOUGHT"])
def test_jax_rewrites(which: str) -> None:
    """The rewrites compute the gradients of the kernels, where JAX is installed."""
    pytest.importorskip("jax")
    from benchmarks.kernels.peers import jax_rewrites

    for name, rewrite in getattr(jax_rewrites, which).items():
        kernel = KERNELS[name]
        args = kernel.inputs("small")
        found = jax_rewrites.gradient(rewrite, positions(kernel), args)()
        expected, accuracy = reference(kernel, args)
        for g, e in zip(found, expected, strict=True):
            np.testing.assert_allclose(g, e, rtol=accuracy, atol=accuracy, err_msg=name)


def test_jax_stops_in_time() -> None:
    """A loop that ends before its most turns ends there for JAX, too; so do uneven rows."""
    pytest.importorskip("jax")
    from benchmarks.kernels.peers import jax_rewrites

    flow = KERNELS["channel_flow"]
    most, sweeps, _, *rest = flow.inputs("small")
    loose = most, sweeps, 0.8, *rest
    assert channel_flow(*copy_tree(loose)) < most
    sparse = KERNELS["spmv"]
    _, columns, values, x = sparse.inputs("small")
    uneven = np.array([0, 3, 3, 4, 9, len(values)]), columns, values, x
    for kernel, args, table in (
        (flow, loose, jax_rewrites.SAME),
        (sparse, uneven, jax_rewrites.SAME),
        (sparse, uneven, jax_rewrites.RETHOUGHT),
    ):
        found = jax_rewrites.gradient(table[kernel.name], positions(kernel), args)()
        expected, accuracy = reference(kernel, args)
        for g, e in zip(found, expected, strict=True):
            np.testing.assert_allclose(g, e, rtol=accuracy, atol=accuracy, err_msg=kernel.name)
