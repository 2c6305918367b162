"""Stencils on regular grids, swept in place: relaxation, heat, waves, alternating directions."""

import numpy as np

from benchmarks.kernels.kernel import Kernel


def jacobi_1d(steps, a, b):
    """Average three neighbours, back and forth between two buffers."""
    for _ in range(steps):
        b[1:-1] = (a[:-2] + a[1:-1] + a[2:]) / 3
        a[1:-1] = (b[:-2] + b[1:-1] + b[2:]) / 3


def jacobi_1d_loss(steps, a, b):
    jacobi_1d(steps, a, b)
    return np.sum(a * a)


def jacobi_1d_inputs(size):
    n, steps = {"small": (8, 3), "large": (4000, 400)}[size]
    rng = np.random.default_rng(0)
    return steps, rng.standard_normal(n), rng.standard_normal(n)


def jacobi_2d(steps, a, b):
    """Average five neighbours, back and forth between two buffers."""
    for _ in range(steps):
        b[1:-1, 1:-1] = 0.2 * (
            a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1]
        )
        a[1:-1, 1:-1] = 0.2 * (
            b[1:-1, 1:-1] + b[1:-1, :-2] + b[1:-1, 2:] + b[2:, 1:-1] + b[:-2, 1:-1]
        )


def jacobi_2d_loss(steps, a, b):
    jacobi_2d(steps, a, b)
    return np.sum(a * a)


def jacobi_2d_inputs(size):
    n, steps = {"small": (5, 2), "large": (150, 100)}[size]
    rng = np.random.default_rng(1)
    return steps, rng.standard_normal((n, n)), rng.standard_normal((n, n))


def diffuse_3d(old, new):
    """One explicit step of the heat equation from one buffer into another."""
    centre = old[1:-1, 1:-1, 1:-1]
    new[1:-1, 1:-1, 1:-1] = (
        centre
        + 0.125 * (old[2:, 1:-1, 1:-1] - 2 * centre + old[:-2, 1:-1, 1:-1])
        + 0.125 * (old[1:-1, 2:, 1:-1] - 2 * centre + old[1:-1, :-2, 1:-1])
        + 0.125 * (old[1:-1, 1:-1, 2:] - 2 * centre + old[1:-1, 1:-1, :-2])
    )


def heat_3d(steps, a, b):
    """The heat equation in a box."""
    for _ in range(steps):
        diffuse_3d(a, b)
        diffuse_3d(b, a)


def heat_3d_loss(steps, a, b):
    heat_3d(steps, a, b)
    return np.sum(a * a)


def heat_3d_inputs(size):
    n, steps = {"small": (4, 2), "large": (32, 50)}[size]
    rng = np.random.default_rng(2)
    return steps, rng.standard_normal((n, n, n)), rng.standard_normal((n, n, n))


def seidel_2d(steps, a):
    """Gauss-Seidel smoothing with nine points: new values are used as soon as they are there."""
    n, m = a.shape
    for _ in range(steps):
        for i in range(1, n - 1):
            a[i, 1:-1] += (
                a[i - 1, :-2] + a[i - 1, 1:-1] + a[i - 1, 2:]
                + a[i, 2:]
                + a[i + 1, :-2] + a[i + 1, 1:-1] + a[i + 1, 2:]
            )  # fmt: skip
            for j in range(1, m - 1):
                a[i, j] += a[i, j - 1]
                a[i, j] /= 9


def seidel_2d_loss(steps, a):
    seidel_2d(steps, a)
    return np.sum(a * a)


def seidel_2d_inputs(size):
    n, steps = {"small": (6, 2), "large": (40, 10)}[size]
    return steps, np.random.default_rng(3).standard_normal((n, n))


def fdtd_2d(ex, ey, hz, source):
    """Electric and magnetic fields on a staggered grid, driven at one edge."""
    for pulse in source:
        ey[0, :] = pulse
        ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])


def fdtd_2d_loss(ex, ey, hz, source):
    fdtd_2d(ex, ey, hz, source)
    return np.sum(ex * ex + ey * ey) + np.sum(hz * hz)


def fdtd_2d_inputs(size):
    n, m, steps = {"small": (4, 5, 4), "large": (120, 140, 100)}[size]
    rng = np.random.default_rng(4)
    fields = tuple(0.1 * rng.standard_normal((n, m)) for _ in range(3))
    return *fields, np.sin(0.3 * np.arange(steps))


def adi(steps, u):
    """Alternating direction implicit heat conduction: tridiagonal sweeps, columns then rows."""
    n = u.shape[0]
    v, p, q = np.zeros_like(u), np.zeros_like(u), np.zeros_like(u)
    dx = dy = 1.0 / n
    dt = 1.0 / steps
    mul1 = 2.0 * dt / (dx * dx)
    mul2 = 1.0 * dt / (dy * dy)
    a = -mul1 / 2.0
    b = 1.0 + mul1
    c = a
    d = -mul2 / 2.0
    e = 1.0 + mul2
    f = d
    for _ in range(steps):
        v[0, 1:-1] = 1.0
        p[1:-1, 0] = 0.0
        q[1:-1, 0] = v[0, 1:-1]
        for j in range(1, n - 1):
            p[1:-1, j] = -c / (a * p[1:-1, j - 1] + b)
            q[1:-1, j] = (
                -d * u[j, :-2] + (1.0 + 2.0 * d) * u[j, 1:-1] - f * u[j, 2:]
                - a * q[1:-1, j - 1]
            ) / (a * p[1:-1, j - 1] + b)  # fmt: skip
        v[-1, 1:-1] = 1.0
        for j in range(n - 2, 0, -1):
            v[j, 1:-1] = p[1:-1, j] * v[j + 1, 1:-1] + q[1:-1, j]

        u[1:-1, 0] = 1.0
        p[1:-1, 0] = 0.0
        q[1:-1, 0] = u[1:-1, 0]
        for j in range(1, n - 1):
            p[1:-1, j] = -f / (d * p[1:-1, j - 1] + e)
            q[1:-1, j] = (
                -a * v[:-2, j] + (1.0 + 2.0 * a) * v[1:-1, j] - c * v[2:, j]
                - d * q[1:-1, j - 1]
            ) / (d * p[1:-1, j - 1] + e)  # fmt: skip
        u[1:-1, -1] = 1.0
        for j in range(n - 2, 0, -1):
            u[1:-1, j] = p[1:-1, j] * u[1:-1, j + 1] + q[1:-1, j]


def adi_loss(steps, u):
    adi(steps, u)
    return np.sum(u * u)


def adi_inputs(size):
    n, steps = {"small": (6, 2), "large": (80, 10)}[size]
    i, j = np.indices((n, n))
    return steps, (i + n - j) / n


KERNELS = [
    Kernel(jacobi_1d_loss, jacobi_1d_inputs, ("a", "b")),
    Kernel(jacobi_2d_loss, jacobi_2d_inputs, ("a", "b")),
    Kernel(heat_3d_loss, heat_3d_inputs, ("a", "b")),
    Kernel(seidel_2d_loss, seidel_2d_inputs, ("a",)),
    Kernel(fdtd_2d_loss, fdtd_2d_inputs, ("ex", "ey", "hz", "source")),
    Kernel(adi_loss, adi_inputs, ("u",)),
]
