"""SciPy's functions of functions: both modes against differences, and what is refused."""

import numpy as np
import pytest

for module in ("integrate", "optimize", "linalg", "spatial.transform"):
    pytest.importorskip(f"scipy.{module}")
import scipy  # noqa: E402

import s2s  # noqa: E402

X = np.array([0.7, 1.3])


def swing(t, y, k):
    """A pendulum."""
    return np.array([y[1], -k * np.sin(y[0])])


def swing_list(t, y, k, c):
    """A damped pendulum, as a list."""
    return [y[1], -k * np.sin(y[0]) - c * y[1]]


def system(z, a):
    """Two equations."""
    return np.array([z[0] + 0.5 * z[1] - a[0], z[1] - 0.3 * np.sin(z[0]) - a[1]])


def bowl(z, a):
    """A function with one minimum."""
    return (z[0] - a[0]) ** 2 + (z[1] - a[1] * z[0]) ** 2 + 0.1 * z[1] ** 4


def fit(z, a):
    """Residuals that do not vanish."""
    return np.array([z[0] - a[0], z[0] * z[1] - a[1], z[1] - 0.3])


PROGRAMS = {
    "quad": lambda x: scipy.integrate.quad(lambda t: np.exp(-x[0] * t**2), 0.0, x[1])[0],
    "quad of arguments": lambda x: scipy.integrate.quad(
        lambda t, k, c: np.cos(k * t) * c, 0.0, 2.0, args=(x[0], x[1]))[0],
    "quad to infinity": lambda x: scipy.integrate.quad(
        lambda t: np.exp(-x[0] * t) / (1 + x[1] * t), 0.0, np.inf)[0],
    "quad over the line": lambda x: scipy.integrate.quad(
        lambda t: np.exp(-x[0] * t * t) * (1 + x[1] * t), -np.inf, np.inf)[0],
    "quad from infinity": lambda x: scipy.integrate.quad(
        lambda t: np.exp(x[0] * t) * x[1], -np.inf, 1.0)[0],
    "quad_vec": lambda x: np.sum(scipy.integrate.quad_vec(lambda t: np.sin(t * x), 0.0, 1.0)[0] * x),
    "fixed_quad": lambda x: scipy.integrate.fixed_quad(
        lambda t: np.sin(t * x[0]), 0.0, x[1], n=5)[0],
    "solve_ivp": lambda x: scipy.integrate.solve_ivp(
        swing, (0.0, 1.0), np.array([x[1], 0.0]), args=(x[0],), rtol=1e-11, atol=1e-11).y[0, -1],
    "solve_ivp at times": lambda x: np.sum(scipy.integrate.solve_ivp(
        swing_list, (0.0, 1.0), [0.5, 0.0], t_eval=[0.3, 0.8], args=(x[0], x[1]), rtol=1e-11, atol=1e-11).y),
    "solve_ivp by another method": lambda x: scipy.integrate.solve_ivp(
        swing, (0.0, 1.0), np.array([x[1], 0.0]), method="DOP853", args=(x[0],), rtol=1e-11, atol=1e-11).y[1, -1],
    "odeint": lambda x: np.sum(scipy.integrate.odeint(
        lambda y, t, k: np.array([y[1], -k * y[0]]), np.array([x[1], 0.0]), np.array([0.0, 0.4, 1.0]),
        args=(x[0],), rtol=1e-11, atol=1e-11)[1:]),
    "dblquad": lambda x: scipy.integrate.dblquad(
        lambda u, v: np.sin(u * x[0]) * v, 0.0, x[1], 0.0, 1.0)[0],
    "brentq": lambda x: scipy.optimize.brentq(lambda t, a: t**3 + t - a, 0.0, 5.0, args=(x[0],)) * x[1],
    "bisect": lambda x: scipy.optimize.bisect(lambda t: x[1] * t**3 + t - x[0], 0.0, 5.0, xtol=1e-14),
    "newton": lambda x: scipy.optimize.newton(lambda t: np.cos(t) - x[0] * t, 0.8, tol=1e-14) * x[1],
    "root_scalar": lambda x: scipy.optimize.root_scalar(
        lambda t: x[1] * t**3 + t - x[0], bracket=(0.0, 5.0)).root,
    "fsolve": lambda x: np.sum(scipy.optimize.fsolve(system, np.ones(2), args=(x,), xtol=1e-14) * x),
    "root": lambda x: np.sum(scipy.optimize.root(system, np.ones(2), args=(x,), tol=1e-14).x * x),
    "fixed_point": lambda x: scipy.optimize.fixed_point(
        lambda z, a: np.cos(a * z), 0.5, args=(x[0],), xtol=1e-13) * x[1],
    "minimize": lambda x: np.sum(scipy.optimize.minimize(
        bowl, np.ones(2), args=(x,), method="Nelder-Mead", tol=1e-13).x * x),
    "minimize, its value": lambda x: scipy.optimize.minimize(
        bowl, np.ones(2), args=(x,), method="Nelder-Mead", tol=1e-13).fun,
    "least_squares": lambda x: np.sum(scipy.optimize.least_squares(
        fit, np.ones(2), args=(x,), xtol=1e-15, ftol=1e-15, gtol=1e-15).x * x),
    "least_squares, its cost": lambda x: scipy.optimize.least_squares(
        fit, np.ones(2), args=(x,), xtol=1e-15, ftol=1e-15, gtol=1e-15).cost,
    "nnls": lambda x: np.sum(scipy.optimize.nnls(np.array([[2.0, 0.1], [x[1], 1.5], [0.2, 0.4]]),
                             np.array([x[0], 1.0, 2.0]))[0] * x),
    "rosen": lambda x: scipy.optimize.rosen(x),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_gradient_and_tangent(name):
    fn = PROGRAMS[name]
    step = 1e-4
    slopes = [(fn(X + step * e) - fn(X - step * e)) / (2 * step) for e in np.eye(2)]
    value, found = s2s.value_and_grad(fn)(X)
    assert value == pytest.approx(fn(X), rel=1e-12)
    # A minimum is found to half the digits: its differences tell no more.
    coarse = name in ("minimize", "least_squares")
    np.testing.assert_allclose(found, slopes, rtol=5e-5 if coarse else 2e-6, atol=2e-7)
    _, tangent = s2s.jvp(fn, (X,), (np.array([1.0, -2.0]),))
    np.testing.assert_allclose(tangent, found @ [1.0, -2.0], rtol=1e-9)


def test_a_second_derivative_of_a_root_is_refused():
    with pytest.raises((NotImplementedError, s2s.S2SError)):
        s2s.hessian(PROGRAMS["brentq"])(X)


def test_an_integral_has_a_second_derivative():
    def outer(x):
        return s2s.grad(PROGRAMS["quad"])(x) @ np.array([0.4, -0.3])

    step = 1e-5
    slopes = [(outer(X + step * e) - outer(X - step * e)) / (2 * step) for e in np.eye(2)]
    found = s2s.hessian(PROGRAMS["quad"])(X) @ np.array([0.4, -0.3])
    np.testing.assert_allclose(found, slopes, rtol=1e-6)


def test_entries_of_a_result_without_a_rule_are_refused():
    def fn(x):
        return np.sum(scipy.optimize.least_squares(fit, np.ones(2), args=(x,)).jac)

    with pytest.raises((NotImplementedError, s2s.S2SError)):
        s2s.grad(fn)(X)


def test_a_wild_integrand_is_refused():
    def fn(x):
        return scipy.integrate.quad(lambda t: x[0] / np.sqrt(np.abs(t - 0.3)), 0.0, 1.0)[0]

    with pytest.raises(ArithmeticError, match="too wild"):
        s2s.grad(fn)(X)


def test_times_are_held():
    def fn(x):
        return scipy.integrate.solve_ivp(lambda t, y: -y, (0.0, x[1]), [1.0]).y[0, -1]

    with pytest.raises((NotImplementedError, s2s.S2SError)):
        s2s.grad(fn)(X)


def turned(x):
    """Rotations made, multiplied, inverted and applied."""
    first = scipy.spatial.transform.Rotation.from_rotvec(np.append(x, 0.4))
    second = scipy.spatial.transform.Rotation.from_quat(np.append(x, [0.2, 1.0]))
    both = (first * second.inv()).as_matrix()
    rows = first.apply(np.outer(x, [1.0, 2.0, 3.0])) + second.apply(both, inverse=True)[:2]
    return np.sum(rows * rows * np.arange(6.0).reshape(2, 3)) + np.sum(both * np.arange(9.0).reshape(3, 3))


def hessenberg(x):
    """The Hessenberg form of a matrix."""
    a = np.sin(np.arange(16.0).reshape(4, 4)) * x[0] + np.cos(np.arange(16.0) ** 2).reshape(4, 4) * x[1]
    return np.sum(scipy.linalg.hessenberg(a) * np.arange(16.0).reshape(4, 4))


@pytest.mark.parametrize("fn", [turned, hessenberg])
def test_rotations_and_forms(fn):
    step = 1e-5
    slopes = [(fn(X + step * e) - fn(X - step * e)) / (2 * step) for e in np.eye(2)]
    found = s2s.grad(fn)(X)
    np.testing.assert_allclose(found, slopes, rtol=1e-7)
    _, tangent = s2s.jvp(fn, (X,), (np.array([1.0, -2.0]),))
    np.testing.assert_allclose(tangent, found @ [1.0, -2.0], rtol=1e-9)
