"""The parameters of a template are those of the function: names, order, defaults."""

import inspect

import numpy as np
import pytest

from s2s.rules import book
from s2s.rules.rule import REQUIRED

# NumPy spells some signatures `*args` or leaves them to C.
LOOSE = {
    "np.einsum", "np.pad", "np.arange", "np.atleast_1d", "np.atleast_2d", "np.atleast_3d",
    "np.float64", "np.float32", "np.float16", "np.longdouble", "np.complex128", "np.complex64",
    "np.add.reduce", "np.multiply.reduce", "np.maximum.reduce", "np.minimum.reduce",
    "np.logaddexp.reduce", "math.log",
}  # fmt: skip
# What stands for `np._NoValue`: the behaviour when the argument is not given.
UNSET = {"keepdims": False, "where": True, "a_min": None, "a_max": None, "correction": None}

# Parameters that only some of the supported versions have; they are refused when passed.
NEWER = {"ndmax"}


def entries():
    """The rules whose function shows a signature."""
    for entry in book().entries.values():
        if entry.constant or entry.text in LOOSE or isinstance(entry.obj, np.ufunc):
            continue
        module = getattr(entry.obj, "__module__", "") or ""
        if not entry.text.startswith(("np.", "math.")) or module.startswith("s2s"):
            continue
        try:
            yield pytest.param(entry, inspect.signature(entry.obj), id=entry.text)
        except (TypeError, ValueError):
            continue


ENTRIES = list(entries())


@pytest.mark.parametrize("entry, signature", ENTRIES)
def test_template_has_the_parameters_of_the_function(entry, signature):
    rule = entry.signature()
    theirs = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    theirs = [p for p in theirs if p.name not in NEWER]
    ours = list(rule.params)
    for mine, other in zip(ours, theirs):
        if other.kind is other.POSITIONAL_ONLY:
            continue  # neither the name nor, for most of them, the default can be seen
        assert mine.name == other.name
        if other.kind is other.KEYWORD_ONLY:
            assert mine.kind == "kwonly"
        if other.default is other.empty:
            assert mine.default is REQUIRED or mine.kind == "star"
        elif other.default is np._NoValue:
            assert mine.default == UNSET.get(mine.name, mine.default)
        else:
            assert mine.default == other.default or mine.default is other.default
    # A parameter that the template leaves out is refused when it is passed.
    assert all(p.default is not p.empty for p in theirs[len(ours) :])
    assert len(ours) <= len(theirs), "a parameter that the function lacks"


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(e, id=e.text)
        for e in book().entries.values()
        if isinstance(e.obj, np.ufunc) and not e.constant
    ],
)
def test_template_of_a_ufunc_takes_its_inputs(entry):
    rule = entry.signature()
    required = [p for p in rule.params if p.default is REQUIRED]
    assert len(required) == entry.obj.nin
    assert len(rule.results) == entry.obj.nout


def test_there_is_something_to_compare():
    assert len(ENTRIES) > 100
