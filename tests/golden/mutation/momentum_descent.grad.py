import numpy as np


def trained_grad(w0, rate, x, y, steps, trained_bar=1.0):
    """Gradient of `trained` with respect to w0, rate."""
    w = w0.copy()
    velocity = np.zeros(w.shape)
    gradient_saved = []
    for _ in range(steps):
        residual = x @ w - y
        gradient = x.T @ residual / len(y)
        gradient_saved.append(gradient)
        velocity = velocity * 0.8
        velocity -= rate * gradient
        w = w + velocity

    # return np.mean((x @ w - y) ** 2)
    w_bar = x.T @ (2 * (trained_bar / y.size) * (x @ w - y))
    velocity_bar = np.zeros(velocity.shape)
    t = len(y)
    rate_bar = 0.0
    for _ in reversed(range(steps)):
        gradient = gradient_saved.pop()
        # w += velocity
        velocity_bar_2 = velocity_bar + w_bar
        # velocity -= rate * gradient
        rate_bar = rate_bar - velocity_bar_2 @ gradient
        # velocity *= 0.8
        velocity_bar = velocity_bar_2 * 0.8
        # residual = x @ w - y
        w_bar = w_bar - x.T @ (x @ (rate * velocity_bar_2 / t))
    return w_bar, float(rate_bar)
