import numpy as np
from s2s.runtime import add_at, split_like, unbroadcast


def smooth_grad(u, c, steps, smooth_bar=1.0):
    """Gradient of `smooth` with respect to u."""
    t_saved = []
    t_saved_2 = []
    for _ in range(steps):
        t = [u[1:], u[:1]]
        t_saved.append(t)
        t2 = np.concatenate(t)
        t_saved_2.append(t2)
        u = u + c * (t2 - u)

    # return np.sum(u * u)
    u_bar = 2 * smooth_bar * u
    for _ in reversed(range(steps)):
        t3 = t_saved_2.pop()
        t4 = t_saved.pop()
        # u = u + c * (np.concatenate([u[1:], u[:1]]) - u)
        t_bar = c * u_bar
        u_bar = u_bar - t_bar
        t_bar = split_like(unbroadcast(t_bar, t3), t4, "concatenate", 0)
        add_at(u_bar, slice(None, 1, None), t_bar[1])
        add_at(u_bar, slice(1, None, None), t_bar[0])
    return u_bar
