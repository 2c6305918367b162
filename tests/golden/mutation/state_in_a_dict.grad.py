import numpy as np


def wave_grad(u0, c, steps, wave_bar=1.0):
    """Gradient of `wave` with respect to u0, c."""
    state_u = u0.copy()
    state_v = np.zeros(u0.shape)
    t_saved = []
    state_time = 0.0
    for _ in range(steps):
        t = state_u[:-2] - 2 * state_u[1:-1] + state_u[2:]
        t_saved.append(t)
        state_v[1:-1] += c * t
        state_u += state_v
        state_time = state_time + c

    # return np.sum(state["u"] ** 2 + state["v"] ** 2) * state["time"]
    state_time_bar = np.sum(state_u**2 + state_v**2) * wave_bar
    t2 = 2 * (wave_bar * state_time)
    state_v_bar = t2 * state_v
    state_u_bar = t2 * state_u
    c_bar = 0.0
    for _ in reversed(range(steps)):
        t3 = t_saved.pop()
        # state["time"] += c
        c_bar = c_bar + state_time_bar
        # state["u"] += state["v"]
        state_v_bar += state_u_bar
        # state["v"][1:-1] += c * (state["u"][:-2] - 2 * state["u"][1:-1] + state["u"][2:])
        t4 = state_v_bar[1:-1]
        t_bar = c * t4
        c_bar = c_bar + t4 @ t3
        state_u_bar[2:] += t_bar
        state_u_bar[1:-1] -= 2 * t_bar
        state_u_bar[:-2] += t_bar
    return state_u_bar, float(c_bar)
