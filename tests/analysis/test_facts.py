"""What the analysis claims of values is true; what code plainly reveals is known."""

import math
import operator
import random
import time

import numpy as np
import pytest

from s2s.analysis.facts import NUMBER, Fact, Facts
from s2s.frontend.lower import lower
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.nodes import Const, Ref, Value
from s2s.ir.walk import all_defs

from .programs import DTYPES, SIZES, Machine, Program, Stop, apply


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
    shapes = [
        tuple(rng.choice(SIZES) for _ in range(rng.choice((0, 1, 1, 2, 2, 3)))) for _ in "abc"
    ]
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


def test_most_random_programs_run_to_the_end():
    before = list(DONE)
    for seed in range(40):
        check(seed, True)
    assert DONE[0] - before[0] == 40
    assert DONE[2] - before[2] >= 25  # with other sizes, too


# What code reveals -------------------------------------------------------------------------


def test_unknown_parameters_share_shapes_with_what_is_computed_from_them():
    def f(x):
        y = np.tanh(x) * 2.0 + 1.0
        z = (y - np.mean(y)) ** 2
        w = np.zeros_like(x) + np.ones(z.shape)
        s = np.linalg.norm(w)
        u = x[0]
        return s

    facts, v = learned(f)
    assert facts.same_shape(v["x"], v["y"]) and facts.same_shape(v["x"], v["z"])
    assert facts.same_shape(v["x"], v["w"])
    assert facts.is_scalar(v["s"]) and facts.is_scalar(v["x"]) is None
    assert not facts.same_shape(v["x"], v["u"])
    assert facts.of(v["y"]).owned and not facts.of(v["x"]).owned


def test_what_may_be_a_list_is_not_taken_for_an_array():
    def f(x, y, k):
        twice = x + x
        longer = 2 * x
        moment = x.mean()
        other = y - 1.0
        double = 2 * y
        middle = y.mean()
        return twice

    facts, v = learned(f)
    assert not facts.same_shape(v["x"], v["twice"])
    assert not facts.same_shape(v["x"], v["longer"])
    assert facts.is_scalar(v["moment"]) is None  # any class may have a method `mean`
    # A list minus a float raises: `y` is an array or a number from there on.
    assert facts.same_shape(v["y"], v["double"])
    assert facts.is_scalar(v["middle"])


def test_a_proof_in_a_branch_or_a_loop_ends_with_it():
    def f(x, w, k):
        if k > 0:
            inside = x * w
            kept = x + 1.0
        else:
            inside = x
            kept = w
        for _ in range(k):
            h = x - w
        return inside

    facts, v = learned(f, np.ones(3), np.ones(4), 1)
    assert not facts.same_shape(v["x"], v["w"])
    assert facts.dims(v["x"]) != facts.dims(v["w"])

    def g(x, w):
        y = x * w
        return y

    facts, v = learned(g, np.ones(3), np.ones(3))
    assert facts.same_shape(v["x"], v["w"]) and facts.same_shape(v["y"], v["w"])


def test_a_size_that_may_be_one_is_not_called_a_symbol():
    def f(x, n):
        part = x[:n]
        other = np.zeros(n)
        total = part + x
        mix = part * other
        return total

    facts, v = learned(f, np.ones(5), 2)
    assert facts.ndim(v["part"]) == 1 and facts.dims(v["part"]) is None
    assert facts.same_shape(v["total"], v["x"]) and not facts.same_shape(v["part"], v["x"])
    assert not facts.same_shape(v["mix"], v["part"])
    assert not facts.same_shape(v["mix"], v["other"])


def test_sizes_read_from_a_shape_are_those_of_the_array():
    def f(x, w):
        n, m = x.shape
        a = np.zeros((n, w.shape[1]))
        b = x @ w
        c = np.zeros((len(x), m))
        d = x.reshape(-1)
        e = np.zeros(n * m)
        g = d.reshape(n, m)
        return a

    facts, v = learned(f, np.ones((4, 3)), np.ones((3, 2)))
    assert facts.same_shape(v["a"], v["b"])
    assert facts.same_shape(v["c"], v["x"]) and facts.same_shape(v["g"], v["x"])
    assert facts.same_shape(v["d"], v["e"])
    assert facts.dims(v["x"])[1] == facts.dims(v["w"])[0]


