"""Kernels as those who know JAX would rather rethink them: by another algorithm. Imports JAX.

Loops over entries become a routine of a library, one product or one expression for all.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.scipy.linalg import solve_triangular

from benchmarks.kernels.peers.jax_same_others import batchnorm


def seidel_2d(steps, a):
    n, m = a.shape
    # What a row adds up from left to right is a product with powers of a ninth.
    k = np.arange(m - 2)
    powers = np.tril(9.0 ** (k - k[:, None] - 1.0))

    def row(i, a):
        above, here, below = lax.dynamic_slice_in_dim(a, i - 1, 3)
        fixed = here[1:-1] + above[:-2] + above[1:-1] + above[2:] + here[2:]
        fixed = fixed + below[:-2] + below[1:-1] + below[2:]
        inside = powers @ fixed + powers[:, 0] * here[0]
        return lax.dynamic_update_slice(a, inside[None], (i, 1))

    a = lax.fori_loop(0, steps, lambda _, a: lax.fori_loop(1, n - 1, row, a), a)
    return jnp.sum(a * a)


def doitgen(a, c4):
    a = a @ c4
    return jnp.sum(a * a)


def spmv(pointers, columns, values, x):
    rows = np.repeat(np.arange(len(pointers) - 1), np.diff(pointers))
    products = values * x[columns]
    y = jax.ops.segment_sum(products, rows, len(pointers) - 1, indices_are_sorted=True)
    return y @ y


def syrk(alpha, beta, c, a):
    lower = jnp.tri(len(a), dtype=bool)
    c = jnp.where(lower, alpha * (a @ a.T) + beta * c, c)
    return jnp.sum(c * c)


def syr2k(alpha, beta, c, a, b):
    lower = jnp.tri(len(a), dtype=bool)
    c = jnp.where(lower, alpha * (a @ b.T + b @ a.T) + beta * c, c)
    return jnp.sum(c * c)


def symm(alpha, beta, c, a, b):
    full = jnp.tril(a) + jnp.tril(a, -1).T
    c = alpha * full @ b + beta * c
    return jnp.sum(c * c)


def trmm(alpha, a, b):
    b = alpha * (b + jnp.tril(a, -1).T @ b)
    return jnp.sum(b * b)


def trisolv(lower, x, b):
    x = solve_triangular(lower, b, lower=True)
    return jnp.sum(x * x)


def lu(a):
    # Diagonally dominant: LAPACK swaps no rows.
    factors = lax.linalg.lu(a)[0]
    return jnp.sum(factors * factors)


def ludcmp(a, b):
    factors = lax.linalg.lu(a)[0]
    y = solve_triangular(factors, b, lower=True, unit_diagonal=True)
    x = solve_triangular(factors, y)
    return x @ x


def cholesky(a):
    factor = jnp.linalg.cholesky(jnp.tril(a) + jnp.tril(a, -1).T)
    return jnp.sum(factor**2) + jnp.sum(jnp.log(jnp.diag(factor)))


def gramschmidt(a):
    # Householder's factors are the same but for signs.
    q, r = jnp.linalg.qr(a)
    signs = jnp.sign(jnp.diag(r))
    q, r = q * signs, r * signs[:, None]
    return jnp.sum(r * r * r) + jnp.sum(jnp.sin(q))


def covariance(data):
    data = data - jnp.mean(data, axis=0)
    return jnp.sum(jnp.sin(data.T @ data / (data.shape[0] - 1.0)))


def correlation(data):
    n, m = data.shape
    data = data - jnp.mean(data, axis=0)
    std = jnp.sqrt(jnp.mean(data * data, axis=0))
    data = data / (jnp.sqrt(n) * jnp.where(std <= 0.1, 1.0, std))
    corr = jnp.where(jnp.eye(m, dtype=bool), 1.0, data.T @ data)
    return jnp.sum(jnp.sin(corr))


def floyd_warshall(path):
    path = jnp.fill_diagonal(path, 0.0, inplace=False)

    def step(path, k):
        return jnp.minimum(path, path[:, k, None] + path[k]), None

    path, _ = lax.scan(step, path, jnp.arange(len(path)))
    return jnp.sum(path * path)


def softmax(x, weights):
    return jnp.sum(weights * jax.nn.softmax(x, axis=-1))


def convolved(x, weights, padding="VALID"):
    """Convolution by XLA."""
    layout = ("NHWC", "HWIO", "NHWC")
    return lax.conv_general_dilated(x, weights, (1, 1), padding, dimension_numbers=layout)


def pooled(x):
    """The largest of each two by two pixels, all at once."""
    n, height, width, channels = x.shape
    x = x[:, : height // 2 * 2, : width // 2 * 2]
    return jnp.max(x.reshape(n, height // 2, 2, width // 2, 2, channels), axis=(2, 4))


def conv2d_bias(x, weights, bias):
    return jnp.mean((convolved(x, weights) + bias) ** 2)


def lenet(x, conv1, bias1, conv2, bias2, fc1, fc1b, fc2, fc2b, target):
    x = pooled(jax.nn.relu(convolved(x, conv1) + bias1))
    x = pooled(jax.nn.relu(convolved(x, conv2) + bias2))
    x = jax.nn.relu(x.reshape(len(x), -1) @ fc1 + fc1b)
    return jnp.mean((x @ fc2 + fc2b - target) ** 2)


def resnet_block(x, conv1, conv2, conv3):
    # Convolutions of single pixels are products.
    y = jax.nn.relu(batchnorm(x @ conv1[0, 0]))
    y = jax.nn.relu(batchnorm(convolved(y, conv2, "SAME")))
    y = batchnorm(y @ conv3[0, 0])
    return jnp.mean(jax.nn.relu(y + x) ** 2)


def stockham_fft(x, weights):
    y = jnp.fft.fft(x)
    return jnp.sum(weights * (y.real**2 + y.imag))


def contour_integral(hamiltonian, points, y):
    # All systems at once.
    powers = jnp.stack([points ** (1 - n) for n in range(len(hamiltonian))], axis=1)
    systems = jnp.einsum("zn,nij->zij", powers, hamiltonian)
    x = jnp.linalg.solve(systems, jnp.broadcast_to(y, (len(points), *y.shape)))
    x = jnp.where(jnp.abs(points) < 1.0, -1.0, 1.0)[:, None, None] * x
    p0, p1 = jnp.sum(x, axis=0), jnp.einsum("z,zij->ij", points, x)
    return jnp.sum(jnp.abs(p0) ** 2) + jnp.sum(jnp.real(p1))


def scattering_self_energies(neighbours, dh, g, d, sigma):
    # One product of small matrices for each energy, bond and direction, summed at once.
    n_e, n_w = g.shape[1], d.shape[1]
    near = jnp.moveaxis(g[:, :, neighbours], 1, 0)
    dhd = jnp.einsum("abjxy,qwabij->wabixy", dh, d)
    dhg = jnp.einsum("ekabxy,abiyz->ekabixz", near, dh)
    added = [
        sum(jnp.einsum("kabixy,abiyz->kaxz", dhg[e - w], dhd[w]) for w in range(min(e + 1, n_w)))
        for e in range(n_e)
    ]
    return jnp.sum(jnp.abs(sigma + jnp.stack(added, axis=1)) ** 2)


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
    last, (kinetic, potential) = lax.scan(jax.checkpoint(step), start, None, length=steps + 1)
    pos = last[0]
    return jnp.sum(kinetic * kinetic) + jnp.sum(potential) + jnp.sum(pos * pos)


def kalman_filter(transition, process, observation, noise, measured, x, cov):
    # One solver for both right hand sides.
    def step(state, z):
        x, cov, likelihood = state
        x = transition @ x
        cov = transition @ cov @ transition.T + process
        innovation = z - observation @ x
        seen = observation @ cov
        s = seen @ observation.T + noise
        solved = jnp.linalg.solve(s, jnp.concatenate([seen, innovation[:, None]], axis=1))
        gain, weighted = solved[:, :-1].T, solved[:, -1]
        x = x + gain @ innovation
        cov = cov - gain @ seen
        miss = innovation @ weighted + jnp.log(jnp.linalg.det(s))
        return (x, cov, likelihood - 0.5 * miss), x

    (_, _, likelihood), means = lax.scan(jax.checkpoint(step), (x, cov, 0.0), measured)
    return jnp.sum(means * means) - likelihood


def gauss_newton(times, measured, theta, iterations):
    def step(_, theta):
        decay = jnp.exp(-theta[2] * times)
        residual = theta[0] + theta[1] * decay - measured
        jac = jnp.stack([jnp.ones_like(times), decay, -theta[1] * times * decay], axis=1)
        normal = jac.T @ jac + 1e-3 * jnp.eye(3)
        return theta - jnp.linalg.solve(normal, jac.T @ residual)

    fitted = lax.fori_loop(0, iterations, jax.checkpoint(step), theta)
    return fitted @ fitted


REWRITES = (
    seidel_2d, doitgen, spmv, syrk, syr2k, symm, trmm, trisolv, lu, ludcmp, cholesky, gramschmidt,
    covariance, correlation, floyd_warshall, softmax, conv2d_bias, lenet, resnet_block,
    stockham_fft, contour_integral, scattering_self_energies, n_body, kalman_filter, gauss_newton,
)  # fmt: skip
