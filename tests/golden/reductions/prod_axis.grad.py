import numpy as np
from s2s.runtime import add_at, exclusive_product, spread_to, unbroadcast


def volumes_grad(edges, volumes_bar=1.0):
    """Gradient of `volumes` with respect to edges."""
    t = edges[1]
    total = np.prod(t)

    # return np.sum(volume) + total * total
    total_bar = 2 * volumes_bar * total
    # total = np.prod(edges[1])
    others = exclusive_product(t, None)
    t_bar = unbroadcast(others * spread_to(total_bar, others * t), t)
    edges_bar = np.zeros_like(edges)
    add_at(edges_bar, 1, t_bar)
    # volume = np.prod(edges, axis=1)
    others2 = exclusive_product(edges, 1)
    g = unbroadcast(others2 * spread_to(volumes_bar, others2 * edges), edges)
    edges_bar += g
    return edges_bar
