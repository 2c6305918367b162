import numpy as np
from s2s.runtime import as_gradient, copy_of, ratio, spread_to, unbroadcast


def dominant_eigenvalue_grad(a, v, steps, dominant_eigenvalue_bar=1.0):
    """Gradient of `dominant_eigenvalue` with respect to a."""
    v_saved = []
    v_saved_2 = []
    t_saved = []
    v_saved_3 = []
    for _ in range(steps):
        v_saved.append(v)
        v = a @ v
        v_saved_2.append(v)
        t = np.linalg.norm(v)
        t_saved.append(t)
        v = v / t
        v_saved_3.append(v)
    result = v @ a
    # return v @ a @ v
    result_bar = dominant_eigenvalue_bar * v
    v_bar = dominant_eigenvalue_bar * result
    t2 = result_bar[..., None, :] @ a.T
    v_bar_2 = unbroadcast(t2, v[None])[0]
    t3 = v[:, None] * result_bar[..., None, :]
    v_bar = v_bar + v_bar_2
    a_bar = copy_of(t3)
    for _ in reversed(range(steps)):
        v = v_saved_3.pop()
        t4 = t_saved.pop()
        v_2 = v_saved_2.pop()
        v_3 = v_saved.pop()
        # v = v / np.linalg.norm(v)
        v_bar_2 = v_bar / t4
        t_bar = np.sum(-v_bar * v / t4)
        t5 = ratio(v_2, t4)
        v_bar = v_bar_2 + unbroadcast(t5 * spread_to(t_bar, t5 * v_2), v_2)
        # v = a @ v
        t6 = v_bar[..., None] * v_3
        t7 = a.T @ v_bar[..., None]
        t8 = unbroadcast(t7, v_3[:, None])
        v_bar = t8[:, 0]
        a_bar = a_bar + t6
    a_bar = as_gradient(a_bar, a)
    return a_bar
