"""How long compiling takes, and how deep programs may nest."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import s2s

LINES = ("np.sin(x) * y", "x * 0.5 + np.tanh(y)", "x - 0.1 * y * y")


def straight(count: int) -> list[str]:
    """Assignments, one after the other."""
    return [f"{'xy'[k % 2]} = {LINES[k % 3]}" for k in range(count)]


def loops(count: int) -> list[str]:
    """Loops of nine assignments."""
    body = [f"    {line}" for line in straight(9)]
    return [line for k in range(count // 10) for line in (f"for _ in range({k % 3 + 1}):", *body)]


def branches(count: int) -> list[str]:
    """Choices between four and four assignments."""
    body = [f"    {line}" for line in straight(4)]
    arms = [[f"if np.sum(x) > {k % 7}:", *body, "else:", *body] for k in range(count // 10)]
    return [line for arm in arms for line in arm]


def elif_chain(count: int) -> list[str]:
    """One chain of alternatives."""
    arms = [[f"elif y[0] > {count - k}:", f"    x = x * {k}.5"] for k in range(count // 2)]
    return ["if y[0] > 1000:", "    x = x * y", *(line for arm in arms for line in arm)]


def long_sum(count: int) -> list[str]:
    """One expression."""
    return ["x = " + " + ".join(f"np.sin(x * {k}) * y" for k in range(count // 2))]


def early_returns(count: int) -> list[str]:
    """One exit after the other."""
    steps = [[LINES[k % 3], f"if x[0] > {k + 9}:", "    return x[0]"] for k in range(count // 3)]
    return [line if line.startswith(("if", " ")) else f"x = {line}" for s in steps for line in s]


def module(lines: list[str], folder: Path) -> ModuleType:
    """The statements as the body of a function in a file."""
    text = ["import numpy as np", "def f(x, y):", *(f"    {line}" for line in lines)]
    path = folder / f"long_{len(lines)}.py"
    path.write_text("\n".join([*text, "    return np.sum(x) + np.sum(y)"]) + "\n")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def seconds(fn: Callable[..., Any]) -> float:
    """Processor time of the first call of the gradient of a function."""
    x, y = np.array([0.3, 0.2]), np.array([0.5, 0.1])
    start = time.process_time()
    value, (along, _) = s2s.value_and_grad(fn, (0, 1))(x, y)
    spent = time.process_time() - start
    way = np.array([1.0, -2.0])
    step = 1e-6
    slope = (fn(x + step * way, y) - fn(x - step * way, y)) / (2 * step)
    assert abs(along @ way - slope) < 1e-6 * (1 + abs(slope))
    assert value == fn(x, y)
    return spent


@pytest.mark.parametrize("write", [straight, loops, branches], ids=lambda f: f.__name__)
def test_five_hundred_statements(write: Callable[[int], list[str]], tmp_path: Path) -> None:
    """A second is enough, on a machine that has nothing else to do."""
    fn = module(write(500), tmp_path).f
    allowed = 2.0  # on a machine in use
    assert seconds(fn) < allowed or seconds(fn) < allowed


@pytest.mark.parametrize("write", [elif_chain, long_sum], ids=lambda f: f.__name__)
def test_deep_programs(write: Callable[[int], list[str]], tmp_path: Path) -> None:
    """Nesting beyond the recursion limit of Python is no reason to give up."""
    seconds(module(write(500), tmp_path).f)


def test_too_many_exits(tmp_path: Path) -> None:
    """What would need more than a hundred levels of indentation is refused in words."""
    fn = module(early_returns(330), tmp_path).f
    with pytest.raises(s2s.Unsupported, match="split the function"):
        s2s.grad(fn)(np.array([0.3, 0.2]), np.array([0.5, 0.1]))


@pytest.mark.slow
@pytest.mark.parametrize("write", [straight, loops, branches], ids=lambda f: f.__name__)
def test_five_thousand_statements(write: Callable[[int], list[str]], tmp_path: Path) -> None:
    """No recursion error, and a gradient that is right."""
    seconds(module(write(5000), tmp_path).f)
