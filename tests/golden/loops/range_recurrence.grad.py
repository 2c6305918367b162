


def logistic_map_grad(x, r, steps, logistic_map_bar=1.0):
    """Gradient of `logistic_map` with respect to x, r."""
    x_saved = []
    for _ in range(steps):
        x_saved.append(x)
        x = r * x * (1.0 - x)

    x_bar, r_bar = logistic_map_bar, 0.0
    for x in reversed(x_saved):
        # x = r * x * (1.0 - x)
        x_bar_2 = x_bar * (1.0 - x)
        r_bar = r_bar + x_bar_2 * x
        x_bar = (x_bar_2 - x * x_bar) * r
    return x_bar, r_bar
