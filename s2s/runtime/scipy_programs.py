"""Programs that stand for SciPy's functions of functions; the compiler differentiates these.

Each gives what SciPy gives.  Its derivative is that of the quadrature rule, of the steps, or of
the equation that SciPy settled on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s.runtime.scipy_implicit import (
    corrected,
    implicit,
    lowest,
    scalar_root,
    vector_root,
    with_values,
)
from s2s.runtime.scipy_nodes import (
    dblquad_nodes,
    gauss_rule,
    ode_steps,
    odeint_values,
    quad_nodes,
    tied,
)


def fixed_quad_program(func: Any, a: Any, b: Any, args: Any = (), n: int = 5) -> Any:
    """`scipy.integrate.fixed_quad`."""
    x, w = gauss_rule(n)
    y = (b - a) * (x + 1) / 2.0 + a
    return (b - a) / 2.0 * np.sum(w * func(y, *args), axis=-1), None


def quad_program(
    func: Any, a: Any, b: Any, args: Any = (), full_output: int = 0, epsabs: float = 1.49e-8,
    epsrel: float = 1.49e-8, limit: int = 50, points: Any = None,
) -> Any:  # fmt: skip
    """`scipy.integrate.quad`: the sum over the nodes of its last intervals."""
    found = quad_nodes(func, a, b, args, epsabs, epsrel, limit, points)
    value, error, places, weights, tail = found
    total = 0.0
    if tail:
        for s, w in zip(places, weights):
            total = total + w * func(s, *args)
    else:
        for s, w in zip(places, weights):
            total = total + (b - a) * w * func(a + (b - a) * s, *args)
    return corrected(total, value), error


def quad_vec_program(
    f: Any, a: Any, b: Any, epsabs: float = 1e-200, epsrel: float = 1e-8
) -> Any:  # fmt: skip
    """`scipy.integrate.quad_vec`: the sum over the nodes of its last intervals."""
    found = quad_nodes(f, a, b, (), epsabs, epsrel, 10000, None, True)
    value, error, places, weights, tail = found
    total = 0.0
    for s, w in zip(places, weights):
        total = total + (b - a) * w * f(a + (b - a) * s)
    return corrected(total, value), error


def solve_ivp_program(
    fun: Any, t_span: Any, y0: Any, method: Any = "RK45", t_eval: Any = None,
    dense_output: bool = False, args: Any = (), rtol: Any = 1e-3, atol: Any = 1e-6,
    max_step: float = np.inf,
) -> Any:  # fmt: skip
    """`scipy.integrate.solve_ivp`: its steps, taken again by the method of Dormand and Prince."""
    found, starts, sizes, places = ode_steps(
        fun, t_span, y0, method, t_eval, args, rtol, atol, max_step
    )
    y = tied(tied(np.asarray(y0) * 1.0, t_span, "the time"), t_eval, "the time")
    rows = [y]
    for t, h in zip(starts, sizes):
        k1 = np.asarray(fun(t, y, *args))
        k2 = np.asarray(fun(t + h / 5, y + h / 5 * k1, *args))
        k3 = np.asarray(fun(t + 3 * h / 10, y + h * (3 / 40 * k1 + 9 / 40 * k2), *args))
        p4 = y + h * (44 / 45 * k1 - 56 / 15 * k2 + 32 / 9 * k3)
        k4 = np.asarray(fun(t + 4 * h / 5, p4, *args))
        p5 = y + h * (19372 / 6561 * k1 - 25360 / 2187 * k2 + 64448 / 6561 * k3 - 212 / 729 * k4)
        k5 = np.asarray(fun(t + 8 * h / 9, p5, *args))
        p6 = 9017 / 3168 * k1 - 355 / 33 * k2 + 46732 / 5247 * k3
        k6 = np.asarray(fun(t + h, y + h * (p6 + 49 / 176 * k4 - 5103 / 18656 * k5), *args))
        p7 = 35 / 384 * k1 + 500 / 1113 * k3 + 125 / 192 * k4
        y = y + h * (p7 - 2187 / 6784 * k5 + 11 / 84 * k6)
        rows.append(y)
    table = np.stack(rows, axis=-1)[:, places]
    return with_values(found, ("y",), (corrected(table, found.y),))


def odeint_program(
    func: Any, y0: Any, t: Any, args: Any = (), Dfun: Any = None, col_deriv: int = 0,
    full_output: int = 0, ml: Any = None, mu: Any = None, rtol: Any = None, atol: Any = None,
    tcrit: Any = None, h0: float = 0.0, hmax: float = 0.0, hmin: float = 0.0, ixpr: int = 0,
    mxstep: int = 0, mxhnil: int = 0, mxordn: int = 12, mxords: int = 5, printmessg: int = 0,
    tfirst: bool = False,
) -> Any:  # fmt: skip
    """`scipy.integrate.odeint`, by steps of `solve_ivp` to a tight tolerance."""
    exact = odeint_values(func, y0, t, args, rtol, atol, tfirst)

    def fun(s: Any, z: Any) -> Any:
        """The arguments in the order of `solve_ivp`."""
        return func(s, z, *args) if tfirst else func(z, s, *args)

    found = solve_ivp_program(fun, (t[0], t[-1]), y0, "RK45", t, False, (), 1e-9, 1e-11)
    return corrected(np.transpose(found["y"]), exact)


def dblquad_program(
    func: Any, a: Any, b: Any, gfun: Any, hfun: Any, args: Any = (), epsabs: float = 1.49e-8,
    epsrel: float = 1.49e-8,
) -> Any:  # fmt: skip
    """`scipy.integrate.dblquad` over a rectangle, by a product of Gauss' rules."""
    value, error, first, second, weights = dblquad_nodes(
        func, a, b, gfun, hfun, args, epsabs, epsrel
    )
    area = (b - a) * (hfun - gfun)
    total = 0.0
    for s, u, w in zip(first, second, weights):
        total = total + area * w * func(gfun + (hfun - gfun) * u, a + (b - a) * s, *args)
    return corrected(total, value), error


