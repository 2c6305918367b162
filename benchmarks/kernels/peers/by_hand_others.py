"""Adjoints by hand of networks, a Fourier transform and integrators."""

import numpy as np

from benchmarks.kernels import dynamics, nets, quantum


def softmax(x, weights):
    s = nets.softmax(x)
    x_bar = weights - np.sum(weights * s, axis=-1, keepdims=True)
    x_bar *= s
    return x_bar, s


def conv2d_bias(x, weights, bias):
    out = nets.conv2d_bias(x, weights, bias)
    k = weights.shape[0]
    out_bar = out * (2.0 / out.size)
    x_bar, weights_bar = np.zeros_like(x), np.zeros_like(weights)
    for i in range(out.shape[1] - 1, -1, -1):
        for j in range(out.shape[2] - 1, -1, -1):
            t = out_bar[:, i, j, :]
            x_bar[:, i : i + k, j : j + k, :] += np.tensordot(t, weights, axes=(1, 3))
            weights_bar += np.tensordot(x[:, i : i + k, j : j + k, :], t, axes=(0, 0))
    return x_bar, weights_bar, np.sum(out_bar, axis=(0, 1, 2))


def mlp(x, w1, b1, w2, b2, w3, b3, labels):
    h1 = np.maximum(x @ w1 + b1, 0)
    h2 = np.maximum(h1 @ w2 + b2, 0)
    z_bar = nets.softmax(h2 @ w3 + b3)
    z_bar[np.arange(len(labels)), labels] -= 1.0
    z_bar /= len(labels)
    h2_bar = z_bar @ w3.T
    h2_bar *= h2 > 0
    h1_bar = h2_bar @ w2.T
    h1_bar *= h1 > 0
    return (
        h1_bar @ w1.T, x.T @ h1_bar, np.sum(h1_bar, axis=0), h1.T @ h2_bar,
        np.sum(h2_bar, axis=0), h2.T @ z_bar, np.sum(z_bar, axis=0),
    )  # fmt: skip


def stockham_fft(x, weights):
    y = quantum.stockham_fft(x)
    # The matrix of the transform is symmetric: its transpose is the transform.
    x_bar = quantum.stockham_fft(weights * (2.0 * y.real - 1j))
    return x_bar, y.real**2 + y.imag


def lorenz(y, d, sigma, rho, beta):
    """Pull d back through the right hand side: for y, and for the three constants."""
    y_bar = np.empty_like(y)
    y_bar[0] = d[1] * (rho - y[2]) + d[2] * y[1] - sigma * d[0]
    y_bar[1] = sigma * d[0] - d[1] + d[2] * y[0]
    y_bar[2] = -d[1] * y[0] - beta * d[2]
    return y_bar, np.sum(d[0] * (y[1] - y[0])), np.sum(d[1] * y[0]), -np.sum(d[2] * y[2])


def rk4(y0, steps, dt, sigma, rho, beta):
    trajectory = dynamics.rk4(y0, steps, dt, sigma, rho, beta)
    constants = sigma, rho, beta
    trajectory_bar = trajectory * (2.0 / trajectory.size)
    dt_bar, constants_bar = 0.0, np.zeros(3)
    for t in range(steps - 1, -1, -1):
        y, d = trajectory[t], trajectory_bar[t + 1]
        k1 = dynamics.lorenz(y, *constants)
        y2 = y + 0.5 * dt * k1
        k2 = dynamics.lorenz(y2, *constants)
        y3 = y + 0.5 * dt * k2
        k3 = dynamics.lorenz(y3, *constants)
        y4 = y + dt * k3
        k4 = dynamics.lorenz(y4, *constants)
        dt_bar += np.sum(d * (k1 + 2 * k2 + 2 * k3 + k4)) / 6
        y_bar = d.copy()
        d6 = dt / 6 * d
        back, *c4 = lorenz(y4, d6, *constants)
        y_bar += back
        dt_bar += np.sum(back * k3)
        back, *c3 = lorenz(y3, 2 * d6 + dt * back, *constants)
        y_bar += back
        dt_bar += 0.5 * np.sum(back * k2)
        back, *c2 = lorenz(y2, 2 * d6 + 0.5 * dt * back, *constants)
        y_bar += back
        dt_bar += 0.5 * np.sum(back * k1)
        back, *c1 = lorenz(y, d6 + 0.5 * dt * back, *constants)
        y_bar += back
        constants_bar += np.array(c1) + c2 + c3 + c4
        trajectory_bar[t] += y_bar
    return trajectory_bar[0], dt_bar, *constants_bar


def spring_force(x, stiffness, force_bar, x_bar, stiffness_bar):
    """Pull force_bar back through the forces, into x_bar and stiffness_bar."""
    stretch = np.zeros(len(x) + 1)
    stretch[:-1] = x
    stretch[1:] -= x
    tension_bar = np.zeros(len(x) + 1)
    tension_bar[1:] = force_bar
    tension_bar[:-1] -= force_bar
    square = stretch * stretch
    stiffness_bar += tension_bar * stretch * (1 + square)
    stretch_bar = tension_bar * stiffness * (1 + 3 * square)
    x_bar += stretch_bar[:-1]
    x_bar -= stretch_bar[1:]


def leapfrog(x, p, stiffness, steps, dt):
    x, p = x.copy(), p.copy()
    force = np.zeros_like(x)
    dynamics.spring_force(x, stiffness, force)
    xs, ps, forces = [x.copy()], [], [force.copy()]
    for _ in range(steps):
        p += 0.5 * dt * force
        ps.append(p.copy())
        x += dt * p
        xs.append(x.copy())
        dynamics.spring_force(x, stiffness, force)
        forces.append(force.copy())
        p += 0.5 * dt * force
    x_bar, p_bar = np.zeros_like(x), 2 * p
    x_bar[::2] = 2 * x[::2]
    force_bar, stiffness_bar, dt_bar = np.zeros_like(x), np.zeros_like(stiffness), 0.0
    for _ in range(steps):
        force_bar += 0.5 * dt * p_bar
        dt_bar += 0.5 * (p_bar @ forces.pop())
        spring_force(xs.pop(), stiffness, force_bar, x_bar, stiffness_bar)
        p_bar += dt * x_bar
        dt_bar += x_bar @ ps.pop()
        force_bar = 0.5 * dt * p_bar
        dt_bar += 0.5 * (p_bar @ forces[-1])
    spring_force(xs.pop(), stiffness, force_bar, x_bar, stiffness_bar)
    return x_bar, p_bar, stiffness_bar, dt_bar


ADJOINTS = {f.__name__: f for f in (softmax, conv2d_bias, mlp, stockham_fft, rk4, leapfrog)}
