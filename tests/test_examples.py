"""The examples run from start to end, and what they report is what a working gradient gives."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NUMBER = r"([-+0-9.e]+)"


def run_example(name: str, tmp_path: Path, *arguments: str, quick: bool = True) -> str:
    """Run one example in its own process, away from the checkout, and return what it prints."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / name, *(["--quick"] if quick else []), *arguments],
        cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, f"{name} failed\n{done.stdout}\n{done.stderr}"
    return done.stdout


def numbers(pattern: str, text: str) -> list[float]:
    """Return the numbers at the `#` signs of a pattern, which must occur exactly once."""
    found = re.findall(re.escape(pattern).replace(r"\#", NUMBER), text)
    assert len(found) == 1, f"{pattern!r} occurs {len(found)} times in\n{text}"
    return [float(x) for x in ([found[0]] if isinstance(found[0], str) else found[0])]


def is_png(path: Path) -> bool:
    """Say whether a file is a picture with something on it."""
    return path.read_bytes().startswith(b"\x89PNG\r\n") and path.stat().st_size > 10_000


def check_digits(output: str, picture: Path, least: float) -> None:
    """Check the report of `digits.py`: right gradient, falling losses, enough digits read."""
    (error,) = numbers("gradient against finite differences: relative error #", output)
    assert error < 1e-6
    first, last = numbers("Adam:   training loss # -> #", output)
    assert 0 < last < first / 3
    (at_once,) = numbers("L-BFGS: training loss #", output)
    assert 0 < at_once < 0.1
    assert numbers("Adam:   test accuracy # %", output)[0] >= least
    assert numbers("L-BFGS: test accuracy # %", output)[0] >= least
    assert is_png(picture)


def test_digits(tmp_path):
    output = run_example("digits.py", tmp_path, "--show-source", "--output", str(tmp_path))
    check_digits(output, tmp_path / "digits.png", least=95.0)
    source = output.split("gradient against finite differences")[0]
    compile(source, "<derivative>", "exec")
    assert "np.tanh" in source
    assert "_bar" in source


@pytest.mark.slow
def test_digits_reads_97_in_100(tmp_path):
    output = run_example("digits.py", tmp_path, "--output", str(tmp_path), quick=False)
    check_digits(output, tmp_path / "digits.png", least=97.0)


def test_logistic_regression(tmp_path):
    output = run_example("logistic_regression.py", tmp_path)
    steps, norm = numbers("# steps, gradient norm at the solution #", output)
    assert steps > 5
    assert norm < 1e-4
    assert numbers("largest difference from scikit-learn #", output)[0] < 1e-4
    assert numbers("training accuracy # %", output)[0] > 95


def test_ode_fit(tmp_path):
    output = run_example("ode_fit.py", tmp_path, "--output", str(tmp_path))
    start, end = numbers("misfit # -> # in", output)
    assert start > 0.5
    # Minimising the same misfit without any derivative (Nelder-Mead) ends at 0.0481 too.
    assert end == pytest.approx(0.0481, abs=2e-4)
    assert numbers("gradient norm at the solution #", output)[0] < 1e-4
    table = dict(re.findall(rf"^  (\S.*?\S) +{NUMBER}$", output, flags=re.M))
    expected = {"birth": 0.5402, "eaten": 0.0272, "fed": 0.0237, "death": 0.7964}
    for name, value in expected.items():
        assert float(table[name]) == pytest.approx(value, rel=0.02), name
    assert is_png(tmp_path / "ode_fit.png")


def test_rnn(tmp_path):
    output = run_example("rnn.py", tmp_path)
    first, last = numbers("loss # -> #", output)
    assert first > 3
    assert last < 0.8
    (before,) = numbers("characters predicted before training: # %", output)
    (after,) = numbers("characters predicted after training: # %", output)
    assert before < 20
    assert after > 80
    assert "'Twas brillig, and the" in output


def test_transformer(tmp_path):
    output = run_example("transformer.py", tmp_path, "--show-source")
    (error,) = numbers("gradient against finite differences: relative error #", output)
    assert error < 1e-5
    first, last = numbers("cross-entropy # -> # nats a letter", output)
    assert last < first - 0.3
    compile(output.split("gradient against finite differences")[0], "<derivative>", "exec")


def test_tour(tmp_path):
    output = run_example("tour.py", tmp_path)
    headings = [
        "The function, as written",
        "Its gradient in reverse mode",
        "The same gradient, for arguments like these",
        "Are they right?",
    ]
    places = [output.index(heading) for heading in headings]
    assert places == sorted(places)
    assert "stretch_bar" in output[places[1] : places[2]]
    assert "float(stiffness_bar)" in output[places[2] : places[3]]
    assert "as_gradient" not in output[places[2] : places[3]]
    assert numbers("largest error      #", output)[0] < 1e-7
    assert "random directions checked too" in output
