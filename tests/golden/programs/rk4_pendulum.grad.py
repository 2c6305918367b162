import numpy as np
from s2s.runtime import accumulate, add_at, as_gradient, require_scalar, unarray, unbroadcast, zeros_of


def pendulum_fwd(state, length):
    """Forward sweep of `pendulum`: the value and what its reverse needs."""
    angle, velocity = state
    t = -9.81 / length
    t2 = np.sin(angle)
    t3 = [velocity, t * t2]
    return np.array(t3), (t3, t2, t, angle, length, state)


def pendulum_bwd(saved, pendulum_bar):
    """Backward sweep of `pendulum`: gradients of state, length."""
    t, t2, t3, angle, length, state = saved
    # return np.array([velocity, -9.81 / length * np.sin(angle)])
    t_bar = unarray(pendulum_bar, t)
    velocity_bar = t_bar[0]
    t_bar = t_bar[1]
    angle_bar = unbroadcast(t3 * t_bar, t2) * np.cos(angle)
    length_bar = -unbroadcast(t_bar * t2, t3) * t3 / length
    # angle, velocity = state
    state_bar = zeros_of(state)
    add_at(state_bar, 0, angle_bar)
    add_at(state_bar, 1, velocity_bar)
    return state_bar, length_bar


def final_angle_grad(state, length, dt, steps, final_angle_bar=1.0):
    """Gradient of `final_angle` with respect to state, length."""
    state_saved = []
    k1_saved = []
    pendulum_saved_saved = []
    t_saved = []
    pendulum_saved_saved_2 = []
    t_saved_2 = []
    pendulum_saved_saved_3 = []
    t_saved_3 = []
    k4_saved = []
    pendulum_saved_saved_4 = []
    t_saved_4 = []
    t_saved_5 = []
    t_saved_6 = []
    t_saved_7 = []
    t_saved_8 = []
    state_2 = state
    for _ in range(steps):
        state_saved.append(state_2)
        k1, pendulum_saved = pendulum_fwd(state_2, length)
        k1_saved.append(k1)
        pendulum_saved_saved.append(pendulum_saved)
        t = dt / 2 * k1
        t_saved.append(t)
        k2, pendulum_saved2 = pendulum_fwd(state_2 + t, length)
        pendulum_saved_saved_2.append(pendulum_saved2)
        t2 = dt / 2 * k2
        t_saved_2.append(t2)
        k3, pendulum_saved3 = pendulum_fwd(state_2 + t2, length)
        pendulum_saved_saved_3.append(pendulum_saved3)
        t3 = dt * k3
        t_saved_3.append(t3)
        k4, pendulum_saved4 = pendulum_fwd(state_2 + t3, length)
        k4_saved.append(k4)
        pendulum_saved_saved_4.append(pendulum_saved4)
        t4 = 2 * k2
        t_saved_4.append(t4)
        t5 = k1 + t4
        t_saved_5.append(t5)
        t6 = 2 * k3
        t_saved_6.append(t6)
        t7 = t5 + t6
        t_saved_7.append(t7)
        t8 = dt / 6 * (t7 + k4)
        t_saved_8.append(t8)
        state_2 = state_2 + t8
    require_scalar(state_2[0])

    # return state[0]
    state_bar = zeros_of(state_2)
    add_at(state_bar, 0, final_angle_bar)
    length_bar = 0.0
    for _ in reversed(range(steps)):
        t9 = t_saved_8.pop()
        t10 = t_saved_7.pop()
        t11 = t_saved_6.pop()
        t12 = t_saved_5.pop()
        t13 = t_saved_4.pop()
        pendulum_saved5 = pendulum_saved_saved_4.pop()
        k4 = k4_saved.pop()
        t14 = t_saved_3.pop()
        pendulum_saved6 = pendulum_saved_saved_3.pop()
        t15 = t_saved_2.pop()
        pendulum_saved7 = pendulum_saved_saved_2.pop()
        t16 = t_saved.pop()
        pendulum_saved8 = pendulum_saved_saved.pop()
        k1 = k1_saved.pop()
        state_2 = state_saved.pop()
        t17 = dt / 2
        t18 = dt / 2
        t19 = dt / 6
        # state = state + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        g = unbroadcast(state_bar, state_2)
        t_bar = t19 * unbroadcast(state_bar, t9)
        g2 = unbroadcast(t_bar, t10)
        k4_bar = unbroadcast(t_bar, k4)
        g3 = unbroadcast(g2, t12)
        k3_bar = 2 * unbroadcast(g2, t11)
        g4 = unbroadcast(g3, k1)
        k2_bar = 2 * unbroadcast(g3, t13)
        # k4 = pendulum(state + dt * k3, length)
        state_bar, length_bar_2 = pendulum_bwd(pendulum_saved5, k4_bar)
        length_bar = length_bar + length_bar_2
        g5 = unbroadcast(state_bar, t14)
        state_bar = g + unbroadcast(state_bar, state_2)
        k3_bar = k3_bar + dt * g5
        # k3 = pendulum(state + dt / 2 * k2, length)
        state_bar_2, length_bar_2 = pendulum_bwd(pendulum_saved6, k3_bar)
        length_bar = length_bar + length_bar_2
        g6 = unbroadcast(state_bar_2, t15)
        state_bar = state_bar + unbroadcast(state_bar_2, state_2)
        k2_bar = k2_bar + t18 * g6
        # k2 = pendulum(state + dt / 2 * k1, length)
        state_bar_2, length_bar_2 = pendulum_bwd(pendulum_saved7, k2_bar)
        length_bar = length_bar + length_bar_2
        g7 = unbroadcast(state_bar_2, t16)
        state_bar = state_bar + unbroadcast(state_bar_2, state_2)
        k1_bar = g4 + t17 * g7
        # k1 = pendulum(state, length)
        state_bar_2, length_bar_2 = pendulum_bwd(pendulum_saved8, k1_bar)
        state_bar = accumulate(state_bar, state_bar_2)
        length_bar = length_bar + length_bar_2
    state_bar = as_gradient(state_bar, state)
    length_bar = as_gradient(length_bar, length)
    return state_bar, length_bar
