"""The command line, run as users run it."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import s2s
from s2s.cli import main

ROOT = Path(__file__).resolve().parents[2]

MODEL = '''"""A model."""

import math
from dataclasses import dataclass

import numpy as np

import s2s

SCALE = 2.5
TABLE = np.array([1.0, 2.0, 4.0])


@dataclass
class Settings:
    """How to weigh."""

    power: int
    table: np.ndarray

    def weight(self):
        return squared(self.power) * self.table[0]


def offset(n):
    """An inactive helper, which calls another."""
    return math.sqrt(squared(n)) * SCALE


def squared(n):
    return n * n


def layer(x, w, b):
    # the hidden layer
    return np.tanh(x @ w + b)


def loss(w, b, x, y):
    """A loss."""
    h = layer(x, w, b)
    for _ in range(2):
        h = h * SCALE + 0.0 * s2s.stop_gradient(h)
    settings = Settings(3, TABLE)
    h = h * float(settings.weight())
    shift = sorted([offset(k) for k in range(len(y))], key=lambda t: -t)[0]
    return np.mean((h - y) ** 2) + shift * TABLE[1]


def loss_example():
    rng = np.random.default_rng(0)
    shapes = (3, 2), (2,), (5, 3), (5, 2)
    return tuple(rng.normal(size=shape) for shape in shapes)


def write(x):
    rows = [x, 2 * x]
    rows[0] *= 3.0
    return np.sum(rows[0])


def wrong(x):
    return x * s2s.stop_gradient(x)


def wrong_example():
    return 2.0


def constant():
    return 1.0


def with_default(x=1.5):
    return x * x


@s2s.grad
def slope(x):
    return x**3
'''

RUN_HIDDEN = """
import importlib.util, sys

class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("s2s", "model"):
            raise ImportError(name + " is hidden")

sys.meta_path.insert(0, Hide())
spec = importlib.util.spec_from_file_location("out", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
import numpy as np
args = np.load(sys.argv[2])
found = getattr(module, sys.argv[3])(*(args[k] for k in args.files))
np.savez(sys.argv[4], *(found if isinstance(found, tuple) else (found,)))
assert "s2s" not in sys.modules
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "model.py").write_text(MODEL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "model", raising=False)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    sys.modules.pop("model", None)


def run(*words, **options):
    """Run `python -m s2s` in a process of its own."""
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, "-m", "s2s", *words], capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": paths}, **options,
    )  # fmt: skip


def run_hidden(out, entry, args, folder):
    """Run a function of a standalone module where neither s2s nor the model can be imported."""
    script = folder / "run_hidden.py"
    script.write_text(RUN_HIDDEN)
    np.savez(folder / "args.npz", *args)
    where = folder / "elsewhere"
    where.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, script, out, folder / "args.npz", entry, folder / "found.npz"],
        capture_output=True, text=True, cwd=where,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = np.load(folder / "found.npz")
    return [found[k] for k in found.files]


def expected(folder, wrt=("w", "b")):
    """The gradient as the library computes it."""
    import model

    args = model.loss_example()
    return args, s2s.grad(model.loss, wrt)(*args)


# ---- show --------------------------------------------------------------------------------------


def test_show(folder):
    done = run("show", "model.py:loss", "--wrt", "w,b")
    assert done.returncode == 0, done.stderr
    compile(done.stdout, "<shown>", "exec")
    assert "def loss_grad(w, b, x, y, loss_bar=1.0):" in done.stdout
    assert "return as_gradient(w_bar, w), as_gradient(b_bar, b)" in done.stdout and "\x1b" not in done.stdout


def test_show_is_what_source_is(folder, capsys):
    assert main(["show", "model.py:loss", "--wrt", "w"]) == 0
    import model

    assert capsys.readouterr().out.strip() == s2s.grad(model.loss, "w").source.strip()


