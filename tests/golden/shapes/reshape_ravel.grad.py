import numpy as np
from s2s.runtime import add_at, as_gradient, spread_to


def block_sums_grad(x, block_sums_bar=1.0):
    """Gradient of `block_sums` with respect to x."""
    pairs = x.reshape(-1, 2)
    index = slice(None, None, None), 0
    t = pairs[index]
    index2 = slice(None, None, None), 1
    t2 = pairs[index2]
    summed = t * t2
    t3 = np.tanh(x)
    grid = np.reshape(t3, (2, 4))
    t4 = grid.ravel()
    t5 = t4 * x
    t6 = grid[1]
    t7 = t6**2

    # return np.sum(summed) + np.sum(grid.ravel() * x) + np.sum(grid[1] ** 2)
    grid_bar = np.zeros_like(grid)
    add_at(grid_bar, 1, spread_to(block_sums_bar, t7) * (2 * t6))
    t_bar = spread_to(block_sums_bar, t5)
    x_bar = t4 * t_bar
    grid_bar += np.reshape(t_bar * x, np.shape(grid))
    summed_bar = spread_to(block_sums_bar, summed)
    # grid = np.reshape(np.tanh(x), (2, 4))
    x_bar = x_bar + np.reshape(grid_bar, np.shape(t3)) * (1 - t3 * t3)
    # summed = pairs[:, 0] * pairs[:, 1]
    t_bar = summed_bar * t2
    pairs_bar = np.zeros_like(pairs)
    add_at(pairs_bar, index2, t * summed_bar)
    add_at(pairs_bar, index, t_bar)
    # pairs = x.reshape(-1, 2)
    x_bar += np.reshape(pairs_bar, np.shape(x))
    x_bar = as_gradient(x_bar, x)
    return x_bar
