"""Differential equations: a predator and its prey, a wave."""

import numpy as np

from benchmarks.cases import Case


def lotka_volterra(u, v, a, b):
    """The slopes of prey and predator."""
    return a * u - b * u * v, b * u * v - a * v


def rk4(u, v, a, b, steps):
    """The product of both populations after so many steps of Runge and Kutta."""
    h = 0.01
    for _ in range(steps):
        u1, v1 = lotka_volterra(u, v, a, b)
        u2, v2 = lotka_volterra(u + 0.5 * h * u1, v + 0.5 * h * v1, a, b)
        u3, v3 = lotka_volterra(u + 0.5 * h * u2, v + 0.5 * h * v2, a, b)
        u4, v4 = lotka_volterra(u + h * u3, v + h * v3, a, b)
        u = u + h / 6.0 * (u1 + 2.0 * u2 + 2.0 * u3 + u4)
        v = v + h / 6.0 * (v1 + 2.0 * v2 + 2.0 * v3 + v4)
    return u * v


def rk4_by_hand(u, v, a, b, steps):
    """Value and gradients by start and by both rates."""
    h, half, sixth = 0.01, 0.005, 0.01 / 6.0
    seen = []
    for _ in range(steps):
        seen.append((u, v))
        w = b * u * v
        u1, v1 = a * u - w, w - a * v
        p, q = u + half * u1, v + half * v1
        w = b * p * q
        u2, v2 = a * p - w, w - a * q
        p, q = u + half * u2, v + half * v2
        w = b * p * q
        u3, v3 = a * p - w, w - a * q
        p, q = u + h * u3, v + h * v3
        w = b * p * q
        u4, v4 = a * p - w, w - a * q
        u = u + sixth * (u1 + 2.0 * u2 + 2.0 * u3 + u4)
        v = v + sixth * (v1 + 2.0 * v2 + 2.0 * v3 + v4)
    ub, vb, ab, bb = v, u, 0.0, 0.0
    value = u * v
    while seen:
        u, v = seen.pop()
        w = b * u * v
        p2, q2 = u + half * (a * u - w), v + half * (w - a * v)
        w = b * p2 * q2
        p3, q3 = u + half * (a * p2 - w), v + half * (w - a * q2)
        w = b * p3 * q3
        p4, q4 = u + h * (a * p3 - w), v + h * (w - a * q3)
        su, sv = sixth * ub, sixth * vb
        d = b * (sv - su)  # of the fourth slopes
        ab += su * p4 - sv * q4
        bb += (sv - su) * p4 * q4
        pb, qb = a * su + d * q4, d * p4 - a * sv
        ub += pb
        vb += qb
        ku, kv = 2.0 * su + h * pb, 2.0 * sv + h * qb
        d = b * (kv - ku)
        ab += ku * p3 - kv * q3
        bb += (kv - ku) * p3 * q3
        pb, qb = a * ku + d * q3, d * p3 - a * kv
        ub += pb
        vb += qb
        ku, kv = 2.0 * su + half * pb, 2.0 * sv + half * qb
        d = b * (kv - ku)
        ab += ku * p2 - kv * q2
        bb += (kv - ku) * p2 * q2
        pb, qb = a * ku + d * q2, d * p2 - a * kv
        ub += pb
        vb += qb
        ku, kv = su + half * pb, sv + half * qb
        d = b * (kv - ku)
        ab += ku * u - kv * v
        bb += (kv - ku) * u * v
        ub += a * ku + d * v
        vb += d * u - a * kv
    return value, (ub, vb, ab, bb)


def rk4_jax(u, v, a, b, steps):
    """The loop as a scan, whose steps are computed again: faster for JAX than to keep them."""
    import jax

    h = 0.01

    def step(state, _):
        u, v = state
        u1, v1 = lotka_volterra(u, v, a, b)
        u2, v2 = lotka_volterra(u + 0.5 * h * u1, v + 0.5 * h * v1, a, b)
        u3, v3 = lotka_volterra(u + 0.5 * h * u2, v + 0.5 * h * v2, a, b)
        u4, v4 = lotka_volterra(u + h * u3, v + h * v3, a, b)
        u = u + h / 6.0 * (u1 + 2.0 * u2 + 2.0 * u3 + u4)
        v = v + h / 6.0 * (v1 + 2.0 * v2 + 2.0 * v3 + v4)
        return (u, v), None

    (u, v), _ = jax.lax.scan(jax.checkpoint(step), (u, v), None, steps)
    return u * v


def wave(u, speed, steps):
    """Energy of a membrane after so many steps, on a torus."""
    before = u
    for _ in range(steps):
        around = np.roll(u, 1, 0) + np.roll(u, -1, 0) + np.roll(u, 1, 1) + np.roll(u, -1, 1)
        after = 2.0 * u - before + speed * (around - 4.0 * u)
        before = u
        u = after
    return np.sum(u * u)


def wave_by_hand(u, speed, steps):
    """Value and gradient by the first shape: the scheme is symmetric, so it runs backward."""
    first = before = u
    for _ in range(steps):
        u, before = _wave_step(u, before, speed), u
    bar, later = 2.0 * u, np.zeros_like(first)
    for _ in range(steps):
        bar, later = _wave_step(bar, later, speed), bar
    # The last pair holds the adjoint of the first shape, and minus that of the one before it.
    return np.sum(u * u), bar - later


def _wave_step(u, before, speed):
    around = np.roll(u, 1, 0)
    around += np.roll(u, -1, 0)
    around += np.roll(u, 1, 1)
    around += np.roll(u, -1, 1)
    around *= speed
    around += (2.0 - 4.0 * speed) * u
    around -= before
    return around


def wave_jax(u, speed, steps):
    """The loop as a scan, whose steps are computed again: faster for JAX than to keep them."""
    import jax
    import jax.numpy as jnp

    def step(state, _):
        u, before = state
        around = (
            jnp.roll(u, 1, 0) + jnp.roll(u, -1, 0) + jnp.roll(u, 1, 1) + jnp.roll(u, -1, 1)
        )
        return (2.0 * u - before + speed * (around - 4.0 * u), u), None

    (u, _), _ = jax.lax.scan(jax.checkpoint(step), (u, u), None, steps)
    return jnp.sum(u * u)


def _populations(quick):
    return 1.1, 0.8, 1.0, 0.9, 100 if quick else 1000


def _membrane(quick):
    n = 16 if quick else 64
    return np.random.default_rng(0).normal(size=(n, n)), 0.1, 10 if quick else 100


CASES = (
    Case("Lotka-Volterra RK4 1000", rk4, _populations, rk4_by_hand, (0, 1, 2, 3), jax=rk4_jax),
    Case("wave equation 64x64, 100 steps", wave, _membrane, wave_by_hand, jax=wave_jax),
)
