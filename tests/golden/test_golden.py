"""Every golden pair: the text is what the compiler writes, and it computes the right numbers.

`pytest tests/golden --regen` rewrites the expected files; read their diff before committing it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import s2s
from tests.golden import harness
from tests.oracle import (
    assert_close,
    dot_product_test,
    finite_difference_gradient,
    reference_gradient,
)
from tests.pytree import copy_tree

NAMES = [name for name in harness.discover() if name not in harness.REFUSED]

# One of each kind of control flow, for the test that starts new interpreters.
HASH_SEED_SAMPLE = [
    "straight/many_uses",
    "branches/short_circuit",
    "loops/break_on_threshold",
    "containers/list_comprehension",
    "functions/recursion",
    "programs/kalman_step",
]

RENDER_SAMPLE = """
import sys
from tests.golden import harness
for name in sys.argv[1:]:
    print("#", name)
    print(harness.render(harness.program(name)))
"""


@pytest.mark.parametrize("name", NAMES)
def test_text(name: str, regen: bool) -> None:
    """The checked-in text is the text that the compiler writes."""
    text = harness.render(harness.program(name))
    path = harness.expected_path(name)
    if regen:
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no {path.name}: run pytest tests/golden --regen"
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_checked_in_file(name: str) -> None:
    """The checked-in file alone computes the gradient."""
    module = harness.program(name)
    derivative = harness.checked_in(name, module)
    expected, accuracy = reference_gradient(module.FUNCTION, module.example(), module.ARGNUMS)
    actual = derivative(*module.example())
    assert_close(actual, expected, rtol=accuracy, atol=accuracy)


@pytest.mark.parametrize("name", NAMES)
def test_reverse(name: str) -> None:
    """`grad` and `value_and_grad` compute the gradient and leave the arguments as they were."""
    module = harness.program(name)
    args = module.example()
    expected, accuracy = reference_gradient(module.FUNCTION, args, module.ARGNUMS)
    before = copy_tree(args)
    gradient = s2s.grad(module.FUNCTION, argnums=module.ARGNUMS)(*args)
    assert_close(gradient, expected, rtol=accuracy, atol=accuracy)
    value, gradient = s2s.value_and_grad(module.FUNCTION, argnums=module.ARGNUMS)(*args)
    assert_close(value, module.FUNCTION(*module.example()), rtol=1e-14, atol=0.0)
    assert_close(gradient, expected, rtol=accuracy, atol=accuracy)
    assert_close(args, before, rtol=0.0, atol=0.0, where="arguments")


@pytest.mark.parametrize("name", sorted(harness.REFUSED))
def test_refused(name: str) -> None:
    """What cannot be differentiated yet is refused in words, never answered."""
    module = harness.program(name)
    with pytest.raises(s2s.S2SError) as caught:
        s2s.grad(module.FUNCTION, argnums=module.ARGNUMS)(*module.example())
    assert caught.value.origin is not None


@pytest.mark.parametrize(
    "name",
    [
        # Called from a wrapper, nothing is known of its arguments, and `total += v` is refused.
        pytest.param(n, marks=[pytest.mark.xfail(strict=True)] if n.endswith("huber_path") else [])
        for n in NAMES
    ],
)
def test_forward(name: str, tmp_path: Path) -> None:
    """Forward mode is the transpose of reverse mode."""
    function, args = harness.restricted(harness.program(name), tmp_path)
    for seed in range(2):
        dot_product_test(function, args, seed)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(n, marks=[pytest.mark.xfail(strict=True)] if n in harness.ONCE else [])
        for n in NAMES
    ],
)
def test_second_order(name: str, tmp_path: Path) -> None:
    """The checked-in gradient can be differentiated again."""
    module = harness.program(name)
    derivative = harness.checked_in(name, module)
    gradient = derivative(*module.example())
    scalar = harness.scalar_of_gradient(module, derivative, gradient, tmp_path)
    expected = finite_difference_gradient(scalar, module.example(), module.ARGNUMS, step=5e-4)
    actual = s2s.grad(scalar, argnums=module.ARGNUMS)(*module.example())
    assert_close(actual, expected, rtol=1e-6, atol=1e-7)


def test_hash_seed_changes_nothing() -> None:
    """The text is the same, byte for byte, whatever the order of hashes."""
    outputs = []
    for seed in ("0", "1"):
        result = subprocess.run(
            [sys.executable, "-c", RENDER_SAMPLE, *HASH_SEED_SAMPLE],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=harness.FOLDER.parent.parent,
            capture_output=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr.decode()
        outputs.append(result.stdout)
    assert outputs[0] == outputs[1]
    assert outputs[0].count(b"# ") >= len(HASH_SEED_SAMPLE)


def test_enough_programs() -> None:
    """Discovery has not silently lost the programs."""
    assert len(NAMES) >= 75
    missing = [name for name in NAMES if not harness.expected_path(name).exists()]
    assert not missing, f"without an expected derivative: {missing}"
