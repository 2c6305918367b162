


def cube_root_grad(a, x, cube_root_bar=1.0):
    """Gradient of `cube_root` with respect to a."""
    x_saved = []
    t_saved = []
    step_saved = []
    count = 0
    while True:
        x_saved.append(x)
        count = count + 1
        t = 3 * x**2
        t_saved.append(t)
        step = (x**3 - a) / t
        step_saved.append(step)
        x = x - step
        if abs(step) < 1e-12:
            break

    x_bar, a_bar = cube_root_bar, 0.0
    for _ in range(count):
        step = step_saved.pop()
        t2 = t_saved.pop()
        x = x_saved.pop()
        # x = x - step
        step_bar = -x_bar
        # step = (x**3 - a) / (3 * x**2)
        step_bar = step_bar / t2
        x_bar = x_bar + 3 * (x_bar * step / t2) * (2 * x)
        a_bar = a_bar - step_bar
        x_bar = x_bar + step_bar * (3 * x**2)
    return a_bar
