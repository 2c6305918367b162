"""Two kernels of numerical weather prediction: limited diffusion, implicit vertical advection."""

import numpy as np

from benchmarks.kernels.kernel import Kernel


def horizontal_diffusion(in_field, out_field, coeff):
    """Fourth-order diffusion in the horizontal with fluxes limited where they would amplify."""
    ni, nj, nk = out_field.shape
    lap = 4.0 * in_field[1:-1, 1:-1, :] - (
        in_field[2:, 1:-1, :] + in_field[:-2, 1:-1, :]
        + in_field[1:-1, 2:, :] + in_field[1:-1, :-2, :]
    )  # fmt: skip

    flux_i = lap[1:, 1:-1, :] - lap[:-1, 1:-1, :]
    slope_i = in_field[2 : ni + 3, 2:-2, :] - in_field[1 : ni + 2, 2:-2, :]
    flux_i[flux_i * slope_i > 0] = 0.0

    flux_j = lap[1:-1, 1:, :] - lap[1:-1, :-1, :]
    slope_j = in_field[2:-2, 2 : nj + 3, :] - in_field[2:-2, 1 : nj + 2, :]
    flux_j[flux_j * slope_j > 0] = 0.0

    out_field[:, :, :] = in_field[2:-2, 2:-2, :] - coeff * (
        flux_i[1:, :, :] - flux_i[:-1, :, :] + flux_j[:, 1:, :] - flux_j[:, :-1, :]
    )


def horizontal_diffusion_loss(in_field, out_field, coeff):
    horizontal_diffusion(in_field, out_field, coeff)
    return np.sum(out_field * out_field)


def horizontal_diffusion_inputs(size):
    ni, nj, nk = {"small": (3, 3, 2), "large": (64, 64, 20)}[size]
    rng = np.random.default_rng(0)
    return (
        rng.random((ni + 4, nj + 4, nk)),
        np.zeros((ni, nj, nk)),
        0.1 + 0.05 * rng.random((ni, nj, nk)),
    )


BET_M, BET_P = 0.3, 0.7


def vertical_advection(u_stage, wcon, u_pos, utens, utens_stage, dtr_stage):
    """Advance the vertical advection of u implicitly: a tridiagonal system in every column."""
    nk = u_stage.shape[2]
    ccol, dcol = np.zeros_like(u_stage), np.zeros_like(u_stage)
    average = 0.25 * (wcon[1:, :, :] + wcon[:-1, :, :])

    gcv = average[:, :, 1]
    cs = gcv * BET_M
    ccol[:, :, 0] = gcv * BET_P
    bcol = dtr_stage - ccol[:, :, 0]
    correction = -cs * (u_stage[:, :, 1] - u_stage[:, :, 0])
    dcol[:, :, 0] = (
        dtr_stage * u_pos[:, :, 0] + utens[:, :, 0] + utens_stage[:, :, 0] + correction
    )
    ccol[:, :, 0] /= bcol
    dcol[:, :, 0] /= bcol

    for k in range(1, nk - 1):
        gav = -average[:, :, k]
        gcv = average[:, :, k + 1]
        a_s, c_s = gav * BET_M, gcv * BET_M
        acol = gav * BET_P
        ccol[:, :, k] = gcv * BET_P
        bcol = dtr_stage - acol - ccol[:, :, k]
        correction = -a_s * (u_stage[:, :, k - 1] - u_stage[:, :, k]) - c_s * (
            u_stage[:, :, k + 1] - u_stage[:, :, k]
        )
        dcol[:, :, k] = (
            dtr_stage * u_pos[:, :, k] + utens[:, :, k] + utens_stage[:, :, k] + correction
        )
        divided = 1.0 / (bcol - ccol[:, :, k - 1] * acol)
        ccol[:, :, k] = ccol[:, :, k] * divided
        dcol[:, :, k] = (dcol[:, :, k] - dcol[:, :, k - 1] * acol) * divided

    gav = -average[:, :, -1]
    a_s, acol = gav * BET_M, gav * BET_P
    bcol = dtr_stage - acol
    correction = -a_s * (u_stage[:, :, -2] - u_stage[:, :, -1])
    dcol[:, :, -1] = (
        dtr_stage * u_pos[:, :, -1] + utens[:, :, -1] + utens_stage[:, :, -1] + correction
    )
    divided = 1.0 / (bcol - ccol[:, :, -2] * acol)
    dcol[:, :, -1] = (dcol[:, :, -1] - dcol[:, :, -2] * acol) * divided

    data = dcol[:, :, -1]
    utens_stage[:, :, -1] = dtr_stage * (data - u_pos[:, :, -1])
    for k in range(nk - 2, -1, -1):
        data = dcol[:, :, k] - ccol[:, :, k] * data
        utens_stage[:, :, k] = dtr_stage * (data - u_pos[:, :, k])


def vertical_advection_loss(u_stage, wcon, u_pos, utens, utens_stage, dtr_stage):
    vertical_advection(u_stage, wcon, u_pos, utens, utens_stage, dtr_stage)
    return np.sum(utens_stage * utens_stage)


def vertical_advection_inputs(size):
    ni, nj, nk = {"small": (2, 2, 4), "large": (48, 48, 30)}[size]
    rng = np.random.default_rng(1)
    return (
        rng.random((ni, nj, nk)),
        rng.random((ni + 1, nj, nk)),
        *(rng.random((ni, nj, nk)) for _ in range(3)),
        3.0 / 20.0 + 1.0,
    )


KERNELS = [
    Kernel(
        horizontal_diffusion_loss, horizontal_diffusion_inputs,
        ("in_field", "out_field", "coeff"), analytic=False,
    ),
    Kernel(
        vertical_advection_loss, vertical_advection_inputs,
        ("u_stage", "wcon", "u_pos", "utens", "utens_stage", "dtr_stage"),
    ),
]  # fmt: skip
