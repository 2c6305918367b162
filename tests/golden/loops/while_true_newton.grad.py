


def cube_root_grad(a, x, cube_root_bar=1.0):
    """Gradient of `cube_root` with respect to a."""
    x_saved = []
    while True:
        x_saved.append(x)
        step = (x**3 - a) / (3 * x**2)
        x = x - step
        if abs(step) < 1e-12:
            break

    x_bar, a_bar = cube_root_bar, 0.0
    for _ in range(len(x_saved)):
        x = x_saved.pop()
        t = 3 * x**2
        step = (x**3 - a) / t
        # x = x - step
        step_bar = -x_bar
        # step = (x**3 - a) / (3 * x**2)
        step_bar = step_bar / t
        a_bar = a_bar - step_bar
        x_bar = x_bar - (3 * step * 2 * x - t) * step_bar
    return a_bar
