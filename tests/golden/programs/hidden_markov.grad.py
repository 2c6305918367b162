import numpy as np
from s2s.runtime import add_at, as_gradient, require_scalar, spread_to, stacked_rows, unbroadcast, zeros_of


def matmul_adjoint_a(y_bar, a, b):
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        a_bar = y_bar * b
        return a_bar
    if np.ndim(a) == 2 and np.ndim(b) == 1:
        a_bar = y_bar[:, None] * b
        return a_bar
    if np.ndim(a) == 1 and np.ndim(b) == 2:
        a_bar = b @ y_bar
        return a_bar
    if np.ndim(b) == 1:
        return unbroadcast(y_bar[..., None] * b, a)
    if np.ndim(a) == 1:
        t = y_bar[..., None, :] @ np.swapaxes(b, -1, -2)
        a_bar = unbroadcast(t, a[None])[0]
        return a_bar
    if np.ndim(b) == 2 and np.ndim(a) > 2:
        a_bar = y_bar @ np.swapaxes(b, -1, -2)
        return a_bar
    return unbroadcast(y_bar @ np.swapaxes(b, -1, -2), a)


def matmul_adjoint_b(y_bar, a, b):
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        b_bar = y_bar * a
        return b_bar
    if np.ndim(a) == 2 and np.ndim(b) == 1:
        b_bar = np.swapaxes(a, -1, -2) @ y_bar
        return b_bar
    if np.ndim(a) == 1 and np.ndim(b) == 2:
        b_bar = a[:, None] * y_bar
        return b_bar
    if np.ndim(b) == 1:
        t = np.swapaxes(a, -1, -2) @ y_bar[..., None]
        b_bar = unbroadcast(t, b[:, None])[:, 0]
        return b_bar
    if np.ndim(a) == 1:
        t2 = a[:, None] * y_bar[..., None, :]
        return unbroadcast(t2, b)
    if np.ndim(b) == 2 and np.ndim(a) > 2:
        b_bar = stacked_rows(a).T @ stacked_rows(y_bar)
        return b_bar
    return unbroadcast(np.swapaxes(a, -1, -2) @ y_bar, b)


def hmm_log_likelihood_grad(transition, emission, observed, hmm_log_likelihood_bar=1.0):
    """Gradient of `hmm_log_likelihood` with respect to transition, emission."""
    t = len(transition)
    belief = np.full(t, 1.0 / len(transition))
    total = 0.0
    belief_saved = []
    belief_saved_2 = []
    belief_saved_3 = []
    scale_saved = []
    for symbol in observed:
        belief_saved.append(belief)
        belief = belief @ transition
        belief_saved_2.append(belief)
        belief = belief * emission[:, symbol]
        belief_saved_3.append(belief)
        scale = np.sum(belief)
        scale_saved.append(scale)
        belief = belief / scale
        total = total + np.log(scale)
    require_scalar(total)

    belief_bar = zeros_of(belief)
    emission_bar = np.zeros_like(emission)
    transition_bar = np.zeros_like(transition)
    for symbol in reversed(observed):
        scale = scale_saved.pop()
        belief_2 = belief_saved_3.pop()
        belief_3 = belief_saved_2.pop()
        belief_4 = belief_saved.pop()
        t2 = emission[:, symbol]
        # total += np.log(scale)
        scale_bar = hmm_log_likelihood_bar / scale
        # belief = belief / scale
        belief_bar = belief_bar / scale
        scale_bar = scale_bar + unbroadcast(-belief_bar * belief, t)
        # scale = np.sum(belief)
        belief_bar = belief_bar + spread_to(scale_bar, belief_2)
        # belief = (belief @ transition) * emission[:, symbol]
        belief_bar_2 = unbroadcast(belief_bar * t2, belief_3)
        t_bar = unbroadcast(belief_3 * belief_bar, t2)
        add_at(emission_bar, (slice(None, None, None), symbol), t_bar)
        belief_bar = matmul_adjoint_a(belief_bar_2, belief_4, transition)
        transition_bar_2 = matmul_adjoint_b(belief_bar_2, belief_4, transition)
        transition_bar = transition_bar + transition_bar_2
        belief = belief_4
    transition_bar = as_gradient(transition_bar, transition)
    return transition_bar, emission_bar
