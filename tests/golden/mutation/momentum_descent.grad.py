import numpy as np
from s2s.runtime import as_gradient, spread_to


def trained_grad(w0, rate, x, y, steps, trained_bar=1.0):
    """Gradient of `trained` with respect to w0, rate."""
    w = w0.copy()
    velocity = np.zeros_like(w)
    gradient_saved = []
    for _ in range(steps):
        residual = x @ w - y
        gradient = x.T @ residual / len(y)
        gradient_saved.append(gradient)
        velocity = velocity * 0.8
        velocity = velocity - rate * gradient
        w = w + velocity
    t = x @ w - y
    t2 = t**2

    # return np.mean((x @ w - y) ** 2)
    w_bar = x.T @ (spread_to(trained_bar / np.size(t2), t2) * (2 * t))
    velocity_bar = np.zeros_like(velocity)
    rate_bar = 0.0
    for _ in reversed(range(steps)):
        gradient = gradient_saved.pop()
        t3 = x.T
        t4 = len(y)
        # w += velocity
        velocity_bar = velocity_bar + w_bar
        # velocity -= rate * gradient
        t_bar = -velocity_bar
        gradient_bar = rate * t_bar
        rate_bar = rate_bar + np.sum(t_bar * gradient)
        # velocity *= 0.8
        velocity_bar = velocity_bar * 0.8
        # gradient = x.T @ residual / len(y)
        residual_bar = t3.T @ (gradient_bar / t4)
        # residual = x @ w - y
        w_bar = w_bar + x.T @ residual_bar
    # w = w0.copy()
    w0_bar = as_gradient(w_bar, w0)
    rate_bar = as_gradient(rate_bar, rate)
    return w0_bar, rate_bar
