import numpy as np
from s2s.runtime import as_gradient, spread_to, unbroadcast


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


def dense_fwd(x, w, b):
    """Forward sweep of `dense`: the value and what its reverse needs."""
    t = x @ w
    t2 = np.exp(-(t + b))
    t3 = 1.0 + t2
    result = 1.0 / t3
    return result, (result, t3, t2, t, b, x, w)


def dense_bwd(saved, dense_bar):
    """Backward sweep of `dense`: gradients of w, b."""
    result, t, t2, t3, b, x, w = saved
    # return 1.0 / (1.0 + np.exp(-(x @ w + b)))
    t_bar = -(-dense_bar * result / t * t2)
    b_bar = unbroadcast(t_bar, b)
    w_bar = matmul_adjoint_b(unbroadcast(t_bar, t3), x, w)
    return w_bar, b_bar


def dense_fwd_2(x, w, b):
    """Forward sweep of `dense`: the value and what its reverse needs."""
    t = x @ w
    t2 = np.exp(-(t + b))
    t3 = 1.0 + t2
    result = 1.0 / t3
    return result, (result, t3, t2, t, x, w)


def dense_bwd_2(saved, dense_bar):
    """Backward sweep of `dense`: gradients of x, w."""
    result, t, t2, t3, x, w = saved
    # return 1.0 / (1.0 + np.exp(-(x @ w + b)))
    t_bar = unbroadcast(-(-dense_bar * result / t * t2), t3)
    x_bar = matmul_adjoint_a(t_bar, x, w)
    w_bar = matmul_adjoint_b(t_bar, x, w)
    return x_bar, w_bar


def two_layers_grad(x, w1, b1, w2, two_layers_bar=1.0):
    """Gradient of `two_layers` with respect to w1, b1, w2."""
    h, dense_saved = dense_fwd(x, w1, b1)
    y, dense_saved2 = dense_fwd_2(h, w2, 0.0)
    t = y**2

    # return np.sum(y**2)
    y_bar = spread_to(two_layers_bar, t) * (2 * y)
    # y = dense(h, w2, 0.0)
    h_bar, w2_bar = dense_bwd_2(dense_saved2, y_bar)
    # h = dense(x, w1, b1)
    w1_bar, b1_bar = dense_bwd(dense_saved, h_bar)
    w1_bar = as_gradient(w1_bar, w1)
    b1_bar = as_gradient(b1_bar, b1)
    w2_bar = as_gradient(w2_bar, w2)
    return w1_bar, b1_bar, w2_bar
