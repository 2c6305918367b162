"""Polynomials in terms of simpler functions: what the compiler differentiates in their place."""

from __future__ import annotations

from typing import Any

import numpy as np


def poly(seq_of_zeros: Any) -> Any:
    """`np.poly` of roots, or of a matrix."""
    roots = np.linalg.eigvals(seq_of_zeros) if np.ndim(seq_of_zeros) == 2 else seq_of_zeros
    a = np.ones(1)
    for root in roots:
        a = np.convolve(a, np.stack((1 + 0 * root, -root)))
    return a


def polyadd(a1: Any, a2: Any) -> Any:
    """`np.polyadd` of coefficients."""
    return lengthened(a1, a2) + lengthened(a2, a1)


def polysub(a1: Any, a2: Any) -> Any:
    """`np.polysub` of coefficients."""
    return lengthened(a1, a2) - lengthened(a2, a1)


def lengthened(a: Any, b: Any) -> Any:
    """The coefficients `a` with zeros in front, to the length of `b` at least."""
    short = max(np.size(b) - np.size(a), 0)
    return np.concatenate((np.zeros(short), np.atleast_1d(a)))


def polymul(a1: Any, a2: Any) -> Any:
    """`np.polymul` of coefficients."""
    return np.convolve(trimmed(a1), trimmed(a2))


def trimmed(a: Any) -> Any:
    """Coefficients without zeros in front."""
    a = np.atleast_1d(a)
    kept = np.flatnonzero(a)
    return a[kept[0] :] if np.size(kept) else a[:1]


def polydiv(u: Any, v: Any) -> Any:
    """`np.polydiv` of coefficients: quotient and remainder by long division."""
    rest, divisor = np.atleast_1d(u) + 0.0, np.atleast_1d(v) + 0.0
    m, n = np.size(rest) - 1, np.size(divisor) - 1
    if m < n:
        return 0 * rest[:1], rest
    quotient = []
    scale = 1 / divisor[0]
    for k in range(m - n + 1):
        q = scale * rest[k]
        quotient.append(q)
        rest = rest - np.concatenate((np.zeros(k), q * divisor, np.zeros(m - n - k)))
    start = 0
    while start < m and np.abs(rest[start]) <= 1e-14:
        start += 1
    return np.stack(quotient), rest[start:]


def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    """`np.polyint` of coefficients."""
    y = np.atleast_1d(p)
    for step in range(m):
        constant = 0.0 if k is None else np.ravel(k)[step if np.size(k) > 1 else 0]
        y = np.concatenate((y / np.arange(np.size(y), 0, -1), np.reshape(constant, 1)))
    return y


def polyfit(x: Any, y: Any, deg: int, rcond: Any = None, *, w: Any = None) -> Any:
    """`np.polyfit`, the coefficients alone."""
    powers = np.vander(x, deg + 1)
    right = y
    if w is not None:
        powers = powers * w[:, None]
        right = y * (w if np.ndim(y) == 1 else w[:, None])
    scale = np.sqrt(np.sum(powers * powers, axis=0))
    cut = np.size(x) * np.finfo(float).eps if rcond is None else rcond
    c, _, _, _ = np.linalg.lstsq(powers / scale, right, cut)
    return (c.T / scale).T
