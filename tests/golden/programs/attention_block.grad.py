import numpy as np


def attention_loss_grad(x, wq, wk, wv, attention_loss_bar=1.0):
    """Gradient of `attention_loss` with respect to x, wq, wk, wv."""
    q = x @ wq
    k = x @ wk
    v = x @ wv
    t = np.sqrt(q.shape[-1])
    scores = q @ k.T / t
    weights = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    t2 = np.sum(weights, axis=-1, keepdims=True)
    result = weights / t2
    y = x + result @ v

    # return np.mean(y**2)
    y_bar = 2 * (attention_loss_bar / x.size) * y
    # y = x + softmax(scores) @ v
    result_bar = y_bar @ v.T
    v_bar = result.T @ y_bar
    # return weights / np.sum(weights, axis=-1, keepdims=True)
    weights_bar = result_bar / t2
    weights_bar -= (weights_bar * result).sum(axis=1, keepdims=True)
    # weights = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    t_bar = weights_bar * weights
    # scores = q @ k.T / np.sqrt(q.shape[-1])
    scores_bar = t_bar / t
    q_bar = scores_bar @ k
    k_bar = (q.T @ scores_bar).T
    # q, k, v = x @ wq, x @ wk, x @ wv
    wv_bar = x.T @ v_bar
    x_bar = y_bar + v_bar @ wv.T
    wk_bar = x.T @ k_bar
    x_bar += k_bar @ wk.T
    wq_bar = x.T @ q_bar
    x_bar += q_bar @ wq.T
    return x_bar, wq_bar, wk_bar, wv_bar
