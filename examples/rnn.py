"""A recurrent network that learns a poem by heart, one character after the other.

    python examples/rnn.py [--quick]

The loss walks along a batch of text windows in a Python loop and carries the hidden state
with it. Its gradient is the same loop backwards: what is usually called backpropagation
through time is plain reverse mode here.
"""

import argparse

import numpy as np
from tqdm import tqdm

import s2s

POEM = """\
'Twas brillig, and the slithy toves
Did gyre and gimble in the wabe:
All mimsy were the borogoves,
And the mome raths outgrabe.

"Beware the Jabberwock, my son!
The jaws that bite, the claws that catch!
Beware the Jubjub bird, and shun
The frumious Bandersnatch!"

He took his vorpal sword in hand;
Long time the manxome foe he sought--
So rested he by the Tumtum tree
And stood awhile in thought.

And, as in uffish thought he stood,
The Jabberwock, with eyes of flame,
Came whiffling through the tulgey wood,
And burbled as it came!

One, two! One, two! And through and through
The vorpal blade went snicker-snack!
He left it dead, and with its head
He went galumphing back.
"""  # Lewis Carroll, 1871

ALPHABET = sorted(set(POEM))
CODES = np.array([ALPHABET.index(character) for character in POEM])
HIDDEN, LENGTH, BATCH = 96, 32, 16


def step(params, hidden, codes):
    """Return the next hidden state and the scores of the next character."""
    hidden = np.tanh(params["embed"][codes] + hidden @ params["recur"] + params["bias"])
    return hidden, hidden @ params["out"] + params["out_bias"]


def cross_entropy(scores, codes):
    """Return the mean negative log-probability of the characters that did come."""
    scores = scores - np.max(scores, axis=1, keepdims=True)
    log_total = np.log(np.sum(np.exp(scores), axis=1))
    return np.mean(log_total - scores[np.arange(len(codes)), codes])


def loss(params, windows):
    """Return the mean loss over windows of text, one row a window."""
    hidden = np.zeros((len(windows), HIDDEN))
    total = 0.0
    for t in range(windows.shape[1] - 1):
        hidden, scores = step(params, hidden, windows[:, t])
        total += cross_entropy(scores, windows[:, t + 1])
    return total / (windows.shape[1] - 1)


loss_and_gradient = s2s.value_and_grad(loss)


def initial(rng):
    """Return fresh parameters."""
    size = len(ALPHABET)
    return {
        "embed": rng.standard_normal((size, HIDDEN)) * 0.5,
        "recur": rng.standard_normal((HIDDEN, HIDDEN)) / np.sqrt(HIDDEN),
        "bias": np.zeros(HIDDEN),
        "out": rng.standard_normal((HIDDEN, size)) / np.sqrt(HIDDEN),
        "out_bias": np.zeros(size),
    }


def random_windows(rng):
    """Return windows of the poem that start anywhere."""
    starts = rng.integers(0, len(CODES) - LENGTH, size=BATCH)
    return CODES[starts[:, None] + np.arange(LENGTH)]


def train(params, steps, rng, rate=4e-3):
    """Train in place with Adam on clipped gradients; return the loss of each step."""
    mean = {name: np.zeros_like(p) for name, p in params.items()}
    square = {name: np.zeros_like(p) for name, p in params.items()}
    losses = []
    progress = tqdm(range(1, steps + 1), unit="step")
    for t in progress:
        value, gradient = loss_and_gradient(params, random_windows(rng))
        norm = np.sqrt(sum(np.sum(g * g) for g in gradient.values()))
        for name, g in gradient.items():
            g = g / max(1.0, norm)
            mean[name] += 0.1 * (g - mean[name])
            square[name] += 0.01 * (g * g - square[name])
            scale = np.sqrt(square[name] / (1 - 0.99**t)) + 1e-8
            params[name] -= rate * mean[name] / (1 - 0.9**t) / scale
        losses.append(value)
        if t % 20 == 0:
            progress.set_postfix(loss=f"{value:.3f}")
    return np.array(losses)


def recite(params, prompt, count):
    """Return the prompt and the characters that the network finds most probable after it."""
    hidden = np.zeros((1, HIDDEN))
    text = list(prompt)
    for i in range(len(prompt) + count - 1):
        hidden, scores = step(params, hidden, np.array([ALPHABET.index(text[i])]))
        if i + 1 == len(text):
            text.append(ALPHABET[int(np.argmax(scores))])
    return "".join(text)


def hit_rate(params):
    """Return the share of the poem's characters predicted from all that precede them."""
    hidden = np.zeros((1, HIDDEN))
    hits = 0
    for now, then in zip(CODES[:-1], CODES[1:], strict=True):
        hidden, scores = step(params, hidden, np.array([now]))
        hits += np.argmax(scores) == then
    return hits / (len(CODES) - 1)


def main():
    """Check the gradient, train, and let the network recite."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a few hundred steps only")
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    params = initial(rng)

    few = random_windows(rng)[:2, :5]
    s2s.check_grads(lambda p: loss(p, few), (params,))
    print("gradient through time checked in forward and reverse mode")

    print(f"characters predicted before training: {100 * hit_rate(params):.1f} %")
    losses = train(params, 150 if options.quick else 1000, rng)
    print(f"loss {losses[0]:.3f} -> {np.mean(losses[-20:]):.3f}")
    print(f"characters predicted after training: {100 * hit_rate(params):.1f} %")
    print("recited from the first line on:\n")
    print(recite(params, "'Twas brillig, ", 110))


if __name__ == "__main__":
    main()
