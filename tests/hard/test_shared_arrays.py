"""Arrays in lists and dicts that are updated in place, by whatever name, and views in them."""

from __future__ import annotations

import numpy as np
import pytest

import s2s
from s2s import Unsound
from tests.hard.checks import agrees_when_known, refuses

X = np.array([0.4, -0.7, 1.2, 0.9, -0.3, 0.5])
PROGRAMS = []


def program(fn):
    """Collect a program of `X` and an index."""
    PROGRAMS.append(fn)
    return fn


@program
def under_an_index(x, k):
    """Every form of an update, of the array and of its parts."""
    rows = [x * 1.0, x * x, np.sin(x)]
    rows[k][1:-1] = x[::2][:4].sum() * x[1:-1]
    rows[k] += x[0] * x
    rows[1 - k] *= rows[k]
    rows[k] /= x + 3
    rows[2][k] = x[k] ** 2
    np.multiply(x, rows[k], out=rows[1 - k])
    np.exp(rows[2], out=rows[2])
    return sum(np.sum(r**3) for r in rows)


@program
def rows_of_a_loop(x, k):
    rows = [x * (j + 1) for j in range(3)]
    slopes = [np.zeros(6) for _ in range(3)]
    for row in rows:
        row -= row.mean()
    for i, row in enumerate(rows):
        row[i] = x[i] ** 2 * row[0]
    for _ in range(2):
        for row, slope in zip(rows, slopes):
            slope *= 0.9
            slope += row * row
            row -= 0.1 * slope
    return sum(np.sum(r**3) for r in rows) + np.sum(slopes[k])


@program
def two_buffers(x, k):
    buffers = [x.copy(), np.zeros(6)]
    for t in range(5):
        old, new = buffers[t % 2], buffers[1 - t % 2]
        new[1:-1] = old[1:-1] + 0.1 * (old[2:] - old[:-2]) ** 2
        new[0], new[-1] = new[1], old[k]
    return np.sum(buffers[0] ** 2) + np.sum(buffers[1] ** 3)


@program
def ring(x, k):
    """The last three states, each written over the oldest."""
    states = [x * 1.0, x * x, np.zeros(6)]
    for t in range(2, 8):
        states[t % 3][:] = states[(t - 1) % 3] * 0.5 + np.sin(states[(t - 2) % 3] + x)
    return np.sum(states[0] ** 2) + np.sum(states[k])


@program
def filled_and_joined(x, k):
    rows = []
    for j in range(4):
        b = np.zeros(6)
        b[j:] = x[j:]
        rows.append(b)
    for j in range(3):
        rows[j + 1] += rows[j] ** 2
        rows[j][j] = 0.5
    return sum(np.sum(r) for r in rows) + np.sum(np.stack(rows) ** 2) * rows[k][k]


@program
def views_of_items(x, k):
    rows = [x * (j + 1) for j in range(3)]

    def scale(row, c):
        row *= c
        return row[1:]

    for j in range(3):
        v = rows[j][1:4]
        v *= x[j]
        v[0] = x[5]
        w = scale(rows[(j + k) % 3], x[j])
        w[:3] += v
    return sum(np.sum(r**2) for r in rows)


@program
def replaced_and_updated(x, k):
    """Items change places with new ones, and are updated in between."""
    rows = [x * 1.0, x * x, x**3]
    rows[k] = rows[k - 1] * x
    rows[k - 1][:] = rows[k]
    rows[k] *= 2
    rows.append(np.sin(x))
    rows[3][k] += rows[0][1]
    v = rows.pop(0)
    rows[0] *= v
    return sum(np.sum(r**2) for r in rows)


@program
def kept_and_changed_later(x, k):
    """What an iteration adds is changed after the loop: it is not the iteration's own."""
    rows = [x.copy()]
    for j in range(3):
        new = rows[-1] ** 2
        new[j] += 1
        rows.append(new)
    rows[1] *= 2
    return np.sum(rows[3]) * rows[1][k] + np.sum(np.array(rows) ** 2)


@program
def stack_of_arrays(x, k):
    stack = [x * 1.0, x * x, x**3]
    while len(stack) > 1:
        a = stack.pop()
        stack[-1] += a * x
        stack[0][k] *= 2
    return np.sum(stack[0] ** 2)


@program
def entries_of_a_dict(x, k):
    d = {key: x * (i + 1) for i, key in enumerate("abc")}
    for key in d:
        d[key] *= x
        d[key][k] = d["a"][1]
    for v in d.values():
        v[1:] *= x[0]
    for key, v in d.items():
        v[1] += d["c"][0]
    return sum(np.sum(v**2) for v in d.values())


@program
def left_early(x, k):
    rows = [x * 1.0, x * x]
    for j in range(4):
        if j % 2:
            rows[k] *= x
        else:
            rows[1 - k][j] = rows[k][0]
        if np.sum(rows[0]) > 0.3:
            return np.sum(rows[1])
    return np.sum(rows[0] * rows[1])


