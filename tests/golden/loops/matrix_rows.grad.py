import numpy as np


def decayed_sum_grad(rows, decay, decayed_sum_bar=1.0):
    """Gradient of `decayed_sum` with respect to rows, decay."""
    state = np.zeros(rows.shape[1])
    state_saved = []
    t_saved = []
    for row in rows:
        state_saved.append(state)
        t = np.tanh(row)
        t_saved.append(t)
        state = decay * state + t

    # return np.sum(state**2)
    state_bar = 2 * decayed_sum_bar * state
    rows_bar = np.zeros_like(rows)
    decay_bar = 0.0
    for k in reversed(range(len(rows))):
        t2 = t_saved.pop()
        state = state_saved.pop()
        # state = decay * state + np.tanh(row)
        row_bar = state_bar * (1 - t2 * t2)
        g = state_bar @ state
        state_bar = decay * state_bar
        decay_bar = decay_bar + g
        rows_bar[k] += row_bar
    return rows_bar, float(decay_bar)
