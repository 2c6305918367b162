"""Forward mode of every construct, against finite differences."""

from __future__ import annotations

import numpy as np
import pytest

from s2s.driver.subject import Subject
from s2s.errors import NoRule, S2SError, Unsupported
from s2s.transform.pipeline import forward_program
from tests.golden import harness
from tests.transform.forward import (
    Tangent,
    check,
    check_gradient,
    differences,
    tangent_of,
    tangent_of_gradient,
)  # fmt: skip

X = np.array([0.4, -0.7, 1.3, 0.9])
W = np.array([[0.5, -0.2, 0.1, 0.7], [0.3, 0.8, -0.6, 0.2]])

RUNS = [name for name in harness.discover() if name not in harness.REFUSED]


@pytest.mark.parametrize("name", RUNS)
def test_golden_programs(name):
    module = harness.program(name)
    check(module.FUNCTION, *module.example(), argnums=module.ARGNUMS)


# Without facts `total += ...` may be an update in place that others see.
# Without facts, `total += v` and attributes of unknown objects are refused.
KNOWING = {
    "programs/huber_path", "containers/dataclass_params", "containers/namedtuple_params",
    "functions/method_of_model", "containers/lists_of_lists",
}  # fmt: skip


def or_refused(name, run, *args, **kwargs):
    """What writes in place is refused where the kinds of arguments matter; all else is right."""
    try:
        run(*args, **kwargs)
    except S2SError:
        assert name.startswith("mutation/") or name in ONLY_ONCE


@pytest.mark.parametrize("name", [n for n in RUNS if n not in KNOWING])
def test_golden_programs_without_facts(name):
    module = harness.program(name)
    args = module.example()
    or_refused(name, check, module.FUNCTION, *args, argnums=module.ARGNUMS, generic=True)


# Functions that are picked at run time are differentiated once, and refused then.
ONLY_ONCE = {"functions/functions_in_containers"}


@pytest.mark.parametrize("name", [n for n in RUNS if n not in ONLY_ONCE])
def test_forward_over_reverse(name):
    module = harness.program(name)
    check_gradient(module.FUNCTION, *module.example(), argnums=module.ARGNUMS)


@pytest.mark.parametrize("name", [n for n in RUNS if n not in KNOWING])
def test_forward_over_reverse_without_facts(name):
    module = harness.program(name)
    args = module.example()
    or_refused(name, check_gradient, module.FUNCTION, *args, argnums=module.ARGNUMS, generic=True)


# Straight code


def layer(x, w):
    h = np.tanh(w @ x)
    return np.sum(h * h)


def test_text_follows_the_value():
    text = check(layer, X, W, argnums=(0, 1))
    lines = [line.strip() for line in text.splitlines()]
    at = lines.index("h = np.tanh(w @ x)")
    assert lines[at + 1].startswith("h_dot = ")
    assert lines[0] == "def layer_jvp(x, w, x_dot, w_dot):"


def test_inactive_arguments_cost_nothing():
    text = check(layer, X, W, argnums=1)
    assert "x_dot" not in text and "zeros" not in text


def test_broadcast_tangent_has_the_shape_of_its_value():
    def f(x, s):
        y = s + x * 0.0
        return y, np.sum(y)

    check(f, X, 2.0, argnums=1)
    check(f, X, 2.0, argnums=1, generic=True)


def test_names_that_the_user_took():
    def f(x, x_dot):
        h_dot = x_dot * 2
        h = x * h_dot
        return np.sum(h) + np.sum(h_dot)

    check(f, X, X + 1.0, argnums=(0,))
    check(f, X, X + 1.0, argnums=(0, 1))


def test_result_that_does_not_depend():
    def f(x):
        return np.floor(x)

    made = tangent_of(f, (X,))
    value, tangent = made((X,), (X,))
    np.testing.assert_array_equal(value, np.floor(X))
    np.testing.assert_array_equal(tangent, np.zeros(4))


def test_constant_result():
    def f(x):
        return 3.0

    assert tangent_of(f, (X,))((X,), (X,)) == (3.0, 0.0)


def test_several_results_unpacked_and_whole():
    def f(a):
        w, v = np.linalg.eigh(a + a.T)
        both = np.linalg.slogdet(a @ a.T)
        return w * both[1], v * v

    a = np.random.default_rng(3).standard_normal((3, 3))
    check(f, a)


# Choices


def test_a_zero_is_made_in_the_branch_that_lacks_one():
    def f(x, c, k):
        if k > 0:
            y = x * x
        else:
            y = c
        return y * 3.0

    for k in (1, -1):
        check(f, X, np.ones(4), k)
        check(f, X, np.ones(4), k, generic=True)


def test_variable_bound_on_one_path():
    def f(x, k):
        if k:
            z = np.sin(x)
        y = x
        if k:
            y = y * z
        return np.sum(y)

    check(f, X, True)
    check(f, X, False)


