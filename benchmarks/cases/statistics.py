"""Likelihoods with linear algebra in them: a Kalman filter and a Gaussian process."""

import numpy as np

from benchmarks.cases import Case


def kalman(a, q, h, r, ys):
    """Log likelihood of observations under a linear Gaussian model."""
    n = a.shape[0]
    mean, cov = np.zeros(n), np.eye(n)
    total = 0.0
    for y in ys:
        mean = a @ mean
        cov = a @ cov @ a.T + q
        gap = y - h @ mean
        s = h @ cov @ h.T + r
        inverse = np.linalg.inv(s)
        gain = cov @ h.T @ inverse
        total = total - 0.5 * (gap @ inverse @ gap) - 0.5 * np.log(np.linalg.det(s))
        mean = mean + gain @ gap
        cov = cov - gain @ h @ cov
    return total


def kalman_by_hand(a, q, h, r, ys):
    """Value and gradients by the transition and both noises."""
    n = a.shape[0]
    mean, cov = np.zeros(n), np.eye(n)
    total = 0.0
    seen = []
    at, ht = a.T, h.T
    for y in ys:
        m0, c0 = mean, cov
        mean = a @ m0
        cov = a @ c0 @ at + q
        gap = y - h @ mean
        ch = cov @ ht
        s = h @ ch + r
        inverse = np.linalg.inv(s)
        gain = ch @ inverse
        weighted = inverse @ gap
        total = total - 0.5 * (gap @ weighted) - 0.5 * np.log(np.linalg.det(s))
        seen.append((m0, c0, cov, ch, inverse, gain, gap, weighted))
        mean = mean + gain @ gap
        cov = cov - gain @ h @ cov
    a_bar, q_bar, r_bar = np.zeros_like(a), np.zeros_like(q), np.zeros_like(r)
    m_bar, c_bar = np.zeros(n), np.zeros((n, n))
    while seen:
        m0, c0, cov, ch, inverse, gain, gap, weighted = seen.pop()
        gain_bar = np.outer(m_bar, gap) - c_bar @ ch
        ch_bar = gain_bar @ inverse
        inverse_bar = ch.T @ gain_bar - 0.5 * np.outer(gap, gap)
        s_bar = -inverse @ inverse_bar @ inverse - 0.5 * inverse
        gap_bar = gain.T @ m_bar - weighted
        ch_bar += ht @ s_bar
        cov_bar = c_bar - ht @ (gain.T @ c_bar) + ch_bar @ h
        r_bar += s_bar
        mean_bar = m_bar - ht @ gap_bar
        q_bar += cov_bar
        t = cov_bar @ a
        a_bar += t @ c0.T + cov_bar.T @ a @ c0 + np.outer(mean_bar, m0)
        c_bar = at @ t
        m_bar = at @ mean_bar
    return total, (a_bar, q_bar, r_bar)


def kalman_jax(a, q, h, r, ys):
    """The loop as a scan, whose steps are computed again: faster for JAX than to keep them."""
    import jax
    import jax.numpy as jnp

    n = a.shape[0]

    def step(state, y):
        mean, cov, total = state
        mean = a @ mean
        cov = a @ cov @ a.T + q
        gap = y - h @ mean
        s = h @ cov @ h.T + r
        inverse = jnp.linalg.inv(s)
        gain = cov @ h.T @ inverse
        total = total - 0.5 * (gap @ inverse @ gap) - 0.5 * jnp.log(jnp.linalg.det(s))
        return (mean + gain @ gap, cov - gain @ h @ cov, total), None

    (_, _, total), _ = jax.lax.scan(jax.checkpoint(step), (jnp.zeros(n), jnp.eye(n), 0.0), ys)
    return total


def gaussian_process(log_width, log_noise, x, y):
    """Log marginal likelihood of data under a squared exponential kernel."""
    gap = x[:, None] - x[None, :]
    kernel = np.exp(-0.5 * gap * gap / np.exp(2.0 * log_width))
    kernel = kernel + np.exp(log_noise) * np.eye(len(x))
    lower = np.linalg.cholesky(kernel)
    z = np.linalg.solve(lower, y)
    return -0.5 * z @ z - np.sum(np.log(np.diag(lower))) - 0.5 * len(x) * np.log(2 * np.pi)


def gaussian_process_by_hand(log_width, log_noise, x, y):
    """Value and gradients by the two hyperparameters, from the textbook's formula."""
    gap = x[:, None] - x[None, :]
    width, noise = np.exp(2.0 * log_width), np.exp(log_noise)
    squares = gap * gap
    smooth = np.exp((-0.5 / width) * squares)
    kernel = smooth.copy()
    n = len(x)
    kernel.flat[:: n + 1] += noise
    lower = np.linalg.cholesky(kernel)
    inverse = np.linalg.inv(kernel)
    alpha = inverse @ y
    value = -0.5 * (y @ alpha) - np.sum(np.log(np.diag(lower))) - 0.5 * n * np.log(2 * np.pi)
    kernel_bar = 0.5 * (alpha[:, None] * alpha - inverse)
    squares *= smooth
    width_bar = np.vdot(kernel_bar, squares) / width
    return value, (width_bar, noise * np.trace(kernel_bar))


def _tracking(quick):
    rng = np.random.default_rng(0)
    n, m, steps = 4, 2, 10 if quick else 100
    a = 0.3 * rng.normal(size=(n, n)) + 0.5 * np.eye(n)
    return a, 0.5 * np.eye(n), rng.normal(size=(m, n)), np.eye(m), rng.normal(size=(steps, m))


def _curve(quick):
    rng = np.random.default_rng(0)
    n = 40 if quick else 200
    x = np.sort(rng.uniform(0, 10, n))
    return 0.1, -1.0, x, np.sin(x) + 0.3 * rng.normal(size=n)


CASES = (
    Case("Kalman likelihood T=100", kalman, _tracking, kalman_by_hand, (0, 1, 3), jax=kalman_jax),
    Case("Gaussian process n=200", gaussian_process, _curve, gaussian_process_by_hand, (0, 1)),
)
