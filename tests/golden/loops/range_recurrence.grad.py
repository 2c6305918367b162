from s2s.runtime import as_gradient


def logistic_map_grad(x, r, steps, logistic_map_bar=1.0):
    """Gradient of `logistic_map` with respect to x, r."""
    x_saved = []
    x_2 = x
    for _ in range(steps):
        x_saved.append(x_2)
        x_2 = r * x_2 * (1.0 - x_2)

    x_bar, r_bar = logistic_map_bar, 0.0
    for _ in reversed(range(steps)):
        x_2 = x_saved.pop()
        x_3 = r * x_2
        t = 1.0 - x_2
        # x = r * x * (1.0 - x)
        x_bar_2 = x_bar * t
        x_bar = -(x_3 * x_bar)
        r_bar = r_bar + x_bar_2 * x_2
        x_bar = x_bar + r * x_bar_2
    x_bar = as_gradient(x_bar, x)
    r_bar = as_gradient(r_bar, r)
    return x_bar, r_bar
