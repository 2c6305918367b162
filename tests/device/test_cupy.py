"""CuPy itself: the table of its names, the names that derivatives call, the grid on a device."""

import ast
from pathlib import Path

import numpy as np
import pytest

import s2s
from s2s.runtime import device
from tests.device import standin
from tests.device.test_standin import on_device, thinned
from tests.rules import checks

ROOT = Path(__file__).resolve().parents[2]
# Only the host calls these: they are about types, options and floating-point errors.
HOST = set("dtype finfo iinfo errstate inf nan pi newaxis generic inexact ndarray".split()) | {
    n for n in dir(np) if isinstance(getattr(np, n), type)
}
ABSENT = {"linalg.LinAlgError"}  # a class: nothing on a device raises it
ABSENT |= {"emath.log", "emath.power"}  # stand only where the program calls `np.emath` itself


def emitted():
    """The dotted names of NumPy in the bodies of templates and runtime functions."""
    files = [*(ROOT / "s2s/runtime").glob("*.py"), *(ROOT / "templates").glob("*.py")]
    names = set()
    for path in files:
        if path.stem.startswith(("scipy", "tape", "loops", "programs")):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
            for node in (n for s in function.body for n in ast.walk(s)):
                text = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
                if text.startswith("np.") and "(" not in text:
                    names.add(text[3:])
    parts = {n.rpartition(".")[0] for n in names}
    return {n for n in names if n not in parts and n.partition(".")[0] not in HOST}


def test_every_emitted_name_has_a_counterpart():
    missing = {
        n for n in emitted()
        if n not in standin.NAMES and n not in device.ALTERNATIVES
        and n.rpartition(".")[0] not in standin.NAMES  # np.add.at
    }  # fmt: skip
    assert missing <= ABSENT, sorted(missing - ABSENT)


def test_the_table_is_that_of_cupy():
    cupy = pytest.importorskip("cupy")
    for path in standin.NAMES:
        found = cupy
        for part in path.split("."):
            found = getattr(found, part)


def test_functions_of_cupy_have_the_rules_of_numpy():
    cupy = pytest.importorskip("cupy")
    from s2s.rules import book

    for name in ("sum", "tanh", "add", "where", "einsum", "linalg.solve", "fft.rfft"):
        theirs, ours = cupy, np
        for part in name.split("."):
            theirs, ours = getattr(theirs, part), getattr(ours, part)
        assert book().entry(theirs) is book().entry(ours), name


def cupy_on_a_device():
    """CuPy where it can compute, or a skip."""
    cupy = pytest.importorskip("cupy")
    if not cupy.is_available():
        pytest.skip("no device for CuPy")
    return cupy


@pytest.mark.gpu
def test_the_grid_on_a_device():
    cupy, wrong = cupy_on_a_device(), []
    for case, fn, args, _ in on_device(thinned(1)):
        there = [cupy.asarray(a) for a in args]
        try:
            value = fn(*there)
        except (TypeError, AttributeError, NotImplementedError, ValueError):
            continue  # CuPy lacks what the program itself calls
        cotangent = np.ones(np.shape(value), np.result_type(value.dtype, 1.0))
        expected = s2s.vjp(fn, *args)[1](cotangent)
        try:
            found = s2s.vjp(fn, *there)[1](cupy.asarray(cotangent))
        except Exception as error:
            wrong.append(f"{case.id}: {type(error).__name__}: {error}")
            continue
        for bar, right in zip(found, expected, strict=True):
            if not isinstance(bar, cupy.ndarray) or not np.allclose(bar.get(), right, atol=1e-6):
                wrong.append(f"{case.id}: {bar} instead of {right}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.gpu
def test_functions_of_cupy_on_a_device():
    cupy = cupy_on_a_device()
    space = {"cp": cupy}
    fn = checks.compiled("def f(x):\n    return cp.sum(cp.tanh(x) ** 2)\n", "f", space)
    x = np.linspace(-1, 1, 5)
    bar = s2s.grad(fn)(cupy.asarray(x))
    np.testing.assert_allclose(bar.get(), 2 * np.tanh(x) / np.cosh(x) ** 2)
