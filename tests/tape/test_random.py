"""Random programs with tapes: the same values and the same `None`s as a tape that records."""

import linecache
import re
import types
import warnings

import numpy as np
import pytest

import s2s
from s2s.tape import active
from tests.tape import reference
from tests.tape.random_programs import Maker

RECORDING = types.SimpleNamespace(
    Variable=reference.Variable, constant=reference.constant,
    GradientTape=reference.GradientTape, stop_gradient=reference.stop_gradient,
    function=lambda fn: fn,
)


def run(text, module, functions, seed):
    """The gradients that a program asks for, still to be asked."""
    filename = f"/random/tape-{seed}.py"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    names = {"s2s": module, "F": functions, "result": [], "__name__": "random_tape"}
    exec(compile(text, filename, "exec", dont_inherit=True), names)
    return names["result"]


def same(want, got):
    """Whether gradients agree, `None`s included."""
    return len(want) == len(got) and all(
        (a is None) == (b is None) and (a is None or np.isclose(a.value, b, rtol=1e-7, atol=1e-9))
        for a, b in zip(want, got, strict=True)
    )


def as_function(text, seed):
    """The program inside a compiled function that is called twice; None where it is none."""
    made = re.search(r"tape = (s2s.GradientTape\(.*\))\n", text)
    if text.count("with tape:") != 1:
        return None
    short = seed % 2 == 0  # one gradient, in the line after the block
    call = "s2s.GradientTape()" if short else made.group(1)
    text = text.replace(made.group(0), "").replace("with tape:", f"with {call} as tape:")
    lines = text.splitlines()
    setup = [line for line in lines if re.match(r"(v\d|c0, c1|n) = ", line)]
    rest = [line for line in lines if line not in setup and not line.startswith("result")]
    asked = re.findall(r"result.append\(lambda: (.*)\)\n", text)
    if short:
        asked = [re.sub(r", t\d+\]\)$", "])", asked[0])]
    body = [*rest, f"return [{', '.join(asked)}]"]
    return "\n".join([
        *setup, "@s2s.function", "def main():", *("    " + line for line in body),
        "result.append(main())", "result.append(main())", "",
    ])  # fmt: skip


def judge_functions(seeds):
    """How many compiled functions are right and refused; a wrong one fails."""
    right = refused = 0
    for seed in seeds:
        text = as_function(Maker(seed).program(), seed)
        if text is None:
            continue
        try:
            wanted = run(text, RECORDING, reference, seed)
        finally:
            reference.ACTIVE.clear()
        try:
            found = run(text, s2s, np, seed)
        except s2s.S2SError:
            refused += 1
            continue
        finally:
            active.tapes().clear()
        for got, want in zip(found, wanted, strict=True):
            for g, w in zip(got, want, strict=True):
                assert same(w, g), f"{text}\nwanted {[x and x.value for x in w]}, got {g}"
        right += 1
    return right, refused


def test_random_functions():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        right, refused = judge_functions(range(30))
    assert right > 2 * refused


def judge(seeds):
    """How many gradients are right and refused; a wrong one fails."""
    right = refused = 0
    for seed in seeds:
        text = Maker(seed).program()
        try:
            wanted = run(text, RECORDING, reference, seed)
        finally:
            reference.ACTIVE.clear()
        try:
            asked = run(text, s2s, np, seed)
        except s2s.S2SError:
            refused += len(wanted)
            continue
        finally:
            active.tapes().clear()
        for ours, theirs in zip(asked, wanted, strict=True):
            want = theirs()
            try:
                got = ours()
            except s2s.S2SError:
                refused += 1
                continue
            assert same(want, got), f"{text}\nwanted {[w and w.value for w in want]}, got {got}"
            right += 1
    return right, refused


def test_random_programs():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        right, refused = judge(range(40))
    assert right > 2 * refused


@pytest.mark.slow
def test_many_random_programs():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        right, refused = judge(range(40, 1500))
        more, less = judge_functions(range(30, 600))
    assert right + more > 2 * (refused + less)
