import numpy as np
from s2s.runtime import as_gradient, spread_to


def apply_all_grad(operators, states, apply_all_bar=1.0):
    """Gradient of `apply_all` with respect to operators, states."""
    moved = np.matmul(operators, states)
    t = np.sin(moved)

    # return np.sum(np.sin(moved))
    moved_bar = spread_to(apply_all_bar, t) * np.cos(moved)
    # moved = np.matmul(operators, states)
    states_bar = np.sum(np.swapaxes(operators, -1, -2) @ moved_bar, axis=0)
    operators_bar = as_gradient(moved_bar @ states.T, operators)
    states_bar = as_gradient(states_bar, states)
    return operators_bar, states_bar
