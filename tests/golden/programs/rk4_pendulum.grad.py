import numpy as np


def final_angle_grad(state, length, dt, steps, final_angle_bar=1.0):
    """Gradient of `final_angle` with respect to state, length."""
    angle_saved = []
    t_saved = []
    t_saved_2 = []
    angle_saved_2 = []
    t_saved_3 = []
    t_saved_4 = []
    angle_saved_3 = []
    t_saved_5 = []
    t_saved_6 = []
    angle_saved_4 = []
    t_saved_7 = []
    for _ in range(steps):
        angle, velocity = state
        angle_saved.append(angle)
        t = np.sin(angle)
        t_saved.append(t)
        k1 = np.array([velocity, -9.81 / length * t])
        t2 = state + dt / 2 * k1
        t_saved_2.append(t2)
        angle, velocity = t2
        angle_saved_2.append(angle)
        t3 = np.sin(angle)
        t_saved_3.append(t3)
        k2 = np.array([velocity, -9.81 / length * t3])
        t4 = state + dt / 2 * k2
        t_saved_4.append(t4)
        angle, velocity = t4
        angle_saved_3.append(angle)
        t5 = np.sin(angle)
        t_saved_5.append(t5)
        k3 = np.array([velocity, -9.81 / length * t5])
        t6 = state + dt * k3
        t_saved_6.append(t6)
        angle, velocity = t6
        angle_saved_4.append(angle)
        t7 = np.sin(angle)
        t_saved_7.append(t7)
        k4 = np.array([velocity, -9.81 / length * t7])
        state = state + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)

    # return state[0]
    state_bar = np.zeros(state.shape)
    state_bar[0] = final_angle_bar
    t8 = dt / 2
    t9 = dt / 6
    length_bar = 0.0
    for _ in reversed(range(steps)):
        t10 = t_saved_7.pop()
        angle = angle_saved_4.pop()
        t11 = t_saved_6.pop()
        t12 = t_saved_5.pop()
        angle_2 = angle_saved_3.pop()
        t13 = t_saved_4.pop()
        t14 = t_saved_3.pop()
        angle_3 = angle_saved_2.pop()
        t15 = t_saved_2.pop()
        t16 = t_saved.pop()
        angle_4 = angle_saved.pop()
        t17 = -9.81 / length
        # state = state + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        t_bar = t9 * state_bar
        k3_bar = 2 * t_bar
        k2_bar = 2 * t_bar
        # return np.array([velocity, -9.81 / length * np.sin(angle)])
        velocity_bar = t_bar[0]
        t_bar_2 = t_bar[1]
        angle_bar = t17 * t_bar_2 * np.cos(angle)
        t18 = t_bar_2 * t10 / length
        # angle, velocity = state
        t_bar_2 = np.zeros(t11.shape)
        t_bar_2[0] = angle_bar
        t_bar_2[1] = velocity_bar
        # k4 = pendulum(state + dt * k3, length)
        state_bar = state_bar + t_bar_2
        k3_bar += dt * t_bar_2
        # return np.array([velocity, -9.81 / length * np.sin(angle)])
        velocity_bar = k3_bar[0]
        t_bar_2 = k3_bar[1]
        angle_bar = t17 * t_bar_2 * np.cos(angle_2)
        length_bar_2 = t18 + t_bar_2 * t12 / length
        # angle, velocity = state
        t_bar_2 = np.zeros(t13.shape)
        t_bar_2[0] = angle_bar
        t_bar_2[1] = velocity_bar
        # k3 = pendulum(state + dt / 2 * k2, length)
        state_bar += t_bar_2
        k2_bar += t8 * t_bar_2
        # return np.array([velocity, -9.81 / length * np.sin(angle)])
        velocity_bar = k2_bar[0]
        t_bar_2 = k2_bar[1]
        angle_bar = t17 * t_bar_2 * np.cos(angle_3)
        length_bar_2 = length_bar_2 + t_bar_2 * t14 / length
        # angle, velocity = state
        t_bar_2 = np.zeros(t15.shape)
        t_bar_2[0] = angle_bar
        t_bar_2[1] = velocity_bar
        # k2 = pendulum(state + dt / 2 * k1, length)
        state_bar += t_bar_2
        k1_bar = t_bar + t8 * t_bar_2
        # return np.array([velocity, -9.81 / length * np.sin(angle)])
        velocity_bar = k1_bar[0]
        t_bar = k1_bar[1]
        angle_bar = t17 * t_bar * np.cos(angle_4)
        length_bar = length_bar - (length_bar_2 + t_bar * t16 / length) * t17
        # angle, velocity = state
        state_bar[0] += angle_bar
        state_bar[1] += velocity_bar
    return state_bar, float(length_bar)
