"""Functions with tapes inside: one forward sweep, the same meaning."""

import linecache

import numpy as np
import pytest

import s2s

w = s2s.Variable([1.0, -2.0])
b = s2s.Variable(0.5)
CALLS = []


@s2s.function
def step(x, y):
    """One step of gradient descent."""
    with s2s.GradientTape() as tape:
        error = x @ w + b - y
        loss = np.mean(error**2)
    dw, db = tape.gradient(loss, [w, b])
    w.assign_sub(0.1 * dw)
    b.assign_sub(0.1 * db)
    return loss


def by_hand(weights, bias, x, y):
    error = x @ weights + bias - y
    return np.mean(error**2), 2 * x.T @ error / len(y), 2 * np.mean(error)


def test_training_step_matches_the_one_by_hand():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(5, 2)), rng.normal(size=5)
    weights, bias = np.array([1.0, -2.0]), 0.5
    w.assign(weights)
    b.assign(bias)
    for _ in range(3):
        value, dw, db = by_hand(weights, bias, x, y)
        assert np.isclose(step(x, y), value)
        weights, bias = weights - 0.1 * dw, bias - 0.1 * db
        assert np.allclose(w.numpy(), weights) and np.isclose(b.numpy(), bias)


def test_source_shows_both_sweeps():
    step(np.ones((3, 2)), np.ones(3))
    text = step.source
    assert "loss, (dw, db) = block(x, w, b, y)" in text
    assert text.count("def ") == 2 and "error_bar" in text and "GradientTape" not in text
    compile(text, "step", "exec")


def test_a_gradient_that_is_taken_later_has_halves():
    v = s2s.Variable(3.0)

    @s2s.function
    def later(x):
        with s2s.GradientTape() as tape:
            y = v * x * x
        if y > 100.0:
            return None
        return tape.gradient(y, v)

    assert later(2.0) == 4.0 and later(20.0) is None
    text = later.source
    assert "y = block(tape, locals())" in text and "tape.gradient(y, v)" in text
    assert "def block_fwd(" in text and "def block_bwd(" in text


def test_the_short_way_means_the_same():
    u, v = s2s.Variable([1.0, 2.0]), s2s.Variable(3.0)
    other = s2s.Variable([5.0, 6.0])

    def scale(z):
        return z * 2.0

    @s2s.function
    def run(a, c):
        with s2s.GradientTape() as tape:
            h = scale(a) * v
            y = np.sum(h * h) * c
        return y, h, tape.gradient(y, [a, v])

    for a in (u, other, u, u):
        for c in (1.0, 2.0, np.float32(2.0)):
            x, k = a.numpy(), v.numpy()
            y, h, (da, dv) = run(a, c)
            assert np.allclose(h, 2 * x * k) and np.isclose(y, np.sum(h * h) * c)
            assert np.allclose(da, 8 * x * k * k * c) and np.isclose(dv, 8 * k * np.sum(x * x) * c)
        v.assign_add(1.0)
    assert "def block_value_and_grad(" in run.source
    y, h, grads = run(v, 1.0)  # an alias: the same variable twice
    assert np.isclose(grads[0], 16 * v.numpy() ** 3) and grads[0] == grads[1]
    y, h, grads = run(np.array([1.0, 2.0]), 1.0)  # no variable, not watched
    assert grads[0] is None and grads[1] is not None


def test_a_helper_that_is_bound_anew_is_seen():
    names = {"np": np, "s2s": s2s}
    text = (
        "def helper(z):\n    return z * z\n"
        "v = s2s.Variable(3.0)\n"
        "@s2s.function\n"
        "def run():\n"
        "    with s2s.GradientTape() as tape:\n"
        "        y = helper(v)\n"
        "    return tape.gradient(y, v)\n"
    )
    linecache.cache["<bound anew>"] = (len(text), None, text.splitlines(True), "<bound anew>")
    exec(compile(text, "<bound anew>", "exec"), names)
    assert names["run"]() == 6.0 and names["run"]() == 6.0
    names["helper"] = np.exp
    assert np.isclose(names["run"](), np.exp(3.0)) and np.isclose(names["run"](), np.exp(3.0))


