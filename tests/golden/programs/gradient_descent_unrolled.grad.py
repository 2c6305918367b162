import numpy as np
from s2s.runtime import as_gradient, spread_to, unbroadcast


def final_loss_grad(w, rate, a, b, steps, final_loss_bar=1.0):
    """Gradient of `final_loss` with respect to w, rate."""
    velocity = np.zeros_like(w)
    w_saved = []
    residual_saved = []
    t_saved = []
    w_2 = w
    for _ in range(steps):
        w_saved.append(w_2)
        residual = a @ w_2 - b
        residual_saved.append(residual)
        t = a.T @ residual
        t_saved.append(t)
        velocity = 0.9 * velocity - rate * t
        w_2 = w_2 + velocity
    t2 = a @ w_2 - b
    t3 = t2**2

    # return 0.5 * np.sum((a @ w - b) ** 2)
    t4 = a.T @ (spread_to(0.5 * final_loss_bar, t3) * (2 * t2))[..., None]
    w_bar = unbroadcast(t4, w_2[:, None])[:, 0]
    velocity_bar = np.zeros_like(velocity)
    rate_bar = 0.0
    for _ in reversed(range(steps)):
        t5 = t_saved.pop()
        residual = residual_saved.pop()
        w_2 = w_saved.pop()
        t6 = a.T
        # w = w + velocity
        velocity_bar = velocity_bar + w_bar
        # velocity = 0.9 * velocity - rate * (a.T @ residual)
        t_bar = -velocity_bar
        rate_bar = rate_bar + np.sum(t_bar * t5)
        t7 = t6.T @ (rate * t_bar)[..., None]
        residual_bar = unbroadcast(t7, residual[:, None])[:, 0]
        velocity_bar = 0.9 * velocity_bar
        # residual = a @ w - b
        t8 = unbroadcast(a.T @ residual_bar[..., None], w_2[:, None])
        w_bar = w_bar + t8[:, 0]
    w_bar = as_gradient(w_bar, w)
    rate_bar = as_gradient(rate_bar, rate)
    return w_bar, rate_bar
