"""The gradients that s2s is measured against are right themselves, or the times mean nothing."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.kernels import KERNELS
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


@pytest.mark.slow
def test_jax_rewrites() -> None:
    """The rewrites compute the gradients of the kernels, where JAX is installed."""
    pytest.importorskip("jax")
    from benchmarks.kernels.peers import jax_rewrites

    assert len(jax_rewrites.REWRITES) >= 15
    for name in jax_rewrites.REWRITES:
        kernel = KERNELS[name]
        args = kernel.inputs("small")
        found = jax_rewrites.gradient(name, positions(kernel))(*args)
        expected, accuracy = reference(kernel, args)
        for g, e in zip(found, expected, strict=True):
            np.testing.assert_allclose(g, e, rtol=accuracy, atol=accuracy, err_msg=name)
