"""Rosenbrock's function: small, middling and large, and its Hessian."""

import numpy as np

from benchmarks.cases import Case


def rosenbrock(x):
    """The banana valley."""
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def rosenbrock_by_hand(x):
    """Value and gradient."""
    head = x[:-1]
    t = x[1:] - head**2
    u = 1.0 - head
    gradient = np.empty_like(x)
    gradient[0] = 0.0
    np.multiply(t, 200.0, out=gradient[1:])
    gradient[:-1] -= 400.0 * head * t + 2.0 * u
    return np.sum(100.0 * t**2 + u**2), gradient


def hessian_by_hand(x):
    """The Hessian as the tools compute it: column by column, as Hessian-vector products.

    Rosenbrock's is tridiagonal, and who knows that writes it down in ten microseconds.
    """
    n = len(x)
    h = np.empty((n, n))
    head = x[:-1]
    t = x[1:] - head**2
    for k, v in enumerate(np.eye(n)):
        first = v[:-1]
        t_dot = 200.0 * (v[1:] - 2.0 * head * first)
        h[k, 0] = 0.0
        h[k, 1:] = t_dot
        h[k, :-1] -= 400.0 * first * t + 2.0 * head * t_dot - 2.0 * first
    return h


def _point(n):
    return lambda quick: (np.random.default_rng(0).normal(size=min(n, 20_000) if quick else n),)


CASES = (
    Case("Rosenbrock n=10", rosenbrock, _point(10), rosenbrock_by_hand),
    Case("Rosenbrock n=1000", rosenbrock, _point(1000), rosenbrock_by_hand),
    Case("Rosenbrock n=1e6", rosenbrock, _point(1_000_000), rosenbrock_by_hand),
    Case("Hessian of Rosenbrock n=50", rosenbrock, _point(50), hessian_by_hand, kind="hessian"),
)
