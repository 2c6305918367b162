"""Functions that call themselves: given functions, filling tables, assigning variables."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
import pytest

from tests.hard.checks import agrees

X = np.array([1.4, 0.7, 1.2, 0.9])


def integral(f, a, b, n):
    m = (a + b) / 2
    if n == 0:
        return (b - a) * f(m)
    return integral(f, a, m, n - 1) + integral(f, m, b, n - 1)


def given_a_function(x):
    """Its adjoint was lost in forward mode."""
    return integral(lambda t: np.exp(-x[0] * t * t), 0.0, x[1], 2) + integral(np.sin, 0.0, x[2], 2)


def captures_functions(x):
    def f(t):
        return np.exp(-x[0] * t * t)

    def simpson(a, b):
        return (b - a) / 6 * (f(a) + 4 * f((a + b) / 2) + f(b))

    def adaptive(a, b, eps, whole):
        m = (a + b) / 2
        left, right = simpson(a, m), simpson(m, b)
        if abs(left + right - whole) <= 15 * eps:
            return left + right + (left + right - whole) / 15
        return adaptive(a, m, eps / 2, left) + adaptive(m, b, eps / 2, right)

    return adaptive(0.0, 1.0, 1e-5, simpson(0.0, 1.0)) * x[1]


def assigns_variables(x):
    total = 0.0
    calls = 0

    def go(n):
        nonlocal total, calls
        calls += 1
        if n == 0:
            return x[0]
        a = go(n - 1)
        total = total * x[n] + x[n] ** 2 * a
        return a * go(n - 1)

    value = go(3)
    return total * value + calls * x[1]


def returns_early(x):
    total = 0.0

    def go(k, s):
        nonlocal total
        if k == 3:
            total = total + np.exp(-s)
            return
        go(k + 1, s)
        go(k + 1, s + x[k])

    go(0, 0.0)
    return np.log(total)


def calls_each_other(x):
    def even(n):
        return x[0] if n == 0 else x[1] * odd(n - 1)

    def odd(n):
        return 1.0 if n == 0 else np.sin(even(n - 1))

    return even(5) + odd(4)


def fills_a_dict(x):
    known = {0: x[0] * x[0], 1: x[1]}

    def fib(n):
        if n not in known:
            known[n] = np.sin(fib(n - 1)) + fib(n - 2) * x[2]
        return known[n]

    return fib(6) * len(known)


def fills_a_table(x):
    memo = {}

    def cost(i, j):
        if i == 0 or j == 0:
            return 0.1 * x[0]
        if (i, j) in memo:
            return memo[i, j]
        best = min(cost(i - 1, j), cost(i, j - 1), cost(i - 1, j - 1))
        memo[i, j] = (x[i] - x[j]) ** 2 + best + 0.1 * x[i]
        return memo[i, j]

    return cost(3, 3)


def appends(x):
    tree = (0, (1, None, None), (2, (3, None, None), None))
    out = []

    def go(node, depth):
        if node is None:
            return
        go(node[1], depth + 1)
        out.append(x[node[0]] ** depth)
        go(node[2], depth + 1)

    go(tree, 1)
    return sum(v * (k + 1) for k, v in enumerate(out))


def defaults(x):
    def fib(n, k=2.0, *, c=1.5):
        if n < 2:
            return x[0] * k * c
        return fib(n - 1) + x[1] * fib(n - 2, 3.0) + fib(n - 2, c=x[2])

    return fib(4)


def cached_inside(x):
    @lru_cache(None)
    def f(n):
        return x[0] if n < 2 else f(n - 1) * x[1] + f(n - 2)

    @cache
    def g(a, b):
        return a * x[2] + b

    return f(6) + g(1, 2) * g(1, 2)


@lru_cache(maxsize=None)
def legendre(n, x):
    if n == 0:
        return 1.0
    if n == 1:
        return x
    return ((2 * n - 1) * x * legendre(n - 1, x) - (n - 1) * legendre(n - 2, x)) / n


@cache
def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)


def cached_outside(x):
    return legendre(4, x[0]) ** 2 + sum(x[1] ** k / factorial(k) for k in range(5))


@pytest.mark.parametrize(
    "fn",
    [given_a_function, captures_functions, assigns_variables, returns_early, calls_each_other,
     fills_a_dict, fills_a_table, appends, defaults, cached_inside, cached_outside],
)  # fmt: skip
def test_recursion(fn) -> None:
    """Against differences, in both modes."""
    agrees(fn, X, order=1)
