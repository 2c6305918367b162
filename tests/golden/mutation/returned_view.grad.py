


def forced_grad(grid, source, forced_bar=1.0):
    """Gradient of `forced` with respect to grid, source."""
    g = grid.copy()
    inside = g[1:-1, 1:-1]
    inside *= 0.5
    inside += source

    # return np.sum(g * g)
    g_bar = 2 * forced_bar * g
    # inside += source
    source_bar = g_bar[1:-1, 1:-1].sum(axis=0)
    # inside *= 0.5
    g_bar[1:-1, 1:-1] *= 0.5
    return g_bar, source_bar
