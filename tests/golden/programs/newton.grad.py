


def newton_grad(a, x, newton_bar=1.0):
    """Gradient of `newton` with respect to a."""
    x_saved = []
    for _ in range(50):
        x_saved.append(x)
        step = (x * x - a) / (2 * x)
        x = x - step
        if abs(step) < 1e-12:
            break

    x_bar, a_bar = newton_bar, 0.0
    for k in reversed(range(len(x_saved))):
        x = x_saved.pop()
        t = 2 * x
        step = (x * x - a) / t
        # x = x - step
        step_bar = -x_bar
        # step = (x * x - a) / (2 * x)
        step_bar = step_bar / t
        a_bar = a_bar - step_bar
        x_bar = x_bar - 2 * (step - x) * step_bar
    return a_bar
