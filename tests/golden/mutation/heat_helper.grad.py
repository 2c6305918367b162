


def energy_grad(u0, steps, c, energy_bar=1.0):
    """Gradient of `energy` with respect to u0."""
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] += c * (u[:-2] - 2 * u[1:-1] + u[2:])

    # return np.sum(u * u)
    u_bar = 2 * energy_bar * u
    for _ in reversed(range(steps)):
        # u[1:-1] += c * (u[:-2] - 2 * u[1:-1] + u[2:])
        t_bar = c * u_bar[1:-1]
        u_bar[2:] += t_bar
        u_bar[1:-1] -= 2 * t_bar
        u_bar[:-2] += t_bar
    return u_bar
