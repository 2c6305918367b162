"""Deeper networks: a recurrent one, a transformer block, a small convolutional one."""

import numpy as np

from benchmarks.cases import Case

# A recurrent network


def rnn(wx, wh, b, xs):
    """Energy of the last state."""
    h = np.zeros((xs.shape[1], b.shape[0]))
    for x in xs:
        h = np.tanh(x @ wx + h @ wh + b)
    return np.sum(h * h)


def rnn_by_hand(wx, wh, b, xs):
    """Value and gradients."""
    h = np.zeros((xs.shape[1], b.shape[0]))
    states = [h]
    for x in xs:
        h = np.tanh(x @ wx + h @ wh + b)
        states.append(h)
    value = np.sum(h * h)
    h_bar = 2.0 * h
    wx_bar, wh_bar, b_bar = np.zeros_like(wx), np.zeros_like(wh), np.zeros_like(b)
    for k in range(len(xs) - 1, -1, -1):
        h = states[k + 1]
        z_bar = h_bar * (1.0 - h * h)
        wx_bar += xs[k].T @ z_bar
        wh_bar += states[k].T @ z_bar
        b_bar += np.sum(z_bar, axis=0)
        h_bar = z_bar @ wh.T
    return value, (wx_bar, wh_bar, b_bar)


def rnn_jax(wx, wh, b, xs):
    """The loop as a scan, whose steps are computed again: faster for JAX than to keep them."""
    import jax
    import jax.numpy as jnp

    def step(h, x):
        return jnp.tanh(x @ wx + h @ wh + b), None

    h, _ = jax.lax.scan(jax.checkpoint(step), jnp.zeros((xs.shape[1], b.shape[0])), xs)
    return jnp.sum(h * h)


def _sequence(quick):
    rng = np.random.default_rng(0)
    steps, batch, inputs, hidden = (10 if quick else 50), 8, 16, 32
    wx, wh = 0.3 * rng.normal(size=(inputs, hidden)), 0.15 * rng.normal(size=(hidden, hidden))
    return wx, wh, np.zeros(hidden), rng.normal(size=(steps, batch, inputs))


# A transformer block


def normalize(x, gain):
    """Layer norm without a shift."""
    centered = x - np.mean(x, axis=-1, keepdims=True)
    variance = np.mean(centered * centered, axis=-1, keepdims=True)
    return gain * centered / np.sqrt(variance + 1e-5)


def softmax(scores):
    """Along the last axis."""
    e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def transformer(params, x):
    """One block: attention of several heads and a feed-forward layer, both residual."""
    wq, wk, wv, wo, w1, w2, g1, g2 = params
    heads = 4
    length, width = x.shape
    size = width // heads
    y = normalize(x, g1)
    q = (y @ wq).reshape(length, heads, size).transpose((1, 0, 2))
    k = (y @ wk).reshape(length, heads, size).transpose((1, 2, 0))
    v = (y @ wv).reshape(length, heads, size).transpose((1, 0, 2))
    mixed = softmax(q @ k / size**0.5) @ v
    x = x + mixed.transpose((1, 0, 2)).reshape(length, width) @ wo
    y = normalize(x, g2)
    x = x + np.maximum(y @ w1, 0.0) @ w2
    return np.mean(x * x)


def transformer_by_hand(params, x0):
    """Value and gradients."""
    wq, wk, wv, wo, w1, w2, g1, g2 = params
    heads = 4
    length, width = x0.shape
    size = width // heads
    scale = size**-0.5
    n1, r1 = _normal(x0)
    y1 = g1 * n1
    q = (y1 @ wq).reshape(length, heads, size).transpose((1, 0, 2))
    k = (y1 @ wk).reshape(length, heads, size).transpose((1, 2, 0))
    v = (y1 @ wv).reshape(length, heads, size).transpose((1, 0, 2))
    scores = q @ k
    scores *= scale
    scores -= np.max(scores, axis=-1, keepdims=True)
    p = np.exp(scores, out=scores)
    p /= np.sum(p, axis=-1, keepdims=True)
    joined = (p @ v).transpose((1, 0, 2)).reshape(length, width)
    x1 = x0 + joined @ wo
    n2, r2 = _normal(x1)
    y2 = g2 * n2
    h = np.maximum(y2 @ w1, 0.0)
    x2 = x1 + h @ w2
    value = np.mean(x2 * x2)

    x2_bar = (2.0 / x2.size) * x2
    w2_bar = h.T @ x2_bar
    h_bar = x2_bar @ w2.T
    h_bar *= h > 0.0
    w1_bar = y2.T @ h_bar
    y2_bar = h_bar @ w1.T
    g2_bar = np.sum(y2_bar * n2, axis=0)
    x1_bar = x2_bar + _normal_bar(y2_bar * g2, n2, r2)
    wo_bar = joined.T @ x1_bar
    mixed_bar = (x1_bar @ wo.T).reshape(length, heads, size).transpose((1, 0, 2))
    v_bar = p.transpose((0, 2, 1)) @ mixed_bar
    s_bar = mixed_bar @ v.transpose((0, 2, 1))
    s_bar -= np.sum(s_bar * p, axis=-1, keepdims=True)
    s_bar *= p
    s_bar *= scale
    q_bar = s_bar @ k.transpose((0, 2, 1))
    k_bar = q.transpose((0, 2, 1)) @ s_bar
    q_bar = q_bar.transpose((1, 0, 2)).reshape(length, width)
    k_bar = k_bar.transpose((2, 0, 1)).reshape(length, width)
    v_bar = v_bar.transpose((1, 0, 2)).reshape(length, width)
    wq_bar, wk_bar, wv_bar = y1.T @ q_bar, y1.T @ k_bar, y1.T @ v_bar
    y1_bar = q_bar @ wq.T
    y1_bar += k_bar @ wk.T
    y1_bar += v_bar @ wv.T
    g1_bar = np.sum(y1_bar * n1, axis=0)
    return value, (wq_bar, wk_bar, wv_bar, wo_bar, w1_bar, w2_bar, g1_bar, g2_bar)


