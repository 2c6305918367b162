


def doubled_grad(x, doubled_bar=1.0):
    """Gradient of `doubled` with respect to x."""
    x = x.copy()
    y = x[1:]
    y *= 2

    # return np.sum(x * x)
    x_bar = 2 * doubled_bar * x
    # y *= 2
    x_bar[1:] *= 2
    return x_bar
