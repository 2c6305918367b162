"""Adjoints by hand of the programs on grids, statement by statement backwards.

Each takes the arguments of the loss and gives the gradients in the order of the kernel's `wrt`.
They run the program itself for its forward sweep, and store only what they read.
"""

import numpy as np

from benchmarks.kernels import stencils, weather


def jacobi_1d(steps, a, b):
    a, b = a.copy(), b.copy()
    stencils.jacobi_1d(steps, a, b)
    a_bar, b_bar = 2 * a, np.zeros_like(b)
    for _ in range(steps):
        for new, old in ((a_bar, b_bar), (b_bar, a_bar)):
            t = new[1:-1] / 3
            new[1:-1] = 0
            old[:-2] += t
            old[1:-1] += t
            old[2:] += t
    return a_bar, b_bar


def jacobi_2d(steps, a, b):
    a, b = a.copy(), b.copy()
    stencils.jacobi_2d(steps, a, b)
    a_bar, b_bar = 2 * a, np.zeros_like(b)
    for _ in range(steps):
        for new, old in ((a_bar, b_bar), (b_bar, a_bar)):
            t = 0.2 * new[1:-1, 1:-1]
            new[1:-1, 1:-1] = 0
            old[1:-1, 1:-1] += t
            old[1:-1, :-2] += t
            old[1:-1, 2:] += t
            old[2:, 1:-1] += t
            old[:-2, 1:-1] += t
    return a_bar, b_bar


def heat_3d(steps, a, b):
    a, b = a.copy(), b.copy()
    stencils.heat_3d(steps, a, b)
    a_bar, b_bar = 2 * a, np.zeros_like(b)
    for _ in range(steps):
        for new, old in ((a_bar, b_bar), (b_bar, a_bar)):
            t = new[1:-1, 1:-1, 1:-1].copy()
            new[1:-1, 1:-1, 1:-1] = 0
            t *= 0.125
            old[2:, 1:-1, 1:-1] += t
            old[:-2, 1:-1, 1:-1] += t
            old[1:-1, 2:, 1:-1] += t
            old[1:-1, :-2, 1:-1] += t
            old[1:-1, 1:-1, 2:] += t
            old[1:-1, 1:-1, :-2] += t
            t *= 2.0  # what is left of 1 - 6/8, in units of t
            old[1:-1, 1:-1, 1:-1] += t
    return a_bar, b_bar


def seidel_2d(steps, a):
    a = a.copy()
    stencils.seidel_2d(steps, a)
    n, m = a.shape
    a_bar = 2 * a
    for _ in range(steps):
        for i in range(n - 2, 0, -1):
            for j in range(m - 2, 0, -1):
                a_bar[i, j] /= 9
                a_bar[i, j - 1] += a_bar[i, j]
            t = a_bar[i, 1:-1].copy()
            a_bar[i, 2:] += t
            for row in (a_bar[i - 1], a_bar[i + 1]):
                row[:-2] += t
                row[1:-1] += t
                row[2:] += t
    return (a_bar,)


def fdtd_2d(ex, ey, hz, source):
    ex, ey, hz = ex.copy(), ey.copy(), hz.copy()
    stencils.fdtd_2d(ex, ey, hz, source)
    ex_bar, ey_bar, hz_bar = 2 * ex, 2 * ey, 2 * hz
    source_bar = np.zeros_like(source)
    for t in range(len(source) - 1, -1, -1):
        curl = 0.7 * hz_bar[:-1, :-1]
        ex_bar[:-1, 1:] -= curl
        ex_bar[:-1, :-1] += curl
        ey_bar[1:, :-1] -= curl
        ey_bar[:-1, :-1] += curl
        half = 0.5 * ex_bar[:, 1:]
        hz_bar[:, 1:] -= half
        hz_bar[:, :-1] += half
        half = 0.5 * ey_bar[1:, :]
        hz_bar[1:, :] -= half
        hz_bar[:-1, :] += half
        source_bar[t] = np.sum(ey_bar[0, :])
        ey_bar[0, :] = 0
    return ex_bar, ey_bar, hz_bar, source_bar


def horizontal_diffusion(in_field, out_field, coeff):
    out_field = out_field.copy()
    ni, nj, nk = out_field.shape
    weather.horizontal_diffusion(in_field, out_field, coeff)
    lap = 4.0 * in_field[1:-1, 1:-1, :] - (
        in_field[2:, 1:-1, :] + in_field[:-2, 1:-1, :]
        + in_field[1:-1, 2:, :] + in_field[1:-1, :-2, :]
    )  # fmt: skip
    flux_i = lap[1:, 1:-1, :] - lap[:-1, 1:-1, :]
    off_i = flux_i * (in_field[2 : ni + 3, 2:-2, :] - in_field[1 : ni + 2, 2:-2, :]) > 0
    flux_i[off_i] = 0.0
    flux_j = lap[1:-1, 1:, :] - lap[1:-1, :-1, :]
    off_j = flux_j * (in_field[2:-2, 2 : nj + 3, :] - in_field[2:-2, 1 : nj + 2, :]) > 0
    flux_j[off_j] = 0.0

    out_bar = 2 * out_field
    coeff_bar = -out_bar * (flux_i[1:] - flux_i[:-1] + flux_j[:, 1:] - flux_j[:, :-1])
    t = coeff * out_bar
    flux_i_bar, flux_j_bar = np.zeros_like(flux_i), np.zeros_like(flux_j)
    flux_i_bar[1:] -= t
    flux_i_bar[:-1] += t
    flux_j_bar[:, 1:] -= t
    flux_j_bar[:, :-1] += t
    flux_i_bar[off_i] = 0.0
    flux_j_bar[off_j] = 0.0
    lap_bar = np.zeros_like(lap)
    lap_bar[1:, 1:-1] += flux_i_bar
    lap_bar[:-1, 1:-1] -= flux_i_bar
    lap_bar[1:-1, 1:] += flux_j_bar
    lap_bar[1:-1, :-1] -= flux_j_bar
    in_bar = np.zeros_like(in_field)
    in_bar[2:-2, 2:-2] = out_bar
    in_bar[2:, 1:-1] -= lap_bar
    in_bar[:-2, 1:-1] -= lap_bar
    in_bar[1:-1, 2:] -= lap_bar
    in_bar[1:-1, :-2] -= lap_bar
    lap_bar *= 4.0
    in_bar[1:-1, 1:-1] += lap_bar
    return in_bar, np.zeros_like(out_field), coeff_bar


ADJOINTS = {
    f.__name__: f
    for f in (jacobi_1d, jacobi_2d, heat_3d, seidel_2d, fdtd_2d, horizontal_diffusion)
}
