import numpy as np


def survival_grad(hazard, survival_bar=1.0):
    """Gradient of `survival` with respect to hazard."""
    s = 1.0 - hazard
    t = len(s)
    s_old_saved = []
    for i in range(1, t):
        s_old_saved.append(s[i])
        s[i] *= s[i - 1]

    # return np.sum(s)
    s_bar = np.full_like(s, survival_bar)
    for i in reversed(range(1, t)):
        s_old = s_old_saved.pop()
        index = i - 1
        t2 = s[index]
        # s[i] *= s[i - 1]
        s[i] = s_old
        t_bar = s_bar[i] * s[i]
        s_bar[i] *= t2
        s_bar[index] += t_bar
    # s = 1.0 - hazard
    hazard_bar = -s_bar
    return hazard_bar
