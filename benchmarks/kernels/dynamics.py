"""Integrators of ordinary differential equations that step a state in place."""

import numpy as np

from benchmarks.kernels.kernel import Kernel


def accelerations(pos, mass, g, softening, acc):
    """Fill acc with the gravity of all bodies on each."""
    for i in range(pos.shape[0]):
        d = pos - pos[i]
        inv = (np.sum(d * d, axis=1) + softening**2) ** -1.5
        acc[i] = g * (mass * inv) @ d


def n_body(mass, pos, vel, steps, dt, g, softening):
    """Kick, drift, kick; returns the kinetic and potential energies of all steps."""
    kinetic = np.zeros(steps + 1, dtype=pos.dtype)
    potential = np.zeros(steps + 1, dtype=pos.dtype)
    acc = np.zeros_like(pos)
    vel -= mass @ vel / np.sum(mass)
    accelerations(pos, mass, g, softening, acc)
    for t in range(steps + 1):
        kinetic[t] = 0.5 * np.sum(mass * np.sum(vel * vel, axis=1))
        for i in range(len(mass) - 1):
            d = pos[i + 1 :] - pos[i]
            distance = np.sqrt(np.sum(d * d, axis=1) + softening**2)
            potential[t] -= g * mass[i] * np.sum(mass[i + 1 :] / distance)
        vel += 0.5 * dt * acc
        pos += dt * vel
        accelerations(pos, mass, g, softening, acc)
        vel += 0.5 * dt * acc
    return kinetic, potential


def n_body_loss(mass, pos, vel, steps, dt, g, softening):
    kinetic, potential = n_body(mass, pos, vel, steps, dt, g, softening)
    return np.sum(kinetic * kinetic) + np.sum(potential) + np.sum(pos * pos)


def n_body_inputs(size):
    bodies, steps = {"small": (3, 3), "large": (25, 50)}[size]
    rng = np.random.default_rng(0)
    return (
        20.0 * rng.random(bodies) / bodies,
        rng.standard_normal((bodies, 3)), rng.standard_normal((bodies, 3)),
        steps, 0.01, 1.0, 0.1,
    )  # fmt: skip


def lorenz(y, sigma, rho, beta):
    """Right hand side of the Lorenz equations for many states at once."""
    dy = np.empty_like(y)
    dy[0] = sigma * (y[1] - y[0])
    dy[1] = y[0] * (rho - y[2]) - y[1]
    dy[2] = y[0] * y[1] - beta * y[2]
    return dy


def rk4(y0, steps, dt, sigma, rho, beta):
    """Classical Runge-Kutta steps into a preallocated trajectory."""
    trajectory = np.empty((steps + 1, *y0.shape), dtype=y0.dtype)
    trajectory[0] = y0
    for t in range(steps):
        y = trajectory[t]
        k1 = lorenz(y, sigma, rho, beta)
        k2 = lorenz(y + 0.5 * dt * k1, sigma, rho, beta)
        k3 = lorenz(y + 0.5 * dt * k2, sigma, rho, beta)
        k4 = lorenz(y + dt * k3, sigma, rho, beta)
        trajectory[t + 1] = y + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return trajectory


def rk4_loss(y0, steps, dt, sigma, rho, beta):
    return np.mean(rk4(y0, steps, dt, sigma, rho, beta) ** 2)


def rk4_inputs(size):
    states, steps = {"small": (2, 4), "large": (200, 200)}[size]
    y0 = 1.0 + np.random.default_rng(1).random((3, states))
    return y0, steps, 0.01, 10.0, 28.0, 8.0 / 3.0


def spring_force(x, stiffness, force):
    """Forces in a chain of anharmonic springs with fixed ends."""
    stretch = np.zeros(len(x) + 1, dtype=x.dtype)
    stretch[:-1] = x
    stretch[1:] -= x
    tension = stiffness * (stretch + stretch**3)
    force[:] = tension[1:] - tension[:-1]


def leapfrog(x, p, stiffness, steps, dt):
    """Symplectic steps of a chain: half a kick, a drift, half a kick, all in place."""
    force = np.zeros_like(x)
    spring_force(x, stiffness, force)
    for _ in range(steps):
        p += 0.5 * dt * force
        x += dt * p
        spring_force(x, stiffness, force)
        p += 0.5 * dt * force


def leapfrog_loss(x, p, stiffness, steps, dt):
    leapfrog(x, p, stiffness, steps, dt)
    return np.sum(x[::2] ** 2) + p @ p


def leapfrog_inputs(size):
    n, steps = {"small": (5, 4), "large": (1000, 300)}[size]
    rng = np.random.default_rng(2)
    return 0.3 * rng.standard_normal(n), rng.standard_normal(n), 1 + rng.random(n + 1), steps, 0.05


KERNELS = [
    Kernel(n_body_loss, n_body_inputs, ("mass", "pos", "vel", "dt", "g", "softening")),
    Kernel(rk4_loss, rk4_inputs, ("y0", "dt", "sigma", "rho", "beta")),
    Kernel(leapfrog_loss, leapfrog_inputs, ("x", "p", "stiffness", "dt")),
]
