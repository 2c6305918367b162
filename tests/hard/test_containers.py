"""Lists and dicts that a program changes: every form against differences, in both modes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2s
from s2s import Unsound
from tests.hard.checks import agrees

X = np.array([0.4, -0.7, 1.2])
PROGRAMS: list[Callable[..., Any]] = []


def program(fn: Callable[..., Any]) -> Callable[..., Any]:
    """One of the programs of this file."""
    PROGRAMS.append(fn)
    return fn


@program
def insert_first(x):
    items = []
    for i in range(3):
        items.insert(0, x[i] * (i + 1))
    return items[0] * items[1] + items[2] ** 2


@program
def insert_before_the_last(x):
    items = [x[0]]
    for i in range(3):
        items.insert(i - 1, np.sin(x[i]) * items[0])
    return items[0] * items[1] + items[2] ** 2 * items[3]


@program
def insert_beyond_the_end(x):
    items = [x[0]]
    for i in range(2):
        items.insert(7, x[i] * items[-1])
    return items[0] * items[1] + items[2] ** 2


@program
def pop_anywhere(x):
    items = [x[0], x[1], x[2], x[0] * x[1]]
    a = items.pop()
    b = items.pop(0)
    c = items.pop(-2)
    return a * b + c * items[0]


@program
def pop_until_empty(x):
    items = [v * v for v in x]
    s = 0.0
    while items:
        s = s * 0.5 + items.pop() * items.pop(0) if len(items) > 1 else s + np.sin(items.pop())
    return s


@program
def extend(x):
    items = [x[0]]
    items.extend([x[1], x[2]])
    items += [x[0] * x[1]]
    items.extend(x * 2)
    items += [v for v in x]
    return sum(items[i] * items[i + 1] for i in range(len(items) - 1))


@program
def extend_in_a_loop(x):
    items = [x[0]]
    for i in range(3):
        items.extend([v * items[-1] for v in x[:i]])
    return sum(items) * items[-1]


@program
def slices(x):
    items = [x[0], x[1], x[2]]
    items[1:] = [x[0] * x[1], x[2] ** 2, x[0]]
    items[:1] = []
    items[::2] = [np.sin(items[0]), items[-1] * 2]
    return items[0] * items[1] * items[2] + sum(items[1:])


@program
def slices_in_a_loop(x):
    items = [x[0]]
    for i in range(4):
        items[i // 2 : i] = [x[j % 3] * items[0] for j in range(i)]
    return sum(v * v for v in items) + len(items)


@program
def from_the_end(x):
    items = [x[0], x[1]]
    for _ in range(3):
        items.append(items[-1] * items[-2])
        items[-2] = items[-2] + x[2]
    return items[-1] * items[0]


@program
def reverse(x):
    items = [x[0], x[1], x[2]]
    items.reverse()
    s = 0.0
    for k, v in enumerate(reversed(items)):
        s += (k + 1) * v * v
    for v in items[::-1]:
        s = s * v
    return s + items[0]


@program
def times_and_plus(x):
    one = [x[0], x[1]] * 2
    two = one + [x[2]]
    two *= 2
    return one[0] * one[1] * one[2] + two[-1] * two[0] + sum(two)


@program
def delete(x):
    items = [x[0], x[1], x[2], x[0] * 2]
    del items[1]
    del items[-1]
    more = list(x)
    del more[0:2]
    more.clear()
    more.append(x[1])
    return items[0] * items[1] * more[0]


@program
def delete_in_a_loop(x):
    items = [v * 2 for v in x]
    for i in range(2):
        del items[i - 2]
        items.append(x[i] * items[0])
    return items[0] * items[1] ** 2


@program
def sort(x):
    items = [x[0] * x[1], x[2], x[1]]
    items.sort()
    a = items[0] * items[1] ** 2
    items.sort(key=abs, reverse=True)
    return a + items[0] * items[2] ** 3


@program
def copies(x):
    items = [x[0], x[1]]
    other = items.copy()
    other.append(x[2])
    items[0] = x[2] * x[2]
    third = list(items)
    third.pop()
    return sum(items) * sum(other) + third[0]


@program
def replaced_by_another_shape(x):
    items = [x, x]
    items[0] = x @ np.ones((3, 2))
    items[0] = x * x
    return np.sum(items[0] * items[1])


@program
def a_stack(x):
    stack = [x]
    for i in range(3):
        stack.append(x * i)
        stack[-1] = np.sin(stack[-1]) * stack[0]
        stack[0] = stack[-1] * stack[0]
    return np.sum(sum(stack))


@program
def new_keys(x):
    d = {}
    d["a"] = x
    d["b"] = np.sin(d["a"])
    d["a"] = d["a"] * d["b"]
    return np.sum(d["a"] * d["b"])


@program
def keys_of_a_loop(x):
    d = {}
    for i in range(3):
        d[i] = x[i] * (i + 1)
    for i in range(4):
        d[i % 2, i] = d[i % 3] * x[0]
    s = 0.0
    for _, v in d.items():
        s += v * v
    return s + d[0, 0]


@program
def get_and_values(x):
    d = {}
    for i in range(5):
        k = "abc"[i % 3]
        d[k] = d.get(k, 0.0) + x[i % 3] ** 2
    return d["a"] * d["b"] + sum(d.values())


@program
def setdefault(x):
    d = {"a": x[0]}
    for i in range(4):
        v = d.setdefault("abc"[i % 3], x[i % 3])
        d["a"] = d["a"] * v
    return d["a"] + d["c"]


@program
def pop_keys(x):
    d = {"a": x[0], "b": x[1], "c": x[2]}
    v = d.pop("b")
    w = d.pop("z", x[0])
    u = d.pop("c", 1.0)
    del d["a"]
    d["n"] = v * w
    s = 0.0
    for k in d:
        s += d[k]
    return s * u


@program
def the_order_of_keys(x):
    d = {"a": x[0], "b": x[1], "c": x[2]}
    s = 0.0
    for _ in range(2):
        for k in d:
            s = s * d[k] + d[k]
        d["a"] = d.pop("a") * 2
    return s + d["a"]


@program
def update_and_merge(x):
    d = {"a": x[0]}
    d.update(b=x[1], a=x[0] * x[1])
    d.update({"c": x[2], "b": x[1] ** 2})
    e = {**d, "d": x[0], "a": d["c"]}
    f = dict(g=x[0])
    f.update(e)
    h = dict(f)
    h["a"] = x[1]
    last = h.copy()
    last.clear()
    last["q"] = x[2]
    return d["a"] * d["b"] + d["c"] * e["d"] + e["a"] * f["g"] + h["a"] * f["a"] + last["q"]


@program
def comprehensions(x):
    d = {k: x[k] * x[0] for k in range(3)}
    e = {k: v * v for k, v in d.items() if k > 0}
    twice = {i % 2: v for i, v in enumerate(x)}
    return sum(e.values()) * d[0] + twice[0] * twice[1]


@program
def keys_that_are_tuples(x):
    d = {(i, j): x[i] * x[j] for i in range(3) for j in range(i)}
    lists = {n: [x[0] * n] for n in range(2)}
    named = dict(zip("abc", x))
    return sum(v for v in d.values()) * named["b"] + lists[1][0]


@program
def inactive_questions(x):
    names = ["a", "b"]
    d = {}
    for i, k in enumerate(names):
        d[k] = i
    s = 0.0
    if "a" in d and "z" not in names:
        s += x[names.index("b")] * names.count("a")
    return s * x[d["b"]] ** 2


@program
def a_table_by_pairs(x):
    weight = {(i, j): x[i] * x[j] for i in range(3) for j in range(3) if i != j}
    found = []
    for i, j in weight:
        for k in range(3):
            if (j, k) in weight:
                found += [weight[i, j] * weight[j, k]]
    found.reverse()
    found[2:4] = [found[0] * found[1]]
    del found[-3:]
    weight["all"] = sum(found)
    return weight["all"] * found.pop(0)


@pytest.mark.parametrize("fn", PROGRAMS, ids=lambda f: f.__name__)
def test_first_order(fn) -> None:
    """Both programs and both modes agree with differences."""
    agrees(fn, X, order=1)


@pytest.mark.parametrize("fn", PROGRAMS, ids=lambda f: f.__name__)
def test_second_order(fn) -> None:
    """Forward over reverse agrees with differences of the gradient."""
    gradient, step = s2s.grad(fn), 1e-5
    way = np.random.default_rng(0).standard_normal(X.shape)
    expected = (gradient(X + step * way) - gradient(X - step * way)) / (2 * step)
    found = s2s.hvp(fn, (X,), (way,))
    np.testing.assert_allclose(found[0] if isinstance(found, tuple) else found, expected, atol=1e-6)


def test_reverse_over_reverse() -> None:
    """Changes of lists and dicts are differentiated again in reverse mode."""
    for fn in (insert_before_the_last, pop_anywhere, from_the_end, keys_of_a_loop, setdefault):
        s2s.check_grads(fn, (X,), order=2)


def test_counting_in_a_dict() -> None:
    """`d[k] += v` of numbers; of what nothing is known it is refused, so not the generic text."""

    def f(x):
        d = {}
        for i in range(5):
            k = "ab"[i % 2]
            if k in d:
                d[k] += x[i % 3]
            else:
                d[k] = x[i % 3] * 2
        return d["a"] * d["b"]

    s2s.check_grads(f, (X,))


def test_an_index_of_unknown_kind() -> None:
    """One item, or several: without knowing, the adjoint cannot be told."""

    def f(x, places, k):
        items = [x[0], x[1], x[2]]
        items[places[k]] = x[0] * x[1]
        return items[0] * items[2]

    with pytest.raises(s2s.Unsound, match="one item or of several"):
        s2s.grad(f)(X, (0, slice(0, 1)), 0)


# Arrays in containers that are updated in place


def state_of_a_simulation(x):
    s = {"u": x.copy(), "t": 0.0, "v": x * 2}
    for _ in range(3):
        s["u"][1:-1] += s["v"][:-2] * 0.1
        s["t"] += np.sum(s["u"])
        s["v"] = s["v"] * s["u"]
        s["u"][0] = s["t"]
    return np.sum(s["u"] * s["v"]) * s["t"]


def rows_of_a_list(x):
    rows = [x * 1.0, 2 * x]
    rows[0] *= 3.0
    rows[1][0] = rows[0][1] * rows[0][2]
    return np.sum(rows[0] * rows[1])


def a_pair_that_shares_its_arrays(x):
    a = x * 2
    b = x * x
    pair = (a, b)
    pair[0][1:] *= pair[1][:-1]
    return np.sum(a * b * pair[0])


def every_array_of_a_list(x):
    a = x * 2
    b = np.sin(x)
    for v in [a, b]:
        v *= 2
        v[0] += 1.5 * v[1]
    return np.sum(a * b)


def a_sum_along_the_list(x):
    a = x * 2
    b = np.sin(x)
    s = 0.0
    for v in (a, b):
        s = s + np.sum(v)
        v[:] = v * s
    return np.sum(a * b) + s


def an_array_that_becomes_another(x):
    d = {"a": x * 1.0}
    d["a"][0] = 0.0
    d["b"] = d["a"] ** 2
    d["b"][1] += d["a"][2]
    d["a"] = d["b"]
    d["a"][2] *= 3.0
    return np.sum(d["b"] * x + d["a"])


def the_same_array_twice(x):
    a = x * 2
    pair = [a, a]
    pair[0][0] = x[1]
    pair[1][1] *= pair[0][0]
    return np.sum(pair[0] * pair[1])


def dicts_in_a_list(x):
    layers = [{"w": x * 2.0, "b": x[0]}, {"w": np.cos(x), "b": x[1]}]
    layers[0]["w"][1:] += layers[1]["w"][:-1]
    layers[1]["b"] = layers[0]["b"] * 2
    return np.sum(layers[0]["w"] * layers[1]["w"]) * layers[1]["b"]


def rows_beside_numbers(x):
    y = np.zeros((3, 2))
    for row, s in zip(y, x):
        row += s * np.array([1.0, 2.0])
    for k, row in enumerate(y):
        row[k % 2] = row[0] * x[k]
    for (a, row), b in zip(enumerate(y, 1), x):
        row *= a * b
    return np.sum(y**2)


UPDATED = [
    state_of_a_simulation, rows_of_a_list, a_pair_that_shares_its_arrays, every_array_of_a_list,
    a_sum_along_the_list, an_array_that_becomes_another, the_same_array_twice, dicts_in_a_list,
    rows_beside_numbers,
]  # fmt: skip


@pytest.mark.parametrize("fn", UPDATED, ids=lambda f: f.__name__)
def test_arrays_updated_in_containers(fn) -> None:
    """Both modes, and forward over reverse, against differences."""
    s2s.check_grads(fn, (X,))
    test_second_order(fn)


def test_a_last_change_that_the_result_does_not_depend_on() -> None:
    """Zeros are made before the change is taken back: they have as many items as the list then."""

    def f(x):
        items = [x[0], x[1]]
        first = items.pop(0)
        return first * x[2] + sum([v for v in x]) + len(items)

    def g(x):
        items = [x[0], x[1], x[2]]
        s = sum(items)
        first = items.pop(0)
        return first * s

    agrees(f, X, order=1)
    agrees(g, X, order=1)


def test_new_keys_of_a_dict_of_the_caller() -> None:
    """The generic program, too, knows what has names for keys; the caller's dict stays as it was."""

    def f(d):
        buffer = np.cos(d["b"])
        d["new"] = buffer
        d["a"] = d["a"] * d["new"]
        d["new"] = d["new"] * d["a"]
        return buffer * d["new"]

    given = {"a": 0.424, "b": 0.871}
    agrees(f, given, order=1)
    s2s.grad(f)(given)
    assert given == {"a": 0.424, "b": 0.871}


def test_a_list_that_one_branch_makes_and_empties() -> None:
    """Its adjoint is made in that branch."""

    def f(x):
        if x[0] > 3.0:
            return 2.0
        items = [x[0], 1.5 * x[1]]
        last = items.pop()
        return last * x[2]

    agrees(f, X, order=1)


def numbers_beside_names(d):
    for k in range(3):
        d[k] = d["a"] * d["b"] * (k + 1)
    return d[1] * d[2] + d["a"]


def test_new_keys_of_what_may_be_a_dict():
    """The generic program cannot know whether a key is new; the specialised one looks."""
    d = {"a": -1.16, "b": 1.367}
    s2s.check_grads(numbers_beside_names, (d,), order=1)
    with pytest.raises(Unsound, match="this update of the dict `d` is of an entry"):
        s2s.grad(numbers_beside_names).source  # noqa: B018
