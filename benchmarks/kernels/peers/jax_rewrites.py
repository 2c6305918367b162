"""Some of the kernels as JAX has to have them: no writes, loops as scans. Imports JAX."""

import jax
import jax.numpy as jnp
from jax import lax

from benchmarks.kernels.peers import jax_algebra, jax_grids

jax.config.update("jax_enable_x64", True)


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


def gemm(alpha, beta, c, a, b):
    c = alpha * a @ b + beta * c
    return jnp.sum(c * c)


def gemver(alpha, beta, a, u1, v1, u2, v2, w, x, y, z):
    a = a + jnp.outer(u1, v1) + jnp.outer(u2, v2)
    x = x + beta * y @ a + z
    w = w + alpha * a @ x
    return w @ w + x[0]


def doitgen(a, c4):
    a = a @ c4
    return jnp.sum(a * a)


def trisolv(lower, x, b):
    x = jax.scipy.linalg.solve_triangular(lower, b, lower=True)
    return jnp.sum(x * x)


def cholesky(a):
    factor = jnp.linalg.cholesky(jnp.tril(a) + jnp.tril(a, -1).T)
    return jnp.sum(factor**2) + jnp.sum(jnp.log(jnp.diag(factor)))


def covariance(data):
    data = data - jnp.mean(data, axis=0)
    return jnp.sum(jnp.sin(data.T @ data / (data.shape[0] - 1.0)))


def floyd_warshall(path):
    n = path.shape[0]
    path = jnp.fill_diagonal(path, 0.0, inplace=False)

    def step(path, k):
        return jnp.minimum(path, path[:, k, None] + path[k]), None

    path, _ = lax.scan(step, path, jnp.arange(n))
    return jnp.sum(path * path)


def softmax(x, weights):
    return jnp.sum(weights * jax.nn.softmax(x, axis=-1))


def conv2d_bias(x, weights, bias):
    layout = ("NHWC", "HWIO", "NHWC")
    out = lax.conv_general_dilated(x, weights, (1, 1), "VALID", dimension_numbers=layout) + bias
    return jnp.mean(out**2)


def mlp(x, w1, b1, w2, b2, w3, b3, labels):
    x = jnp.maximum(x @ w1 + b1, 0)
    x = jnp.maximum(x @ w2 + b2, 0)
    out = jax.nn.softmax(x @ w3 + b3)
    return -jnp.mean(jnp.log(out[jnp.arange(len(labels)), labels]))


def rk4(y0, steps, dt, sigma, rho, beta):
    def lorenz(y):
        return jnp.stack(
            [sigma * (y[1] - y[0]), y[0] * (rho - y[2]) - y[1], y[0] * y[1] - beta * y[2]]
        )

    def step(y, _):
        k1 = lorenz(y)
        k2 = lorenz(y + 0.5 * dt * k1)
        k3 = lorenz(y + 0.5 * dt * k2)
        k4 = lorenz(y + dt * k3)
        y = y + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        return y, y

    _, later = lax.scan(step, y0, None, length=steps)
    return jnp.mean(jnp.concatenate([y0[None], later]) ** 2)


def leapfrog(x, p, stiffness, steps, dt):
    def spring_force(x):
        stretch = jnp.diff(x, prepend=0.0, append=0.0)
        return jnp.diff(stiffness * (stretch + stretch**3))

    def step(_, state):
        x, p, force = state
        p = p + 0.5 * dt * force
        x = x + dt * p
        force = spring_force(x)
        return x, p + 0.5 * dt * force, force

    x, p, _ = lax.fori_loop(0, steps, step, (x, p, spring_force(x)))
    return jnp.sum(x[::2] ** 2) + p @ p


def kalman_filter(transition, process, observation, noise, measured, x, cov):
    def step(state, z):
        x, cov, likelihood = state
        x = transition @ x
        cov = transition @ cov @ transition.T + process
        innovation = z - observation @ x
        s = observation @ cov @ observation.T + noise
        gain = jnp.linalg.solve(s, observation @ cov).T
        x = x + gain @ innovation
        cov = cov - gain @ observation @ cov
        miss = innovation @ jnp.linalg.solve(s, innovation) + jnp.log(jnp.linalg.det(s))
        return (x, cov, likelihood - 0.5 * miss), x

    (_, _, likelihood), means = lax.scan(step, (x, cov, 0.0), measured)
    return jnp.sum(means * means) - likelihood


REWRITES = {
    f.__name__: f
    for f in (
        jacobi_1d, jacobi_2d, heat_3d, seidel_2d, fdtd_2d, gemm, gemver, doitgen, trisolv,
        cholesky, covariance, floyd_warshall, softmax, conv2d_bias, mlp, rk4, leapfrog,
        kalman_filter, *jax_algebra.REWRITES, *jax_grids.REWRITES,
    )
}  # fmt: skip

# What shapes depend on, and so is part of what JAX compiles for.
STATIC = ("steps",)


def gradient(name, numbers):
    """The gradient of a rewritten kernel, compiled on its first call."""
    fn = REWRITES[name]
    names = fn.__code__.co_varnames[: fn.__code__.co_argcount]
    static = tuple(n for n in STATIC if n in names)
    return jax.jit(jax.grad(fn, argnums=numbers), static_argnames=static)
