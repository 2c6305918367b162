import numpy as np
from s2s.runtime import add_at, as_gradient, unarray


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
    angle_bar = t3 * t_bar * np.cos(angle)
    length_bar = -(t_bar * t2) * t3 / length
    # angle, velocity = state
    state_bar = np.zeros_like(state)
    add_at(state_bar, 0, angle_bar)
    add_at(state_bar, 1, velocity_bar)
    return state_bar, length_bar


def final_angle_grad(state, length, dt, steps, final_angle_bar=1.0):
    """Gradient of `final_angle` with respect to state, length."""
    pendulum_saved_saved = []
    pendulum_saved_saved_2 = []
    pendulum_saved_saved_3 = []
    pendulum_saved_saved_4 = []
    state_2 = state
    for _ in range(steps):
        k1, pendulum_saved = pendulum_fwd(state_2, length)
        pendulum_saved_saved.append(pendulum_saved)
        k2, pendulum_saved2 = pendulum_fwd(state_2 + dt / 2 * k1, length)
        pendulum_saved_saved_2.append(pendulum_saved2)
        k3, pendulum_saved3 = pendulum_fwd(state_2 + dt / 2 * k2, length)
        pendulum_saved_saved_3.append(pendulum_saved3)
        k4, pendulum_saved4 = pendulum_fwd(state_2 + dt * k3, length)
        pendulum_saved_saved_4.append(pendulum_saved4)
        state_2 = state_2 + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)

    # return state[0]
    state_bar = np.zeros_like(state_2)
    add_at(state_bar, 0, final_angle_bar)
    length_bar = 0.0
    for _ in reversed(range(steps)):
        pendulum_saved5 = pendulum_saved_saved_4.pop()
        pendulum_saved6 = pendulum_saved_saved_3.pop()
        pendulum_saved7 = pendulum_saved_saved_2.pop()
        pendulum_saved8 = pendulum_saved_saved.pop()
        t = dt / 2
        t2 = dt / 2
        t3 = dt / 6
        # state = state + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        t_bar = t3 * state_bar
        k3_bar = 2 * t_bar
        k2_bar = 2 * t_bar
        # k4 = pendulum(state + dt * k3, length)
        state_bar_2, length_bar_2 = pendulum_bwd(pendulum_saved5, t_bar)
        length_bar = length_bar + length_bar_2
        state_bar = state_bar + state_bar_2
        k3_bar = k3_bar + dt * state_bar_2
        # k3 = pendulum(state + dt / 2 * k2, length)
        state_bar_2, length_bar_2 = pendulum_bwd(pendulum_saved6, k3_bar)
        length_bar = length_bar + length_bar_2
        state_bar += state_bar_2
        k2_bar = k2_bar + t2 * state_bar_2
        # k2 = pendulum(state + dt / 2 * k1, length)
        state_bar_2, length_bar_2 = pendulum_bwd(pendulum_saved7, k2_bar)
        length_bar = length_bar + length_bar_2
        state_bar += state_bar_2
        k1_bar = t_bar + t * state_bar_2
        # k1 = pendulum(state, length)
        state_bar_2, length_bar_2 = pendulum_bwd(pendulum_saved8, k1_bar)
        state_bar += state_bar_2
        length_bar = length_bar + length_bar_2
    state_bar = as_gradient(state_bar, state)
    length_bar = as_gradient(length_bar, length)
    return state_bar, length_bar
