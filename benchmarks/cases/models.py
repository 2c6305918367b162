"""Models without recurrence: logistic regression and a perceptron for digits."""

import numpy as np

from benchmarks.cases import Case


def logistic_regression(w, b, x, y):
    """Mean log loss, labels -1 and 1, with a penalty."""
    margin = y * (x @ w + b)
    return np.mean(np.log(1.0 + np.exp(-margin))) + 0.01 * np.sum(w * w)


def logistic_regression_by_hand(w, b, x, y):
    """Value and gradients."""
    e = np.exp(-y * (x @ w + b))
    d = 1.0 + e
    value = np.mean(np.log(d)) + 0.01 * (w @ w)
    z_bar = e / d
    z_bar *= y
    z_bar *= -1.0 / len(y)
    return value, (z_bar @ x + 0.02 * w, np.sum(z_bar))


def perceptron(w1, b1, w2, b2, x, labels):
    """Cross-entropy of a network with one hidden layer."""
    h = np.tanh(x @ w1 + b1)
    scores = h @ w2 + b2
    scores = scores - np.max(scores, axis=1, keepdims=True)
    log_total = np.log(np.sum(np.exp(scores), axis=1))
    return np.mean(log_total - np.sum(scores * labels, axis=1))


def perceptron_by_hand(w1, b1, w2, b2, x, labels):
    """Value and gradients."""
    h = np.tanh(x @ w1 + b1)
    scores = h @ w2 + b2
    scores -= np.max(scores, axis=1, keepdims=True)
    e = np.exp(scores)
    total = np.sum(e, axis=1)
    value = np.mean(np.log(total) - np.sum(scores * labels, axis=1))
    e /= total[:, None]
    e -= labels
    e /= len(x)
    h_bar = e @ w2.T
    z_bar = h_bar * (1.0 - h * h)
    return value, (x.T @ z_bar, np.sum(z_bar, axis=0), h.T @ e, np.sum(e, axis=0))


def _regression(quick):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 10))
    return rng.normal(size=10), 0.1, x, np.sign(rng.normal(size=200))


def _digits(quick):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(32, 784))
    labels = np.eye(10)[rng.integers(0, 10, 32)]
    w1, w2 = 0.05 * rng.normal(size=(784, 128)), 0.1 * rng.normal(size=(128, 10))
    return w1, np.zeros(128), w2, np.zeros(10), x, labels


CASES = (
    Case(
        "logistic regression", logistic_regression, _regression, logistic_regression_by_hand,
        (0, 1),
    ),
    Case("MLP 784-128-10", perceptron, _digits, perceptron_by_hand, (0, 1, 2, 3)),
)  # fmt: skip
