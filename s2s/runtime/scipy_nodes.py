"""What SciPy's integrals and initial value problems settled on, found once and held fixed."""

from __future__ import annotations

from typing import Any

import numpy as np


def quad_nodes(
    func: Any, a: Any, b: Any, args: Any, epsabs: float, epsrel: float, limit: int, points: Any,
    vector: bool = False,
) -> Any:  # fmt: skip
    """An integral with nodes and weights of a rule that gives it.

    Parameters
    ----------
    func, a, b, args, epsabs, epsrel, limit, points : object
        As for `scipy.integrate.quad`.
    vector : bool
        Whether `quad_vec` computes it.

    Returns
    -------
    value, error, places, weights, tail
        Places in (0, 1) between finite limits, else (with `tail`) on the line.

    Raises
    ------
    ArithmeticError
        Where the rule of Gauss on the last intervals does not give the integral.

    Examples
    --------
    >>> value, error, places, weights, tail = quad_nodes(
    ...     lambda t: t * t, 0.0, 3.0, (), 1e-8, 1e-8, 50, None)
    >>> float(round(3 * np.sum(weights * (3 * places) ** 2), 12)), tail
    (9.0, False)
    """
    from scipy import integrate

    low, high = float(a), float(b)
    tail = not (np.isfinite(low) and np.isfinite(high))
    if vector:
        if tail:
            raise NotImplementedError("quad_vec is differentiated between finite limits")
        value, error, info = integrate.quad_vec(
            func, low, high, epsabs=epsabs, epsrel=epsrel, full_output=True
        )
        pieces = [tuple(row) for row in info.intervals]
    else:
        value, error, info = integrate.quad(
            func, low, high, args, 1, epsabs, epsrel, limit, points
        )[:3]
        count = info["last"]
        pieces = list(zip(info["alist"][:count], info["blist"][:count]))
    x, w = np.polynomial.legendre.leggauss(21)
    places = np.concatenate([(p + q) / 2 + (q - p) / 2 * x for p, q in pieces])
    weights = np.concatenate([(q - p) / 2 * w for p, q in pieces])
    if tail:  # QUADPACK integrates over t = 1 / (1 + distance)
        far, weights = (1 - places) / places, weights / (places * places)
        if np.isfinite(low) or np.isfinite(high):
            sign = (1 if high > 0 else -1) if np.isfinite(low) else (-1 if low < 0 else 1)
            start = low if np.isfinite(low) else high
            places = start + sign * far
            weights = weights * (sign if np.isfinite(low) else -sign)
        else:
            places = np.concatenate((far, -far))
            weights = np.concatenate((weights, weights)) * (1 if high > low else -1)
    else:
        places, weights = (places - low) / (high - low), weights / (high - low)
    found: Any = 0.0
    for s, u in zip(places, weights):
        found = found + u * func(s if tail else low + (high - low) * s, *args)
    found = found if tail else (high - low) * found
    if np.max(np.abs(found - value)) > 1e-6 * (1 + np.max(np.abs(value))):
        raise ArithmeticError("the integrand is too wild for a rule that is differentiated")
    return value, error, places, weights, tail


def gauss_rule(n: int) -> Any:
    """Places and weights of Gauss' rule of order `n` on (-1, 1).

    Parameters
    ----------
    n : int
        How many places.

    Returns
    -------
    places, weights : array (n,)
        Of the Legendre polynomial.

    Examples
    --------
    >>> gauss_rule(1)
    (array([0.]), array([2.]))
    """
    return np.polynomial.legendre.leggauss(n)


