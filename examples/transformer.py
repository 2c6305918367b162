"""Train a small transformer on the letters of a text, in plain NumPy.

    python examples/transformer.py [--quick] [--show-source] [--steps N]

The model is a decoder like GPT-2: embeddings, causal attention in several heads, feed-forward
layers and layer norms, whose parameters are dicts in dicts that calls hand out with `**`. Nothing
in it is written for differentiation. The text is the Zen of Python, which comes with Python; the
model learns to continue it letter by letter.
"""

import argparse
import codecs
import contextlib
import io
import time

import numpy as np
from tqdm import tqdm

import s2s

WIDTH, HEADS, LAYERS, WINDOW = 48, 4, 2, 32

with contextlib.redirect_stdout(io.StringIO()):
    import this

TEXT = codecs.decode(this.s, "rot13")
LETTERS = sorted(set(TEXT))
TOKENS = np.array([LETTERS.index(c) for c in TEXT])


# ---- the model: plain NumPy, no word about derivatives ---------------------------------------


def softmax(x):
    """Return the softmax of each row, without overflow."""
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def layer_norm(x, gain, shift, eps=1e-5):
    """Return rows of mean 0 and variance 1, scaled and shifted."""
    mean = np.mean(x, axis=-1, keepdims=True)
    variance = np.var(x, axis=-1, keepdims=True)
    return gain * (x - mean) / np.sqrt(variance + eps) + shift


def linear(x, w, b):
    """Return an affine map of each row."""
    return x @ w + b


def gelu(x):
    """Return the smooth ramp of GPT-2."""
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def feed_forward(x, up, down):
    """Return a two-layer network of each row."""
    return linear(gelu(linear(x, **up)), **down)


def attention(q, k, v):
    """Return for each place a mean of the values at the places up to it."""
    ahead = np.triu(np.full((len(q), len(q)), -1e10), 1)
    return softmax(q @ k.T / np.sqrt(q.shape[-1]) + ahead) @ v


def attend(x, mix, out):
    """Return what the heads find, put together."""
    q, k, v = np.split(linear(x, **mix), 3, axis=-1)
    heads = zip(*(np.split(part, HEADS, axis=-1) for part in (q, k, v)))
    return linear(np.hstack([attention(*head) for head in heads]), **out)


def block(x, heads, network, before, between):
    """Return the activations after one layer."""
    x = x + attend(layer_norm(x, **before), **heads)
    return x + feed_forward(layer_norm(x, **between), **network)


def logits(tokens, letters, places, blocks, last):
    """Return one score a letter for what follows each place of a text."""
    x = letters[tokens] + places[: len(tokens)]
    for layer in blocks:
        x = block(x, **layer)
    return layer_norm(x, **last) @ letters.T


def loss(params, tokens):
    """Return the mean cross-entropy of each letter given those before it, in nats."""
    p = softmax(logits(tokens[:-1], **params))
    return -np.mean(np.log(p[np.arange(len(tokens) - 1), tokens[1:]]))


# ---- training --------------------------------------------------------------------------------

loss_and_gradient = s2s.value_and_grad(loss)


def initial(rng):
    """Return the parameters to start from."""

    def normal(*shape):
        return rng.normal(size=shape) / np.sqrt(shape[0])

    def affine(m, n):
        return {"w": normal(m, n), "b": np.zeros(n)}

    def norm():
        return {"gain": np.ones(WIDTH), "shift": np.zeros(WIDTH)}

    blocks = [
        {
            "heads": {"mix": affine(WIDTH, 3 * WIDTH), "out": affine(WIDTH, WIDTH)},
            "network": {"up": affine(WIDTH, 4 * WIDTH), "down": affine(4 * WIDTH, WIDTH)},
            "before": norm(),
            "between": norm(),
        }
        for _ in range(LAYERS)
    ]
    letters = 0.3 * normal(len(LETTERS), WIDTH)
    return {
        "letters": letters, "places": 0.3 * normal(WINDOW, WIDTH), "blocks": blocks, "last": norm(),
    }  # fmt: skip


def arrays(tree):
    """Return the arrays in nested lists and dicts, in a fixed order."""
    if isinstance(tree, np.ndarray):
        return [tree]
    items = tree.values() if isinstance(tree, dict) else tree
    return [a for item in items for a in arrays(item)]


def adam(params, draw, steps, rate=3e-3):
    """Minimise in place by Adam; return the losses."""
    weights = arrays(params)
    means, squares = ([np.zeros_like(w) for w in weights] for _ in range(2))
    losses = []
    for t in tqdm(range(1, steps + 1), desc="Adam", leave=False):
        value, gradient = loss_and_gradient(params, draw())
        losses.append(value)
        for w, g, m, s in zip(weights, arrays(gradient), means, squares, strict=True):
            m += 0.1 * (g - m)
            s += 0.01 * (g * g - s)
            w -= rate * (m / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.99**t)) + 1e-8)
    return losses


def check_gradient(params, tokens, rng, step=1e-5):
    """Return the relative error of the gradient along a random direction."""
    gradient = arrays(loss_and_gradient(params, tokens)[1])
    ways = [rng.normal(size=w.shape) for w in arrays(params)]
    slope = sum(float(np.sum(g * d)) for g, d in zip(gradient, ways, strict=True))
    values = []
    for sign in (1, -1):
        for w, d in zip(arrays(params), ways, strict=True):
            w += sign * step * d
        values.append(loss(params, tokens))
        for w, d in zip(arrays(params), ways, strict=True):
            w -= sign * step * d
    difference = (values[0] - values[1]) / (2 * step)
    return abs(slope - difference) / abs(difference)


def continued(params, text, count):
    """Return a text with the most likely letters after it."""
    tokens = [LETTERS.index(c) for c in text]
    for _ in range(count):
        window = np.array(tokens[-WINDOW:])
        tokens.append(int(np.argmax(logits(window, **params)[-1])))
    return "".join(LETTERS[k] for k in tokens)


def main():
    """Train, and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a few steps only")
    parser.add_argument("--show-source", action="store_true", help="print the derivative")
    parser.add_argument("--steps", type=int, default=2500)
    args = parser.parse_args()
    rng = np.random.default_rng(0)
    params = initial(rng)

    def draw():
        start = rng.integers(len(TOKENS) - WINDOW)
        return TOKENS[start : start + WINDOW + 1]

    if args.show_source:
        print(loss_and_gradient.specialize(params, draw()).source)
    error = check_gradient(params, draw(), rng)
    print(f"gradient against finite differences: relative error {error:.1e}")
    began = time.perf_counter()
    losses = adam(params, draw, 100 if args.quick else args.steps)
    spent = (time.perf_counter() - began) / len(losses)
    first, last = np.mean(losses[:20]), np.mean(losses[-20:])
    print(f"{sum(w.size for w in arrays(params))} parameters, {1e3 * spent:.1f} ms a step")
    print(f"cross-entropy {first:.2f} -> {last:.2f} nats a letter")
    print(continued(params, "Beautiful is", 60))


if __name__ == "__main__":
    main()