def test_values_of_arguments_are_never_constants():
    def f(x, n, mask):
        a = n + 1
        b = np.zeros(n)
        c = x[mask]
        d = np.where(mask)
        k = int(np.sum(mask))
        e = np.ones(k)
        g = np.arange(2.5 * n)
        return a

    facts, v = learned(f, np.ones(3), 3, np.ones(3, bool))
    for name in ("a", "b", "c", "d", "k", "e", "g", "n"):
        assert not facts.constant(v[name])[0], name
    for name in ("b", "c", "e", "g"):
        assert facts.dims(v[name]) is None and not facts.same_shape(v[name], v["x"]), name
    assert facts.ndim(v["c"]) == facts.ndim(v["e"]) == 1


def test_literals_and_options_are_constants():
    def f(x):
        axes = (0, -1)
        half = 1 / 2
        rank = x.ndim
        one = x.shape[1]
        cut = x[:, None, 1:]
        return np.sum(x, axis=axes) * half

    facts, v = learned(f, np.ones((3, 1)))
    assert facts.constant(v["axes"]) == (True, (0, -1))
    assert facts.constant(v["half"]) == (True, 0.5)
    assert facts.constant(v["rank"]) == (True, 2)
    assert facts.constant(v["one"]) == (True, 1)
    assert facts.ndim(v["cut"]) == 3 and facts.of(v["cut"]).dims[1] == 1
    assert facts.constant(Const(None)) == (True, None)
    assert facts.constant(Ref("np.tanh", np.tanh)) == (True, np.tanh)
    assert facts.constant(Ref("scale", 2.0, live=True)) == (False, None)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_dtypes_follow_numpy(dtype):
    def f(x, s, t):
        weak = x * s
        strong = x * t
        power = s**t
        half = np.sqrt(np.abs(x)) / 2
        return weak

    facts, v = learned(f, np.ones(3, dtype), 1.5, np.float64(2))
    assert facts.dtype(v["weak"]) == dtype
    assert facts.dtype(v["strong"]) == np.result_type(dtype, np.float64)
    assert facts.dtype(v["half"]) == np.abs(np.ones(1, dtype)).dtype

    def g(s, t):
        return s**t

    facts, v = learned(g, -2.0, 0.5)  # a complex number, as Python has it
    assert facts.dtype(v["result"]) is None

    def h(s, k):
        real, perhaps_not, perhaps_whole = 2.0**s, (-2.0) ** s, 2**k
        return real

    facts, v = learned(h, 0.5, 3)
    assert facts.dtype(v["real"]) == np.float64
    assert facts.dtype(v["perhaps_not"]) is None and facts.dtype(v["perhaps_whole"]) is None


# Loops -------------------------------------------------------------------------------------


def test_carried_values_are_widened_to_what_every_iteration_keeps():
    def f(x, n):
        same = x
        grow = x
        total = 0.0
        for i in range(n):
            same = np.sin(same) * x
            grow = np.concatenate([grow, x])
            total = total + np.sum(grow)
        return same

    facts, v = learned(f, np.ones(3), 2)
    function_same = v["same"]
    assert facts.same_shape(function_same, v["x"])
    assert facts.ndim(v["grow"]) == 1 and not facts.same_shape(v["grow"], v["x"])
    assert facts.is_scalar(v["total"]) and not facts.constant(v["total"])[0]
    assert facts.constant(v["i"]) == (False, None) and facts.is_scalar(v["i"])


def test_sizes_of_one_iteration_are_not_those_of_another():
    def f(x):
        a = x
        b = x
        while a.shape[0] > 2:
            b = a
            a = a[1:]
        return a

    facts, v = learned(f, np.ones(5))
    assert facts.ndim(v["a"]) == facts.ndim(v["b"]) == 1
    loop = lower(f)  # the results of the loop are two sizes, and neither is that of `x`
    assert not facts.same_shape(v["a"], v["x"]) and not facts.same_shape(v["a"], v["b"])
    assert loop.body.stmts


