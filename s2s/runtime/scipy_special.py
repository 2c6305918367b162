"""Slopes of special functions that SciPy has no function for; SciPy is imported when called."""

from __future__ import annotations

from typing import Any

import numpy as np


def erfcx_slope(x: Any) -> Any:
    """The slope of `scipy.special.erfcx`, without cancellation for large `x`.

    Parameters
    ----------
    x : array or scalar
        Real.

    Returns
    -------
    array or scalar
        `2 x erfcx(x) - 2 / sqrt(pi)`, from the asymptotic series (DLMF 7.12.1) above 10.

    Examples
    --------
    >>> float(round(erfcx_slope(1e4) * 1e8 * np.sqrt(np.pi), 12))
    -0.999999985
    """
    from scipy import special

    far = x > 10
    inverse = 0.5 / np.square(np.where(far, x, 10))
    series, term = np.ones_like(inverse), np.ones_like(inverse)
    for k in range(1, 14):
        term = -(2 * k + 1) * inverse * term
        series = series + term
    near = np.where(far, 0, x)
    direct = 2 * near * special.erfcx(near) - 2 / np.sqrt(np.pi)
    return np.where(far, -2 * inverse * series / np.sqrt(np.pi), direct)[()]


def dawsn_slope(x: Any) -> Any:
    """The slope of `scipy.special.dawsn`, without cancellation for large `x`.

    Parameters
    ----------
    x : array or scalar
        Real.

    Returns
    -------
    array or scalar
        `1 - 2 x dawsn(x)`, from the asymptotic series (DLMF 7.12.3) beyond 10.

    Examples
    --------
    >>> float(dawsn_slope(0.0))
    1.0
    """
    from scipy import special

    far = np.abs(x) > 10
    inverse = 0.5 / np.square(np.where(far, x, 10))
    series, term = np.ones_like(inverse), np.ones_like(inverse)
    for k in range(1, 14):
        term = (2 * k + 1) * inverse * term
        series = series + term
    near = np.where(far, 0, x)
    return np.where(far, -inverse * series, 1 - 2 * near * special.dawsn(near))[()]


def diric_slope(x: Any, n: Any) -> Any:
    """The slope of `scipy.special.diric`, the periodic sinc function.

    Parameters
    ----------
    x : array or scalar
        Real.
    n : int
        The order.

    Returns
    -------
    array or scalar
        0 at the multiples of 2 pi.

    Examples
    --------
    >>> float(abs(diric_slope(0.0, 5)))
    0.0
    """
    turns = np.round(x / (2 * np.pi))
    t = x - 2 * np.pi * turns
    near = np.abs(n * t) < 1e-2
    safe = np.where(near, 1.0, t)
    half = np.sin(safe / 2)
    away = np.cos(n * safe / 2) / (2 * half) - np.sin(n * safe / 2) * np.cos(safe / 2) / (
        2 * n * half * half
    )
    m = n * n
    # The Taylor series: the two terms above cancel near 0.
    series = t * (1 - m) / 12 * (1 - t * t * (3 * m - 7) / 120)
    series = series - t**5 * (m - 1) * (3 * m * m - 18 * m + 31) / 161280
    sign = np.where((n - 1) * turns % 2 == 0, 1.0, -1.0)
    return (sign * np.where(near, series, away))[()]


def rgamma_slope(x: Any) -> Any:
    """The slope of `1 / gamma(x)`, also at 0, -1, -2, ...

    Parameters
    ----------
    x : array or scalar
        Real or complex.

    Returns
    -------
    array or scalar
        `(-1)^n n!` at `-n`.

    Examples
    --------
    >>> float(rgamma_slope(-3.0))
    -6.0
    """
    from scipy import special

    pole = (np.real(x) <= 0) & (x == np.round(np.real(x)))
    n = np.where(pole, -np.real(x), 0)
    safe = np.where(pole, 1.0, x)
    at_pole = np.where(n % 2 == 0, 1.0, -1.0) * special.gamma(n + 1)
    return np.where(pole, at_pole, -special.digamma(safe) * special.rgamma(safe))[()]


def multigammaln_slope(a: Any, p: Any) -> Any:
    """The slope of `scipy.special.multigammaln`.

    Parameters
    ----------
    a : array or scalar
        Where.
    p : int
        The dimension.

    Returns
    -------
    array or scalar
        A sum of digamma functions.

    Examples
    --------
    >>> float(round(multigammaln_slope(1.5, 2), 12))
    -0.540725690923
    """
    from scipy import special

    shifts = np.arange(int(p)) / 2
    return np.sum(special.digamma(np.asarray(a)[..., None] - shifts), axis=-1)


