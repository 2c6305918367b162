"""Functions that call themselves and write into the arrays that they are given."""

from __future__ import annotations

import numpy as np
import pytest

import s2s
from s2s import Unsound
from tests.hard.checks import agrees_when_known, refuses

X = np.array([0.4, -0.7, 1.2, 0.9, -0.3, 0.5, 1.1, 0.8])
SQUARE = np.array([[0.3, -0.2, 0.5, 0.1], [0.7, 0.4, -0.6, 0.2], [0.9, 0.1, 0.3, -0.5],
                   [-0.4, 0.8, 0.2, 0.6]])  # fmt: skip
PROGRAMS = []


def program(*args):
    """Collect a program and its arguments."""

    def collect(fn):
        PROGRAMS.append((fn, args))
        return fn

    return collect


def fft(a):
    n = len(a)
    if n > 1:
        fft(a[::2])
        fft(a[1::2])
        even, odd = a[::2].copy(), a[1::2].copy()
        w = np.exp(-2j * np.pi * np.arange(n // 2) / n)
        a[: n // 2] = even + w * odd
        a[n // 2 :] = even - w * odd


@program(X)
def spectrum(x):
    a = x.astype(complex)
    fft(a)
    return np.sum(np.abs(a) ** 3)


def quicksort(a, low, high):
    if low >= high:
        return
    i = low
    for j in range(low, high):
        if a[j] < a[high]:
            a[i], a[j] = a[j], a[i]
            i += 1
    a[i], a[high] = a[high], a[i]
    quicksort(a, low, i - 1)
    quicksort(a, i + 1, high)


@program(X)
def order_statistics(x):
    a = x.copy()
    quicksort(a, 0, len(a) - 1)
    return np.sum(a * np.arange(8) ** 2) + a[1] * a[3]


def cholesky(a):
    k = len(a) // 2
    if k == 0:
        a[0, 0] = np.sqrt(a[0, 0])
        return
    cholesky(a[:k, :k])
    a[k:, :k] = np.linalg.solve(a[:k, :k], a[k:, :k].T).T
    a[:k, k:] = 0.0
    a[k:, k:] -= a[k:, :k] @ a[k:, :k].T
    cholesky(a[k:, k:])


@program(SQUARE)
def factor_of_blocks(m):
    a = m @ m.T + np.eye(4)
    cholesky(a)
    return np.sum(a**2 * np.arange(16).reshape(4, 4))


def scan(a):
    """The sum, and partial sums in its place."""
    if len(a) == 1:
        return a[0]
    half = len(a) // 2
    left = scan(a[:half])
    right = scan(a[half:])
    a[half:] += left
    return left + right


@program(X)
def result_and_array(x):
    a = x.copy()
    return scan(a) ** 2 + np.sum(a**3)


def relax(u, n):
    if n == 0:
        return u
    u *= 0.9
    u += 0.1 * u[::-1] ** 2
    return relax(u, n - 1)


@program(X)
def gives_its_argument(x):
    u = x.copy()
    w = relax(u, 3)
    w *= 2
    return np.sum(u**2 * w)


def even(u, k):
    if k < len(u):
        u[k] *= u[0]
        odd(u, k + 1)


def odd(u, k):
    if k < len(u):
        u[k] += 1
        even(u, k + 1)


@program(X)
def two_functions(u):
    """The caller's own array, in a loop and in a choice."""
    for k in range(2):
        even(u, k)
        if u[0] > 0:
            odd(u, k)
    return np.sum(u**2)


def product(c, a, b):
    if len(a) == 1:
        c += a * b
        return
    k = len(a) // 2
    parts = (slice(0, k), slice(k, len(a)))
    for i in parts:
        for j in parts:
            for m in parts:
                product(c[i, j], a[i, m], b[m, j])


@program(SQUARE)
def product_of_blocks(m):
    c = np.zeros((4, 4))
    product(c, m, m.T + 1)
    return np.sum(c**2)


@program(X)
def table_of_a_nested_function(x):
    memo = np.zeros(6)

    def fib(k):
        if k <= 1:
            return x[k]
        if memo[k] == 0.0:
            memo[k] = fib(k - 1) * x[k] + fib(k - 2)
        return memo[k]

    return fib(5)


@program(X)
def tree_in_an_array(x):
    out = np.zeros(8)

    def walk(i):
        if i < 8:
            out[i] += x[i] ** 2 + (out[(i - 1) // 2] if i else 0.0)
            walk(2 * i + 1)
            walk(2 * i + 2)

    walk(0)
    return np.sum(out**2)


def rotate(p, k):
    if k > 0:
        p[k], p[k - 1] = p[k - 1], p[k]
        rotate(p, k - 1)


@program(X)
def nothing_active_in_it(x):
    p, u, unused = np.arange(8), np.zeros(8), x.copy()
    rotate(p, 7)
    even(u, 0)
    odd(unused, 0)
    return np.sum(x[p] * np.arange(8)) + np.sum(u)


@pytest.mark.parametrize(("fn", "args"), PROGRAMS, ids=[fn.__name__ for fn, _ in PROGRAMS])
def test_recursion_in_place(fn, args) -> None:
    """Against differences, in both modes."""
    agrees_when_known(fn, *args)


def counts(x):
    """What a function shares with its own calls is handed on where nothing is differentiated."""
    count = 0

    def go(n):
        nonlocal count
        count += 1
        if n > 0:
            go(n - 1)

    go(3)
    return np.sum(x**2) * count


def test_a_recursion_without_derivative() -> None:
    agrees_when_known(counts, X)


def pair(a, b):
    if len(a) > 0:
        a[0] += b[0]
        b[0] *= a[0]
        pair(a[1:], b[1:])


def overlapping(x):
    a = x.copy()
    pair(a[:4], a[3:7])
    return np.sum(a**2)


def halves(x):
    a = x.copy()
    pair(a[:4], a[4:])
    return np.sum(a**2)


def test_views_of_one_array() -> None:
    """Those that overlap raise when it runs."""
    agrees_when_known(halves, X)
    with pytest.raises(ValueError, match="share memory"):
        s2s.grad(overlapping)(X)


def tail(a):
    if len(a) == 1:
        return a
    a[1:] *= a[0]
    return tail(a[1:])


def gives_a_view(x):
    a = x.copy()
    return np.sum(tail(a)) * np.sum(a)


def test_a_part_that_comes_back() -> None:
    refuses(gives_a_view, X, kind=Unsound, words="updates its argument `a` in place")


def doubled_until(u, k):
    u[k] *= 2
    if k == 2:
        raise ValueError
    doubled_until(u, k + 1)


def raises_on_the_way(x):
    """What was written before stays written."""
    u = x.copy()
    try:
        doubled_until(u, 0)
    except ValueError:
        u[3] += 1
    return np.sum(u**2)


def kept(u, seen, k):
    u[k] += 1
    seen.append(u)
    if k > 0:
        kept(u, seen, k - 1)


def kept_elsewhere(x):
    u, seen = x.copy(), []
    kept(u, seen, 2)
    u *= 2
    return np.sum(seen[0] ** 2)


@pytest.mark.parametrize("fn", [raises_on_the_way, kept_elsewhere])
def test_what_a_copy_would_not_show(fn) -> None:
    with pytest.raises(s2s.S2SError):
        s2s.grad(fn)(X)
