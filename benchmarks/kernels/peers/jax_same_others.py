"""Networks, Fourier transforms, quantum physics, integrators and filters, for JAX.

With the algorithm of the program; `jax.checkpoint`, which computes a turn of a loop again instead
of keeping what it computed, where that is faster. Imports JAX.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax


def softmax_of(x):
    """Softmax over the last axis."""
    out = jnp.exp(x - jnp.max(x, axis=-1, keepdims=True))
    return out / jnp.sum(out, axis=-1, keepdims=True)


def softmax(x, weights):
    return jnp.sum(weights * softmax_of(x))


def mlp(x, w1, b1, w2, b2, w3, b3, labels):
    x = jnp.maximum(x @ w1 + b1, 0)
    x = jnp.maximum(x @ w2 + b2, 0)
    out = softmax_of(x @ w3 + b3)
    return -jnp.mean(jnp.log(out[jnp.arange(len(labels)), labels]))


def conv2d(x, weights):
    """Valid convolution, pixel by pixel."""
    k = weights.shape[0]
    _, height, width, _ = x.shape

    def line(i):
        strip = lax.dynamic_slice_in_dim(x, i, k, axis=1)

        def pixel(j):
            return jnp.tensordot(lax.dynamic_slice_in_dim(strip, j, k, axis=2), weights, axes=3)

        return lax.map(pixel, jnp.arange(width - k + 1))

    return jnp.moveaxis(lax.map(line, jnp.arange(height - k + 1)), 2, 0)


def conv2d_bias(x, weights, bias):
    return jnp.mean((conv2d(x, weights) + bias) ** 2)


def maxpool2d(x):
    """The largest of each two by two pixels, one after the other."""
    n, height, width, channels = x.shape
    x = x[:, : height // 2 * 2, : width // 2 * 2]
    lines = jnp.moveaxis(x.reshape(n, height // 2, 2, width // 2, 2, channels), (1, 3), (0, 1))
    out = lax.map(lambda line: lax.map(lambda four: jnp.max(four, axis=(1, 2)), line), lines)
    return jnp.moveaxis(out, 2, 0)


def lenet(x, conv1, bias1, conv2, bias2, fc1, fc1b, fc2, fc2b, target):
    x = maxpool2d(jnp.maximum(conv2d(x, conv1) + bias1, 0))
    x = maxpool2d(jnp.maximum(conv2d(x, conv2) + bias2, 0))
    x = jnp.maximum(x.reshape(len(x), -1) @ fc1 + fc1b, 0)
    return jnp.mean((x @ fc2 + fc2b - target) ** 2)


def batchnorm(x, eps=1e-5):
    """Centre and scale every pixel over the batch."""
    mean = jnp.mean(x, axis=0, keepdims=True)
    return (x - mean) / jnp.sqrt(jnp.var(x, axis=0, keepdims=True) + eps)


def resnet_block(x, conv1, conv2, conv3):
    pad = conv2.shape[0] // 2
    y = jnp.maximum(batchnorm(conv2d(x, conv1)), 0)
    y = jnp.pad(y, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    y = jnp.maximum(batchnorm(conv2d(y, conv2)), 0)
    y = batchnorm(conv2d(y, conv3))
    return jnp.mean(jnp.maximum(y + x, 0) ** 2)


def stockham_fft(x, weights):
    n = len(x)
    half, stride = n // 2, 1
    while half >= 1:
        w = np.exp(-1j * np.pi * np.arange(half) / half)
        upper, lower = x.reshape(2, half, stride)

        def butterfly(operands):
            a, b, w = operands
            return jnp.stack([a + b, (a - b) * w])

        x = lax.map(butterfly, (upper, lower, w)).reshape(n)
        half //= 2
        stride *= 2
    return jnp.sum(weights * (x.real**2 + x.imag))


def contour_integral(hamiltonian, points, y):
    def step(moments, z):
        p0, p1 = moments
        t = jnp.zeros_like(hamiltonian[0])
        for n, slab in enumerate(hamiltonian):
            t = t + z ** (1 - n) * slab
        x = jnp.linalg.solve(t, y)
        x = jnp.where(jnp.abs(z) < 1.0, -x, x)
        return (p0 + x, p1 + z * x), None

    (p0, p1), _ = lax.scan(step, (jnp.zeros_like(y), jnp.zeros_like(y)), points)
    return jnp.sum(jnp.abs(p0) ** 2) + jnp.sum(jnp.real(p1))


def scattering_self_energies(neighbours, dh, g, d, sigma):
    _, n_e = g.shape[:2]
    n_q, n_w = d.shape[:2]
    # The turns that the program does not skip are known: `if e < w: continue`.
    turns = np.array(
        [(e, q, w) for e in range(n_e) for q in range(n_q) for w in range(n_w) if e >= w]
    )

    def momentum(operands):
        g_k, sigma_k = operands

        def energies(sigma_k, turn):
            e, q, w = turn
            g_old, d_qw = g_k[e - w], d[q, w]

            def atom(operands):
                near, dh_a, d_a = operands

                def bond(total, operands):
                    b, dh_ab, d_ab = operands
                    g_b = g_old[b]

                    def direction(total, operands):
                        dh_i, d_i = operands
                        dhd = jnp.zeros_like(dh_i)
                        for j in range(len(d_ab)):
                            dhd = dhd + dh_ab[j] * d_i[j]
                        return total + (g_b @ dh_i) @ dhd, None

                    return lax.scan(direction, total, (dh_ab, d_ab))[0], None

                return lax.scan(bond, jnp.zeros_like(g_old[0]), (near, dh_a, d_a))[0]

            return sigma_k.at[e].add(lax.map(atom, (neighbours, dh, d_qw))), None

        return lax.scan(energies, sigma_k, turns)[0]

    sigma = lax.map(momentum, (g, sigma))
    return jnp.sum(jnp.abs(sigma) ** 2)


def n_body(mass, pos, vel, steps, dt, g, softening):
    bodies = jnp.arange(len(mass))

    def accelerations(pos):
        def pull(here):
            d = pos - here
            inv = (jnp.sum(d * d, axis=1) + softening**2) ** -1.5
            return g * (mass * inv) @ d

        return lax.map(jax.checkpoint(pull), pos)

    def step(state, _):
        pos, vel, acc = state
        kinetic = 0.5 * jnp.sum(mass * jnp.sum(vel * vel, axis=1))

        def bound(potential, operands):
            i, here, own = operands
            d = pos - here
            distance = jnp.sqrt(jnp.sum(d * d, axis=1) + softening**2)
            others = jnp.where(bodies > i, mass / distance, 0.0)
            return potential - g * own * jnp.sum(others), None

        rows = bodies[:-1], pos[:-1], mass[:-1]
        potential, _ = lax.scan(jax.checkpoint(bound), 0.0, rows)
        vel = vel + 0.5 * dt * acc
        pos = pos + dt * vel
        acc = accelerations(pos)
        return (pos, vel + 0.5 * dt * acc, acc), (kinetic, potential)

    vel = vel - mass @ vel / jnp.sum(mass)
    start = pos, vel, accelerations(pos)
    (pos, _, _), (kinetic, potential) = lax.scan(step, start, None, length=steps + 1)
    return jnp.sum(kinetic * kinetic) + jnp.sum(potential) + jnp.sum(pos * pos)


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

    _, later = lax.scan(jax.checkpoint(step), y0, None, length=steps)
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

    (_, _, likelihood), means = lax.scan(jax.checkpoint(step), (x, cov, 0.0), measured)
    return jnp.sum(means * means) - likelihood


def gauss_newton(times, measured, theta, iterations):
    def step(_, theta):
        def point(operands):
            t, wanted = operands
            decay = jnp.exp(-theta[2] * t)
            residual = theta[0] + theta[1] * decay - wanted
            return residual, jnp.stack([jnp.ones_like(t), decay, -theta[1] * t * decay])

        residual, jac = lax.map(jax.checkpoint(point), (times, measured))
        normal = jac.T @ jac + 1e-3 * jnp.eye(3)
        return theta - jnp.linalg.solve(normal, jac.T @ residual)

    fitted = lax.fori_loop(0, iterations, step, theta)
    return fitted @ fitted


def particle_filter(particles, drift, spread, measured, noise, starts):
    n = len(particles)
    even = jnp.full(n, 1.0 / n)

    def resampled(operands):
        particles, weights, start = operands
        ladder = (start + jnp.arange(n)) / n
        total = jnp.cumsum(lax.stop_gradient(weights))
        chosen = jnp.minimum(jnp.searchsorted(total, ladder), n - 1)
        return particles[chosen], even

    def step(state, operands):
        particles, weights, likelihood = state
        z, noise_t, start = operands
        particles = particles + drift * jnp.sin(particles) + spread * noise_t
        misfit = z - particles
        weights = weights * jnp.exp(-0.5 * misfit * misfit)
        total = jnp.sum(weights)
        weights = weights / total
        particles, weights = lax.cond(
            jnp.sum(weights * weights) * n > 1.2,
            resampled, lambda operands: operands[:2], (particles, weights, start),
        )  # fmt: skip
        return (particles, weights, likelihood + jnp.log(total)), None

    start = particles, even, 0.0
    (particles, _, likelihood), _ = lax.scan(step, start, (measured, noise, starts))
    return -likelihood + 0.1 * jnp.mean(particles * particles)


REWRITES = (
    softmax, mlp, conv2d_bias, lenet, resnet_block, stockham_fft, contour_integral,
    scattering_self_energies, n_body, rk4, leapfrog, kalman_filter, gauss_newton, particle_filter,
)  # fmt: skip