def test_show_other_ways(folder, capsys):
    assert main(["show", "model.py:layer", "--mode", "forward", "--wrt", "w"]) == 0
    assert "def layer_jvp(x, w, b, w_dot):" in capsys.readouterr().out
    assert main(["show", "model.py:loss", "--value"]) == 0
    assert "def loss_value_and_grad(" in capsys.readouterr().out
    assert main(["show", "model.py:slope"]) == 0
    assert "def slope_grad(x, slope_bar=1.0):" in capsys.readouterr().out
    assert main(["show", "model.py:loss", "--example"]) == 0
    special = capsys.readouterr().out
    assert main(["show", "model.py:loss"]) == 0
    assert len(special) < len(capsys.readouterr().out)
    assert main(["show", "model.py:layer", "--color", "always"]) == 0
    assert "\x1b[" in capsys.readouterr().out


def test_show_into_a_closed_pipe(folder):
    command = f"{sys.executable} -m s2s show model.py:loss | head -n 1"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env=env)
    assert done.returncode == 0 and not done.stderr


# ---- compile -----------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [[], ["--example"]])
def test_a_standalone_module_needs_no_s2s(folder, options):
    assert main(["compile", "model.py:loss", "--wrt", "w,b", "-o", "out.py", *options]) == 0
    text = (folder / "out.py").read_text()
    assert "import s2s" not in text and "from s2s" not in text and "import model" not in text
    args, gradient = expected(folder)
    found = run_hidden(folder / "out.py", "loss_grad", args, folder)
    for a, b in zip(found, gradient, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_module_for_an_example_refuses_other_kinds(folder):
    assert main(["compile", "model.py:loss", "--wrt", "w,b", "-o", "out.py", "--example"]) == 0
    (w, b, x, y), gradient = expected(folder)
    with pytest.raises(AssertionError, match=r"`b` is float64\[\], .* was written for float64\[:\]"):
        run_hidden(folder / "out.py", "loss_grad", (w, 0.5, x, y), folder)
    wide = [np.asarray(a, dtype=np.float32) for a in (w, b, x, y)]
    found = run_hidden(folder / "out.py", "loss_grad", tuple(wide), folder)
    np.testing.assert_allclose(found[0], gradient[0], rtol=1e-4)


def test_a_standalone_tangent(folder):
    words = ["compile", "model.py:layer", "--wrt", "w", "--mode", "forward", "-o", "out.py"]
    assert main(words) == 0
    import model

    w, b, x, _ = model.loss_example()
    way = np.ones_like(w)
    found = run_hidden(folder / "out.py", "layer_jvp", (x, w, b, way), folder)
    np.testing.assert_allclose(found[1], (1 - np.tanh(x @ w + b) ** 2) * (x @ way))


def test_the_header_says_where_it_comes_from(folder):
    (folder / "generated").mkdir()
    out = folder / "generated" / "loss_grad.py"
    assert main(["compile", "model.py:loss", "--wrt", "w,b", "-o", str(out)]) == 0
    header = out.read_text().split('"""')[1]
    command = "python -m s2s compile ../model.py:loss --wrt w,b -o loss_grad.py"
    assert command in header and "Source: ../model.py:loss" in header
    assert f"Generated by s2s {s2s.__version__}" in header
    assert str(folder) not in out.read_text()
    done = run(*command.split()[3:], "--check", cwd=out.parent)
    assert done.returncode == 0, done.stdout + done.stderr


def test_check_of_a_module(folder, capsys):
    words = ["compile", "model.py:loss", "--wrt", "w,b", "-o", "out.py"]
    assert main([*words, "--check"]) == 1
    assert "does not exist" in capsys.readouterr().err
    assert main(words) == 0
    first = (folder / "out.py").read_text()
    assert main(words) == 0
    assert (folder / "out.py").read_text() == first
    assert main([*words, "--check"]) == 0

    edited = MODEL.replace("# the hidden layer", "# another comment").replace("A loss.", "My loss.")
    (folder / "model.py").write_text(edited)
    sys.modules.pop("model")
    assert main([*words, "--check"]) == 0, "an edit of comments alone made the file stale"

    (folder / "model.py").write_text(MODEL.replace("SCALE = 2.5", "SCALE = 3.5"))
    sys.modules.pop("model")
    capsys.readouterr()
    assert main([*words, "--check"]) == 1
    shown = capsys.readouterr()
    assert "-SCALE = 2.5" in shown.out and "+SCALE = 3.5" in shown.out
    assert "python -m s2s compile model.py:loss --wrt w,b -o out.py" in shown.err
    assert (folder / "out.py").read_text() == first

    (folder / "model.py").write_text(MODEL)
    sys.modules.pop("model")
    assert "b_bar = unbroadcast(" in first
    (folder / "out.py").write_text(first.replace("b_bar = unbroadcast(", "b_bar = 2 * unbroadcast("))
    assert main([*words, "--check"]) == 1, "an edit by hand went unnoticed"


def test_what_cannot_be_written_down(folder, capsys):
    (folder / "closed.py").write_text(
        "def make():\n    k = object()\n    def f(x):\n        return x * hash(k)\n"
        "    return f\nf = make()\n"
    )
    assert main(["compile", "closed.py:f", "-o", "out.py"]) == 1
    assert "`k` is a object that cannot be written" in capsys.readouterr().err
    assert not (folder / "out.py").exists()


# ---- check -------------------------------------------------------------------------------------


def test_check(folder, capsys):
    assert main(["check", "model.py:loss", "--order", "2"]) == 0
    text = capsys.readouterr().out
    assert "reverse and forward mode agree" in text and "4 arguments" in text
    assert main(["check", "model.py:with_default", "--mode", "forward"]) == 0
    assert main(["check", "model.py:wrong"]) == 1
    assert "differences say" in capsys.readouterr().err


# ---- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words, message",
    [
        ("", "required: command"),
        ("frob", "invalid choice: 'frob'"),
        ("show", "required: FILE.py:function"),
        ("show nofile.py:f", "there is no file `nofile.py`"),
        ("show model.py", "not of the form FILE.py:function"),
        ("show model.txt:f", "there is no file"),
        ("show notes.txt:f", "`notes.txt` is no Python file"),
        ("show model.py:los", "no function `los`; did you mean `loss`?"),
        ("show model.py:TABLE", "is a ndarray, not a function"),
        ("show model.py:loss --wrt q", "no parameter 'q'; it has w, b, x, y"),
        ("show model.py:loss --wrt w,w", "twice"),
        ("show model.py:loss --mode up", "invalid choice"),
        ("show model.py:constant", "no parameter"),
        ("show broken.py:f", "broken.py:1:"),
        ("show raising.py:f", "RuntimeError: two lines"),
        ("show leaving.py:f", "SystemExit"),
        ("compile model.py:loss", "required: -o/--output"),
        ("compile model.py:loss -o no/out.py", "there is no folder `no`"),
        ("compile model.py:loss -o out.txt", "must end in .py"),
        ("compile model.py:loss -o model.py", "is the source itself"),
        ("check model.py:layer", "define `layer_example()`"),
        ("check model.py:layer --order 7", "invalid choice: 7"),
    ],
)
def test_errors_take_one_line(folder, capsys, words, message):
    (folder / "notes.txt").write_text("")
    (folder / "broken.py").write_text("def f(:\n")
    (folder / "raising.py").write_text("raise RuntimeError('two\\nlines')\n")
    (folder / "leaving.py").write_text("raise SystemExit(3)\n")
    try:
        status = main(words.split())
    except SystemExit as left:
        status = left.code
    shown = capsys.readouterr()
    assert status == 2 and not shown.out
    assert message in shown.err and shown.err.count("\n") == 1
    assert shown.err.startswith("s2s")
    assert (folder / "model.py").read_text() == MODEL


def test_a_refusal_shows_the_line(folder, capsys):
    assert main(["show", "model.py:write"]) == 1
    text = capsys.readouterr().err
    assert text.startswith("s2s.Unsound: model.py:") and "rows[0] *= 3.0" in text and "^^^" in text


def test_a_file_in_a_package_and_one_named_like_a_module(folder, capsys):
    (folder / "pack").mkdir()
    (folder / "pack" / "__init__.py").write_text("")
    (folder / "pack" / "tools.py").write_text("def twice(x):\n    return x * 2\n")
    (folder / "pack" / "inner.py").write_text(
        "from .tools import twice\n\ndef f(x):\n    return twice(x) * x\n"
    )
    assert main(["show", "pack/inner.py:f"]) == 0
    (folder / "random.py").write_text("def f(x):\n    return x * x\n")
    assert main(["show", "random.py:f"]) == 0
    import random

    assert hasattr(random, "seed")