def test_conditional_expressions():
    def f(x):
        y = x * 2 if x > 0 else 1.0
        z = y > 5.0 and y * x or x * x
        return y * z

    for x in (0.7, -0.6, 3.0):
        check(f, x)


def test_early_return():
    def f(x):
        for v in x:
            if v < 0:
                return v * 3.0
            x = x * v
        return np.sum(x)

    check(f, X)
    check(f, np.abs(X))


# Loops


def test_break_before_an_inactive_value_is_carried():
    def f(x, c):
        best, total = 0.0, 0.0
        for v in x:
            previous = best
            best = c
            total = total + v * previous
            if total > 0.5:
                break
            best = v * v
        return best + total

    check(f, X, 2.0)
    check(f, X * 3.0, 2.0)
    check(f, X * 3.0, 2.0, generic=True)


def test_exit_at_the_end_of_a_body_stays_last():
    def f(x):
        held, y = 1.0, x
        for i in range(4):
            held = 2.0 + i
            y = y * x + held
            if y > 3.0:
                break
            held = y
        return held

    check(f, 0.6)
    check(f, 1.6)


def test_while_that_tests_active_values():
    def f(x):
        n = 0
        while x * x - 2.0 > 1e-3 and n < 20:
            x = x - (x * x - 2.0) / (2 * x)
            n += 1
        return x * n

    check(f, 3.0)


def test_endless_while_left_by_break():
    def f(x):
        while True:
            if (d := x * x - 2.0) < 1e-1:
                break
            x = x - d / (3 * x)
        return x * d

    check(f, 3.0)


@pytest.mark.parametrize("generic", [False, True])
def test_iteration_over_active_sequences(generic):
    def f(x, w):
        s = 0.0
        for i, (a, row) in enumerate(zip(x, w.T)):
            s = s + a * i * np.sum(row)
        for a in reversed(x):
            s = s * 0.5 + a * a
        for i, a in enumerate(reversed(x)):
            s = s + a * i
        for k, a in zip(range(3), x):
            s = s + np.sin(a) * k
        return s

    check(f, X, W, argnums=(0, 1), generic=generic)
    check(f, X, W, argnums=1, generic=generic)


def test_reversed_iterates_both_backward():
    def f(x):
        s = 0.0
        for a in reversed(x):
            s = s * 0.5 + a
        return s

    assert "zip(reversed(x), reversed(x_dot))" in check(f, X)


def test_loop_over_a_dictionary():
    def f(p):
        s = 0.0
        for k in p:
            s = s + p[k] * len(k)
        for k, v in p.items():
            s = s * v
        return s

    check(f, {"a": 1.2, "bcd": -0.7})
    check(f, {"a": 1.2, "bcd": -0.7}, generic=True)


# Containers


def test_containers_with_inactive_items():
    def f(x, c):
        t = (x, c, [x * c, 2.0])
        d = {"p": t, "q": c}
        a, b, (e, g) = d["p"]
        return a * b + e * g + d["q"], t

    check(f, X, np.arange(1.0, 5.0))
    check(f, X, np.arange(1.0, 5.0), generic=True)


def test_growing_list_of_active_and_inactive_items():
    def f(x):
        out, other = [], [1.0]
        for i, v in enumerate(x):
            out.append(2.0 if i == 1 else v * v)
            other.append(v)
        return np.sum(np.stack(out) * x) + other[0] * other[2]

    text = check(f, X)
    assert "out_dot = []" in text


def test_list_that_starts_inactive():
    def f(x, items):
        for v in x:
            items.append(v)
        return items[0] * items[-1] + items[1]

    text = check(f, X, [1.5, 2.5])
    assert "zeros_of(items)" in text


def test_joined_lists_and_tuples():
    def f(x):
        a, b = [x * 2], [1.0, x]
        joined = a + b
        pair = (x,) + (3.0, x * x)
        return joined[0] * joined[2] + pair[2] * pair[1]

    check(f, X)


def test_starred_items():
    def f(x):
        first, *rest, last = [v * v for v in x]
        many = [1.0, *rest, last]
        return first * many[1] + many[0] * many[-1]

    check(f, X)


def test_comprehensions():
    def f(x, w):
        rows = [np.sin(r) * x for r in w if r[0] > 0.4]
        pairs = [a * b for a in x for b in x[:2]]
        return sum(rows), sum(pairs), max(v * v for v in x)

    check(f, X, W, argnums=(0, 1))
    check(f, X, W, argnums=(0, 1), generic=True)


def test_context_around_both():
    def f(x):
        with np.errstate(divide="ignore"):
            y = np.log(x * x)
            z = 1.0
        return y * z

    text = check(f, X)
    assert text.count("errstate") == 1


# Calls


def cube(v, *, scale=2.0):
    return v * v * v * scale


def mixed(a, b, *more, k=1.0, **rest):
    total = a * b * k
    for m in more:
        total = total + m * a
    for name in rest:
        total = total + rest[name] * len(name)
    return total


def falling(x, n):
    if n == 0:
        return x * 0.5
    return x * falling(x - 1.0, n - 1) + cube(x)


