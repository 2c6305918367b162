"""Grids, swept and stepped, for JAX, with the algorithm of the program. Imports JAX."""

import jax
import jax.numpy as jnp
from jax import lax

from benchmarks.kernels.weather import BET_M, BET_P


def jacobi_1d(steps, a, b):
    def step(_, state):
        a, b = state
        b = b.at[1:-1].set((a[:-2] + a[1:-1] + a[2:]) / 3)
        a = a.at[1:-1].set((b[:-2] + b[1:-1] + b[2:]) / 3)
        return a, b

    a, _ = lax.fori_loop(0, steps, step, (a, b))
    return jnp.sum(a * a)


def jacobi_2d(steps, a, b):
    def average(a):
        return 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])

    def step(_, state):
        a, b = state
        b = b.at[1:-1, 1:-1].set(average(a))
        a = a.at[1:-1, 1:-1].set(average(b))
        return a, b

    a, _ = lax.fori_loop(0, steps, step, (a, b))
    return jnp.sum(a * a)


def heat_3d(steps, a, b):
    def diffused(old):
        centre = old[1:-1, 1:-1, 1:-1]
        return (
            centre
            + 0.125 * (old[2:, 1:-1, 1:-1] - 2 * centre + old[:-2, 1:-1, 1:-1])
            + 0.125 * (old[1:-1, 2:, 1:-1] - 2 * centre + old[1:-1, :-2, 1:-1])
            + 0.125 * (old[1:-1, 1:-1, 2:] - 2 * centre + old[1:-1, 1:-1, :-2])
        )

    def step(_, state):
        a, b = state
        b = b.at[1:-1, 1:-1, 1:-1].set(diffused(a))
        a = a.at[1:-1, 1:-1, 1:-1].set(diffused(b))
        return a, b

    a, _ = lax.fori_loop(0, steps, step, (a, b))
    return jnp.sum(a * a)


def seidel_2d(steps, a):
    n, _ = a.shape

    def row(i, a):
        above, here, below = lax.dynamic_slice_in_dim(a, i - 1, 3)
        fixed = here[1:-1] + above[:-2] + above[1:-1] + above[2:] + here[2:]
        fixed = fixed + below[:-2] + below[1:-1] + below[2:]

        def entry(left, s):
            new = (s + left) / 9
            return new, new

        _, inside = lax.scan(entry, here[0], fixed)
        return lax.dynamic_update_slice(a, inside[None], (i, 1))

    a = lax.fori_loop(0, steps, lambda _, a: lax.fori_loop(1, n - 1, row, a), a)
    return jnp.sum(a * a)


def fdtd_2d(ex, ey, hz, source):
    def step(fields, pulse):
        ex, ey, hz = fields
        ey = ey.at[0, :].set(pulse)
        ey = ey.at[1:, :].add(-0.5 * (hz[1:, :] - hz[:-1, :]))
        ex = ex.at[:, 1:].add(-0.5 * (hz[:, 1:] - hz[:, :-1]))
        curl = ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1]
        hz = hz.at[:-1, :-1].add(-0.7 * curl)
        return (ex, ey, hz), None

    (ex, ey, hz), _ = lax.scan(step, (ex, ey, hz), source)
    return jnp.sum(ex * ex + ey * ey) + jnp.sum(hz * hz)


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


def interior(f):
    """The inside of a grid and its neighbours to the east, west, north and south."""
    return f[1:-1, 1:-1], f[1:-1, 2:], f[1:-1, :-2], f[2:, 1:-1], f[:-2, 1:-1]


def relaxation(dx, dy):
    """The weights of the neighbours along x and y, and of the right hand side, in a sweep."""
    both = 2 * (dx**2 + dy**2)
    return dy**2 / both, dx**2 / both, dx**2 * dy**2 / both


