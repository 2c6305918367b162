"""Layers whose parameters are dicts in dicts, handed out by `**`; one parameter has a default."""

import numpy as np


def linear(x, w, b):
    return x @ w + b


def layer_norm(x, gain, shift, eps=1e-3):
    mean = np.mean(x, axis=-1, keepdims=True)
    variance = np.var(x, axis=-1, keepdims=True)
    return gain * (x - mean) / np.sqrt(variance + eps) + shift


def feed_forward(x, norm, up, down):
    hidden = np.tanh(linear(layer_norm(x, **norm), **up))
    return x + linear(hidden, **down)


def distance(params, x, y):
    """Mean squared distance of what two layers make of x from y."""
    for layer in params["layers"]:
        x = feed_forward(x, **layer)
    return np.mean((linear(x, **params["last"]) - y) ** 2)


FUNCTION = distance
ARGNUMS = 0


def example():
    rng = np.random.default_rng(2)

    def affine(m, n):
        return {"w": rng.normal(size=(m, n)), "b": rng.normal(size=n)}

    layers = [
        {"norm": {"gain": np.ones(3), "shift": np.zeros(3)}, "up": affine(3, 4),
         "down": affine(4, 3)}
        for _ in range(2)
    ]  # fmt: skip
    return {"layers": layers, "last": affine(3, 2)}, rng.normal(size=(5, 3)), np.zeros((5, 2))
