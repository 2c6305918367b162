import numpy as np
from s2s.runtime import stacked_rows, unbroadcast


def all_ranks_grad(v, a, batch, all_ranks_bar=1.0):
    """Gradient of `all_ranks` with respect to v, a, batch."""
    left = v @ a
    right = a @ left
    square = a @ a.T
    stacked = batch @ a
    mixed = stacked @ left

    # return scalar + np.sum(right * v) + np.sum(square**2) + np.sum(np.sin(mixed)) + v @ mixed[0]
    mixed_bar = np.zeros_like(mixed)
    mixed_bar[0] = all_ranks_bar * v
    mixed_bar += all_ranks_bar * np.cos(mixed)
    t = 2 * all_ranks_bar
    square_bar = t * square
    right_bar = all_ranks_bar * v
    v_bar = all_ranks_bar * (mixed[0] + right)
    # mixed = stacked @ left
    stacked_bar = mixed_bar[..., None] * left
    t2 = stacked.swapaxes(-1, -2) @ mixed_bar[..., None]
    left_bar = unbroadcast(t2, left[:, None])[:, 0]
    # stacked = batch @ a
    batch_bar = stacked_bar @ a.T
    a_bar = stacked_rows(batch).T @ stacked_rows(stacked_bar)
    # square = a @ a.T
    a_bar += square_bar @ a
    a_bar += (a.T @ square_bar).T
    # right = a @ left
    a_bar += right_bar[:, None] * left
    left_bar = left_bar + a.T @ right_bar
    # left = v @ a
    v_bar += a @ left_bar
    a_bar += v[:, None] * left_bar
    # scalar = v @ v
    v_bar += t * v
    return v_bar, a_bar, batch_bar
