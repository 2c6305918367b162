"""The names of what changes an argument stand in one table, and everybody reads it."""

import numpy as np

from s2s.analysis.mutation import mutates
from s2s.frontend.lower import lower
from s2s.ir import mutators
from s2s.tape.written import written
from s2s.transform.writes import calls


def copied(x, y):
    """A function of NumPy that writes into its first argument."""
    np.copyto(x, y)


def shuffled(x, rng):
    """A method that writes into an argument of its own."""
    rng.shuffle(x)


def scattered(x, y):
    """A method of a ufunc that does."""
    np.add.at(x, [0, 0], y)


def sorted_copy(x):
    """The function of the same name as a method that does."""
    return np.sort(x)


def test_what_is_settled_is_in_the_table():
    assert set(calls._METHODS) <= mutators.METHODS
    assert {fn.__name__ for fn in calls._FUNCTIONS} <= mutators.FUNCTIONS


def test_writes_are_seen_by_name():
    for fn in (copied, shuffled, scattered):
        assert written(lower(fn)) == {"x"}
        assert mutates(lower(fn))
    assert written(lower(sorted_copy)) == set()
    assert not mutates(lower(sorted_copy))