def brentq_program(
    f: Any, a: Any, b: Any, args: Any = (), xtol: float = 2e-12, rtol: float = 8.9e-16,
    maxiter: int = 100,
) -> Any:  # fmt: skip
    """`scipy.optimize.brentq`: the root moves as the implicit function theorem says."""
    found = scalar_root(
        "brentq", f, args, (a, b), {"xtol": xtol, "rtol": rtol, "maxiter": maxiter}
    )
    root, slope = found
    return implicit(root, f(root, *args), slope)


def brenth_program(
    f: Any, a: Any, b: Any, args: Any = (), xtol: float = 2e-12, rtol: float = 8.9e-16,
    maxiter: int = 100,
) -> Any:  # fmt: skip
    """`scipy.optimize.brenth`, `bisect`, `ridder` and `toms748`: they find the same root."""
    found = scalar_root(
        "brenth", f, args, (a, b), {"xtol": xtol, "rtol": rtol, "maxiter": maxiter}
    )
    root, slope = found
    return implicit(root, f(root, *args), slope)


def newton_program(
    func: Any, x0: Any, fprime: Any = None, args: Any = (), tol: float = 1.48e-8,
    maxiter: int = 50,
) -> Any:  # fmt: skip
    """`scipy.optimize.newton`."""
    found = scalar_root(
        "newton", func, args, (x0,), {"fprime": fprime, "tol": tol, "maxiter": maxiter}
    )
    root, slope = found
    return implicit(root, func(root, *args), slope)


