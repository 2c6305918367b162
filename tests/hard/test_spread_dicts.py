"""Calls that hand out a dict by `**`: layers of a network in nested dicts."""

from __future__ import annotations

import numpy as np
import pytest

import s2s
from tests.hard.checks import agrees, agrees_when_known

RNG = np.random.default_rng(6)


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def layer_norm(x, g, b, eps=1e-2):
    mean = np.mean(x, axis=-1, keepdims=True)
    variance = np.var(x, axis=-1, keepdims=True)
    return g * ((x - mean) / np.sqrt(variance + eps)) + b


def linear(x, w, b):
    return x @ w + b


def feed_forward(x, up, down):
    return linear(np.tanh(linear(x, **up)), **down)


def attention(q, k, v, mask):
    return softmax(q @ k.T / np.sqrt(q.shape[-1]) + mask) @ v


def heads(x, qkv, out, n_head):
    split = [np.split(part, n_head, axis=-1) for part in np.split(linear(x, **qkv), 3, axis=-1)]
    mask = (1 - np.tri(x.shape[0])) * -1e10
    return linear(np.hstack([attention(q, k, v, mask) for q, k, v in zip(*split)]), **out)


def block(x, attn, mlp, ln_1, ln_2, n_head):
    x = x + heads(layer_norm(x, **ln_1), **attn, n_head=n_head)
    return x + feed_forward(layer_norm(x, **ln_2), **mlp)


def transformer(inputs, wte, wpe, blocks, ln_f, n_head):
    x = wte[inputs] + wpe[range(len(inputs))]
    for each in blocks:
        x = block(x, **each, n_head=n_head)
    return layer_norm(x, **ln_f) @ wte.T


def language_loss(params, tokens, n_head):
    p = softmax(transformer(tokens[:-1], **params, n_head=n_head))
    return -np.mean(np.log(p[np.arange(len(tokens) - 1), tokens[1:]]))


def _linear(m, n):
    return {"w": RNG.normal(size=(m, n)) * 0.4, "b": RNG.normal(size=n) * 0.1}


def _norm(n):
    return {"g": 1 + RNG.normal(size=n) * 0.1, "b": RNG.normal(size=n) * 0.1}


def _parameters(vocabulary=5, width=4, length=4, depth=2):
    blocks = [
        {"attn": {"qkv": _linear(width, 3 * width), "out": _linear(width, width)},
         "mlp": {"up": _linear(width, 6), "down": _linear(6, width)},
         "ln_1": _norm(width), "ln_2": _norm(width)}
        for _ in range(depth)
    ]  # fmt: skip
    return {"wte": RNG.normal(size=(vocabulary, width)), "wpe": RNG.normal(size=(length, width)),
            "blocks": blocks, "ln_f": _norm(width)}  # fmt: skip


def test_transformer() -> None:
    agrees_when_known(language_loss, _parameters(), [1, 3, 0, 2], 2)


def optional(p, x):
    return np.sum(layer_norm(x, **p) * x)


@pytest.mark.parametrize("more", [{}, {"eps": 0.3}])
def test_defaults_that_the_dict_may_have(more) -> None:
    agrees(optional, {"g": np.array([1.0, 0.7]), "b": np.array([0.1, 0.2]), **more},
           RNG.normal(size=(3, 2)))  # fmt: skip


def test_known_keys_decide() -> None:
    p = {"g": np.ones(2), "b": np.zeros(2)}
    assert '"eps"' not in s2s.grad(optional).specialize(p, np.ones((3, 2))).source


def scaled(x, *, factor, **rest):
    return x * factor + sum(rest.values())


def any_keywords(p, x):
    return np.sum(scaled(x, **p))


def test_unknown_keywords() -> None:
    with pytest.raises(s2s.Unsupported, match="starred"):
        s2s.grad(any_keywords)({"factor": 2.0, "shift": 1.0}, np.ones(2))
