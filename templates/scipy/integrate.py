"""scipy.integrate: rules over samples, and integrals and initial value problems as programs.

A program computes the same from the nodes, or the steps, that SciPy chose; see
`s2s/runtime/scipy_programs.py`.
"""

requires = "scipy.integrate"

import numpy as np
import scipy.integrate

constant(simpson_weights, romb_weights, quad_nodes, ode_steps, gauss_rule)
constant(odeint_values, dblquad_nodes)

program(scipy.integrate.fixed_quad, fixed_quad_program)
program(scipy.integrate.quad, quad_program)
program(scipy.integrate.quad_vec, quad_vec_program)
program(scipy.integrate.solve_ivp, solve_ivp_program)
program(scipy.integrate.odeint, odeint_program)
program(scipy.integrate.dblquad, dblquad_program)


@tangent(tied)
def _(x, to, what) -> y:
    d[y] = d[x] + not_differentiated(d[to], what)


@adjoint(tied)
def _(x, to, what) -> y:
    d[x] = d[y]
    d[to] = not_differentiated(d[y], what)


@composite(scipy.integrate.trapezoid, "y", "x", "dx")
def _(y, x=None, dx=1.0, axis=-1) -> z:
    return np.trapezoid(y, dx=dx, axis=axis) if x is None else np.trapezoid(y, x, axis=axis)


@composite(scipy.integrate.simpson, "y", "dx")
def _(y, x=None, *, dx=1.0, axis=-1) -> z:
    weights = simpson_weights(np.shape(y)[axis], x)
    return (np.moveaxis(y, axis, -1) @ weights) * (dx if x is None else 1.0)


@composite(scipy.integrate.romb, "y", "dx")
def _(y, dx=1.0, axis=-1) -> z:
    return (np.moveaxis(y, axis, -1) @ romb_weights(np.shape(y)[axis])) * dx


@macro
def with_first(total, initial, axis):
    if initial is None:
        return total
    first = np.zeros_like(np.take(total, np.arange(1), axis=axis))
    return np.concatenate((first, total), axis=axis)


@macro
def one_end(y, axis, first):
    n = np.shape(y)[axis]
    return np.take(y, np.arange(1 - first, n - first), axis=axis)


@composite(scipy.integrate.cumulative_trapezoid, "y", "x", "dx")
def _(y, x=None, dx=1.0, axis=-1, initial=None) -> z:
    mean = (one_end(y, axis, 0) + one_end(y, axis, 1)) / 2
    if x is None:
        steps = dx
    elif ndim(x) == 1:
        steps = along_axis(np.diff(x), y, axis)
    else:
        steps = np.diff(x, axis=axis)
    return with_first(np.cumsum(mean * steps, axis=axis), initial, axis)


@linear(along_axis, "w")
def _(w, x, axis) -> y:
    d[w] = np.ravel(d[y])


@composite(scipy.integrate.cumulative_simpson, "y", "dx")
def _(y, *, x=None, dx=1.0, axis=-1, initial=None) -> z:
    n = np.shape(y)[axis]
    if x is None:
        matrix = scipy.integrate.cumulative_simpson(np.eye(n), dx=1.0) * dx
    else:
        matrix = scipy.integrate.cumulative_simpson(np.eye(n), x=x)
    whole = np.moveaxis(np.moveaxis(y, axis, -1) @ matrix, -1, axis)
    return with_first(whole, initial, axis)