@program
def views_in_a_list(x, k):
    """Views of one array, changed by either name."""
    a = x * 1.0
    parts, table = [a[:2], a[2:]], {"all": a, "end": a[4:]}
    a[1] = x[0] * x[3]
    parts[1] *= x[2]
    table["end"][:] = table["all"][:2]
    return np.sum(parts[0] ** 2) + np.sum(parts[1] ** 3)


@pytest.mark.parametrize("fn", PROGRAMS, ids=lambda fn: fn.__name__)
def test_containers_of_arrays(fn) -> None:
    """What an update of an item changes is that item."""
    agrees_when_known(fn, X, 1)


WEIGHTS = {"w": np.array([[0.1, 0.2], [0.3, -0.4]]), "b": np.array([0.5, -0.2])}
LAYERS = [np.array([0.5, -0.2]), np.array([0.1, 0.7, 0.3])]
NET = {"layers": LAYERS, "out": [np.array([1.5, 0.2])]}


def descent(weights, x):
    """Momentum, in the arrays of the caller."""
    speed = {k: np.zeros_like(p) for k, p in weights.items()}
    for _ in range(3):
        for k in weights:
            speed[k] *= 0.9
            speed[k] += 2 * weights[k] * x[0]
            weights[k] -= 0.1 * speed[k]
    weights["b"][0] = x[1]
    return np.sum(weights["w"] @ weights["b"]) ** 2


def shrunk(layers, x):
    """A helper that updates what it is given."""

    def step(layers, slopes, rate):
        for p, g in zip(layers, slopes):
            p -= rate * g

    for _ in range(2):
        step(layers, [2 * p for p in layers], x[0])
    layers[1][1:] += x[:2]
    return sum(np.sum(p**3) for p in layers)


def nested(net, x):
    for p in net["layers"]:
        p *= x[0]
    net["out"][0] += net["layers"][0]
    net["layers"][1][2] = x[2]
    return sum(np.sum(p**3) for ps in net.values() for p in ps)


@pytest.mark.parametrize(
    ("fn", "given"), [(shrunk, LAYERS), (shrunk, tuple(LAYERS)), (nested, NET), (descent, WEIGHTS)]
)
def test_containers_of_the_caller(fn, given) -> None:
    """They are updated in place, and are as they were afterwards."""
    agrees_when_known(fn, given, X)


def test_arguments_that_share_memory() -> None:
    """An array that is in an argument twice, or in two, is refused when it runs."""
    w = LAYERS[0]
    for given, x in (([w, w], X), ([w, w[:1]], X), ([w, w * 2], w), ((w, w), X)):
        for run in (s2s.grad(shrunk), lambda a, b: s2s.jvp(shrunk, (a, b), (a, b))):
            with pytest.raises(ValueError, match="share memory"):
                run(given, x)

    def first(x, held):
        x[0] = 3.0
        return np.sum(x * held[0])

    with pytest.raises(ValueError, match="share memory"):
        s2s.grad(first)(w, [w])


def some_of_the_items(x, k):
    rows = [x * 1.0, x * x, x**3]
    others = rows[:2]
    rows[k] *= 2
    return np.sum(others[0] * others[1])


def a_longer_list(x, k):
    rows = [x * 1.0, x * x]
    others = rows + [x**2]
    others[k] *= 2
    return np.sum(rows[0] * rows[1])


def swapped(x, k):
    rows = [x * 1.0, x * x, x**3]
    rows[k] *= 2
    rows[0], rows[k] = rows[k], rows[0]
    rows[0] *= x
    return np.sum(rows[0] * rows[1] - rows[2] ** 2)


@pytest.mark.parametrize(
    "fn",
    [some_of_the_items, a_longer_list, swapped],
    ids=lambda fn: fn.__name__,
)
def test_arrays_with_two_names(fn) -> None:
    """Reverse mode refuses them; forward mode, where tangents share memory too, does not."""
    with pytest.raises(Unsound, match="two names|another name"):
        s2s.grad(fn)(X, 1)
    s2s.check_grads(fn, (X, 1), modes="fwd")


def view_in_a_try(x):
    u, w = x.copy(), x * 2
    try:
        v = u if x[0] > 0 else w
        v[0] = x[1] * 5
        y = np.linalg.solve(np.zeros((2, 2)), v[:2])[0]
    except np.linalg.LinAlgError:
        y = x[2]
    return y * np.sum(u**2)


def test_a_try_that_writes_by_another_name() -> None:
    """What a choice or a loop names is not made where it gets the name."""
    refuses(view_in_a_try, X, kind=Unsound, words="may raise after it")


def exchanged_beside_an_unused_argument(x, unused):
    shelf = [x[:3] * 1.0, x[3:] * 2.0, np.ones(3)]
    shelf[-2][::-1] *= 2
    shelf[1], shelf[0] = shelf[0], shelf[1]
    return np.sum(shelf[0] * x[:3]) + np.sum(shelf[1] ** 2)


def test_items_exchanged_beside_an_unused_argument() -> None:
    x = np.arange(6.0)
    found = s2s.grad(exchanged_beside_an_unused_argument)(x, [0.5])
    expected = np.concatenate([4 * x[3:] + 2 * x[:3], 4 * x[:3]])
    np.testing.assert_allclose(found, expected)
