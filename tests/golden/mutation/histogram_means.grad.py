import numpy as np


def between_groups_grad(x, group, groups, between_groups_bar=1.0):
    """Gradient of `between_groups` with respect to x."""
    count = np.zeros(groups, dtype=int)
    total = np.zeros(groups)
    for i, g in enumerate(group):
        count[g] += 1
        total[g] += x[i]

    # return np.sum((total / count) ** 2)
    total_bar = 2 * between_groups_bar * (total / count) / count
    x_bar = np.zeros(x.shape)
    for k in reversed(range(len(group))):
        # total[g] += x[i]
        x_bar[k] += total_bar[group[k]]
    return x_bar
