import numpy as np


def entropy_grad(logits, entropy_bar=1.0):
    """Gradient of `entropy` with respect to logits."""
    weights = np.exp(logits)
    t = weights.sum(axis=1, keepdims=True)
    p = weights / t

    # return -np.sum(p * np.log(p))
    p_bar = -entropy_bar * np.log(p) - p * entropy_bar / p
    # p = weights / weights.sum(axis=1, keepdims=True)
    weights_bar = p_bar / t
    weights_bar -= (weights_bar * p).sum(axis=1, keepdims=True)
    # weights = np.exp(logits)
    logits_bar = weights_bar * weights
    return logits_bar
