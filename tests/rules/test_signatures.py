"""The parameters of a template are those of the function: names, order, defaults."""

import inspect

import numpy as np
import pytest

from s2s.rules import book
from s2s.rules.rule import REQUIRED

# NumPy spells some signatures `*args` or leaves them to C.
LOOSE = {
    "np.einsum", "np.pad", "np.ndarray.view", "np.arange", "np.atleast_1d", "np.atleast_2d", "np.atleast_3d",
    "np.float64", "np.float32", "np.float16", "np.longdouble", "np.complex128", "np.complex64",
    "np.add.reduce", "np.multiply.reduce", "np.maximum.reduce", "np.minimum.reduce",
    "np.logaddexp.reduce", "np.fmax.reduce", "np.fmin.reduce", "np.logaddexp2.reduce", "math.log",
}  # fmt: skip
# What stands for `np._NoValue`: the behaviour when the argument is not given.
UNSET = {"keepdims": False, "where": True, "a_min": None, "a_max": None, "correction": None}

# Parameters that only some of the supported versions have; they are refused when passed.
NEWER = {"ndmax"}


def entries():
    """The rules whose function shows a signature."""
    for entry in book().entries.values():
        if not entry.rules() or entry.text in LOOSE or isinstance(entry.obj, np.ufunc):
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
        if isinstance(e.obj, np.ufunc) and e.rules()
    ],
)
def test_template_of_a_ufunc_takes_its_inputs(entry):
    rule = entry.signature()
    required = [p for p in rule.params if p.default is REQUIRED]
    assert len(required) == entry.obj.nin
    assert len(rule.results) == entry.obj.nout


PROGRAMS = [
    pytest.param(e.obj, program, id=f"{e.text} {program.__name__}")
    for e in book().entries.values()
    for program in e.programs
    if e.text.startswith("np.") and not isinstance(e.obj, type) and callable(e.obj)
]


@pytest.mark.parametrize("function, program", PROGRAMS)
def test_program_takes_its_arguments_where_the_function_does(function, program):
    theirs = list(inspect.signature(function).parameters.values())
    any_name = any(p.kind is p.VAR_KEYWORD for p in theirs)  # as NumPy 2.4 says of methods of ufuncs
    for k, mine in enumerate(inspect.signature(program).parameters.values()):
        if mine.kind is mine.KEYWORD_ONLY:
            assert any_name or mine.name in [p.name for p in theirs]
        else:
            assert mine.name == theirs[k].name


def test_there_is_something_to_compare():
    assert len(ENTRIES) > 100
