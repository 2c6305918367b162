import numpy as np


def attention_grad(x, w, heads=2, attention_bar=1.0):
    """Gradient of `attention` with respect to x, w."""
    q, k, v = np.split(x @ w, 3, axis=-1)
    size = q.shape[-1] // heads
    t2 = q.reshape(len(x), heads, size).transpose(1, 0, 2)
    t3 = k.reshape(len(x), heads, size).transpose(1, 0, 2)
    q_2, k_2, v_2 = [t2, t3, v.reshape(len(x), heads, size).transpose(1, 0, 2)]
    t4 = k_2.transpose(0, 2, 1)
    scores = q_2 @ t4
    t5 = np.sqrt(size)
    scores = scores / t5
    tri_value = np.tri(len(x), dtype=bool)
    scores = np.where(tri_value, scores, -np.inf)
    scores = np.exp(scores - scores.max(-1, keepdims=True))
    t6 = scores.sum(-1, keepdims=True)
    scores_2 = scores / t6
    t7 = (scores_2 @ v_2).transpose(1, 0, 2)
    mixed = t7.reshape(len(x), -1)

    # return np.sum(mixed**2)
    mixed_bar = 2 * attention_bar * mixed
    # mixed = (scores @ v).transpose(1, 0, 2).reshape(len(x), -1)
    t_bar = mixed_bar.reshape(t7.shape).transpose((1, 0, 2))
    scores_bar = t_bar @ v_2.swapaxes(-1, -2)
    v_bar = scores_2.swapaxes(-1, -2) @ t_bar
    # scores /= scores.sum(-1, keepdims=True)
    scores_bar /= t6
    scores_bar -= (scores_bar * scores_2).sum(axis=2, keepdims=True)
    # scores = np.exp(scores - scores.max(-1, keepdims=True))
    t_bar = scores_bar * scores
    # scores = np.where(np.tri(len(x), dtype=bool), scores, -np.inf)
    scores_bar = np.where(tri_value, t_bar, 0)
    # scores = q @ k.transpose(0, 2, 1) / np.sqrt(size)
    scores_bar = np.where(scores_bar != 0, scores_bar / t5, 0)
    q_bar = scores_bar @ t4.swapaxes(-1, -2)
    k_bar = (q_2.swapaxes(-1, -2) @ scores_bar).transpose((0, 2, 1))
    # q, k, v = (t.reshape(len(x), heads, size).transpose(1, 0, 2) for t in (q, k, v))
    v_bar = v_bar.transpose((1, 0, 2)).reshape(v.shape)
    k_bar = k_bar.transpose((1, 0, 2)).reshape(k.shape)
    q_bar = q_bar.transpose((1, 0, 2)).reshape(q.shape)
    # q, k, v = np.split(x @ w, 3, axis=-1)
    t_bar = np.concatenate((q_bar, k_bar, v_bar), -1)
    x_bar = t_bar @ w.T
    w_bar = x.T @ t_bar
    return x_bar, w_bar