def test_items_of_what_is_iterated():
    def f(x, pairs):
        s = 0.0
        for k, row in enumerate(x):
            s = s + np.sum(row) * k
        for w, b in pairs:
            s = s + np.sum(w) * b
        return s

    facts, v = learned(f, np.ones((4, 3)), [(np.ones((2, 2)), 1.0), (np.ones((3, 2)), 2.0)])
    assert facts.ndim(v["row"]) == 1 and facts.is_scalar(v["k"])
    assert facts.dims(v["row"]) == facts.dims(v["x"])[1:]
    assert facts.ndim(v["w"]) == 2 and facts.is_scalar(v["b"])
    assert len(set(facts.dims(v["w"]))) == 2


# Changes in place --------------------------------------------------------------------------


def test_a_list_that_is_changed_keeps_no_items():
    def f(params, x):
        w = params[0]
        params.append(x)
        return w

    facts, v = learned(f, [np.ones(3)], np.ones(2))
    assert facts.volatile and facts.is_array(v["w"]) is None

    def g(params, x):
        return params[0] * x

    facts, v = learned(g, [np.ones(3)], np.ones(2))
    assert not facts.volatile and facts.ndim(v["t"]) == 1

    def h(params, x):
        change(params)
        y = params[0]
        both = np.stack([x, x])
        return y

    facts, v = learned(h, [np.ones(3)], np.ones(2))
    assert facts.volatile and facts.is_array(v["y"]) is None
    assert facts.ndim(v["both"]) == 2  # nobody else can reach this list
    facts, v = learned(h, [np.ones(3)], np.ones(2), pure=lambda fn: fn is change)
    assert facts.is_array(v["y"])


def change(params):
    """A function that the analysis cannot see through."""
    params[0] = 1.0


def test_an_array_reshaped_in_place_takes_all_claims_back():
    def f(x, y):
        z = x + y
        x.shape = (1, 4)
        return z

    facts, v = learned(f, np.ones(4), np.ones(4))
    assert facts.blind and facts.ndim(v["x"]) is None and facts.ndim(v["z"]) is None


def test_writing_elements_keeps_the_shape():
    def f(x):
        y = x.copy()
        y[0] = 2.0
        y += x[0]
        return y

    facts, v = learned(f, np.ones(4, np.float32))
    assert facts.same_shape(v["y"], v["x"]) and facts.dtype(v["y"]) == np.float32
    assert not facts.of(v["y"]).owned  # still the buffer of `y` that others may hold


# Builders ----------------------------------------------------------------------------------


def test_a_builder_tells_what_it_binds():
    facts = Facts()
    x, g = Value("x"), Value("g")
    facts.give(x, Fact.from_value(np.ones((3, 1))))
    facts.give(g, facts.like(x))
    build = Builder(facts=facts)
    y = build.call(operator.mul, g, x)
    pair = build.call(prims.build_tuple, x, g)
    assert facts.same_shape(y, x) and facts.items(pair) == (x, g)
    # Passes do not say in which branch they write: nothing is proven for good.
    w = Value("w")
    facts.give(w, Fact.from_value(np.ones((4, 1))))
    z = build.let(apply(operator.mul, x, w))
    assert facts.ndim(z) == 2 and not facts.same_shape(x, w)


def test_thousands_of_statements_take_no_time():
    facts, x = Facts(), Value("x")
    build = Builder()
    value = x
    for k in range(1000):
        a = build.call(np.tanh, value)
        b = build.call(operator.mul, a, Const(2.0))
        c = build.call(np.sum, b)
        d = build.call(operator.sub, b, c)
        value = build.call(np.dot, d, d)
    start = time.perf_counter()
    facts.run(build.block(value))
    assert time.perf_counter() - start < 1.0  # about a tenth of it on an idle machine
    assert facts.is_scalar(c) and facts.same_shape(d, a)