def test_arrays_that_the_block_writes_into():
    v = s2s.Variable(3.0)

    @s2s.function
    def run(buffer):
        with s2s.GradientTape() as tape:
            buffer[0] = 7.0
            y = v * np.sum(buffer)
        return tape.gradient(y, v)

    with pytest.raises(s2s.Unsupported, match="writes into `buffer`"):
        run(np.zeros(2))

    @s2s.function
    def own(n):
        with s2s.GradientTape() as tape:
            buffer = np.zeros(n)
            for i in range(1, n):
                buffer[i] = buffer[i - 1] + v * i
            y = np.sum(buffer)
        return tape.gradient(y, v)

    assert own(4) == 10.0 and own(4) == 10.0 and own(3) == 4.0


def test_the_block_runs_once():
    @s2s.function
    def noisy(x, rng):
        with s2s.GradientTape() as tape:
            tape.watch(x)
            noise = rng.normal(size=2)
            y = np.sum(x * x * noise)
        return y, noise, tape.gradient(y, x)

    x = np.array([1.0, 2.0])
    y, noise, dx = noisy(x, np.random.default_rng(1))
    first = np.random.default_rng(1).normal(size=2)
    assert np.array_equal(noise, first) and np.isclose(y, np.sum(x * x * first))
    assert np.allclose(dx, 2 * x * first)


def test_output_is_shown_once(capsys):
    @s2s.function
    def shown(x):
        with s2s.GradientTape() as tape:
            tape.watch(x)
            y = x * x
            print("y is", y)
        return tape.gradient(y, x)

    assert shown(s2s.constant(3.0)) == 6.0
    assert capsys.readouterr().out == "y is 9.0\n"


def test_branches_and_none():
    c = s2s.Variable(3.0)

    @s2s.function
    def branch(v):
        with s2s.GradientTape() as tape:
            tape.watch(v)
            if v > 0.0:
                y = v * v
            else:
                y = c * 2.0
        return tape.gradient(y, [v, c])

    assert branch(s2s.constant(2.0)) == [4.0, None]
    assert branch(s2s.constant(-2.0)) == [None, 2.0]


def test_assignments_in_the_block():
    v = s2s.Variable(2.0)

    @s2s.function
    def run():
        with s2s.GradientTape() as tape:
            y = v * v
            v.assign_add(1.0)
            z = y + v * v
        return z, tape.gradient(z, v)

    assert run() == (13.0, 10.0) and v.numpy() == 3.0
    assert run() == (25.0, 14.0) and v.numpy() == 4.0


def test_values_of_the_time_are_used():
    v = s2s.Variable(2.0)

    @s2s.function
    def run(data):
        with s2s.GradientTape() as tape:
            y = np.sum(v * v * data)
        v.assign(100.0)
        data[:] = 0.0
        return tape.gradient(y, v)

    assert run(np.array([1.0, 2.0])) == 12.0


def test_several_targets_and_a_persistent_tape():
    v = s2s.Variable([1.0, 2.0])

    @s2s.function
    def run():
        with s2s.GradientTape(persistent=True) as tape:
            a = v * v
            s = np.sum(a) * v[0]
        return tape.gradient(a, v), tape.gradient(s, v), tape.gradient([a, s], v)

    first, second, both = run()
    assert np.allclose(first, [2.0, 4.0])
    assert np.allclose(second, [2.0 + 5.0, 4.0])
    assert np.allclose(both, first + second)


def test_values_made_in_the_block_are_sources():
    v = s2s.Variable(2.0)

    @s2s.function
    def run():
        with s2s.GradientTape() as tape:
            h = v * v
            y = h * h
        return tape.gradient(y, [h, v])

    assert run() == [8.0, 32.0]


def test_methods_and_closures():
    class Model:
        def __init__(self):
            self.w = s2s.Variable(3.0)

        @s2s.function
        def slope(self, x):
            with s2s.GradientTape() as tape:
                y = self.w * x * x
            return tape.gradient(y, self.w)

    assert Model().slope(2.0) == 4.0

    def outer(scale):
        v = s2s.Variable(1.0)

        @s2s.function
        def inner(x):
            with s2s.GradientTape() as tape:
                y = v * scale * x
            return tape.gradient(y, v)

        return inner

    assert outer(5.0)(2.0) == 10.0 and outer(7.0)(2.0) == 14.0


def test_functions_without_tapes_stay_what_they_are():
    def f(x):
        return x * 2.0

    assert s2s.function(f) is f


def test_what_is_refused_is_refused_in_words():
    v = s2s.Variable(2.0)

    @s2s.function
    def run(path):
        with s2s.GradientTape() as tape:
            y = v * len(open(path).read())
        return tape.gradient(y, v)

    with pytest.raises(s2s.Unsupported, match="open"):
        run("nowhere")
