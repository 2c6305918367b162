"""A bounded slice of the fuzzer, and tests of the fuzzer itself."""

from __future__ import annotations

import ast
import functools
import tempfile
from pathlib import Path

import pytest

from tests.fuzz.judge import Outcome, judge
from tests.fuzz.program import generate
from tests.fuzz.scope import Options
from tests.fuzz.shrink import shrink

SLICE = [f"slice:{k}" for k in range(60)]
WRITING = [f"writes:slice:{k}" for k in range(40)]


@pytest.fixture(autouse=True)
def checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The IR is verified as well, and so is what calls do."""
    monkeypatch.setenv("S2S_CHECK", "1")


@functools.cache
def outcome(seed: str) -> Outcome:
    """Judge the program of a seed once for all tests."""
    with tempfile.TemporaryDirectory(prefix="s2s_fuzz_") as folder:
        return judge(program(seed), Path(folder))


def program(seed: str) -> str:
    """The program of a seed."""
    return generate(seed, Options(writes=seed.startswith("writes:")))


@pytest.mark.parametrize("seed", SLICE + WRITING)
def test_program(seed: str) -> None:
    """No wrong gradient and no crash; a refusal is allowed."""
    found = outcome(seed)
    assert found.kind in ("right", "refused", "rejected"), f"{found}\n{program(seed)}"


@pytest.mark.parametrize("seeds, share", [(SLICE, 0.5), (WRITING, 0.4)])
def test_slice_is_worth_running(seeds: list[str], share: float) -> None:
    """Many programs of a slice are inside the language: refusals cannot hide everything."""
    kinds = [outcome(seed).kind for seed in seeds]
    judged = [kind for kind in kinds if kind != "rejected"]
    assert len(judged) >= 0.6 * len(seeds)
    assert judged.count("right") >= share * len(judged)


def test_generation_is_deterministic_and_varied() -> None:
    """A seed gives one text, and the texts use the language broadly."""
    texts = [generate(f"varied:{k}") for k in range(150)]
    assert texts == [generate(f"varied:{k}") for k in range(150)]
    seen = {type(node) for text in texts for node in ast.walk(ast.parse(text))}
    wanted = {ast.For, ast.While, ast.Break, ast.Continue, ast.If, ast.IfExp, ast.Lambda}
    wanted |= {ast.ListComp, ast.GeneratorExp, ast.Dict, ast.Starred, ast.NamedExpr, ast.With}
    wanted |= {ast.BoolOp, ast.AugAssign, ast.Slice, ast.MatMult, ast.Return, ast.Not}
    assert wanted <= seen, wanted - seen


def test_shrinker_finds_the_culprit() -> None:
    """A program shrinks to little more than the statement that makes it fail."""
    text = next(t for t in (generate(f"shrink:{k}") for k in range(99)) if "arctan2" in t)
    small = shrink(text, lambda candidate: "np.arctan2" in candidate and "def f" in candidate)
    assert "arctan2" in small
    assert len(small) < len(text) / 2


def test_kinks_are_rejected(tmp_path: Path) -> None:
    """A function with a jump at its argument is no test."""
    text = "def f(x):\n    return 1.0 if x > 0.5 else x\nFUNCTION = f\nARGNUMS = (0,)\n"
    text += "def example():\n    return (0.5,)\n"
    assert judge(text, tmp_path) == Outcome("rejected", "near a kink")


def test_a_kink_at_the_argument_itself_is_rejected(tmp_path: Path) -> None:
    """Central differences of all sizes agree on the mean of the two slopes."""
    text = "import numpy as np\ndef f(x):\n    return np.clip(x, -1.1, 1.3) * 3.0\nFUNCTION = f\n"
    text += "ARGNUMS = (0,)\ndef example():\n    return (-1.1,)\n"
    assert judge(text, tmp_path) == Outcome("rejected", "at a kink")
