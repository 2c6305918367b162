"""Tangents transposed: branches, shapes that only the running program knows, items."""

from pathlib import Path

import numpy as np
import pytest

from s2s.ir.nodes import Const, Ref, Value
from s2s.rules import Book
from tests.rules.numerics import check_call

CORE = (Path(__file__).parent / "small" / "core.py").read_text()
SQUARE = """
@tangent(np.square)
def _(x) -> y:
{}
"""
FACTS = pytest.mark.parametrize("facts", [False, True], ids=["unknown", "known"])

BODIES = {
    "a factor": "    d[y] = 2 * x * d[x]",
    "an if": "    if ndim(x) == 2:\n        d[y] = d[x] * x + x * d[x]\n"
    "    else:\n        d[y] = 2 * (x * d[x])",
    "an if around a variable": "    t = d[x]\n    if ndim(x) == 2:\n        t = mT(mT(t))\n"
    "    d[y] = t * x * 2",
    "an if that scales": "    s = 2\n    if ndim(x) > 1:\n        s = np.cos(0.0) + 1\n"
    "    d[y] = s * x * d[x]",
    "a conditional expression": "    d[y] = (x * d[x] if ndim(x) == 1 else d[x] * x) * 2",
    "several uses": "    g = d[x] * x\n    d[y] = g + g",
    "a shape": "    d[y] = np.reshape(np.reshape(d[x], (-1,)), d[x].shape) * x * 2",
    "an added axis": "    d[y] = (d[x][..., None] * (2 * x[..., None]))[..., 0]",
    "items": "    both = (d[x] * x, d[x])\n    d[y] = both[0] + x * both[1]",
    "needs": "    if needs(d[x]):\n        d[y] = 2 * x * d[x]",
    "two contributions": "    d[y] = x * d[x]\n    d[y] += d[x] * x",
    "unpacking": "    (p, q) = (2 * x, d[x])\n    d[y] = p * q",
    "a mask": "    low = x > 1.5\n"
    "    d[y] = np.where(low, d[x] * x, 0) * 2 + np.where(low, 0, 2 * d[x] * x)",
    "a macro": "    d[y] = twice(x * d[x])",
    "both": "    if ndim(x) == 1 and x.shape[0] > 0 or ndim(x) == 0:\n"
    "        d[y] = 2 * (d[x] * x)\n    else:\n        d[y] = d[x] * (x + x)",
}


@FACTS
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1)], ids=str)
def test_tangents_of_a_square(tmp_path, body, shape, facts):
    (tmp_path / "core.py").write_text(CORE + SQUARE.format(body))
    book = Book(tmp_path)
    x = Value("x")
    env = {x: np.asarray(np.random.default_rng(0).uniform(1, 2, size=shape))[()]}
    if body.startswith("    d[y] = np.reshape") and shape == ():
        env[x] = np.asarray(env[x])
    check_call(book, Ref("np.square", np.square), ((x,), {}), env, [x], facts)


@FACTS
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_a_reduction_without_facts_keeps_its_shapes(facts, axis):
    book = Book(Path(__file__).parent / "small")
    x = Value("x")
    env = {x: np.arange(6.0).reshape(2, 3)}
    text = check_call(
        book, Ref("np.mean", np.mean), ((x,), {"axis": Const(axis)}), env, [x], facts
    )[1]  # fmt: skip
    assert "x_dot" not in text  # the stand-in of the tangent is gone