def zeta_slope(x: Any, q: Any) -> Any:
    """The slope of the Hurwitz zeta function in its first argument.

    Parameters
    ----------
    x, q : array or scalar
        Exponent above 1, and shift above 0.

    Returns
    -------
    array or scalar
        By the Euler-Maclaurin formula (DLMF 25.11.28, differentiated).

    Examples
    --------
    >>> float(round(zeta_slope(2.0, 1.0), 12))
    -0.937548254316
    """
    x, q = np.asarray(x, dtype=float), np.asarray(q, dtype=float)
    bernoulli = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
    total = np.zeros(np.broadcast_shapes(x.shape, q.shape))
    for k in range(12):
        total = total - np.log(q + k) * (q + k) ** -x
    end = q + 12
    log = np.log(end)
    total = total - end ** (1 - x) / (x - 1) * (log + 1 / (x - 1)) - log * end**-x / 2
    term, slope = end ** (-x - 1), 1 / x - log  # (x)_1 end^(-x-1) without its factor of x
    term = term * x
    factorial = 2.0
    for k, b in enumerate(bernoulli, 1):
        total = total + b / factorial * term * slope
        term = term * (x + 2 * k - 1) * (x + 2 * k) / (end * end)
        slope = slope + 1 / (x + 2 * k - 1) + 1 / (x + 2 * k)
        factorial = factorial * (2 * k + 1) * (2 * k + 2)
    return total[()]


def kolmogorov_slope(y: Any) -> Any:
    """The slope of `scipy.special.kolmogorov`: minus the density of the limit distribution.

    Parameters
    ----------
    y : array or scalar
        Real.

    Returns
    -------
    array or scalar
        From one of the two theta series, whichever converges faster.

    Examples
    --------
    >>> float(round(kolmogorov_slope(1.0), 12))
    -1.071948558357
    """
    y = np.asarray(y, dtype=float)
    positive = y > 0
    small, large = np.where(positive & (y < 1), y, 1), np.where(y >= 1, y, 1)
    total = np.zeros(y.shape)
    for k in range(1, 8):
        total = total + (-1) ** k * 8 * k * k * large * np.exp(-2 * k * k * large * large)
    other = np.zeros(y.shape)
    for k in range(1, 8):
        rate = (2 * k - 1) ** 2 * np.pi**2 / 8
        inverse = 1 / (small * small)
        other = other + np.exp(-rate * inverse) * (2 * rate * inverse - 1) * inverse
    slope = np.where(y >= 1, total, -np.sqrt(2 * np.pi) * other)
    return np.where(positive, slope, 0)[()]


def ellipkinc_slope(phi: Any, m: Any) -> Any:
    """The slope in `m` of the incomplete elliptic integral of the first kind.

    Parameters
    ----------
    phi, m : array or scalar
        Amplitude and parameter.

    Returns
    -------
    array or scalar
        By Carlson's symmetric form (DLMF 19.25.5), which does not cancel at `m = 0`.

    Examples
    --------
    >>> float(round(ellipkinc_slope(0.5, 0.0), 12))
    0.019816126899
    """
    from scipy import special

    turns = np.round(phi / np.pi)
    s, c = np.sin(phi - np.pi * turns), np.cos(phi - np.pi * turns)
    part = s**3 * special.elliprd(c * c, 1.0, 1 - m * s * s) / 6
    return part + turns * special.elliprd(0.0, 1.0, 1 - m) / 3


def ellipeinc_slope(phi: Any, m: Any) -> Any:
    """The slope in `m` of the incomplete elliptic integral of the second kind.

    Parameters
    ----------
    phi, m : array or scalar
        Amplitude and parameter.

    Returns
    -------
    array or scalar
        By Carlson's symmetric form (DLMF 19.25.9).

    Examples
    --------
    >>> float(round(ellipeinc_slope(0.5, 0.0), 12))
    -0.019816126899
    """
    from scipy import special

    turns = np.round(phi / np.pi)
    s, c = np.sin(phi - np.pi * turns), np.cos(phi - np.pi * turns)
    part = -(s**3) * special.elliprd(c * c, 1 - m * s * s, 1.0) / 6
    return part - turns * special.elliprd(0.0, 1 - m, 1.0) / 3


def poisson_entropy_slope(mu: Any) -> Any:
    """The slope of the entropy of a Poisson distribution in its mean.

    Parameters
    ----------
    mu : array or scalar
        The mean.

    Returns
    -------
    array or scalar
        The mean of `log(k + 1)` less `log(mu)`, summed over 20 standard deviations.

    Examples
    --------
    >>> float(round(poisson_entropy_slope(1.0), 12))
    0.573402809123
    """
    from scipy import special

    mu = np.asarray(mu, dtype=float)
    reach = int(np.max(mu + 20 * np.sqrt(mu) + 40, initial=0))
    k = np.arange(reach)
    m = mu[..., None]
    chance = np.exp(special.xlogy(k, m) - m - special.gammaln(k + 1))
    return np.sum(chance * (np.log(k + 1) - np.log(m)), axis=-1)[()]
