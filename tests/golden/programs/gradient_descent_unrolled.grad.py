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
    t4 = (spread_to(0.5 * final_loss_bar, t3) * (2 * t2))[..., None]
    t5 = unbroadcast(a.T @ t4, w_2[:, None])
    w_bar = t5[:, 0]
    velocity_bar = np.zeros_like(velocity)
    rate_bar = 0.0
    for _ in reversed(range(steps)):
        t6 = t_saved.pop()
        residual = residual_saved.pop()
        w_2 = w_saved.pop()
        t7 = a.T
        # w = w + velocity
        velocity_bar = velocity_bar + w_bar
        # velocity = 0.9 * velocity - rate * (a.T @ residual)
        t_bar = -velocity_bar
        rate_bar = rate_bar + np.sum(t_bar * t6)
        t8 = t7.T @ (rate * t_bar)[..., None]
        t9 = unbroadcast(t8, residual[:, None])
        residual_bar = t9[:, 0]
        velocity_bar = 0.9 * velocity_bar
        # residual = a @ w - b
        t10 = a.T @ residual_bar[..., None]
        t11 = unbroadcast(t10, w_2[:, None])
        w_bar = w_bar + t11[:, 0]
    w_bar = as_gradient(w_bar, w)
    rate_bar = as_gradient(rate_bar, rate)
    return w_bar, rate_bar
