import numpy as np
from s2s.runtime import ratio


def dominant_eigenvalue_grad(a, v, steps, dominant_eigenvalue_bar=1.0):
    """Gradient of `dominant_eigenvalue` with respect to a."""
    v_saved = []
    v_saved_2 = []
    t_saved = []
    for _ in range(steps):
        v_saved.append(v)
        v = a @ v
        v_saved_2.append(v)
        t = np.linalg.norm(v)
        t_saved.append(t)
        v = v / t

    # return v @ a @ v
    result_bar = dominant_eigenvalue_bar * v
    a_bar = v[:, None] * result_bar
    v_bar = dominant_eigenvalue_bar * (v @ a) + a @ result_bar
    for _ in reversed(range(steps)):
        t2 = t_saved.pop()
        v_2 = v_saved_2.pop()
        v_3 = v_saved.pop()
        # v = v / np.linalg.norm(v)
        v_bar = v_bar / t2
        v_bar -= v_bar @ v * ratio(v_2, t2)
        # v = a @ v
        a_bar_2 = v_bar[:, None] * v_3
        v_bar = a.T @ v_bar
        a_bar += a_bar_2
        v = v_3
    return a_bar
