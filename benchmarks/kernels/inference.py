"""Estimation: filters of hidden states and a least-squares fit that is itself differentiated."""

import numpy as np

from benchmarks.kernels.kernel import Kernel


def kalman_filter(transition, process, observation, noise, measured, x, cov):
    """Predict and update the state and its covariance in place; keep every mean."""
    means = np.empty((len(measured), len(x)), dtype=x.dtype)
    likelihood = 0.0
    for t, z in enumerate(measured):
        x[:] = transition @ x
        cov[:] = transition @ cov @ transition.T + process
        innovation = z - observation @ x
        s = observation @ cov @ observation.T + noise
        gain = np.linalg.solve(s, observation @ cov).T
        x += gain @ innovation
        cov -= gain @ observation @ cov
        likelihood -= 0.5 * (
            innovation @ np.linalg.solve(s, innovation) + np.log(np.linalg.det(s))
        )
        means[t] = x
    return means, likelihood


def kalman_filter_loss(transition, process, observation, noise, measured, x, cov):
    means, likelihood = kalman_filter(transition, process, observation, noise, measured, x, cov)
    return np.sum(means * means) - likelihood


def kalman_filter_inputs(size):
    n, m, steps = {"small": (3, 2, 3), "large": (8, 4, 200)}[size]
    rng = np.random.default_rng(0)
    transition = np.eye(n) * 0.9 + 0.05 * rng.standard_normal((n, n))
    return (
        transition, 0.1 * np.eye(n), rng.standard_normal((m, n)), 0.5 * np.eye(m),
        rng.standard_normal((steps, m)), np.zeros(n), np.eye(n),
    )  # fmt: skip


def gauss_newton(times, measured, theta, iterations):
    """Fit a + b exp(-c t): fill the Jacobian point by point, solve the normal equations."""
    theta = theta.copy()
    residual = np.zeros_like(measured)
    jac = np.zeros((len(times), 3), dtype=theta.dtype)
    for _ in range(iterations):
        for i, t in enumerate(times):
            decay = np.exp(-theta[2] * t)
            residual[i] = theta[0] + theta[1] * decay - measured[i]
            jac[i, 0] = 1.0
            jac[i, 1] = decay
            jac[i, 2] = -theta[1] * t * decay
        normal = jac.T @ jac
        normal[np.arange(3), np.arange(3)] += 1e-3
        theta -= np.linalg.solve(normal, jac.T @ residual)
    return theta


def gauss_newton_loss(times, measured, theta, iterations):
    fitted = gauss_newton(times, measured, theta, iterations)
    return fitted @ fitted


def gauss_newton_inputs(size):
    points, iterations = {"small": (6, 2), "large": (300, 8)}[size]
    times = np.linspace(0.0, 2.0, points)
    measured = 1.0 + 2.0 * np.exp(-1.5 * times)
    measured += 0.05 * np.random.default_rng(1).standard_normal(points)
    return times, measured, np.array([0.8, 1.5, 1.0]), iterations


def particle_filter(particles, drift, spread, measured, noise, starts):
    """Log likelihood by propagated particles, resampled in place when their weights degenerate.

    The indices of the resampling are piecewise constant; the particles that they pick are not.
    """
    n = len(particles)
    weights = np.full(n, 1.0 / n)
    likelihood = 0.0
    for t in range(len(measured)):
        particles += drift * np.sin(particles) + spread * noise[t]
        misfit = measured[t] - particles
        weights *= np.exp(-0.5 * misfit * misfit)
        total = np.sum(weights)
        likelihood += np.log(total)
        weights /= total
        if np.sum(weights * weights) * n > 1.2:
            ladder = (starts[t] + np.arange(n)) / n
            chosen = np.minimum(np.searchsorted(np.cumsum(weights), ladder), n - 1)
            particles[:] = particles[chosen]
            weights.fill(1.0 / n)
    return likelihood


def particle_filter_loss(particles, drift, spread, measured, noise, starts):
    likelihood = particle_filter(particles, drift, spread, measured, noise, starts)
    return -likelihood + 0.1 * np.mean(particles * particles)


def particle_filter_inputs(size):
    n, steps = {"small": (6, 4), "large": (2000, 100)}[size]
    rng = np.random.default_rng(2)
    # Drifting to the origin: away from it, no digit of the gradient would hold for so many steps.
    return (
        rng.standard_normal(n), -0.5, 0.4, 2.0 * rng.standard_normal(steps),
        rng.standard_normal((steps, n)), rng.random(steps),
    )  # fmt: skip


KERNELS = [
    Kernel(
        kalman_filter_loss, kalman_filter_inputs,
        ("transition", "process", "observation", "noise", "measured", "x", "cov"),
    ),
    Kernel(gauss_newton_loss, gauss_newton_inputs, ("times", "measured", "theta")),
    Kernel(
        particle_filter_loss, particle_filter_inputs,
        ("particles", "drift", "spread", "measured"), analytic=False,
    ),
]  # fmt: skip
