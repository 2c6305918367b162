"""Lowering and writing without differentiating gives a function that behaves the same.

The corpus is the golden programs and the Python functions of NumPy, whose docstrings hold
examples to compare on.
"""

import contextlib
import doctest
import io
import types

import numpy as np
import pytest

import s2s
from s2s.driver.compile import build
from s2s.driver.subject import Subject
from s2s.transform.pipeline import Program
from tests.golden import harness
from tests.oracle import assert_close

SPACES = [np, np.linalg, np.fft, np.lib.stride_tricks, np.polynomial.polynomial,
          np.polynomial.legendre, np.testing, np.char]  # fmt: skip


def round_trip(fn):
    """The function, lowered and written again."""
    subject = Subject(fn)
    program = Program((subject.function,), subject.function.name)
    module = build(program, subject.homes(program.functions, []))
    assert module.ready()
    return module.names[subject.function.name]


def package_functions():
    """The Python functions of some modules of NumPy, with where they are found."""
    found = []
    for space in SPACES:
        for name in sorted(dir(space)):
            obj = getattr(space, name)
            fn = getattr(obj, "_implementation", obj)
            if isinstance(fn, types.FunctionType) and not name.startswith("_"):
                found.append((space, name, fn))
    return found


FUNCTIONS = package_functions()
# One of three is enough for every day; `-m slow` takes all.
DAILY = FUNCTIONS[::3]


@pytest.mark.parametrize("name", harness.discover())
def test_golden_programs(name):
    module = harness.program(name)
    try:
        again = round_trip(module.FUNCTION)
    except s2s.Unsupported:
        if name in harness.REFUSED:  # not even in the language yet
            pytest.skip("refused")
        raise
    assert_close(again(*module.example()), module.FUNCTION(*module.example()), rtol=0, atol=0)


def printed(examples, space, name, fn):
    """What the examples of a docstring print with a function in its place."""
    original = getattr(space, name)
    setattr(space, name, fn)
    outputs = []
    names = {"np": np, "__name__": "examples"}
    try:
        for example in examples:
            text = io.StringIO()
            try:
                with contextlib.redirect_stdout(text):
                    exec(compile(example.source, "<example>", "single"), names)
                outputs.append(text.getvalue())
            except Exception as error:  # what it raises is part of what it does
                outputs.append(type(error).__name__)
    finally:
        setattr(space, name, original)
    return outputs


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("functions", [DAILY, pytest.param(FUNCTIONS, marks=pytest.mark.slow)])
def test_functions_of_numpy(functions, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # some examples write files
    lowered, compared, refused, different = 0, 0, [], []
    parser = doctest.DocTestParser()
    for space, name, fn in functions:
        text = fn.__doc__ or ""
        if name in ("rundocs", "measure", "std", "var") or "plt." in text or " id(" in text:
            continue
        try:
            again = round_trip(fn)
        except s2s.S2SError:
            refused.append(name)
            continue
        lowered += 1
        try:
            examples = parser.get_examples(fn.__doc__ or "")
        except ValueError:
            continue
        state = np.random.get_state()
        first = printed(examples, space, name, getattr(space, name))
        np.random.set_state(state)
        second = printed(examples, space, name, getattr(space, name))
        if first != second or not examples:  # times, addresses
            continue
        np.random.set_state(state)
        compared += 1
        if printed(examples, space, name, again) != first:
            different.append(name)
    assert not different
    assert len(refused) <= 0.02 * (lowered + len(refused)), refused
    assert compared >= 0.5 * lowered
