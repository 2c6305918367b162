import numpy as np
from s2s.runtime import add_at, as_gradient, zeros_of


def deep_network_grad(layers, x, deep_network_bar=1.0):
    """Gradient of `deep_network` with respect to layers, x."""
    h = x
    h_saved = []
    for w in layers:
        h_saved.append(h)
        h = np.tanh(h @ w)

    # return np.sum(h * h)
    h_bar = 2 * deep_network_bar * h
    layers_bar = zeros_of(layers)
    for k in reversed(range(len(layers))):
        h_2 = h_saved.pop()
        # h = np.tanh(h @ w)
        t_bar = h_bar * (1 - h * h)
        h_bar = layers[k] @ t_bar
        w_bar = h_2[:, None] * t_bar
        add_at(layers_bar, k, w_bar)
        h = h_2
    return as_gradient(layers_bar, layers), as_gradient(h_bar, x)
