"""Incompressible flow on a square grid: a lid-driven cavity and a periodic channel.

Both follow the usual explicit projection scheme: momentum by upwind differences, pressure by
a fixed number of Jacobi sweeps of a Poisson equation.
"""

import numpy as np

from benchmarks.kernels.kernel import Kernel


def build_up_b(b, rho, dt, u, v, dx, dy):
    """Right hand side of the pressure equation, inside."""
    du_dx = (u[1:-1, 2:] - u[1:-1, :-2]) / (2 * dx)
    dv_dy = (v[2:, 1:-1] - v[:-2, 1:-1]) / (2 * dy)
    du_dy = (u[2:, 1:-1] - u[:-2, 1:-1]) / (2 * dy)
    dv_dx = (v[1:-1, 2:] - v[1:-1, :-2]) / (2 * dx)
    b[1:-1, 1:-1] = rho * ((du_dx + dv_dy) / dt - du_dx**2 - 2 * du_dy * dv_dx - dv_dy**2)


def pressure_poisson(sweeps, p, dx, dy, b):
    """Relax the pressure in place; its normal derivative vanishes at the walls."""
    for _ in range(sweeps):
        pn = p.copy()
        p[1:-1, 1:-1] = (
            (pn[1:-1, 2:] + pn[1:-1, :-2]) * dy**2 + (pn[2:, 1:-1] + pn[:-2, 1:-1]) * dx**2
        ) / (2 * (dx**2 + dy**2)) - dx**2 * dy**2 / (2 * (dx**2 + dy**2)) * b[1:-1, 1:-1]
        p[:, -1] = p[:, -2]
        p[0, :] = p[1, :]
        p[:, 0] = p[:, 1]
        p[-1, :] = 0


def cavity_flow(steps, sweeps, u, v, p, dt, dx, dy, rho, nu):
    """Fluid in a box whose lid moves."""
    b = np.zeros_like(u)
    for _ in range(steps):
        un, vn = u.copy(), v.copy()
        build_up_b(b, rho, dt, u, v, dx, dy)
        pressure_poisson(sweeps, p, dx, dy, b)
        u[1:-1, 1:-1] = (
            un[1:-1, 1:-1]
            - un[1:-1, 1:-1] * dt / dx * (un[1:-1, 1:-1] - un[1:-1, :-2])
            - vn[1:-1, 1:-1] * dt / dy * (un[1:-1, 1:-1] - un[:-2, 1:-1])
            - dt / (2 * rho * dx) * (p[1:-1, 2:] - p[1:-1, :-2])
            + nu * dt / dx**2 * (un[1:-1, 2:] - 2 * un[1:-1, 1:-1] + un[1:-1, :-2])
            + nu * dt / dy**2 * (un[2:, 1:-1] - 2 * un[1:-1, 1:-1] + un[:-2, 1:-1])
        )
        v[1:-1, 1:-1] = (
            vn[1:-1, 1:-1]
            - un[1:-1, 1:-1] * dt / dx * (vn[1:-1, 1:-1] - vn[1:-1, :-2])
            - vn[1:-1, 1:-1] * dt / dy * (vn[1:-1, 1:-1] - vn[:-2, 1:-1])
            - dt / (2 * rho * dy) * (p[2:, 1:-1] - p[:-2, 1:-1])
            + nu * dt / dx**2 * (vn[1:-1, 2:] - 2 * vn[1:-1, 1:-1] + vn[1:-1, :-2])
            + nu * dt / dy**2 * (vn[2:, 1:-1] - 2 * vn[1:-1, 1:-1] + vn[:-2, 1:-1])
        )
        u[0, :] = 0
        u[:, 0] = 0
        u[:, -1] = 0
        u[-1, :] = 1  # the lid
        v[0, :] = 0
        v[-1, :] = 0
        v[:, 0] = 0
        v[:, -1] = 0


def cavity_flow_loss(steps, sweeps, u, v, p, dt, dx, dy, rho, nu):
    cavity_flow(steps, sweeps, u, v, p, dt, dx, dy, rho, nu)
    return np.sum(u * u + v * v) + np.sum(p[1:-1, 1:-1] ** 2)


