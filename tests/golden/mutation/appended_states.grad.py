import numpy as np
from s2s.runtime import as_gradient, centered, list_of, reduced_size, split_like


def spread_grad(w, h, spread_bar=1.0):
    """Gradient of `spread` with respect to w, h."""
    states = []
    h_saved = []
    h_2 = h
    for _ in range(4):
        h_saved.append(h_2)
        h_2 = np.tanh(w @ h_2)
        states.append(h_2)
    t = np.stack(states)

    # return np.sum(np.var(np.stack(states), axis=0))
    t_bar = (
        2 * (spread_bar / (reduced_size(t, 0, True, False) - 0)) * centered(t, 0, True)
    )
    states_bar = split_like(t_bar, states, "stack", 0)
    h_bar = np.zeros(h_2.shape)
    t2 = list_of(states_bar)
    w_bar = np.zeros_like(w)
    for _ in reversed(range(4)):
        h_3 = h_saved.pop()
        # states.append(h)
        h_bar_2 = t2.pop()
        h_bar = h_bar + h_bar_2
        # h = np.tanh(w @ h)
        t_bar = h_bar * (1 - h_2 * h_2)
        h_bar = w.T @ t_bar
        w_bar += t_bar[:, None] * h_3
        h_2 = h_3
    return w_bar, as_gradient(h_bar, h)
