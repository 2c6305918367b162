import numpy as np
from s2s.runtime import unbroadcast, zeros_of


def diffused_grad(u, steps, diffused_bar=1.0):
    """Gradient of `diffused` with respect to u."""
    states = [u.copy(), u.copy()]
    t_saved = []
    t_saved_2 = []
    for k in range(steps):
        old = states[k % 2]
        new = states[1 - k % 2]
        t = old[2:] - old[:-2]
        t_saved.append(t)
        t2 = old[1:-1] + 0.1 * t**2
        t_saved_2.append(t2)
        new[1:-1] = t2
    index = steps % 2

    # return np.sum(states[steps % 2] ** 2)
    states_bar = zeros_of(states)
    states_bar[index] += 2 * diffused_bar * states[index]
    for k in reversed(range(steps)):
        t3 = t_saved_2.pop()
        t4 = t_saved.pop()
        index2 = k % 2
        # new[1:-1] = old[1:-1] + 0.1 * (old[2:] - old[:-2]) ** 2
        new_bar = states_bar[1 - index2]
        t5 = new_bar[1:-1].copy()
        new_bar[1:-1] = 0.0
        t_bar = unbroadcast(t5, t3)
        t_bar_2 = 0.2 * t_bar * t4
        old_bar = np.zeros(u.shape)
        old_bar[:-2] -= t_bar_2
        old_bar[2:] += t_bar_2
        old_bar[1:-1] += t_bar
        # old, new = states[k % 2], states[1 - k % 2]
        states_bar[index2] += old_bar
    # states = [u.copy(), u.copy()]
    u_bar = states_bar[1] + states_bar[0]
    return u_bar
