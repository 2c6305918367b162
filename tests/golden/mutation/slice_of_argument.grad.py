from s2s.runtime import as_gradient, spread_to


def doubled_grad(x, doubled_bar=1.0):
    """Gradient of `doubled` with respect to x."""
    x = x.copy()
    y = x[1:]
    y *= 2
    t = x * x

    # return np.sum(x * x)
    t_bar = spread_to(doubled_bar, t)
    x_bar = t_bar * x
    x_bar += x * t_bar
    # y *= 2
    x_bar[1:] *= 2
    x_bar = as_gradient(x_bar, x)
    return x_bar
