import numpy as np
from s2s.runtime import as_gradient, spread_to


def entropy_grad(logits, entropy_bar=1.0):
    """Gradient of `entropy` with respect to logits."""
    weights = np.exp(logits)
    t = weights.sum(axis=1, keepdims=True)
    p = weights / t
    t2 = np.log(p)
    t3 = p * t2

    # return -np.sum(p * np.log(p))
    t_bar = spread_to(-entropy_bar, t3)
    p_bar = t_bar * t2 + p * t_bar / p
    # p = weights / weights.sum(axis=1, keepdims=True)
    g = spread_to(np.sum(-p_bar * p / t, axis=1, keepdims=True), weights)
    weights_bar = p_bar / t + g
    # weights = np.exp(logits)
    logits_bar = weights_bar * weights
    logits_bar = as_gradient(logits_bar, logits)
    return logits_bar
