import numpy as np


def action_grad(y0, dt, steps, action_bar=1.0):
    """Gradient of `action` with respect to y0, dt."""
    path = np.empty((steps + 1, 2))
    path[0] = y0
    k1_saved = []
    t_saved = []
    k2_saved = []
    t_saved_2 = []
    k3_saved = []
    t_saved_3 = []
    t_saved_4 = []
    for t in range(steps):
        y = path[t]
        k1 = np.array([y[1], -np.sin(y[0])])
        k1_saved.append(k1)
        t_2 = y + 0.5 * dt * k1
        t_3 = t_2[1]
        t_2 = t_2[0]
        t_saved.append(t_2)
        k2 = np.array([t_3, -np.sin(t_2)])
        k2_saved.append(k2)
        t_2 = y + 0.5 * dt * k2
        t_3 = t_2[1]
        t_2 = t_2[0]
        t_saved_2.append(t_2)
        k3 = np.array([t_3, -np.sin(t_2)])
        k3_saved.append(k3)
        t_2 = y + dt * k3
        t_3 = t_2[1]
        t_2 = t_2[0]
        t_saved_3.append(t_2)
        k4 = np.array([t_3, -np.sin(t_2)])
        t_2 = k1 + 2 * k2 + 2 * k3 + k4
        t_saved_4.append(t_2)
        path[t + 1] = y + dt / 6 * t_2
    t = path[:, 0]

    # return np.mean(path[:, 0] ** 2)
    path_bar = np.zeros_like(path)
    path_bar[:, 0] = 2 * (action_bar / t.size) * t
    t_2 = 0.5 * dt
    t_3 = dt / 6
    dt_bar = 0.0
    for t in reversed(range(steps)):
        t_4 = t_saved_4.pop()
        t_5 = t_saved_3.pop()
        k3 = k3_saved.pop()
        t_6 = t_saved_2.pop()
        k2 = k2_saved.pop()
        t_7 = t_saved.pop()
        k1 = k1_saved.pop()
        y = path[t]
        index = t + 1
        # path[t + 1] = y + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        t_bar = path_bar[index].copy()
        path_bar[index] = 0.0
        t_bar_2 = t_bar @ t_4
        t_bar_3 = t_3 * t_bar
        k3_bar = 2 * t_bar_3
        k2_bar = 2 * t_bar_3
        dt_bar = dt_bar + t_bar_2 / 6
        # return np.array([y[1], -np.sin(y[0])])
        t_bar_2 = t_bar_3[0]
        t_bar_4 = -t_bar_3[1] * np.cos(t_5)
        t_bar_5 = np.zeros(y.shape)
        t_bar_5[0] = t_bar_4
        t_bar_5[1] = t_bar_2
        # k4 = pendulum(y + dt * k3)
        y_bar = t_bar + t_bar_5
        dt_bar = dt_bar + t_bar_5 @ k3
        k3_bar += dt * t_bar_5
        # return np.array([y[1], -np.sin(y[0])])
        t_bar = k3_bar[0]
        t_bar_2 = np.zeros(y.shape)
        t_bar_2[0] = -k3_bar[1] * np.cos(t_6)
        t_bar_2[1] = t_bar
        # k3 = pendulum(y + 0.5 * dt * k2)
        y_bar += t_bar_2
        t_bar = t_bar_2 @ k2
        k2_bar += t_2 * t_bar_2
        # return np.array([y[1], -np.sin(y[0])])
        t_bar_2 = k2_bar[0]
        t_bar_4 = np.zeros(y.shape)
        t_bar_4[0] = -k2_bar[1] * np.cos(t_7)
        t_bar_4[1] = t_bar_2
        # k2 = pendulum(y + 0.5 * dt * k1)
        y_bar += t_bar_4
        k1_bar = t_bar_3 + t_2 * t_bar_4
        dt_bar = dt_bar + 0.5 * (t_bar + t_bar_4 @ k1)
        # return np.array([y[1], -np.sin(y[0])])
        t_bar = k1_bar[0]
        y_bar[0] -= k1_bar[1] * np.cos(y[0])
        y_bar[1] += t_bar
        # y = path[t]
        path_bar[t] += y_bar
    # path[0] = y0
    y0_bar = path_bar[0].copy()
    return y0_bar, float(dt_bar)
