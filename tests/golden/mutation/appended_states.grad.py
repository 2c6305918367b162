import numpy as np
from s2s.runtime import as_gradient, centered, list_of, reduced_size, split_like, spread_to, unbroadcast


def sum_adjoint_a_axis(y_bar, a, axis):
    return spread_to(y_bar if axis is None else np.expand_dims(y_bar, axis), a)


def var_adjoint_a_axis(y_bar, a, axis):
    off = centered(a, axis, True)
    n = reduced_size(a, axis, True, False) - 0
    if np.iscomplexobj(a):
        t = np.conj(2 * off)
        t2 = np.real(t * a)
        g = unbroadcast(y_bar / n, np.sum(t2, axis=axis))
        return unbroadcast(t * np.real(sum_adjoint_a_axis(g, t2, axis)), a)
    t3 = 2 * off
    t4 = t3 * a
    g2 = unbroadcast(y_bar / n, np.sum(t4, axis=axis))
    return unbroadcast(t3 * sum_adjoint_a_axis(g2, t4, axis), a)


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
    t_bar = var_adjoint_a_axis(spread_to(spread_bar, np.var(t, axis=0)), t, 0)
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
