import numpy as np
from s2s.runtime import exclusive_product


def volumes_grad(edges, volumes_bar=1.0):
    """Gradient of `volumes` with respect to edges."""
    t = edges[1]
    total = np.prod(t)

    # return np.sum(volume) + total * total
    total_bar = 2 * volumes_bar * total
    # total = np.prod(edges[1])
    edges_bar = np.zeros_like(edges)
    edges_bar[1] = exclusive_product(t, None) * total_bar
    # volume = np.prod(edges, axis=1)
    edges_bar += exclusive_product(edges, 1) * volumes_bar
    return edges_bar
