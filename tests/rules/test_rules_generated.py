"""Every rule over the grid: values, both modes, precision, and the derivative differentiated.

Each case is a small program of one call; see `grid` for the programs and `checks` for what is
asked of them.
"""

import numpy as np
import pytest

from tests.rules import checks, grid

CASES = [*grid.elementwise(), *grid.programs()]
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::DeprecationWarning")

# Their adjoints are functions without rules of their own.
ONCE: set[str] = set()
LATER = [c for c in CASES if c.text in ONCE]


def params(cases, why=()):
    """The cases as parameters; those of `why` must fail, and say so when they stop to."""
    return [
        pytest.param(c, id=c.id, marks=[pytest.mark.xfail(strict=True)] if c in why else [])
        for c in cases
    ]


@pytest.mark.parametrize("case", params(CASES))
def test_reverse(case):
    checks.check_reverse(case)


@pytest.mark.parametrize("facts", [False, True], ids=["generic", "specialised"])
@pytest.mark.parametrize("case", params(CASES))
def test_forward(case, facts):
    checks.check_forward(case, facts)


@pytest.mark.parametrize("case", params([c for c in CASES if checks.is_wide(c)]))
def test_single_precision(case):
    checks.check_single_precision(case)


def _twice():
    """The cases of the second order: real ones, elementwise functions in one shape."""
    real = [c for c in CASES if c.kind != "c"]
    return [c for c in real if c not in set(grid.elementwise()) or c.shapes[0] in (None, (2, 3))]


@pytest.mark.parametrize("case", params(_twice(), LATER))
def test_second_order(case):
    checks.check_second(case)


def test_every_rule_of_numpy_is_in_the_grid():
    """A rule that no case calls is a rule that nobody tested."""
    from s2s.rules import book

    text = "\n".join(c.text for c in CASES)
    unused = {
        entry.text
        for entry in book().entries.values()
        if not entry.constant
        and entry.rules()
        and entry.text.startswith(("np.", "math."))
        and entry.text.rpartition(".")[2] + "(" not in text
        and not entry.text.startswith(("np.random.", "np.emath."))  # see `test_programs`
    }
    assert unused <= UNTESTED, sorted(unused - UNTESTED)


# Too coarse for finite differences, and the sorting of complex numbers.
UNTESTED = {"np.float16", "np.float32", "np.complex64", "np.longdouble", "np.sort_complex"}
UNTESTED |= {"np.ndarray.tolist"}  # its result is a list
UNTESTED |= {"np.poly1d.__call__"}  # a program, tested with the programs


def test_ties_and_zeros_of_the_table():
    """The grid keeps away from kinks; they have tests of their own in `test_edges`."""
    for case in CASES:
        if not case.kind:
            values = [np.ravel(v) for v in case.arguments().values()]
            entries = np.sort(np.concatenate(values))
            assert entries.size < 2 or np.min(np.diff(entries)) > 0, case.id