def cavity_flow_inputs(size):
    n, steps, sweeps = {"small": (5, 2, 2), "large": (61, 25, 20)}[size]
    rng = np.random.default_rng(0)
    u, v, p = (0.1 * rng.standard_normal((n, n)) for _ in range(3))
    dx = 2 / (n - 1)
    return steps, sweeps, u, v, p, 0.25 * dx**2, dx, dx, 1.0, 0.1


def wrapped(f):
    """The neighbours to the east and to the west in a periodic channel."""
    east, west = np.empty_like(f), np.empty_like(f)
    east[:, :-1] = f[:, 1:]
    east[:, -1] = f[:, 0]
    west[:, 1:] = f[:, :-1]
    west[:, 0] = f[:, -1]
    return east[1:-1], west[1:-1]


def channel_flow(most, sweeps, tolerance, u, v, p, dt, dx, dy, rho, nu, force):
    """Drive fluid through a channel, periodic along x, until its speed changes no more."""
    steps = 0
    change = 1.0
    b = np.zeros_like(u)
    while change > tolerance and steps < most:
        un, vn = u.copy(), v.copy()
        ue, uw = wrapped(un)
        ve, vw = wrapped(vn)
        du_dx, dv_dy = (ue - uw) / (2 * dx), (vn[2:] - vn[:-2]) / (2 * dy)
        du_dy, dv_dx = (un[2:] - un[:-2]) / (2 * dy), (ve - vw) / (2 * dx)
        b[1:-1] = rho * ((du_dx + dv_dy) / dt - du_dx**2 - 2 * du_dy * dv_dx - dv_dy**2)
        for _ in range(sweeps):
            pn = p.copy()
            pe, pw = wrapped(pn)
            p[1:-1] = ((pe + pw) * dy**2 + (pn[2:] + pn[:-2]) * dx**2 - dx**2 * dy**2 * b[1:-1]) / (
                2 * (dx**2 + dy**2)
            )
            p[-1, :] = p[-2, :]
            p[0, :] = p[1, :]
        pe, pw = wrapped(p)
        uc, vc = un[1:-1], vn[1:-1]
        u[1:-1] = (
            uc - uc * dt / dx * (uc - uw) - vc * dt / dy * (uc - un[:-2])
            - dt / (2 * rho * dx) * (pe - pw)
            + nu * (dt / dx**2 * (ue - 2 * uc + uw) + dt / dy**2 * (un[2:] - 2 * uc + un[:-2]))
            + force * dt
        )  # fmt: skip
        v[1:-1] = (
            vc - uc * dt / dx * (vc - vw) - vc * dt / dy * (vc - vn[:-2])
            - dt / (2 * rho * dy) * (p[2:] - p[:-2])
            + nu * (dt / dx**2 * (ve - 2 * vc + vw) + dt / dy**2 * (vn[2:] - 2 * vc + vn[:-2]))
        )  # fmt: skip
        for wall in (0, -1):
            u[wall, :] = 0
            v[wall, :] = 0
        change = abs(np.sum(u) - np.sum(un)) / np.sum(np.abs(u))
        steps += 1
    return steps


def channel_flow_loss(most, sweeps, tolerance, u, v, p, dt, dx, dy, rho, nu, force):
    channel_flow(most, sweeps, tolerance, u, v, p, dt, dx, dy, rho, nu, force)
    return np.sum(u * u) + np.sum(v * v)


def channel_flow_inputs(size):
    n, most, sweeps = {"small": (5, 3, 2), "large": (61, 25, 20)}[size]
    rng = np.random.default_rng(1)
    u, v, p = (0.1 * rng.standard_normal((n, n)) for _ in range(3))
    dx = 2 / (n - 1)
    return most, sweeps, 1e-3, u, v, p, 0.1 * dx**2, dx, dx, 1.0, 0.1, 1.0


KERNELS = [
    Kernel(cavity_flow_loss, cavity_flow_inputs, ("u", "v", "p", "dt", "dx", "dy", "rho", "nu")),
    Kernel(
        channel_flow_loss, channel_flow_inputs,
        ("u", "v", "p", "dt", "dx", "dy", "rho", "nu", "force"), analytic=False,
    ),
]  # fmt: skip
