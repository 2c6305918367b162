"""Logistic regression with weight decay."""

import numpy as np


def negative_log_likelihood(w, b, features, labels, decay):
    """Stable log loss plus a quadratic penalty."""
    margin = (2.0 * labels - 1.0) * (features @ w + b)
    loss = np.mean(np.logaddexp(0.0, -margin))
    return loss + decay * (w @ w)


FUNCTION = negative_log_likelihood
ARGNUMS = (0, 1)


def example():
    features = np.array([[0.5, -1.2], [1.1, 0.3], [-0.7, 0.8], [0.2, 0.9]])
    return np.array([0.4, -0.6]), 0.1, features, np.array([1.0, 1.0, 0.0, 0.0]), 0.05
