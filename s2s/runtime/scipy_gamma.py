"""Densities and partial moments behind the slopes of incomplete gamma and beta functions."""

from __future__ import annotations

from typing import Any

import numpy as np


def half_line(log_density: Any, end: Any, scale: Any, side: Any = 1) -> Any:
    """Nodes and weights for integrals of a log-concave density over `(-inf, end)`.

    Parameters
    ----------
    log_density : callable
        The logarithm of the density, of an array with one more axis than `end`.
    end, scale : array
        The limit, and a length on which the density changes.
    side : array
        1, or -1 for integrals over `(end, inf)`.

    Returns
    -------
    nodes, weights : array
        With a last axis of nodes, by the double exponential rule; the density is in the
        weights.

    Examples
    --------
    >>> nodes, weights = half_line(lambda t: t, np.array(0.0), np.array(1.0))
    >>> float(round(np.sum(weights), 13))
    1.0
    """
    step = 1 / 40
    tau = np.arange(-170, 260) * step
    # The distance from the end: exp(tau - exp(-tau)), which decays doubly only at the end.
    distance = np.exp(tau - np.exp(-tau))
    nodes = end[..., None] - (side * scale)[..., None] * distance
    jacobian = scale[..., None] * distance * (1 + np.exp(-tau)) * step
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        weights = np.exp(log_density(nodes)) * jacobian
    return nodes, np.where(np.isfinite(weights), weights, 0)


def gamma_density(a: Any, x: Any) -> Any:
    """The density of the standard gamma distribution.

    Parameters
    ----------
    a, x : array or scalar
        Shape and variable.

    Returns
    -------
    array or scalar
        0 for negative `x`.

    Examples
    --------
    >>> float(round(gamma_density(2.0, 1.0), 12))
    0.367879441171
    """
    from scipy import special

    with np.errstate(divide="ignore", invalid="ignore"):
        log = special.xlogy(a - 1, x) - x - special.gammaln(a)
        return np.where(np.asarray(x) < 0, 0, np.exp(log))[()]


def gammainc_moment(a: Any, x: Any, n: int) -> Any:
    """The integral of the gamma density over `(0, x)` with a factor `(log t - digamma(a))^n`.

    Parameters
    ----------
    a, x : array or scalar
        Shape and variable.
    n : int
        The power; 0 gives `gammainc(a, x)`, 1 its slope in `a`.

    Returns
    -------
    array or scalar
        Integrated over `log t`, with the double exponential rule.

    Examples
    --------
    >>> float(round(gammainc_moment(2.0, 1.0, 1), 12))
    -0.276196045703
    """
    from scipy import special

    if n == 0:
        return special.gammainc(a, x)
    a, x = np.broadcast_arrays(np.asarray(a, dtype=float), np.asarray(x, dtype=float))
    mean, width = special.digamma(a), np.sqrt(special.polygamma(1, a))
    with np.errstate(divide="ignore"):
        end = np.log(np.maximum(x, 0))
    last = np.log(a + 40 + 40 * np.sqrt(a))  # nothing is left of the density beyond
    end = end if n == 1 else np.minimum(end, last)
    flat = ~np.isfinite(end)
    end = np.where(flat, 0.0, end)
    shape = a[..., None]

    def log_density(v: Any) -> Any:
        """The logarithm of the density of `log t`."""
        return shape * v - np.exp(v) - special.gammaln(shape)

    # To the left of the peak the density falls at the rate a - exp(end), else over its width.
    rate = np.abs(a - np.exp(end)) + np.where(end < mean, 1 / width, 1 / np.minimum(width, 1))
    # The first moment over the whole line is 0: right of the mean, take the rest.
    side = np.where((n == 1) & (end > mean), -1, 1)
    scale = np.maximum(1 / rate, side * (end - mean) / 4)
    scale = np.where(side < 0, np.minimum(scale, np.maximum((last - end) / 3, 1 / rate)), scale)
    nodes, weights = half_line(log_density, end, scale, side)
    total = side * np.sum((nodes - mean[..., None]) ** n * weights, axis=-1)
    return np.where(flat, 0, total)[()]


def beta_density(a: Any, b: Any, x: Any) -> Any:
    """The density of the standard beta distribution.

    Parameters
    ----------
    a, b, x : array or scalar
        Shapes and variable.

    Returns
    -------
    array or scalar
        0 outside of the unit interval.

    Examples
    --------
    >>> float(round(beta_density(2.0, 3.0, 0.5), 12))
    1.5
    """
    from scipy import special

    x = np.asarray(x)
    with np.errstate(divide="ignore", invalid="ignore"):
        log = special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x) - special.betaln(a, b)
        return np.where((x < 0) | (x > 1), 0, np.exp(log))[()]


def betainc_moment(a: Any, b: Any, x: Any, m: int, n: int) -> Any:
    """The integral of the beta density over `(0, x)` with powers of centred logarithms.

    Parameters
    ----------
    a, b, x : array or scalar
        Shapes and variable.
    m, n : int
        The powers of `log t` and of `log(1 - t)`, each less its mean; the slopes of
        `betainc(a, b, x)` in `a` and `b` have powers (1, 0) and (0, 1).

    Returns
    -------
    array or scalar
        Integrated over `log(t / (1 - t))`, with the double exponential rule.

    Examples
    --------
    >>> float(round(betainc_moment(2.0, 1.0, 0.5, 1, 0), 12))
    -0.17328679514
    """
    from scipy import special

    if m == 0 and n == 0:
        return special.betainc(a, b, x)
    arrays = (np.asarray(v, dtype=float) for v in (a, b, x))
    a, b, x = np.broadcast_arrays(*arrays)
    whole = special.digamma(a + b)
    mean_a, mean_b = special.digamma(a) - whole, special.digamma(b) - whole
    width = np.sqrt(special.polygamma(1, a) + special.polygamma(1, b))
    middle = mean_a - mean_b
    with np.errstate(divide="ignore", invalid="ignore"):
        end = special.logit(np.clip(x, 0, 1))
        end = end if m + n == 1 else np.minimum(end, middle + 40 * width + 40 / b)
    flat = ~np.isfinite(end)
    end = np.where(flat, 0.0, end)
    p, q = a[..., None], b[..., None]

    def log_density(u: Any) -> Any:
        """The logarithm of the density of the logit of `t`."""
        low, high = special.log_expit(u), special.log_expit(-u)
        return p * low + q * high - special.betaln(p, q)

    rate = np.abs(a * special.expit(-end) - b * special.expit(end)) + 1 / width
    # The first moments over the whole line are 0: right of the middle, take the rest.
    side = np.where((m + n == 1) & (end > middle), -1, 1)
    scale = np.maximum(1 / rate, side * (end - middle) / 4)
    nodes, weights = half_line(log_density, end, scale, side)
    first = special.log_expit(nodes) - mean_a[..., None]
    second = special.log_expit(-nodes) - mean_b[..., None]
    total = side * np.sum(first**m * second**n * weights, axis=-1)
    return np.where(flat, 0, total)[()]


def student_density(df: Any, t: Any) -> Any:
    """The density of Student's t distribution.

    Parameters
    ----------
    df, t : array or scalar
        Degrees of freedom and variable.

    Returns
    -------
    array or scalar
        The density.

    Examples
    --------
    >>> float(round(student_density(1.0, 0.0), 12))
    0.318309886184
    """
    from scipy import special

    log = -special.betaln(df / 2, 0.5) - np.log(df) / 2
    return np.exp(log - (df + 1) / 2 * np.log1p(np.square(t) / df))
