"""What the analysis claims of values is true; what code plainly reveals is known."""

import math
import random

import numpy as np
import pytest

from s2s.analysis.facts import NUMBER, Fact, Facts
from s2s.frontend.lower import lower
from s2s.ir.nodes import Value
from s2s.ir.walk import all_defs

from .programs import DTYPES, SIZES, Machine, Program, Stop


def learned(fn, *args, **options):
    """The facts about a function, and its values by name (the last one of each)."""
    function = lower(fn)
    facts = Facts(**options)
    for param, arg in zip(function.params, args):
        facts.give(param.value, arg if isinstance(arg, Fact) else Fact.from_value(arg))
    facts.run(function.body)
    names = {p.value.name: p.value for p in function.params}
    names |= {v.name: v for v in all_defs(function.body)}
    return facts, names


DONE = [0, 0, 0]  # programs that ran to the end, by attempt

# Claims are true ---------------------------------------------------------------------------


def check(seed: int, known: bool) -> int:
    """One random program on several random inputs; the count of claims that were compared."""
    rng = random.Random(seed)
    shapes = [tuple(rng.choice(SIZES) for _ in range(rng.choice((0, 1, 1, 2, 2, 3)))) for _ in "abc"]
    if rng.random() < 0.6:  # often sizes that fit
        shapes[1] = shapes[0]
    dtypes = [rng.choice(DTYPES) for _ in shapes]
    params = [Value(n) for n in "abcf"]
    arrays = [example(rng, s, d) for s, d in zip(shapes, dtypes)]
    body = Program(rng, params, [*arrays, 1.5]).body(rng.randint(10, 40))
    facts = Facts()
    for param, value in zip(params, [*arrays, 1.5]):
        facts.give(param, Fact.from_value(value) if known else NUMBER)
    facts.run(body)
    claims = 0
    for attempt in range(3):
        if attempt and known:  # other sizes of the same signature
            resize = {n: rng.choice((0, 2, 3, 5)) for n in SIZES if n != 1} | {1: 1}
            arrays = [
                example(rng, tuple(resize[n] for n in s), d) for s, d in zip(shapes, dtypes)
            ]
        machine = Machine(facts)
        try:
            machine.program(params, [*arrays, 1.5], body)
            DONE[attempt] += 1
        except Stop:
            assert attempt  # with other values or sizes it may raise
        claims += machine.claims
    return claims


def example(rng, shape, dtype):
    """Small values, with signs and zeros; a 0-d array comes as a NumPy scalar at times."""
    values = np.array([rng.randint(-2, 3) for _ in range(math.prod(shape))]).reshape(shape)
    array = values.astype(dtype)
    return array


@pytest.mark.parametrize("start", range(0, 600, 100))
@pytest.mark.parametrize("known", [True, False])
def test_random_programs_make_every_claim_true(start, known):
    claims = sum(check(seed, known) for seed in range(start, start + 100))
    assert claims > 1500
