"""Lists and dicts that a condition, a key or a helper picks, and that change afterwards."""

from __future__ import annotations

import math

import numpy as np
import pytest

import s2s
from tests.hard.checks import agrees, agrees_when_known, refuses

X = np.array([0.7, -0.4, 1.3, 0.9, -0.6, 1.1])


def pick(a, b, first):
    return a if first else b


def append(items, v):
    items.append(v)


def of_a_helper(x):
    a, b = [x[0]], [x[1]]
    for i in range(2, 6):
        t = pick(a, b, i % 2)
        t.append(x[i] * t[-1])
    return sum(a) * sum(b)


def never_read_again(x):
    """What was appended under the other name has an adjoint."""
    a, b = [x[0]], [x[1]]
    t = (a, b)[int(x[0] > 0)]
    t.append(x[2] * x[3])
    return sum(a) * sum(b)


def halves(x):
    low, high = [], []
    for v in x:
        (low if v < 0.5 else high).append(v * v)
    return sum(low) * sum(high)


def three(x):
    neg, mid, big = [], [], []
    for v in x:
        if v < -0.5:
            cur = neg
        elif v < 1.0:
            cur = mid
        else:
            cur = big
        cur.append(v * v)
        if len(cur) > 1:
            cur[0] = cur[0] * cur[-1]
    return sum(neg) + 2 * sum(mid) ** 2 + 3 * sum(big)


def asked_whether_empty(x):
    pos, neg = [], []
    for v in x:
        target = pos if v >= 0 else neg
        if target and abs(target[-1]) > abs(v):
            target[-1] = target[-1] + v
        else:
            target.append(v)
    return sum(p * p for p in pos) + sum(n**3 for n in neg)


def in_all_ways(x):
    a, b = [x[0]], [x[1]]
    if x[2] > 0:
        t = a
    else:
        t = b
    t[0] *= x[3]
    t += [x[4]]
    t.insert(0, x[5])
    u = t
    u.append(t.pop() * x[1])
    return sum(a) * sum(b) + a[0]


def dicts(x):
    a, b = {"s": x[0]}, {"s": x[1]}
    for v in x:
        t = a if v > 0 else b
        t["s"] += v * v
        t["last"] = v
    return a["s"] * b["s"] + a["last"]


def under_keys(x):
    a, b = [x[0]], [x[1]]
    table = {"p": a, "q": b}
    for k in range(6):
        table["pq"[k % 2]].append(x[k] ** 2)
        q = [a, b][k % 2 - 1]
        q.append(x[k] * q[0])
    return sum(a) * sum(b)


def read_while_another_grows(x):
    a, b, s = [x[0]], [x[1]], 0.0
    for i in range(2, 6):
        t = a if i % 2 else b
        s += t[-1] * x[i]
        a.append(s * s)
    return s * sum(a)


def handed_to_a_helper(x):
    a, b = [x[0]], [x[1]]
    for v in x:
        append(a if v > 0 else b, v * v)
    return sum(a) * sum(b)


def to_be_visited(x):
    queue, done = [x[0]], []
    while queue:
        v = queue.pop()
        (done if v > 0 else done).append(v)
        if len(done) < 4:
            queue.append(x[len(done)] * v)
    return sum(done)


UNKNOWN = (in_all_ways, dicts)  # `t[0] *= v` may update an array, for arguments of any kind


@pytest.mark.parametrize(
    "program", [of_a_helper, never_read_again, halves, three, asked_whether_empty, in_all_ways,
                dicts, under_keys, read_while_another_grows, handed_to_a_helper, to_be_visited],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_picked(program) -> None:
    agrees(program, X, order=1, generic=program not in UNKNOWN)
    s2s.check_grads(program, (X,), order=2, modes="fwd")


def test_a_key_that_is_not_there_raises() -> None:
    def program(x, key):
        a, b = [x[0]], [x[1]]
        {"p": a, "q": b}[key].append(x[2])
        return sum(a) * sum(b)

    agrees(program, X, "q", order=1)
    with pytest.raises(KeyError):
        s2s.grad(program)(X, "r")


def carried(x):
    left, right = [], []
    side = left
    for v in x:
        if len(side) == 3:
            side = right
        side.append(v * v)
    return sum(left) * sum(right)


def the_longest(x):
    a, b = [x[0]], [x[1]]
    for i in range(2, 6):
        t = max(a, b, key=len)
        t.append(x[i] * t[-1])
    return sum(a) * sum(b)


def an_item_of_a_list(x):
    rows = [[] for _ in range(3)]
    cur = rows[0]
    for i, v in enumerate(x):
        if len(cur) == 2:
            cur = rows[i // 2]
        cur.append(v * v)
    return sum((k + 1) * sum(r) for k, r in enumerate(rows))


@pytest.mark.parametrize(
    "program", [carried, the_longest, an_item_of_a_list], ids=lambda f: f.__name__
)
def test_unknown(program) -> None:
    """The items that the list was given under the other name had no adjoint."""
    refuses(program, X, kind=s2s.Unsound, words="gets longer")


def one_of_two_in_a_list(x):
    held = [x, x if x[0] > 0.1 else np.linspace(-0.8, 1.1, 6)]
    x[1] *= 0.61
    return held[-1] @ x


def one_of_two_before_a_loop(c, x):
    if c:
        t = x
    else:
        t = x * 3.0
    rows = [t[:2]]
    t[0] = 0.8
    total = 0.0
    for row in rows:
        total += np.maximum(row[1], 0.0) * total + row[0] * row[1]
    return total * np.sum(x)


def test_items_of_a_display_are_picked_too() -> None:
    """The item was a name that nothing binds."""
    agrees_when_known(one_of_two_in_a_list, X)


@pytest.mark.parametrize("c", [False, True])
def test_picked_before_a_loop(c) -> None:
    """The adjoint was made in the shape of what is not there in the other branch."""
    agrees_when_known(one_of_two_before_a_loop, c, X)


def rebound_where_nothing_runs(y, z):
    if 0:
        if -1.49 < np.var(z[::-1]) < 0.31:
            z[::2] -= z[:-1]
        else:
            z = np.mean(np.full((2, 2), 1.27), axis=-1)
            z = np.mean(np.full((2, 2), 1.27), axis=-1)
    else:
        z = np.sign(z[::-1]) * np.where(np.full(2, -1.57) > -0.31, z, z)
        if -1.21 < np.sign(z[1]) * y[-2] < 0.99:
            return math.hypot(y[-2], 1.0 + abs(y[-2])) * y[1]
    shelf = {"u": z.copy(), "v": np.where(z > 0.3, z, z[::-1]) * 1.0, "w": z.copy()}
    return shelf["w"][-1] if np.sinh(np.arctan(shelf["v"][0])) >= shelf["v"][0] else y[-1]


@pytest.mark.xfail(raises=UnboundLocalError, strict=True)
def test_what_only_one_way_binds() -> None:
    """The adjoint is given the shape of what the other way leaves unbound: loud, not wrong."""
    s2s.grad(rebound_where_nothing_runs, (0, 1))([-1.134, 0.991], np.array([1.331, -1.409]))
