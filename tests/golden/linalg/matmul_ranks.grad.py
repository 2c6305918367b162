import numpy as np
from s2s.runtime import unbroadcast


def all_ranks_grad(v, a, batch, all_ranks_bar=1.0):
    """Gradient of `all_ranks` with respect to v, a, batch."""
    left = v @ a
    right = a @ left
    t = a.T
    square = a @ t
    stacked = batch @ a
    mixed = stacked @ left
    t2 = mixed[0]

    # return scalar + np.sum(right * v) + np.sum(square**2) + np.sum(np.sin(mixed)) + v @ mixed[0]
    v_bar = all_ranks_bar * t2
    t_bar = all_ranks_bar * v
    mixed_bar = np.zeros_like(mixed)
    mixed_bar[0] += t_bar
    mixed_bar += all_ranks_bar * np.cos(mixed)
    square_bar = 2 * all_ranks_bar * square
    right_bar = all_ranks_bar * v
    v_bar = v_bar + right * all_ranks_bar
    # mixed = stacked @ left
    stacked_bar = mixed_bar[..., None] * left
    t3 = np.swapaxes(stacked, -1, -2) @ mixed_bar[..., None]
    left_bar = unbroadcast(t3, left[:, None])[:, 0]
    # stacked = batch @ a
<<<<<<< HEAD
    batch_bar = stacked_bar @ a.T
    a_bar = np.sum(np.swapaxes(batch, -1, -2) @ stacked_bar, axis=0)
=======
    t5 = t3 @ a.T
    a_bar = (np.swapaxes(batch, -1, -2) @ t3).sum(axis=0)
>>>>>>> cbaded9 (Numbers of a product at one place, sums as methods, adjoints reuse memory; passes are tested against their absence)
    # square = a @ a.T
    a_bar += square_bar @ t.T
    a_bar += (a.T @ square_bar).T
    # right = a @ left
<<<<<<< HEAD
    a_bar += right_bar[:, None] * left
    left_bar = left_bar + a.T @ right_bar
=======
    a_bar += t_bar[:, None] * left
    left_bar = left_bar + a.T @ t_bar
>>>>>>> cbaded9 (Numbers of a product at one place, sums as methods, adjoints reuse memory; passes are tested against their absence)
    # left = v @ a
    v_bar += a @ left_bar
    a_bar += v[:, None] * left_bar
    # scalar = v @ v
<<<<<<< HEAD
    v_bar += t_bar
    v_bar += t_bar
    return v_bar, a_bar, batch_bar
=======
    v_bar += 2 * t_bar
    return v_bar, a_bar, t5
>>>>>>> cbaded9 (Numbers of a product at one place, sums as methods, adjoints reuse memory; passes are tested against their absence)
