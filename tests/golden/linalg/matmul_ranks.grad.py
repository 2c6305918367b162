import numpy as np
from s2s.runtime import add_at, as_gradient, spread_to, unbroadcast


def all_ranks_grad(v, a, batch, all_ranks_bar=1.0):
    """Gradient of `all_ranks` with respect to v, a, batch."""
    left = v @ a
    right = a @ left
    t = a.T
    square = a @ t
    stacked = batch @ a
    mixed = stacked @ left
    t2 = right * v
    t3 = square**2
    t4 = np.sin(mixed)
    t5 = mixed[0]

    # return scalar + np.sum(right * v) + np.sum(square**2) + np.sum(np.sin(mixed)) + v @ mixed[0]
    mixed_bar = np.zeros_like(mixed)
    add_at(mixed_bar, 0, all_ranks_bar * v)
    mixed_bar += spread_to(all_ranks_bar, t4) * np.cos(mixed)
    square_bar = spread_to(all_ranks_bar, t3) * (2 * square)
    t_bar = spread_to(all_ranks_bar, t2)
    right_bar = t_bar * v
    v_bar = all_ranks_bar * t5 + right * t_bar
    # mixed = stacked @ left
    t6 = mixed_bar[..., None] * left
    t7 = np.swapaxes(stacked, -1, -2) @ mixed_bar[..., None]
    left_bar = unbroadcast(t7, left[:, None])[:, 0]
    # stacked = batch @ a
    t8 = t6 @ a.T
    a_bar = np.sum(np.swapaxes(batch, -1, -2) @ t6, axis=0)
    # square = a @ a.T
    a_bar = a_bar + square_bar @ t.T
    a_bar += np.transpose(a.T @ square_bar)
    # right = a @ left
    left_bar_2 = a.T @ right_bar
    a_bar += right_bar[:, None] * left
    left_bar = left_bar + left_bar_2
    # left = v @ a
    a_bar_2 = v[:, None] * left_bar
    v_bar += a @ left_bar
    a_bar += a_bar_2
    # scalar = v @ v
    v_bar_2 = all_ranks_bar * v
    v_bar += all_ranks_bar * v
    v_bar += v_bar_2
    v_bar = as_gradient(v_bar, v)
    a_bar = as_gradient(a_bar, a)
    batch_bar = as_gradient(t8, batch)
    return v_bar, a_bar, batch_bar