def cavity_flow(steps, sweeps, u, v, p, dt, dx, dy, rho, nu):
    along_x, along_y, of_source = relaxation(dx, dy)

    def step(_, state):
        u, v, p = state
        uc, ue, uw, un, us = interior(u)
        vc, ve, vw, vn, vs = interior(v)
        du_dx, dv_dy = (ue - uw) / (2 * dx), (vn - vs) / (2 * dy)
        du_dy, dv_dx = (un - us) / (2 * dy), (ve - vw) / (2 * dx)
        b = rho * ((du_dx + dv_dy) / dt - du_dx**2 - 2 * du_dy * dv_dx - dv_dy**2)
        source = of_source * b

        def relax(_, p):
            _, pe, pw, pn, ps = interior(p)
            inside = along_x * (pe + pw) + along_y * (pn + ps) - source
            return jnp.pad(inside, 1, mode="edge").at[-1].set(0.0)

        p = lax.fori_loop(0, sweeps, relax, p)
        _, pe, pw, pn, ps = interior(p)
        u_new = (
            uc - uc * dt / dx * (uc - uw) - vc * dt / dy * (uc - us)
            - dt / (2 * rho * dx) * (pe - pw)
            + nu * dt / dx**2 * (ue - 2 * uc + uw) + nu * dt / dy**2 * (un - 2 * uc + us)
        )  # fmt: skip
        v_new = (
            vc - uc * dt / dx * (vc - vw) - vc * dt / dy * (vc - vs)
            - dt / (2 * rho * dy) * (pn - ps)
            + nu * dt / dx**2 * (ve - 2 * vc + vw) + nu * dt / dy**2 * (vn - 2 * vc + vs)
        )  # fmt: skip
        # Walls at rest all around, but for the lid.
        return jnp.pad(u_new, 1).at[-1].set(1.0), jnp.pad(v_new, 1), p

    u, v, p = lax.fori_loop(0, steps, jax.checkpoint(step), (u, v, p))
    return jnp.sum(u * u + v * v) + jnp.sum(p[1:-1, 1:-1] ** 2)


def channel_flow(most, sweeps, tolerance, u, v, p, dt, dx, dy, rho, nu, force):
    # JAX cannot reverse a `while`: a loop of its most turns, in which those too many do nothing.
    along_x, along_y, of_source = relaxation(dx, dy)

    def neighbours(f):
        centre = f[1:-1]
        around = jnp.pad(centre, ((0, 0), (1, 1)), mode="wrap")
        return centre, around[:, 2:], around[:, :-2], f[2:], f[:-2]

    def advance(state):
        u, v, p, _ = state
        uc, ue, uw, un, us = neighbours(u)
        vc, ve, vw, vn, vs = neighbours(v)
        du_dx, dv_dy = (ue - uw) / (2 * dx), (vn - vs) / (2 * dy)
        du_dy, dv_dx = (un - us) / (2 * dy), (ve - vw) / (2 * dx)
        b = rho * ((du_dx + dv_dy) / dt - du_dx**2 - 2 * du_dy * dv_dx - dv_dy**2)
        source = of_source * b

        def relax(_, p):
            _, pe, pw, pn, ps = neighbours(p)
            inside = along_x * (pe + pw) + along_y * (pn + ps) - source
            return jnp.concatenate([inside[:1], inside, inside[-1:]])

        p = lax.fori_loop(0, sweeps, relax, p)
        _, pe, pw, pn, ps = neighbours(p)
        u_new = (
            uc - uc * dt / dx * (uc - uw) - vc * dt / dy * (uc - us)
            - dt / (2 * rho * dx) * (pe - pw)
            + nu * (dt / dx**2 * (ue - 2 * uc + uw) + dt / dy**2 * (un - 2 * uc + us))
            + force * dt
        )  # fmt: skip
        v_new = (
            vc - uc * dt / dx * (vc - vw) - vc * dt / dy * (vc - vs)
            - dt / (2 * rho * dy) * (pn - ps)
            + nu * (dt / dx**2 * (ve - 2 * vc + vw) + dt / dy**2 * (vn - 2 * vc + vs))
        )  # fmt: skip
        walls = ((1, 1), (0, 0))
        new = jnp.pad(u_new, walls), jnp.pad(v_new, walls)
        change = jnp.abs(jnp.sum(new[0]) - jnp.sum(u)) / jnp.sum(jnp.abs(new[0]))
        return *new, p, lax.stop_gradient(change)

    def step(_, state):
        return lax.cond(state[-1] > tolerance, advance, lambda state: state, state)

    u, v, p, _ = lax.fori_loop(0, most, jax.checkpoint(step), (u, v, p, 1.0))
    return jnp.sum(u * u) + jnp.sum(v * v)


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


REWRITES = (
    jacobi_1d, jacobi_2d, heat_3d, seidel_2d, fdtd_2d, adi, horizontal_diffusion,
    vertical_advection, cavity_flow, channel_flow, deriche,
)  # fmt: skip
