"""scipy.optimize: solutions as functions of what defines them."""

requires = "scipy.optimize"

import numpy as np
import scipy.optimize

constant(scalar_root, vector_root, lowest, scipy.optimize.linear_sum_assignment)

program(scipy.optimize.brentq, brentq_program)
program(
    scipy.optimize.brenth, scipy.optimize.bisect, scipy.optimize.ridder, scipy.optimize.toms748,
    brenth_program,
)  # fmt: skip
program(scipy.optimize.newton, newton_program)
program(scipy.optimize.root_scalar, root_scalar_program)
program(scipy.optimize.fsolve, fsolve_program)
program(scipy.optimize.fixed_point, fixed_point_program)
program(scipy.optimize.root, root_program)
program(scipy.optimize.minimize, minimize_program)
program(scipy.optimize.least_squares, least_squares_program)


# The implicit function theorem.  The slopes are found by differences and held fixed, so that
# this is the first derivative only: a second one is refused.


@tangent(implicit)
def _(root, residual, slopes) -> y:
    d[y] = implicit_step(d[residual], residual, slopes, False)


@adjoint(implicit)
def _(root, residual, slopes) -> y:
    d[residual] = implicit_step(d[y], residual, slopes, True)


@linear(implicit_step, "g")
def _(g, residual, slopes, turned) -> y:
    d[g] = implicit_step(d[y], residual, slopes, not turned)


@tangent(implicit_step)
def _(g, residual, slopes, turned) -> y:
    d[y] = implicit_step(d[g], residual, slopes, turned)
    d[y] += not_differentiated(d[residual], "the second derivative of an implicit function")


@tangent(with_values, gives=scipy.optimize.OptimizeResult)
def _(result, names, values) -> r:
    d[r] = only_values(result, names, d[values])


@adjoint(with_values)
def _(result, names, values) -> r:
    d[values] = values_bar(d[r], names)


@tangent(corrected)
def _(x, exact) -> y:
    d[y] = d[x]


# Closed forms


@composite(scipy.optimize.rosen, "x")
def _(x) -> y:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2, axis=0)


@composite(scipy.optimize.nnls, "A", "b")
def _(A, b, *, maxiter=None) -> (x, rnorm):
    # On the entries that are not 0 it is a least-squares problem without bounds.
    found = np.linalg.pinv(A * (x > 0)) @ b
    return found, np.linalg.norm(A @ found - b)
