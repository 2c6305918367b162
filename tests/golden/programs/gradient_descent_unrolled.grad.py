import numpy as np
from s2s.runtime import as_gradient, spread_to


def final_loss_grad(w, rate, a, b, steps, final_loss_bar=1.0):
    """Gradient of `final_loss` with respect to w, rate."""
    velocity = np.zeros_like(w)
    t_saved = []
    w_2 = w
    for _ in range(steps):
        residual = a @ w_2 - b
        t = a.T @ residual
        t_saved.append(t)
        velocity = 0.9 * velocity - rate * t
        w_2 = w_2 + velocity
    t2 = a @ w_2 - b
    t3 = t2**2

    # return 0.5 * np.sum((a @ w - b) ** 2)
    w_bar = a.T @ (spread_to(0.5 * final_loss_bar, t3) * (2 * t2))
    velocity_bar = np.zeros_like(velocity)
    rate_bar = 0.0
    for _ in reversed(range(steps)):
        t4 = t_saved.pop()
        t5 = a.T
        # w = w + velocity
        velocity_bar = velocity_bar + w_bar
        # velocity = 0.9 * velocity - rate * (a.T @ residual)
        t_bar = -velocity_bar
        rate_bar = rate_bar + np.sum(t_bar * t4)
        residual_bar = t5.T @ (rate * t_bar)
        velocity_bar = 0.9 * velocity_bar
        # residual = a @ w - b
        w_bar = w_bar + a.T @ residual_bar
    w_bar = as_gradient(w_bar, w)
    rate_bar = as_gradient(rate_bar, rate)
    return w_bar, rate_bar