def ode_steps(
    fun: Any, t_span: Any, y0: Any, method: Any, t_eval: Any, args: Any, rtol: Any, atol: Any,
    max_step: float,
) -> Any:  # fmt: skip
    """The solution of an initial value problem, and steps that lead through its times.

    Parameters
    ----------
    fun, t_span, y0, method, t_eval, args, rtol, atol, max_step : object
        As for `scipy.integrate.solve_ivp`.

    Returns
    -------
    found, starts, sizes, places
        What SciPy gives, the steps, and after how many of them its times come.

    Raises
    ------
    ArithmeticError
        Where SciPy fails.

    Examples
    --------
    >>> found, starts, sizes, places = ode_steps(
    ...     lambda t, y: -y, (0.0, 1.0), [1.0], "RK45", [0.5, 1.0], (), 1e-3, 1e-6, np.inf)
    >>> float(starts[places[0]]), float(np.sum(sizes))
    (0.5, 1.0)
    """
    from scipy import integrate

    given = {"args": args or None, "max_step": max_step, "dense_output": True}
    found = integrate.solve_ivp(
        fun, t_span, y0, method, t_eval, rtol=rtol, atol=atol, **given
    )
    if not found.success:
        raise ArithmeticError(found.message)
    taken = found
    if method != "RK45":
        taken = integrate.solve_ivp(
            fun, t_span, y0, "RK45", rtol=min(rtol, 1e-8), atol=np.minimum(atol, 1e-10), **given
        )
    backward = t_span[1] < t_span[0]
    times = np.unique(np.concatenate((taken.sol.ts, found.t)))
    times = times[::-1] if backward else times
    places = [int(np.argmin(np.abs(times - t))) for t in found.t]
    del found["sol"]
    found["sol"] = None
    return found, times[:-1], np.diff(times), places


def odeint_values(
    func: Any, y0: Any, t: Any, args: Any, rtol: Any, atol: Any, tfirst: bool
) -> Any:
    """The solution that `scipy.integrate.odeint` gives.

    Parameters
    ----------
    func, y0, t, args, rtol, atol, tfirst : object
        As for `odeint`.

    Returns
    -------
    array (times, n)
        The solution.

    Examples
    --------
    >>> t = np.array([0.0, 1.0])
    >>> odeint_values(lambda y, t: 0 * y, [1.0], t, (), None, None, False)
    array([[1.],
           [1.]])
    """
    from scipy import integrate

    return integrate.odeint(func, y0, t, args=args, rtol=rtol, atol=atol, tfirst=tfirst)


def dblquad_nodes(
    func: Any, a: Any, b: Any, gfun: Any, hfun: Any, args: Any, epsabs: float, epsrel: float
) -> Any:
    """A double integral with nodes and weights on the unit square that give it.

    Parameters
    ----------
    func, a, b, gfun, hfun, args, epsabs, epsrel : object
        As for `scipy.integrate.dblquad`; the limits are finite numbers.

    Returns
    -------
    value, error, first, second, weights
        Places for the outer and the inner variable.

    Raises
    ------
    NotImplementedError
        For limits that are functions.
    ArithmeticError
        Where no product of rules gives the integral.

    Examples
    --------
    >>> found = dblquad_nodes(lambda y, x: x * y, 0.0, 1.0, 0.0, 1.0, (), 1e-8, 1e-8)
    >>> float(round(np.sum(found[2] * found[3] * found[4]), 12))
    0.25
    """
    from scipy import integrate

    if callable(gfun) or callable(hfun):
        raise NotImplementedError("dblquad is differentiated over a rectangle")
    value, error = integrate.dblquad(func, a, b, gfun, hfun, args, epsabs, epsrel)
    x, w = np.polynomial.legendre.leggauss(15)
    for panels in (1, 2, 4):
        edges = np.arange(panels) / panels
        places = np.ravel(edges[:, None] + (x + 1) / (2 * panels))
        line = np.tile(w / (2 * panels), panels)
        first, second = (np.ravel(p) for p in np.meshgrid(places, places, indexing="ij"))
        weights = np.ravel(np.outer(line, line))
        found = sum(
            u * func(gfun + (hfun - gfun) * t, a + (b - a) * s, *args)
            for s, t, u in zip(first, second, weights)
        ) * (b - a) * (hfun - gfun)  # fmt: skip
        if abs(found - value) <= 1e-7 * (1 + abs(value)):
            return value, error, first, second, weights
    raise ArithmeticError("the integrand is too wild for a rule that is differentiated")


def tied(x: Any, to: Any, what: str) -> Any:
    """A value that depends on something else in a way that is not differentiated.

    Parameters
    ----------
    x, to : object
        The value, and what it depends on.
    what : str
        What that is, for the refusal.

    Returns
    -------
    object
        `x`.

    Examples
    --------
    >>> tied(1.0, (0.0, 2.0), "the time")
    1.0
    """
    return x
