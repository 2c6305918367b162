import numpy as np
from s2s.runtime import add_at, as_gradient, centered, ratio, reduced_size, zeros_of


def feed_forward_fwd(x, norm, up, down):
    """Forward sweep of `feed_forward`: the value and what its reverse needs."""
    gain2 = norm["gain"]
    mean = np.mean(x, axis=-1, keepdims=True)
    variance = np.var(x, axis=-1, keepdims=True)
    t = x - mean
    result = gain2 * t
    t2 = np.sqrt(variance + 0.001)
    result2 = result / t2
    result3 = result2 + norm["shift"]
    w2 = up["w"]
    hidden = np.tanh(result3 @ w2 + up["b"])
    w3 = down["w"]
    result4 = w3, hidden, w2, result3, t2, result2, t, gain2, x
    return x + (hidden @ w3 + down["b"]), result4


def feed_forward_bwd(saved, feed_forward_bar):
    """Backward sweep of `feed_forward`: gradients of x, norm, up, down."""
    w2, hidden, w3, result, t, result2, t2, gain2, x = saved
    # return x @ w + b
    b_bar = feed_forward_bar.sum(axis=0)
    hidden_bar = feed_forward_bar @ w2.T
    w_bar = hidden.T @ feed_forward_bar
    # return x + linear(hidden, **down)
    down_bar = {"w": w_bar, "b": b_bar}
    # hidden = np.tanh(linear(layer_norm(x, **norm), **up))
    result_bar = hidden_bar * (1 - hidden * hidden)
    # return x @ w + b
    b_bar = result_bar.sum(axis=0)
    result_bar_2 = result_bar @ w3.T
    w_bar = result.T @ result_bar
    # hidden = np.tanh(linear(layer_norm(x, **norm), **up))
    up_bar = {"w": w_bar, "b": b_bar}
    # return gain * (x - mean) / np.sqrt(variance + eps) + shift
    shift_bar = result_bar_2.sum(axis=0)
    result_bar = result_bar_2 / t
    t_bar = ratio((-result_bar * result2).sum(axis=1, keepdims=True), 2 * t)
    gain_bar = (result_bar * t2).sum(axis=0)
    t_bar_2 = gain2 * result_bar
    mean_bar = (-t_bar_2).sum(axis=1, keepdims=True)
    x_bar = feed_forward_bar + t_bar_2
    # variance = np.var(x, axis=-1, keepdims=True)
    a_dot_bar = (
        2 * centered(x, -1, True) * (t_bar / (reduced_size(x, -1, True, True) - 0))
    )
    x_bar += a_dot_bar
    # mean = np.mean(x, axis=-1, keepdims=True)
    x_bar += mean_bar / x.shape[-1]
    # hidden = np.tanh(linear(layer_norm(x, **norm), **up))
    norm_bar = {"gain": gain_bar, "shift": shift_bar}
    return x_bar, norm_bar, up_bar, down_bar


def distance_grad(params, x, y, distance_bar=1.0):
    """Gradient of `distance` with respect to params."""
    items = params["layers"]
    feed_forward_saved_saved = []
    for layer in items:
        norm = layer["norm"]
        up = layer["up"]
        down = layer["down"]
        x, feed_forward_saved = feed_forward_fwd(x, norm=norm, up=up, down=down)
        feed_forward_saved_saved.append(feed_forward_saved)
    t = params["last"]
    w2 = t["w"]
    result = x @ w2

    # return np.mean((linear(x, **params["last"]) - y) ** 2)
    t_bar = 2 * (distance_bar / result.size) * (result + t["b"] - y)
    # return x @ w + b
    b_bar = t_bar.sum(axis=0)
    x_bar = t_bar @ w2.T
    w_bar = x.T @ t_bar
    # return np.mean((linear(x, **params["last"]) - y) ** 2)
    params_bar = zeros_of(params)
    add_at(params_bar, "last", {"w": w_bar, "b": b_bar})
    items_bar = zeros_of(items)
    for k in reversed(range(len(items))):
        feed_forward_saved2 = feed_forward_saved_saved.pop()
        # x = feed_forward(x, **layer)
        x_bar, norm_bar, up_bar, down_bar = feed_forward_bwd(feed_forward_saved2, x_bar)
        layer_bar = {"norm": norm_bar, "up": up_bar, "down": down_bar}
        add_at(items_bar, k, layer_bar)
    add_at(params_bar, "layers", items_bar)
    return as_gradient(params_bar, params)