def root_scalar_program(
    f: Any, args: Any = (), method: Any = None, bracket: Any = None, fprime: Any = None,
    fprime2: Any = None, x0: Any = None, x1: Any = None, xtol: Any = None, rtol: Any = None,
    maxiter: Any = None,
) -> Any:  # fmt: skip
    """`scipy.optimize.root_scalar`."""
    options = {
        "method": method, "bracket": bracket, "fprime": fprime, "x0": x0, "x1": x1,
        "xtol": xtol, "rtol": rtol, "maxiter": maxiter,
    }  # fmt: skip
    found, slope = scalar_root("root_scalar", f, args, (), options)
    root = found.root
    return with_values(found, ("root",), (implicit(root, f(root, *args), slope),))


def fsolve_program(
    func: Any, x0: Any, args: Any = (), fprime: Any = None, full_output: int = 0,
    col_deriv: int = 0, xtol: float = 1.49012e-8,
) -> Any:  # fmt: skip
    """`scipy.optimize.fsolve`."""
    found, x, slopes = vector_root(
        "fsolve", func, args, (x0,), {"fprime": fprime, "xtol": xtol}
    )
    return implicit(x, np.asarray(func(x, *args)), slopes)


def fixed_point_program(
    func: Any, x0: Any, args: Any = (), xtol: float = 1e-8, maxiter: int = 500,
    method: str = "del2",
) -> Any:  # fmt: skip
    """`scipy.optimize.fixed_point`."""
    found, x, slopes = vector_root(
        "fixed_point", func, args, (x0,), {"xtol": xtol, "maxiter": maxiter, "method": method}
    )
    return implicit(x, np.asarray(func(x, *args)) - x, slopes)


def root_program(
    fun: Any, x0: Any, args: Any = (), method: str = "hybr", jac: Any = None, tol: Any = None
) -> Any:
    """`scipy.optimize.root`."""
    found, x, slopes = vector_root(
        "root", fun, args, (x0,), {"method": method, "jac": jac, "tol": tol}
    )
    return with_values(found, ("x",), (implicit(x, np.asarray(fun(x, *args)), slopes),))


def minimize_program(
    fun: Any, x0: Any, args: Any = (), method: Any = None, jac: Any = None, hess: Any = None,
    hessp: Any = None, bounds: None = None, constraints: Any = (), tol: Any = None,
    callback: None = None, options: Any = None,
) -> Any:  # fmt: skip
    """`scipy.optimize.minimize`: where the gradient vanishes, without bounds and constraints."""
    kept = {"method": method, "jac": jac, "hess": hess, "tol": tol, "options": options}
    found, x, places, weights, curvature = lowest("minimize", fun, args, False, (x0,), kept)
    parts = []
    for row, factors in zip(places, weights):
        total = 0.0
        for z, w in zip(row, factors):
            total = total + w * fun(z, *args)
        parts.append(total)
    moved = implicit(x, np.stack(parts), curvature)
    value = corrected(fun(moved, *args), found.fun)
    return with_values(found, ("x", "fun"), (moved, value))


def least_squares_program(
    fun: Any, x0: Any, jac: Any = "2-point", bounds: Any = (-np.inf, np.inf), method: str = "trf",
    ftol: Any = 1e-8, xtol: Any = 1e-8, gtol: Any = 1e-8, args: Any = (),
) -> Any:  # fmt: skip
    """`scipy.optimize.least_squares`: where the gradient of the sum of squares vanishes."""
    kept = {
        "jac": jac, "bounds": bounds, "method": method, "ftol": ftol, "xtol": xtol, "gtol": gtol,
    }  # fmt: skip
    found, x, places, weights, curvature = lowest("least_squares", fun, args, True, (x0,), kept)
    parts = []
    for row, factors in zip(places, weights):
        total = 0.0
        for z, w in zip(row, factors):
            total = total + w * (0.5 * np.sum(np.square(fun(z, *args))))
        parts.append(total)
    moved = implicit(x, np.stack(parts), curvature)
    rest = fun(moved, *args)
    values = (moved, corrected(rest, found.fun), corrected(0.5 * np.sum(rest * rest), found.cost))
    return with_values(found, ("x", "fun", "cost"), values)
