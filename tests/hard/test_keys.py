"""`max`, `min` and `sorted` with keys, of tuples, and of what may be empty."""

from __future__ import annotations

import numpy as np
import pytest

from tests.hard.checks import agrees, agrees_when_known

X = np.array([0.7, 1.2, 0.4])


def of_tuples(x):
    """The largest pair, and a list of pairs in a loop."""
    first = max([(v * v, k) for k, v in enumerate(x)])
    return first[0] * min([[v, 1.0] for v in x])[0] + max((x[0] * x[2], 0), (x[2], 1))[0] ** 2


def running_best(x):
    """A pair that the loop carries."""
    best = (1e9, -1)
    for k, v in enumerate(x):
        best = min(best, ((v - 0.5) ** 2, k))
    return best[0] * x[best[1]]


def ties_take_the_first(x):
    """Pairs are compared as a whole, and the first of equal keys wins."""
    return max([(1, x[0]), (1, x[1]), (0, x[2])])[1] ** 2 + max(list(x), key=lambda v: 1) ** 3


def keys_that_are_tuples(x):
    """The second part of a key counts where the first is the same, and only there."""
    pairs = [(0, x[0]), (1, x[1]), (1, x[2])]
    top = max(pairs, key=lambda p: (p[0], 9.0 - 5.0 * p[1]))
    low = min(pairs, key=lambda p: (-p[0], 50.0 * p[1]))
    return top[1] ** 2 + low[1] ** 3


def keys_that_are_words(x):
    return min([("b", x[0]), ("a", x[1]), ("c", x[2])], key=lambda p: p[0])[1] ** 2


def several_arguments(x):
    return max(x[0], -x[1], x[2], key=abs) ** 3 + min(x[0], -x[1], key=abs)


def what_may_be_empty(x):
    some = max([v for v in x if v > 5.0], default=x[0]) * 2.0
    more = min([v * v for v in x if v > 5.0], default=x[1], key=abs)
    return some * more + min(list(x), default=0.0) + max(list(x), default=0.0, key=lambda v: -v)


@pytest.mark.parametrize(
    "fn", [of_tuples, ties_take_the_first, keys_that_are_tuples, keys_that_are_words,
           several_arguments, what_may_be_empty],
)  # fmt: skip
def test_items_are_picked_as_python_picks_them(fn):
    agrees(fn, X, order=1)


@pytest.mark.parametrize("fn", [of_tuples, running_best, keys_that_are_tuples])
def test_they_are_picked_at_second_order_as_well(fn):
    agrees_when_known(fn, X)
