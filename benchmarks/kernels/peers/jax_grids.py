"""More of the kernels as JAX has to have them: grids, filters and bodies. Imports JAX."""

import jax.numpy as jnp
from jax import lax

from benchmarks.kernels.weather import BET_M, BET_P


def adi(steps, u):
    n = u.shape[0]
    mul = 2.0 * (1.0 / steps) * n * n
    a, b = -mul / 2.0, 1.0 + mul
    d, e = -mul / 4.0, 1.0 + mul / 2.0
    ones = jnp.ones(n - 2)

    def sweep(rhs, a, b):
        # Lines of `rhs` along the first axis, one after the other; the ends are held at 1.
        def forth(pq, line):
            p, q = pq
            below = a * p + b
            pq = -a / below, (line - a * q) / below
            return pq, pq

        def back(v, pq):
            p, q = pq
            v = p * v + q
            return v, v

        _, pq = lax.scan(forth, (jnp.zeros(n - 2), ones), rhs)
        _, inner = lax.scan(back, ones, pq, reverse=True)
        return jnp.concatenate([ones[None], inner, ones[None]])

    def step(_, state):
        u, v = state
        rhs = -d * u[1:-1, :-2] + (1.0 + 2.0 * d) * u[1:-1, 1:-1] - d * u[1:-1, 2:]
        v = v.at[:, 1:-1].set(sweep(rhs, a, b))
        rhs = -a * v[:-2, 1:-1] + (1.0 + 2.0 * a) * v[1:-1, 1:-1] - a * v[2:, 1:-1]
        u = u.at[1:-1].set(sweep(rhs.T, d, e).T)
        return u, v

    u, _ = lax.fori_loop(0, steps, step, (u, jnp.zeros_like(u)))
    return jnp.sum(u * u)


def horizontal_diffusion(in_field, out_field, coeff):
    f = in_field
    lap = 4.0 * f[1:-1, 1:-1] - (f[2:, 1:-1] + f[:-2, 1:-1] + f[1:-1, 2:] + f[1:-1, :-2])
    flux_i = lap[1:, 1:-1] - lap[:-1, 1:-1]
    flux_i = jnp.where(flux_i * (f[2:-1, 2:-2] - f[1:-2, 2:-2]) > 0, 0.0, flux_i)
    flux_j = lap[1:-1, 1:] - lap[1:-1, :-1]
    flux_j = jnp.where(flux_j * (f[2:-2, 2:-1] - f[2:-2, 1:-2]) > 0, 0.0, flux_j)
    out = f[2:-2, 2:-2] - coeff * (flux_i[1:] - flux_i[:-1] + flux_j[:, 1:] - flux_j[:, :-1])
    return jnp.sum(out * out)


def vertical_advection(u_stage, wcon, u_pos, utens, utens_stage, dtr_stage):
    planes = [jnp.moveaxis(x, 2, 0) for x in (u_stage, u_pos, utens, utens_stage)]
    u, pos, tens, stage = planes
    average = jnp.moveaxis(0.25 * (wcon[1:] + wcon[:-1]), 2, 0)
    below = jnp.concatenate([jnp.zeros_like(u[:1]), -average[1:]])
    above = jnp.concatenate([average[1:], jnp.zeros_like(u[:1])])
    up = jnp.concatenate([u[1:], u[-1:]]) - u
    down = jnp.concatenate([u[:1], u[:-1]]) - u
    a, c = below * BET_P, above * BET_P
    b = dtr_stage - a - c
    d = dtr_stage * pos + tens + stage - below * BET_M * down - above * BET_M * up

    def forth(state, row):
        c_old, d_old = state
        a, b, c, d = row
        divided = 1.0 / (b - c_old * a)
        state = c * divided, (d - d_old * a) * divided
        return state, state

    def back(x, row):
        c, d = row
        x = d - c * x
        return x, x

    zero = jnp.zeros_like(u[0])
    _, rows = lax.scan(forth, (zero, zero), (a, b, c, d))
    _, data = lax.scan(back, zero, rows, reverse=True)
    out = dtr_stage * (data - pos)
    return jnp.sum(out * out)


def deriche(alpha, image):
    k = (1.0 - jnp.exp(-alpha)) ** 2
    k = k / (1.0 + 2.0 * alpha * jnp.exp(-alpha) - jnp.exp(2.0 * alpha))
    a1, a2 = k, k * jnp.exp(-alpha) * (alpha - 1.0)
    a3, a4 = k * jnp.exp(-alpha) * (alpha + 1.0), -k * jnp.exp(-2.0 * alpha)
    b1, b2 = 2.0 ** (-alpha), -jnp.exp(-2.0 * alpha)

    def passes(lines):
        # Down the first axis and up again.
        def step(state, x):
            one, two = state
            y = x + b1 * one + b2 * two
            return (y, one), y

        zero = jnp.zeros_like(lines[:1])
        start = zero[0], zero[0]
        before = jnp.concatenate([zero, lines[:-1]])
        _, down = lax.scan(step, start, a1 * lines + a2 * before)
        after = jnp.concatenate([lines[1:], zero])
        later = jnp.concatenate([lines[2:], zero, zero])
        _, up = lax.scan(step, start, a3 * after + a4 * later, reverse=True)
        return down + up

    filtered = passes(passes(image.T).T)
    return jnp.sum(filtered * filtered)


def n_body(mass, pos, vel, steps, dt, g, softening):
    others = jnp.triu(jnp.ones((len(mass), len(mass))), 1)

    def accelerations(pos):
        d = pos[None] - pos[:, None]
        inv = (jnp.sum(d * d, axis=2) + softening**2) ** -1.5
        return g * jnp.einsum("ij,ijk->ik", mass * inv, d)

    def step(state, _):
        pos, vel, acc = state
        kinetic = 0.5 * jnp.sum(mass * jnp.sum(vel * vel, axis=1))
        d = pos[None] - pos[:, None]
        distance = jnp.sqrt(jnp.sum(d * d, axis=2) + softening**2)
        potential = -g * jnp.sum(others * mass[:, None] * mass / distance)
        vel = vel + 0.5 * dt * acc
        pos = pos + dt * vel
        acc = accelerations(pos)
        return (pos, vel + 0.5 * dt * acc, acc), (kinetic, potential)

    vel = vel - mass @ vel / jnp.sum(mass)
    start = pos, vel, accelerations(pos)
    (pos, _, _), (kinetic, potential) = lax.scan(step, start, None, length=steps + 1)
    return jnp.sum(kinetic * kinetic) + jnp.sum(potential) + jnp.sum(pos * pos)


REWRITES = (adi, horizontal_diffusion, vertical_advection, deriche, n_body)
