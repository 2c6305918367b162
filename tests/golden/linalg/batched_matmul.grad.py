import numpy as np
from s2s.runtime import stacked_rows


def apply_all_grad(operators, states, apply_all_bar=1.0):
    """Gradient of `apply_all` with respect to operators, states."""
    moved = np.matmul(operators, states)

    # return np.sum(np.sin(moved))
    moved_bar = apply_all_bar * np.cos(moved)
    # moved = np.matmul(operators, states)
    operators_bar = moved_bar @ states.T
    states_bar = stacked_rows(operators).T @ stacked_rows(moved_bar)
    return operators_bar, states_bar
