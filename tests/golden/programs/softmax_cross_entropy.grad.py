import numpy as np
from s2s.runtime import add_at, spread_to


def cross_entropy_grad(w, x, labels, cross_entropy_bar=1.0):
    """Gradient of `cross_entropy` with respect to w."""
    logits = x @ w
    logits -= np.max(logits, axis=1, keepdims=True)
    t = np.exp(logits)
    t2 = np.sum(t, axis=1, keepdims=True)
    log_p = logits - np.log(t2)
    t3 = np.arange(len(labels))
    t4 = log_p[t3, labels]

    # return -np.mean(log_p[np.arange(len(labels)), labels])
    t_bar = spread_to(-cross_entropy_bar / t4.size, t4)
    log_p_bar = np.zeros_like(log_p)
    add_at(log_p_bar, (t3, labels), t_bar)
    # log_p = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
    logits_bar = log_p_bar + (-log_p_bar).sum(axis=1, keepdims=True) / t2 * t
    # logits = x @ w
    w_bar = x.T @ logits_bar
    return w_bar
