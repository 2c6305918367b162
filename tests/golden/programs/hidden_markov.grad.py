import numpy as np


def hmm_log_likelihood_grad(transition, emission, observed, hmm_log_likelihood_bar=1.0):
    """Gradient of `hmm_log_likelihood` with respect to transition, emission."""
    belief = np.full(len(transition), 1.0 / len(transition))
    belief_saved = []
    belief_saved_2 = []
    scale_saved = []
    for symbol in observed:
        belief_saved.append(belief)
        belief = belief @ transition
        belief_saved_2.append(belief)
        belief = belief * emission[:, symbol]
        scale = np.sum(belief)
        scale_saved.append(scale)
        belief /= scale

    belief_bar = np.zeros(belief.shape)
    emission_bar = np.zeros_like(emission)
    transition_bar = np.zeros_like(transition)
    for symbol in reversed(observed):
        scale = scale_saved.pop()
        belief_2 = belief_saved_2.pop()
        belief_3 = belief_saved.pop()
        # total += np.log(scale)
        scale_bar = hmm_log_likelihood_bar / scale
        # belief = belief / scale
        belief_bar = belief_bar / scale
        scale_bar = scale_bar - belief_bar @ belief
        # scale = np.sum(belief)
        belief_bar += scale_bar
        # belief = (belief @ transition) * emission[:, symbol]
        belief_bar_2 = belief_bar * emission[:, symbol]
        emission_bar[:, symbol] += belief_2 * belief_bar
        belief_bar = transition @ belief_bar_2
        transition_bar += belief_3[:, None] * belief_bar_2
        belief = belief_3
    return transition_bar, emission_bar
