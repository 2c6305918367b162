import numpy as np
from s2s.runtime import as_gradient, extreme_share, spread_to, unbroadcast


def matmul_adjoint_a(y_bar, a, b):
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        a_bar = y_bar * b
        return a_bar
    if np.ndim(b) == 1:
        return unbroadcast(y_bar[..., None] * b, a)
    if np.ndim(a) == 1:
        t = y_bar[..., None, :] @ np.swapaxes(b, -1, -2)
        a_bar = unbroadcast(t, a[None])[0]
        return a_bar
    return unbroadcast(y_bar @ np.swapaxes(b, -1, -2), a)


def matmul_adjoint_b(y_bar, a, b):
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        b_bar = y_bar * a
        return b_bar
    if np.ndim(b) == 1:
        t = np.swapaxes(a, -1, -2) @ y_bar[..., None]
        b_bar = unbroadcast(t, b[:, None])[:, 0]
        return b_bar
    if np.ndim(a) == 1:
        return unbroadcast(a[:, None] * y_bar[..., None, :], b)
    return unbroadcast(np.swapaxes(a, -1, -2) @ y_bar, b)


def softmax_fwd(scores):
    """Forward sweep of `softmax`: the value and what its reverse needs."""
    t = np.max(scores, axis=-1, keepdims=True)
    weights = np.exp(scores - t)
    t2 = np.sum(weights, axis=-1, keepdims=True)
    result = weights / t2
    return result, (t2, weights, result, scores, t)


def softmax_bwd(saved, softmax_bar):
    """Backward sweep of `softmax`: gradients of scores."""
    t, weights, result, scores, t2 = saved
    # return weights / np.sum(weights, axis=-1, keepdims=True)
    g = spread_to(unbroadcast(-softmax_bar * result / t, t), weights)
    weights_bar = unbroadcast(softmax_bar / t, weights) + g
    # weights = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    t_bar = weights_bar * weights
    share = extreme_share(scores, t2, -1, True, True)
    a_dot_bar = share * spread_to(unbroadcast(-t_bar, t2), share * scores)
    scores_bar = unbroadcast(t_bar, scores) + unbroadcast(a_dot_bar, scores)
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
    t3 = softmax_value @ v
    y = x + t3
    t4 = y**2

    # return np.mean(y**2)
    y_bar = spread_to(attention_loss_bar / np.size(t4), t4) * (2 * y)
    # y = x + softmax(scores) @ v
    g = unbroadcast(y_bar, x)
    t_bar = unbroadcast(y_bar, t3)
    softmax_value_bar = matmul_adjoint_a(t_bar, softmax_value, v)
    v_bar = matmul_adjoint_b(t_bar, softmax_value, v)
    scores_bar = softmax_bwd(softmax_saved, softmax_value_bar)
    # scores = q @ k.T / np.sqrt(q.shape[-1])
    scores_bar = scores_bar / t2
    t5 = scores_bar @ t.T
    k_bar = np.transpose(q.T @ scores_bar)
    # q, k, v = x @ wq, x @ wk, x @ wv
    x_bar = g + v_bar @ wv.T
    x_bar = x_bar + k_bar @ wk.T
    x_bar = x_bar + t5 @ wq.T
    x_bar = as_gradient(x_bar, x)
    wq_bar = as_gradient(x.T @ t5, wq)
    wk_bar = as_gradient(x.T @ k_bar, wk)
    wv_bar = as_gradient(x.T @ v_bar, wv)
    return x_bar, wq_bar, wk_bar, wv_bar
