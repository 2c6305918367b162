"""More of the kernels as JAX has to have them: matrices and what factors them. Imports JAX."""

import jax.numpy as jnp
from jax import lax
from jax.scipy.linalg import solve_triangular


def two_mm(alpha, beta, a, b, c, d):
    d = alpha * a @ b @ c + beta * d
    return jnp.sum(d * d)


def three_mm(a, b, c, d):
    return jnp.mean(((a @ b) @ (c @ d)) ** 2)


def gesummv(alpha, beta, a, b, x):
    return jnp.sum((alpha * (a @ x) + beta * (b @ x)) ** 2)


def atax(a, x):
    return jnp.sum(jnp.sin((a @ x) @ a))


def bicg(a, p, r):
    s, q = r @ a, a @ p
    return s @ s + jnp.sum(jnp.sin(q))


def mvt(x1, x2, y1, y2, a):
    return (x1 + a @ y1) @ (x2 + y2 @ a)


def syrk(alpha, beta, c, a):
    lower = jnp.tri(len(a), dtype=bool)
    c = jnp.where(lower, alpha * (a @ a.T) + beta * c, c)
    return jnp.sum(c * c)


def syr2k(alpha, beta, c, a, b):
    lower = jnp.tri(len(a), dtype=bool)
    c = jnp.where(lower, alpha * (a @ b.T + b @ a.T) + beta * c, c)
    return jnp.sum(c * c)


def lu(a):
    # Diagonally dominant: LAPACK swaps no rows.
    factors = lax.linalg.lu(a)[0]
    return jnp.sum(factors * factors)


def ludcmp(a, b):
    factors = lax.linalg.lu(a)[0]
    y = solve_triangular(factors, b, lower=True, unit_diagonal=True)
    x = solve_triangular(factors, y)
    return x @ x


def durbin(r):
    n = len(r)
    blank = jnp.zeros_like(r)
    turned = jnp.concatenate([jnp.flip(r), blank])

    def step(state, k):
        y, alpha, beta = state
        beta = beta * (1.0 - alpha * alpha)
        alpha = -(r[k] + lax.dynamic_slice_in_dim(turned, n - k, n) @ y) / beta
        back = lax.dynamic_slice_in_dim(jnp.concatenate([jnp.flip(y), blank]), n - k, n)
        return ((y + alpha * back).at[k].set(alpha), alpha, beta), None

    start = blank.at[0].set(-r[0]), -r[0], 1.0
    (y, _, _), _ = lax.scan(step, start, jnp.arange(1, n))
    return y @ y


def gramschmidt(a):
    # Householder's factors are the same but for signs.
    q, r = jnp.linalg.qr(a)
    signs = jnp.sign(jnp.diag(r))
    q, r = q * signs, r * signs[:, None]
    return jnp.sum(r * r * r) + jnp.sum(jnp.sin(q))


REWRITES = (
    two_mm, three_mm, gesummv, atax, bicg, mvt, syrk, syr2k, lu, ludcmp, durbin, gramschmidt,
)  # fmt: skip
