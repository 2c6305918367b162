import numpy as np


def final_loss_grad(w, rate, a, b, steps, final_loss_bar=1.0):
    """Gradient of `final_loss` with respect to w, rate."""
    velocity = np.zeros(w.shape)
    t_saved = []
    for _ in range(steps):
        residual = a @ w - b
        t = a.T @ residual
        t_saved.append(t)
        velocity = 0.9 * velocity - rate * t
        w = w + velocity

    # return 0.5 * np.sum((a @ w - b) ** 2)
    w_bar = a.T @ (final_loss_bar * (a @ w - b))
    velocity_bar = np.zeros(velocity.shape)
    rate_bar = 0.0
    for _ in reversed(range(steps)):
        t2 = t_saved.pop()
        # w = w + velocity
        velocity_bar_2 = velocity_bar + w_bar
        # velocity = 0.9 * velocity - rate * (a.T @ residual)
        rate_bar = rate_bar - velocity_bar_2 @ t2
        velocity_bar = 0.9 * velocity_bar_2
        # residual = a @ w - b
        w_bar = w_bar - a.T @ (a @ (rate * velocity_bar_2))
    return w_bar, float(rate_bar)
