import numpy as np
from s2s.runtime import add_at, as_gradient, unarray


def final_angle_grad(state, length, dt, steps, final_angle_bar=1.0):
    """Gradient of `final_angle` with respect to state, length."""
    angle_saved = []
    t_saved = []
    t_saved_2 = []
    t_saved_3 = []
    angle_saved_2 = []
    t_saved_4 = []
    t_saved_5 = []
    t_saved_6 = []
    angle_saved_3 = []
    t_saved_7 = []
    t_saved_8 = []
    t_saved_9 = []
    angle_saved_4 = []
    t_saved_10 = []
    t_saved_11 = []
    for _ in range(steps):
        angle, velocity = state
        angle_saved.append(angle)
        t = np.sin(angle)
        t_saved.append(t)
        t2 = [velocity, -9.81 / length * t]
        t_saved_2.append(t2)
        k1 = np.array(t2)
        t3 = state + dt / 2 * k1
        t_saved_3.append(t3)
        angle, velocity = t3
        angle_saved_2.append(angle)
        t4 = np.sin(angle)
        t_saved_4.append(t4)
        t5 = [velocity, -9.81 / length * t4]
        t_saved_5.append(t5)
        k2 = np.array(t5)
        t6 = state + dt / 2 * k2
        t_saved_6.append(t6)
        angle, velocity = t6
        angle_saved_3.append(angle)
        t7 = np.sin(angle)
        t_saved_7.append(t7)
        t8 = [velocity, -9.81 / length * t7]
        t_saved_8.append(t8)
        k3 = np.array(t8)
        t9 = state + dt * k3
        t_saved_9.append(t9)
        angle, velocity = t9
        angle_saved_4.append(angle)
        t10 = np.sin(angle)
        t_saved_10.append(t10)
        t11 = [velocity, -9.81 / length * t10]
        t_saved_11.append(t11)
        k4 = np.array(t11)
        state = state + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)

    # return state[0]
    state_bar = np.zeros(state.shape)
    state_bar[0] = final_angle_bar
    t12 = dt / 2
    t13 = dt / 6
    length_bar = 0.0
    for _ in reversed(range(steps)):
        t14 = t_saved_11.pop()
        t15 = t_saved_10.pop()
        angle = angle_saved_4.pop()
        t16 = t_saved_9.pop()
        t17 = t_saved_8.pop()
        t18 = t_saved_7.pop()
        angle_2 = angle_saved_3.pop()
        t19 = t_saved_6.pop()
        t20 = t_saved_5.pop()
        t21 = t_saved_4.pop()
        angle_3 = angle_saved_2.pop()
        t22 = t_saved_3.pop()
        t23 = t_saved_2.pop()
        t24 = t_saved.pop()
        angle_4 = angle_saved.pop()
        t25 = -9.81 / length
        # state = state + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        t_bar = t13 * state_bar
        k3_bar = 2 * t_bar
        k2_bar = 2 * t_bar
        # return np.array([velocity, -9.81 / length * np.sin(angle)])
        t_bar_2 = unarray(t_bar, t14)
        velocity_bar = t_bar_2[0]
        t_bar_2 = t_bar_2[1]
        angle_bar = t25 * t_bar_2 * np.cos(angle)
        length_bar = length_bar + -(t_bar_2 * t15 / length) * t25
        # angle, velocity = state
        t_bar_2 = np.zeros(t16.shape)
        add_at(t_bar_2, 0, angle_bar)
        add_at(t_bar_2, 1, velocity_bar)
        # k4 = pendulum(state + dt * k3, length)
        state_bar = state_bar + t_bar_2
        k3_bar += dt * t_bar_2
        # return np.array([velocity, -9.81 / length * np.sin(angle)])
        t_bar_2 = unarray(k3_bar, t17)
        velocity_bar = t_bar_2[0]
        t_bar_2 = t_bar_2[1]
        angle_bar = t25 * t_bar_2 * np.cos(angle_2)
        length_bar = length_bar + -(t_bar_2 * t18 / length) * t25
        # angle, velocity = state
        t_bar_2 = np.zeros(t19.shape)
        add_at(t_bar_2, 0, angle_bar)
        add_at(t_bar_2, 1, velocity_bar)
        # k3 = pendulum(state + dt / 2 * k2, length)
        state_bar += t_bar_2
        k2_bar += t12 * t_bar_2
        # return np.array([velocity, -9.81 / length * np.sin(angle)])
        t_bar_2 = unarray(k2_bar, t20)
        velocity_bar = t_bar_2[0]
        t_bar_2 = t_bar_2[1]
        angle_bar = t25 * t_bar_2 * np.cos(angle_3)
        length_bar = length_bar + -(t_bar_2 * t21 / length) * t25
        # angle, velocity = state
        t_bar_2 = np.zeros(t22.shape)
        add_at(t_bar_2, 0, angle_bar)
        add_at(t_bar_2, 1, velocity_bar)
        # k2 = pendulum(state + dt / 2 * k1, length)
        state_bar += t_bar_2
        k1_bar = t_bar + t12 * t_bar_2
        # return np.array([velocity, -9.81 / length * np.sin(angle)])
        t_bar = unarray(k1_bar, t23)
        velocity_bar = t_bar[0]
        t_bar = t_bar[1]
        angle_bar = t25 * t_bar * np.cos(angle_4)
        length_bar = length_bar + -(t_bar * t24 / length) * t25
        # angle, velocity = state
        add_at(state_bar, 0, angle_bar)
        add_at(state_bar, 1, velocity_bar)
    return state_bar, as_gradient(length_bar, length)
