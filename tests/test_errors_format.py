"""The layout of error messages, and that errors survive pickling."""

import pickle

import pytest

from s2s.errors import NoRule, Origin, RuleError, S2SError, Unsound, Unsupported

LINE = "    y[mask] *= decay"


def test_full_layout():
    error = Unsound(
        "cannot differentiate this in-place update\n"
        'y may share memory with `cache["h"]`,\n'
        'and `cache["h"]` is read again on line 40.',
        origin=Origin("model.py", 31, 4, 31, 20, LINE),
        advice=[
            'Either make the copy explicit:        y = cache["h"].reshape(-1).copy()',
            "or update out of place:               y = np.where(mask, y * decay, y)",
        ],
    )
    assert str(error) == "\n".join(
        [
            "s2s.Unsound: model.py:31: cannot differentiate this in-place update",
            "    31 |     y[mask] *= decay",
            "             ^^^^^^^^^^^^^^^^",
            '    y may share memory with `cache["h"]`,',
            '    and `cache["h"]` is read again on line 40.',
            '    Either make the copy explicit:        y = cache["h"].reshape(-1).copy()',
            "    or update out of place:               y = np.where(mask, y * decay, y)",
        ]
    )


def test_without_origin_or_advice():
    assert str(NoRule("no rule for frobnicate")) == "s2s.NoRule: no rule for frobnicate"


def test_origin_may_be_added_later():
    error = NoRule("no rule for f")
    error.origin = Origin("m.py", 3, 4, 3, 8, "y = f(x)")
    assert str(error).splitlines() == [
        "s2s.NoRule: m.py:3: no rule for f",
        "    3 | y = f(x)",
        "            ^^^^",
    ]


def test_caret_covers_exact_columns():
    excerpt = Origin("m.py", 7, 8, 7, 13, "    y = x[::2] + z").excerpt()
    source, carets = excerpt.split("\n")
    assert [s for s, c in zip(source, carets) if c == "^"] == list("x[::2")


def test_columns_are_utf8_bytes():
    line = "é = 'ü' + bad"
    col = line.encode().index(b"bad")
    source, carets = Origin("m.py", 1, col, 1, col + 3, line).excerpt().split("\n")
    assert carets.index("^") == source.index("bad") and carets.count("^") == 3


def test_wide_characters_and_tabs_keep_the_caret_aligned():
    line = "\tx = '漢字' + bad"
    col = line.encode().index(b"bad")
    carets = Origin("m.py", 1, col, 1, col + 3, line).excerpt().split("\n")[1]
    # four columns of gutter, the tab, then 11 characters of which two are two columns wide
    assert carets == " " * 4 + "\t" + " " * 13 + "^^^"


def test_several_lines():
    text = "    y = f(\n        x,\n    )"
    assert Origin("m.py", 9, 8, 11, 5, text).excerpt().split("\n") == [
        " 9 |     y = f(",
        "             ^^",
        "10 |         x,",
        "             ^^",
        "11 |     )",
        "         ^",
    ]


def test_long_span_is_abridged():
    text = "\n".join(f"line{i}" for i in range(20))
    shown = Origin("m.py", 95, 0, 114, 6, text).excerpt().split("\n")
    assert [s for s in shown if "^" not in s] == [
        " 95 | line0",
        " 96 | line1",
        " 97 | line2",
        "    | ...",
        "114 | line19",
    ]


def test_path_under_the_current_directory_is_shortened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    inside = Origin(str(tmp_path / "pkg" / "m.py"), 2, 0, 2, 1, "x")
    assert str(inside).replace("\\", "/") == "pkg/m.py:2"
    assert str(Origin("/elsewhere/m.py", 2, 0, 2, 1, "x")) == "/elsewhere/m.py:2"


def test_a_single_string_is_one_line_of_advice():
    assert Unsupported("no", advice="do that").advice == ("do that",)


class Special(Unsupported):
    """A subclass from another module."""


@pytest.mark.parametrize("cls", [S2SError, Unsupported, Unsound, NoRule, RuleError, Special])
def test_pickle(cls):
    error = cls("no", origin=Origin("m.py", 1, 0, 1, 1, "x"), advice=["a", "b"])
    error.add_note("while compiling g")
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        back = pickle.loads(pickle.dumps(error, protocol))
        assert type(back) is cls
        assert (back.reason, back.origin, back.advice) == ("no", error.origin, ("a", "b"))
        assert str(back) == str(error)
        assert back.__notes__ == ["while compiling g"]


def test_hierarchy():
    for cls in (Unsupported, Unsound, NoRule, RuleError):
        assert issubclass(cls, S2SError) and str(cls("r")) == f"s2s.{cls.__name__}: r"