def _normal(x):
    centered = x - np.mean(x, axis=-1, keepdims=True)
    root = np.sqrt(np.mean(centered * centered, axis=-1, keepdims=True) + 1e-5)
    return centered / root, root


def _normal_bar(bar, normal, root):
    along = np.mean(bar * normal, axis=-1, keepdims=True)
    return (bar - np.mean(bar, axis=-1, keepdims=True) - normal * along) / root


def _block(quick):
    rng = np.random.default_rng(0)
    length, width = 16, 32

    def weights(m, n):
        return rng.normal(size=(m, n)) / m**0.5

    params = (
        *(weights(width, width) for _ in range(4)),
        weights(width, 4 * width), weights(4 * width, width), np.ones(width), np.ones(width),
    )  # fmt: skip
    return params, rng.normal(size=(length, width))


# A convolutional network


def convolve(x, w):
    """Valid convolution; images are (batch, rows, columns, channels)."""
    rows, columns = x.shape[1] - w.shape[0] + 1, x.shape[2] - w.shape[1] + 1
    y = np.zeros((x.shape[0], rows, columns, w.shape[3]))
    for i in range(w.shape[0]):
        for j in range(w.shape[1]):
            y = y + x[:, i : i + rows, j : j + columns] @ w[i, j]
    return y


def convolutional(w1, w2, w3, x, labels):
    """Two convolutions, mean pooling, a linear layer and cross-entropy."""
    h = np.maximum(convolve(x, w1), 0.0)
    batch, rows, columns, channels = h.shape
    h = np.mean(h.reshape(batch, rows // 2, 2, columns // 2, 2, channels), axis=(2, 4))
    h = np.maximum(convolve(h, w2), 0.0)
    scores = np.mean(h, axis=(1, 2)) @ w3
    log_total = np.log(np.sum(np.exp(scores), axis=1))
    return np.mean(log_total - np.sum(scores * labels, axis=1))


def convolutional_by_hand(w1, w2, w3, x, labels):
    """Value and gradients."""
    h1 = np.maximum(convolve(x, w1), 0.0)
    batch, rows, columns, channels = h1.shape
    pooled = np.mean(h1.reshape(batch, rows // 2, 2, columns // 2, 2, channels), axis=(2, 4))
    h2 = np.maximum(convolve(pooled, w2), 0.0)
    features = np.mean(h2, axis=(1, 2))
    scores = features @ w3
    e = np.exp(scores)
    total = np.sum(e, axis=1)
    value = np.mean(np.log(total) - np.sum(scores * labels, axis=1))

    e /= total[:, None]
    e -= labels
    e /= len(x)
    w3_bar = features.T @ e
    h2_bar = (e @ w3.T / (h2.shape[1] * h2.shape[2]))[:, None, None] * (h2 > 0.0)
    w2_bar, pooled_bar = _convolve_bar(h2_bar, pooled, w2)
    shaped = (0.25 * pooled_bar)[:, :, None, :, None]
    positive = (h1 > 0.0).reshape(batch, rows // 2, 2, columns // 2, 2, channels)
    h1_bar = (shaped * positive).reshape(h1.shape)
    w1_bar, _ = _convolve_bar(h1_bar, x, w1, of_images=False)
    return value, (w1_bar, w2_bar, w3_bar)


def _convolve_bar(y_bar, x, w, of_images=True):
    rows, columns = y_bar.shape[1:3]
    flat = y_bar.reshape(-1, y_bar.shape[-1])
    w_bar = np.empty_like(w)
    x_bar = np.zeros_like(x) if of_images else None
    for i in range(w.shape[0]):
        for j in range(w.shape[1]):
            window = x[:, i : i + rows, j : j + columns]
            w_bar[i, j] = window.reshape(-1, x.shape[-1]).T @ flat
            if of_images:
                x_bar[:, i : i + rows, j : j + columns] += y_bar @ w[i, j].T
    return w_bar, x_bar


def _images(quick):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2 if quick else 8, 18, 18, 1))
    labels = np.eye(10)[rng.integers(0, 10, len(x))]
    w1, w2 = 0.3 * rng.normal(size=(3, 3, 1, 8)), 0.1 * rng.normal(size=(3, 3, 8, 16))
    return w1, w2, rng.normal(size=(16, 10)), x, labels


CASES = (
    Case("RNN 50 steps", rnn, _sequence, rnn_by_hand, (0, 1, 2), jax=rnn_jax),
    Case("transformer block", transformer, _block, transformer_by_hand),
    Case("CNN", convolutional, _images, convolutional_by_hand, (0, 1, 2)),
)
