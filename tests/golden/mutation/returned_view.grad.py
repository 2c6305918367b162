from s2s.runtime import as_gradient, copy_of, spread_to, unbroadcast


def forced_grad(grid, source, forced_bar=1.0):
    """Gradient of `forced` with respect to grid, source."""
    g = grid.copy()
    inside = g[1:-1, 1:-1]
    inside *= 0.5
    inside += source

    # return np.sum(g * g)
    t_bar = spread_to(forced_bar, g)
    g_bar = t_bar * g + g * t_bar
    # inside += source
    source_bar = unbroadcast(copy_of(g_bar[1:-1, 1:-1]), source)
    # inside *= 0.5
    g_bar[1:-1, 1:-1] *= 0.5
    # g = grid.copy()
    source_bar = as_gradient(source_bar, source)
    return g_bar, source_bar
