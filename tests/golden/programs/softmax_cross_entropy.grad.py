import numpy as np
from s2s.runtime import add_at, extreme_share, spread_to


def cross_entropy_grad(w, x, labels, cross_entropy_bar=1.0):
    """Gradient of `cross_entropy` with respect to w."""
    logits = x @ w
    t = np.max(logits, axis=1, keepdims=True)
    logits_2 = logits - t
    t2 = np.exp(logits_2)
    t3 = np.sum(t2, axis=1, keepdims=True)
    log_p = logits_2 - np.log(t3)
    t4 = np.arange(len(labels))
    t5 = log_p[t4, labels]

    # return -np.mean(log_p[np.arange(len(labels)), labels])
    t_bar = spread_to(-cross_entropy_bar / t5.size, t5)
    log_p_bar = np.zeros_like(log_p)
    add_at(log_p_bar, (t4, labels), t_bar)
    # log_p = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
    logits_bar = log_p_bar + (-log_p_bar).sum(axis=1, keepdims=True) / t3 * t2
    # logits = logits - np.max(logits, axis=1, keepdims=True)
    a_dot_bar = extreme_share(logits, t, 1, True, True) * logits_bar.sum(
        axis=1, keepdims=True
    )
    logits_bar -= a_dot_bar
    # logits = x @ w
    w_bar = x.T @ logits_bar
    return w_bar
