"""The rules for SciPy over programs of one call: both modes, second order, precision."""

import pytest

for module in (
    "stats", "signal", "ndimage", "linalg", "spatial", "sparse.linalg", "interpolate", "integrate"
):  # fmt: skip
    pytest.importorskip(f"scipy.{module}")

from tests.rules import (  # noqa: E402
    checks,
    scipy_arrays,
    scipy_objects,
    scipy_special,
    scipy_stats,
)
from tests.rules.grid import Case  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def special():
    """The programs of scipy.special."""
    cases = []
    for domain, names in scipy_special.UNARY.items():
        for name in names.split():
            cases.append(Case(f"scipy.special.{name}(x)", ((3,),), "", domain))
    cases += [Case(f"scipy.special.{t}", s, "", d) for t, s, d in scipy_special.MORE]
    for text, part in scipy_special.SEVERAL:
        cases.append(Case(text.format(part), ((3,),), "", (0.6, 1.9)))
    return cases


def stats():
    """The programs of scipy.stats."""
    programs = [*scipy_stats.methods(), *scipy_stats.MORE]
    return [Case(f"scipy.stats.{text}", shapes) for text, shapes in programs]


def arrays():
    """The programs of the array functions."""
    tables = {
        "linalg": scipy_arrays.LINALG, "signal": scipy_arrays.SIGNAL, "fft": scipy_arrays.FFT,
        "ndimage": scipy_arrays.NDIMAGE, "spatial.distance": scipy_arrays.DISTANCE,
    }  # fmt: skip
    for module, programs in tables.items():
        for text, shapes in programs:
            kind = "far" if module == "linalg" else ""
            yield Case(f"scipy.{module}.{text}", shapes, kind)


def objects():
    """The programs of objects."""
    cases = [Case(f"scipy.interpolate.{t}", shapes) for t, shapes in scipy_objects.INTERPOLATE]
    cases += [Case(f"scipy.integrate.{t}", shapes) for t, shapes in scipy_objects.INTEGRATE]
    return cases + [Case(t, shapes) for t, shapes in scipy_objects.SPARSE]


CASES = [*special(), *stats(), *arrays(), *objects()]
COARSE = (*scipy_special.COARSE, *scipy_objects.COARSE)
ONCE = (*scipy_special.ONCE, *scipy_stats.ONCE, *scipy_arrays.ONCE, *scipy_objects.ONCE)


def tolerance(case):
    """What the finite differences of a function can tell."""
    return 1e-6 if any(name in case.text for name in COARSE) else 1e-7


ALIKE = (".sf(", ".isf(", ".logsf(", ".logcdf(")  # what is one another's negative or logarithm


def params(cases):
    """The cases as parameters; those that say little that is new are left to the long runs."""
    slow = {
        c: [pytest.mark.slow] if any(name in c.text for name in ALIKE) else [] for c in cases
    }  # fmt: skip
    return [pytest.param(c, id=c.id, marks=marks) for c, marks in slow.items()]


@pytest.mark.parametrize("case", params(CASES))
def test_reverse(case):
    checks.check_reverse(case, tolerance(case))


@pytest.mark.parametrize("case", params([c for c in CASES if not any(n in c.text for n in ALIKE)]))
def test_forward(case):
    checks.check_jvp(case, tolerance(case))


@pytest.mark.parametrize("case", params(special()))
def test_forward_without_facts(case):
    checks.check_forward(case, False, tolerance(case))


def twice(case):
    """Whether a program has a second derivative that no other one shows as well."""
    return not any(name in case.text for name in (*ONCE, *ALIKE, ".pdf("))


@pytest.mark.parametrize("case", params([c for c in CASES if twice(c)]))
def test_second_order(case):
    checks.check_second(case, 10 * tolerance(case))
