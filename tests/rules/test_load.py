"""Reading templates: names, kinds, mistakes, packages that come later, the content hash."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from s2s.errors import RuleError
from s2s.rules import Book, book
from s2s.rules.check import problems
from s2s.rules.load import find_templates

SMALL = Path(__file__).parent / "small"
ROOT = Path(__file__).resolve().parents[2]


def written(folder, text):
    """A book of one template file."""
    (folder / "rules.py").write_text("import numpy as np\n" + text)
    return Book(folder)


def test_the_small_rules_are_read():
    small = Book(SMALL)
    solve = small.entry(np.linalg.solve)
    assert solve.text == "np.linalg.solve"
    assert solve.tangent.results == ("x",)
    assert [r.of for r in solve.linear] == [("b",)]
    total = small.entry(np.sum).linear[0]
    assert total.names() == ("x", "axis", "dtype", "out", "keepdims")
    assert [p.default for p in total.params[1:]] == [None, None, None, False]
    assert small.entry(np.reshape).view == "maybe"
    assert small.entry(np.swapaxes).view is True
    assert small.entry(np.floor).constant
    assert "twice" in small.macros
    # The operator and the ufunc are one; a name that NumPy lacks is skipped.
    assert small.entry(np.add) is small.entry(np.ndarray.__add__)
    assert problems(small) == []


def test_the_shipped_rules_name_only_what_exists():
    assert problems(book()) == []


def test_templates_are_found_beside_the_package_or_inside():
    found = find_templates()
    assert found in (ROOT / "templates", ROOT / "s2s" / "templates")
    assert (found / "elementwise.py").is_file()


def test_templates_are_not_executed(tmp_path):
    made = written(tmp_path, "@elementwise(np.tanh)\ndef _(x) -> y:\n    d[x] = 1 / 0\n")
    assert made.entry(np.tanh) is not None


def test_the_digest_follows_the_contents(tmp_path):
    text = "@elementwise(np.tanh)\ndef _(x) -> y:\n    d[x] = d[y]\n"
    first = written(tmp_path, text).digest
    assert written(tmp_path, text).digest == first
    assert written(tmp_path, text + "\n").digest != first


def test_rules_for_a_package_wait_for_its_import():
    pytest.importorskip("scipy.special")
    code = f"""
import sys
from pathlib import Path
from s2s.rules import Book
small = Book(Path({str(SMALL)!r}))
assert "scipy" not in sys.modules
import scipy.special
assert small.entry(scipy.special.expit).text == "scipy.special.expit"
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


BODY = "\ndef _(x) -> y:\n    d[x] = d[y]\n"


@pytest.mark.parametrize(
    "text, reason",
    [
        ("def _(x) -> y:\n    d[x] = d[y]\n", "needs a decorator"),
        ("@smooth(np.tanh)" + BODY, "not a kind of rule"),
        ("@elementwise(np.tanh)\n@elementwise(np.tanh)" + BODY, "a second @elementwise rule"),
        ("@linear(np.tanh)" + BODY, "in which parameters"),
        ('@linear(np.tanh, "z")' + BODY, "names a parameter that the template lacks"),
        ("@elementwise(lambda x: x)" + BODY, "dotted name"),
        ("@elementwise(np.tanh, fast=True)" + BODY, "the options are view="),
        ("@elementwise(np.tanh)\ndef _(x) -> y:\n    pass\n", "no body"),
        ("@elementwise(np.tanh)\ndef _(x) -> 3:\n    d[x] = d[y]\n", "names the results"),
        ("@elementwise(np.tanh)\ndef _(x, k=f()) -> y:\n    d[x] = d[y]\n", "the default of k"),
        ("@constant(np.tanh)\ndef _(): ...\n@elementwise(np.tanh)" + BODY, "constant as well"),
        ("for i in range(3):\n    pass\n", "holds imports"),
        ("elementwise(np.tanh)\n", "stand alone"),
        ("same_as(np.tanh, np.cosh)\n", "no rule for np.cosh"),
        (
            "@tangent(np.tanh)\ndef _(x) -> y:\n    d[y] = d[x]\n"
            "@adjoint(np.tanh)\ndef _(z) -> y:\n    d[z] = d[y]\n",
            "differ in their signatures",
        ),
    ],
)  # fmt: skip
def test_mistakes_are_shown(tmp_path, text, reason):
    with pytest.raises(RuleError, match=reason):
        written(tmp_path, text)


@pytest.mark.parametrize(
    "body, reason",
    [
        ("d[x] = d[y] * np.no_such(x)", "np.no_such does not exist"),
        ("d[x] = d[y] * slope", "the name slope is not known"),
        ("d[x] = d[z]", "neither a parameter nor a result"),
        ("d[y] = d[x]", "assigns none of its derivatives"),
        ("d[x] = 1 - y * y", "reads none of its derivatives"),
    ],
)
def test_check_finds_mistakes_in_bodies(tmp_path, body, reason):
    made = written(tmp_path, f"@elementwise(np.tanh)\ndef _(x) -> y:\n    {body}\n")
    assert any(reason in line for line in problems(made)), problems(made)


def test_check_finds_rules_for_nothing(tmp_path):
    made = written(tmp_path, "@elementwise(slope_of, np.slope_of)" + BODY)
    assert problems(made) == ["a rule is for slope_of, which does not exist"]


def test_errors_point_into_the_template(tmp_path):
    with pytest.raises(RuleError) as caught:
        written(tmp_path, "@smooth(np.tanh)" + BODY)
    assert "rules.py:2" in str(caught.value)
    assert "^^^^^^" in str(caught.value)
