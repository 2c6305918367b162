import numpy as np
from s2s.runtime import add_at, as_gradient, split_like, spread_to, unbroadcast


def smooth_grad(u, c, steps, smooth_bar=1.0):
    """Gradient of `smooth` with respect to u."""
    t_saved = []
    t_saved_2 = []
    u_2 = u
    for _ in range(steps):
        t = [u_2[1:], u_2[:1]]
        t_saved.append(t)
        t2 = np.concatenate(t)
        t_saved_2.append(t2)
        u_2 = u_2 + c * (t2 - u_2)
    t3 = u_2 * u_2

    # return np.sum(u * u)
    t_bar = spread_to(smooth_bar, t3)
    u_bar = t_bar * u_2 + u_2 * t_bar
    for _ in reversed(range(steps)):
        t4 = t_saved_2.pop()
        t5 = t_saved.pop()
        index = slice(1, None, None)
        index2 = slice(None, 1, None)
        # u = u + c * (np.concatenate([u[1:], u[:1]]) - u)
        t_bar = c * u_bar
        u_bar = u_bar + -t_bar
        t_bar = split_like(unbroadcast(t_bar, t4), t5, "concatenate", 0)
        t_bar_2 = t_bar[0]
        add_at(u_bar, index2, t_bar[1])
        add_at(u_bar, index, t_bar_2)
    u_bar = as_gradient(u_bar, u)
    return u_bar
