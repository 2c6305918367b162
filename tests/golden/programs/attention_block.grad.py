import numpy as np
from s2s.runtime import as_gradient, extreme_share, spread_to, unbroadcast


def softmax_fwd(scores):
    """Forward sweep of `softmax`: the value and what its reverse needs."""
    t = np.max(scores, axis=-1, keepdims=True)
    weights = np.exp(scores - t)
    t2 = np.sum(weights, axis=-1, keepdims=True)
    result = weights / t2
    return result, (t2, result, weights, scores, t)


def softmax_bwd(saved, softmax_bar):
    """Backward sweep of `softmax`: gradients of scores."""
    t, result, weights, scores, t2 = saved
    # return weights / np.sum(weights, axis=-1, keepdims=True)
    g = spread_to(np.sum(-softmax_bar * result / t, axis=1, keepdims=True), weights)
    weights_bar = softmax_bar / t + g
    # weights = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    t_bar = weights_bar * weights
    share = extreme_share(scores, t2, -1, True, True)
    g2 = spread_to(np.sum(-t_bar, axis=1, keepdims=True), share * scores)
    scores_bar = t_bar + unbroadcast(share * g2, scores)
    return scores_bar


def attention_loss_grad(x, wq, wk, wv, attention_loss_bar=1.0):
    """Gradient of `attention_loss` with respect to x, wq, wk, wv."""
    q = x @ wq
    k = x @ wk
    v = x @ wv
    t = k.T
    scores = q @ t
    t2 = np.sqrt(q.shape[-1])
    scores = scores / t2
    softmax_value, softmax_saved = softmax_fwd(scores)
    y = x + softmax_value @ v
    t3 = y**2

    # return np.mean(y**2)
    y_bar = spread_to(attention_loss_bar / np.size(t3), t3) * (2 * y)
    # y = x + softmax(scores) @ v
    v_bar = softmax_value.T @ y_bar
    scores_bar = softmax_bwd(softmax_saved, y_bar @ v.T)
    # scores = q @ k.T / np.sqrt(q.shape[-1])
    scores_bar = scores_bar / t2
    t4 = scores_bar @ t.T
    k_bar = np.transpose(q.T @ scores_bar)
    # q, k, v = x @ wq, x @ wk, x @ wv
    t5 = x.T @ v_bar
    x_bar = y_bar + v_bar @ wv.T
    t6 = x.T @ k_bar
    x_bar += k_bar @ wk.T
    t7 = x.T @ t4
    x_bar += t4 @ wq.T
    x_bar = as_gradient(x_bar, x)
    wq_bar = as_gradient(t7, wq)
    wk_bar = as_gradient(t6, wk)
    wv_bar = as_gradient(t5, wv)
    return x_bar, wq_bar, wk_bar, wv_bar
