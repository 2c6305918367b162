"""Every node class of gast is lowered, kept verbatim or refused; nothing falls through."""

import gast
import numpy as np
import pytest

import s2s
from s2s.frontend import language
from s2s.frontend.expressions import expression
from s2s.frontend.statements import statement
from tests.frontend.test_round_trip import round_trip

GROUPS = (language.LOWERED, language.VERBATIM, language.REFUSED, language.EXTINCT)


def classes():
    """All expression and statement classes, by name."""
    found = {}
    for name in dir(gast):
        cls = getattr(gast, name)
        if isinstance(cls, type) and issubclass(cls, gast.expr | gast.stmt):
            if cls not in (gast.expr, gast.stmt):
                found[name] = cls
    return found


def test_every_node_is_in_one_group():
    names = set(classes())
    for name in names:
        assert sum(name in group for group in GROUPS) == 1, name
    known = set().union(*GROUPS)
    newer = {"Interpolation", "TemplateStr", "TypeAlias", "TryStar"}  # of later Pythons
    assert known - names <= newer | language.EXTINCT | {"Slice"}  # no `expr` in gast


def test_what_is_lowered_has_a_handler():
    handled = {c.__name__ for c in (*expression.registry, *statement.registry)}
    # A star is handled by what holds it.
    assert language.LOWERED - handled == {"Starred"}
    assert not language.VERBATIM & handled
    for name in language.REFUSED & handled:
        assert name in ("Global", "Nonlocal")


@pytest.mark.parametrize(
    "body",
    [
        "global COUNT\n    COUNT = 1\n    return x",
        "yield x",
        "return [y async for y in x]",
        "async with x:\n        pass\n    return x",
        "return (yield from x)",
    ],
)
def test_refused_syntax_says_so(tmp_path, body):
    path = tmp_path / "refused.py"
    head = "async def f(x):" if "async" in body else "def f(x):"
    path.write_text(f"COUNT = 0\n{head}\n    {body}\n", encoding="utf-8")
    names = {}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
    with pytest.raises(s2s.S2SError):
        s2s.grad(names["f"])(1.0)


@pytest.mark.parametrize(
    "body",
    [
        "try:\n        n = int('3')\n    except ValueError:\n        n = 0\n    return x * n",
        "match 'b':\n        case 'a':\n            n = 1\n        case _:\n            n = 3\n    return x * n",
        "from math import floor\n    n = floor(3.5)\n    return x * n",
        "class K:\n        n = 3\n    return x * K.n",
        "n = {i: i for i in range(4)}[3]\n    return x * n",
        "n = len({i % 3 for i in range(9)})\n    assert n == 3, f'{n}'\n    return x * n",
        "if x > 1e9:\n        raise ValueError('large')\n    n = 3\n    return x * n",
    ],
)
def test_inactive_syntax_stays_as_written(tmp_path, body):
    path = tmp_path / "kept.py"
    path.write_text(f"def f(x):\n    {body}\n", encoding="utf-8")
    names = {}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
    assert s2s.grad(names["f"])(2.0) == 3.0


def nested_else(n, inner, outer):
    """A `break` in the `else` of an inner loop leaves the outer one."""
    seen = []
    for i in range(n):
        for j in range(3):
            seen.append((i, j))
            if j == inner:
                break
        else:
            seen.append("else")
            if i == outer:
                break
    else:
        seen.append("end")
    return seen


def deep_exits(n, k):
    """Exits of every kind, nested."""
    seen = []
    for i in range(n):
        with np.errstate(all="ignore"):
            if i == k:
                seen.append("skip")
                continue
            try:
                if i == k + 2:
                    return [*seen, "out"]
                while True:
                    seen.append(i)
                    if len(seen) % 3 == 0:
                        break
                    if len(seen) > 20:
                        return seen
                else:
                    seen.append("never")
            except ValueError:
                break
            else:
                seen.append("fine")
            finally:
                seen.append("finally")
        for j in range(4):
            if j > i:
                continue
            if seen and j == k + 1:
                return [*seen, "inner"]
        else:
            if i == n - 2:
                break
    return [*seen, "end"]


@pytest.mark.parametrize("function", [nested_else, deep_exits])
def test_exits_keep_their_meaning(function):
    again = round_trip(function)
    rows = [(4, a, b) for a in range(-1, 4) for b in range(-1, 4)]
    for row in rows:
        args = row if function is nested_else else row[:2]
        assert again(*args) == function(*args), args
