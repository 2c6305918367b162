import numpy as np


def block_sums_grad(x, block_sums_bar=1.0):
    """Gradient of `block_sums` with respect to x."""
    pairs = x.reshape(-1, 2)
    t = pairs[:, 0]
    t2 = pairs[:, 1]
    t3 = np.tanh(x)
    grid = np.reshape(t3, (2, 4))
    t4 = grid.ravel()

    # return np.sum(summed) + np.sum(grid.ravel() * x) + np.sum(grid[1] ** 2)
    grid_bar = np.zeros_like(grid)
    grid_bar[1] = 2 * block_sums_bar * grid[1]
    x_bar = t4 * block_sums_bar
    grid_bar += (block_sums_bar * x).reshape(grid.shape)
    # grid = np.reshape(np.tanh(x), (2, 4))
    x_bar += grid_bar.reshape(t3.shape) * (1 - t3 * t3)
    # summed = pairs[:, 0] * pairs[:, 1]
    t_bar = block_sums_bar * t2
    pairs_bar = np.zeros_like(pairs)
    pairs_bar[:, 1] = t * block_sums_bar
    pairs_bar[:, 0] += t_bar
    # pairs = x.reshape(-1, 2)
    x_bar += pairs_bar.reshape(x.shape)
    return x_bar
