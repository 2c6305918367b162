from s2s.runtime import as_gradient, spread_to


def energy_grad(u0, steps, c, energy_bar=1.0):
    """Gradient of `energy` with respect to u0."""
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] += c * (u[:-2] - 2 * u[1:-1] + u[2:])
    t = u * u

    # return np.sum(u * u)
    t_bar = spread_to(energy_bar, t)
    u_bar = t_bar * u
    u_bar += u * t_bar
    for _ in reversed(range(steps)):
        # u[1:-1] += c * (u[:-2] - 2 * u[1:-1] + u[2:])
        t_bar = c * u_bar[1:-1]
        u_bar[2:] += t_bar
        u_bar[1:-1] += 2 * -t_bar
        u_bar[:-2] += t_bar
    # u = u0.copy()
    u0_bar = as_gradient(u_bar, u0)
    return u0_bar
