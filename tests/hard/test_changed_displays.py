"""Lists and dicts whose items were taken for good, and which change: each was wrong once."""

from __future__ import annotations

import numpy as np
import pytest

from s2s import Unsupported
from tests.hard.checks import agrees, agrees_when_known, refuses

X = np.array([1.4, 0.7, 1.2])


def scaled_power(a, b, c=2.0):
    return a * b**c


def function_replaced(x):
    fs = [np.sin, np.cos]
    fs[0] = np.exp
    return fs[0](x[0]) * fs[1](x[1])


def function_appended_by_another(x):
    fs = [np.sin]

    def add(f):
        fs.append(f)

    add(np.cos)
    total = 1.0
    for f in fs:
        total = total * f(x[0])
    return total


def replaced_in_a_loop(x):
    fs = [np.sin, np.cos]
    y = x[0]
    for _ in range(2):
        y = fs[0](y)
        fs[0] = np.exp
    return y


def moved_about(x):
    fs = [np.sin, np.cos]
    fs.reverse()
    fs.insert(0, np.exp)
    y = x[0]
    for f in fs:
        y = f(y) * y
    return y * fs[0](x[1])


def popped(x):
    fs = [np.sin, np.cos]
    g = fs.pop(0)
    return g(x[0]) * fs[0](x[1])


def replaced_in_a_dict(x):
    table = {"f": np.sin}
    table["f"] = np.cos
    return table["f"](x[0])


@pytest.mark.parametrize(
    "fn", [function_replaced, function_appended_by_another, replaced_in_a_loop, moved_about,
           popped, replaced_in_a_dict],
)  # fmt: skip
def test_functions_of_a_list_that_changes(fn) -> None:
    """The function that is there when it is called."""
    agrees(fn, X, order=1)


def keyword_added(x):
    options = {}
    options["c"] = x[2]
    return scaled_power(x[0], x[1], **options)


def keyword_updated(x):
    options = dict(c=x[0])
    options.update(c=x[1])
    return scaled_power(x[2], x[1], **options)


def argument_replaced(x):
    args = [x[0], x[1]]
    args[1] = x[2] * x[2]
    return scaled_power(*args)


def replaced_under_another_name(x):
    args = [x[0], x[1]]
    other = args
    other[1] = x[2] * x[2]
    return scaled_power(*args)


def replaced_by_a_function(x):
    args = [x[0], x[1]]

    def change():
        args[0] = x[2] ** 2

    change()
    return scaled_power(*args)


def replaced_afterwards(x):
    args = [x[0], x[1]]
    total = 0.0
    for _ in range(2):
        total = total + scaled_power(*args)
        args[0] = x[2] * args[0]
    return total


@pytest.mark.parametrize(
    "fn", [argument_replaced, replaced_under_another_name, replaced_by_a_function,
           replaced_afterwards],
)  # fmt: skip
def test_stars_of_what_changes(fn) -> None:
    """What is handed out by stars is not known."""
    refuses(fn, X, kind=Unsupported, words="starred arguments")


@pytest.mark.parametrize("fn", [keyword_added, keyword_updated], ids=lambda f: f.__name__)
def test_keywords_of_what_changes(fn) -> None:
    agrees_when_known(fn, X)


def appended_by_a_function(x):
    items = []

    def add(v):
        items.append(v)

    for v in x[:2]:
        add(v * v)
    return np.hypot(*items)


def test_stars_of_a_list_that_grows() -> None:
    """It was empty where it was made, and holds as many as the function takes by now."""
    agrees(appended_by_a_function, X, order=1)
