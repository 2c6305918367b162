"""Forward algorithm of a hidden Markov model."""

import numpy as np


def hmm_log_likelihood(transition, emission, observed):
    """Normalise at every step and add up the logarithms."""
    belief = np.full(len(transition), 1.0 / len(transition))
    total = 0.0
    for symbol in observed:
        belief = (belief @ transition) * emission[:, symbol]
        scale = np.sum(belief)
        belief = belief / scale
        total += np.log(scale)
    return total


FUNCTION = hmm_log_likelihood
ARGNUMS = (0, 1)


def example():
    transition = np.array([[0.8, 0.2], [0.3, 0.7]])
    return transition, np.array([[0.6, 0.3, 0.1], [0.2, 0.3, 0.5]]), [0, 2, 1, 2]
