"""The kernels compute what they are named for: a gradient of the wrong program proves nothing."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg
import scipy.sparse
from scipy.integrate import solve_ivp
from scipy.optimize import least_squares
from scipy.signal import correlate
from scipy.sparse.csgraph import shortest_path

from benchmarks.kernels import KERNELS, blas, data, dynamics, factor, inference, nets, triangular
from benchmarks.kernels.quantum import stockham_fft


def inputs(name: str):
    return KERNELS[name].inputs("small")


def test_factorisations() -> None:
    (a,) = inputs("lu")
    packed = a.copy()
    factor.lu(packed)
    lower, upper = np.tril(packed, -1) + np.eye(len(a)), np.triu(packed)
    np.testing.assert_allclose(lower @ upper, a, rtol=1e-13)
    (a,) = inputs("cholesky")
    packed = a.copy()
    factor.cholesky(packed)
    np.testing.assert_allclose(np.tril(packed), np.linalg.cholesky(a), rtol=1e-13, atol=1e-15)
    (a,) = inputs("gramschmidt")
    q, r = factor.gramschmidt(a.copy())
    np.testing.assert_allclose(q @ r, a, rtol=1e-13)
    np.testing.assert_allclose(q.T @ q, np.eye(a.shape[1]), atol=1e-13)


def test_solutions() -> None:
    a, b = inputs("ludcmp")
    np.testing.assert_allclose(factor.ludcmp(a.copy(), b), np.linalg.solve(a, b), rtol=1e-12)
    lower, x, b = inputs("trisolv")
    triangular.trisolv(lower, x, b)
    np.testing.assert_allclose(x, np.linalg.solve(lower, b), rtol=1e-12)
    (r,) = inputs("durbin")
    system = scipy.linalg.toeplitz([1.0, *r[:-1]])
    np.testing.assert_allclose(factor.durbin(r), np.linalg.solve(system, -r), rtol=1e-12)


def test_products() -> None:
    alpha, beta, c, a, b = inputs("syr2k")
    expected = np.tril(alpha * (a @ b.T + b @ a.T) + beta * c) + np.triu(c, 1)
    triangular.syr2k(alpha, beta, c, a, b)
    np.testing.assert_allclose(c, expected, rtol=1e-13)
    alpha, beta, c, a = inputs("syrk")
    expected = np.tril(alpha * a @ a.T + beta * c) + np.triu(c, 1)
    triangular.syrk(alpha, beta, c, a)
    np.testing.assert_allclose(c, expected, rtol=1e-13)
    alpha, beta, c, a, b = inputs("symm")
    expected = alpha * (np.tril(a) + np.tril(a, -1).T) @ b + beta * c
    triangular.symm(alpha, beta, c, a, b)
    np.testing.assert_allclose(c, expected, rtol=1e-13)
    alpha, a, b = inputs("trmm")
    expected = alpha * (np.tril(a, -1) + np.eye(len(a))).T @ b
    triangular.trmm(alpha, a, b)
    np.testing.assert_allclose(b, expected, rtol=1e-13)
    pointers, columns, values, x = inputs("spmv")
    matrix = scipy.sparse.csr_matrix((values, columns, pointers), shape=(len(pointers) - 1, len(x)))
    np.testing.assert_allclose(blas.spmv(pointers, columns, values, x), matrix @ x, rtol=1e-13)


def test_statistics_and_graphs() -> None:
    (table,) = inputs("covariance")
    expected = np.cov(table, rowvar=False)
    np.testing.assert_allclose(data.covariance(table.copy()), expected, rtol=1e-12)
    expected = np.corrcoef(table, rowvar=False)
    np.testing.assert_allclose(data.correlation(table.copy()), expected, rtol=1e-12)
    (path,) = inputs("floyd_warshall")
    data.floyd_warshall(path)
    np.testing.assert_allclose(path, shortest_path(inputs("floyd_warshall")[0], "D"), rtol=1e-12)


def test_transforms_and_convolutions() -> None:
    x, _ = inputs("stockham_fft")
    np.testing.assert_allclose(stockham_fft(x), np.fft.fft(x), rtol=1e-12)
    x, weights, bias = inputs("conv2d_bias")
    out = nets.conv2d_bias(x, weights, bias)
    expected = correlate(x[1], weights[..., 0], mode="valid")[..., 0] + bias[0]
    np.testing.assert_allclose(out[1, :, :, 0], expected, rtol=1e-12)
    x, _ = inputs("softmax")
    np.testing.assert_allclose(np.log(nets.softmax(x)), scipy.special.log_softmax(x, -1), rtol=1e-12)


def test_integrators() -> None:
    y0, steps, dt, *constants = inputs("rk4")
    trajectory = dynamics.rk4(y0, steps, dt, *constants)
    exact = solve_ivp(
        lambda t, y: dynamics.lorenz(y, *constants), (0, steps * dt), y0[:, 0], rtol=1e-10
    )
    np.testing.assert_allclose(trajectory[-1, :, 0], exact.y[:, -1], rtol=1e-5)
    x, p, stiffness, steps, dt = inputs("leapfrog")

    def energy() -> float:
        stretch = np.diff(x, prepend=0.0, append=0.0)
        return 0.5 * p @ p + np.sum(stiffness * (stretch**2 / 2 + stretch**4 / 4))

    before = energy()
    dynamics.leapfrog(x, p, stiffness, 1000, 0.01)
    assert energy() == pytest.approx(before, rel=1e-3)
    mass, pos, vel, _, _, g, softening = inputs("n_body")
    kinetic, potential = dynamics.n_body(mass, pos, vel, 1000, 1e-4, g, softening)
    np.testing.assert_allclose(kinetic + potential, (kinetic + potential)[0], rtol=1e-3)


def test_fit() -> None:
    times, measured, theta, _ = inputs("gauss_newton")
    fitted = inference.gauss_newton(times, measured, theta, 60)
    best = least_squares(lambda q: q[0] + q[1] * np.exp(-q[2] * times) - measured, theta)
    np.testing.assert_allclose(fitted, best.x, rtol=1e-4)