def halves(x):
    return x[:2], x[2:]


def test_calls_with_keywords_and_defaults():
    def f(x, s):
        return cube(x) + cube(x * 2, scale=s) + cube(1.5, scale=s)

    check(f, 0.7, 1.3, argnums=(0, 1))


def test_calls_with_starred_parameters():
    def f(x, y):
        return mixed(x, 2.0, y, 3.0, x * y, k=y, first=x, second=4.0)

    check(f, 0.7, 1.3, argnums=(0, 1))
    check(f, 0.7, 1.3, argnums=1)


def test_recursion_is_compiled_once_for_each_active_set():
    def f(x):
        return falling(x, 3) + falling(x * x, 2)

    text = check(f, 2.6)
    assert text.count("def falling_jvp") == 1


def test_unpacked_call():
    def f(x):
        a, b = halves(x * x)
        return a * b[::-1]

    check(f, X)


def test_closures():
    def f(x, s):
        y = x * s

        def inner(v, bias=s):
            return v * y + bias

        square = lambda v: v * v * x
        return inner(x) + inner(2.0, bias=1.0) + square(s)

    check(f, 0.7, 1.3, argnums=(0, 1))


def test_nested_function_that_calls_itself():
    def f(x):
        def power(v, n):
            return v if n == 1 else v * power(v, n - 1)

        return power(x, 4)

    check(f, 1.2)


def test_nested_function_that_captures_and_calls_itself():
    def f(x):
        y = x * 2

        def power(v, n):
            return v * y if n == 1 else v * power(v, n - 1)

        return power(x, 3)

    check(f, 1.2)
    check_gradient(f, 1.2)


def test_forward_over_forward():
    def f(x, w):
        h, out = x, []
        for r in w:
            h = np.tanh(h * r)
            out.append(h)
            if np.sum(h) > 1:
                break
        return sum(out)

    subject = Subject(f)
    first = forward_program(subject.function, ("x", "w"), {})
    again = forward_program(
        first.functions[-1], ("x", "w"), {}, first.functions, generated=True
    )
    made = Tangent(again, subject)
    one, two = (np.ones(4), W), (X * 2.0, W * 3.0)
    (_, tangent), (_, mixed) = made.entry(X, W, *one, *two)
    inner = made.module.names[first.entry]
    np.testing.assert_array_equal(tangent, inner(X, W, *one)[1])
    (expected,) = differences(lambda x, w: inner(x, w, *one)[1], (X, W), (0, 1), two)
    np.testing.assert_allclose(mixed, expected, rtol=1e-8, atol=1e-10)


# In-place updates of generated code


def test_adjoint_buffers_are_updated_in_place():
    def f(x):
        s = 0.0
        for i in range(1, 4):
            s = s + x[i] * x[i - 1] ** 2
        return s

    text = check_gradient(f, X)
    loop = text[text.index("_jvp") :].split("for ")[-1]
    assert "add_at(x_bar_dot, i, " in loop and "copy_of" not in loop and "zeros" not in loop


def test_shared_tangent_is_copied_before_an_update():
    def f(x, c):
        y = x + c
        return np.sum(y[1:] * y[:-1] * x[1:]) + np.sum(y * x)

    check_gradient(f, X, X + 0.5)
    check_gradient(f, X, X + 0.5, argnums=(0, 1), generic=True)


def test_gradient_of_calls():
    def f(x):
        h = x
        for _ in range(2):
            h = np.sin(h) * cube(h)
        return np.sum(h) + falling(x[0] + 2.0, 2)

    check_gradient(f, X)
    check_gradient(f, X, generic=True)


def test_gradient_with_growing_lists():
    def f(x):
        parts = []
        for v in x:
            if v > 0:
                parts.append(v * v)
            parts.append(np.sin(v))
        return sum(p * p * p for p in parts)

    check_gradient(f, X)
    check_gradient(f, X, generic=True)


# Refusals


def test_unknown_function():
    def f(x):
        return np.sum(np.nditer(x))

    with pytest.raises(NoRule, match="nditer"):
        tangent_of(f, (X,))


def test_write_in_place():
    def f(x):
        x[0] = 2.0
        return np.sum(x)

    check(f, X)


def test_a_statement_that_may_fail():
    def f(x):
        try:
            y = x * 2
        except ValueError:
            y = x
        return y

    check(f, X)


def test_set_of_active_values():
    def f(x):
        return {x, x * 2}

    with pytest.raises(Unsupported, match="set"):
        tangent_of(f, (1.0,))


def test_attribute_of_an_object():
    def f(p):
        return p.size_of_it * 2.0

    with pytest.raises(Unsupported, match="size_of_it"):
        tangent_of(f, (1.0,))


def test_gradient_function_exists_beside_its_tangent():
    made, gradient = tangent_of_gradient(layer, (X, W))
    (g,), (h,) = made((X, W), (X,))
    np.testing.assert_array_equal(gradient(X, W)[0], g)
    assert h.shape == X.shape
