import numpy as np
from s2s.runtime import add_at, as_gradient, spread_to, zeros_of


def network_grad(x, w, b, network_bar=1.0):
    """Gradient of `network` with respect to x, w, b."""
    cache = {"input": x}
    t = cache["input"]
    t2 = np.tanh(t @ w + b)
    cache["first"] = t2
    t3 = cache["first"]
    t4 = np.tanh(t3 @ w + b)
    cache["second"] = t4
    cache_old = cache["input"]
    cache["input"] = cache["input"] + cache["second"]

    cache_bar = zeros_of(cache)
    for name in reversed(cache):
        # total += np.sum(cache[name])
        add_at(cache_bar, name, spread_to(network_bar, x))
    # cache["input"] = cache["input"] + cache["second"]
    t_bar = cache_bar["input"]
    cache_bar["input"] = np.zeros(cache_old.shape)
    add_at(cache_bar, "second", t_bar)
    add_at(cache_bar, "input", t_bar)
    # cache["second"] = np.tanh(cache["first"] @ w + b)
    t_bar = cache_bar.pop("second")
    t_bar = t_bar * (1 - t4 * t4)
    w_bar = t3[:, None] * t_bar
    add_at(cache_bar, "first", w @ t_bar)
    # cache["first"] = np.tanh(cache["input"] @ w + b)
    t_bar_2 = cache_bar.pop("first")
    t_bar_2 = t_bar_2 * (1 - t2 * t2)
    b_bar = t_bar + t_bar_2
    w_bar += t[:, None] * t_bar_2
    add_at(cache_bar, "input", w @ t_bar_2)
    # cache = {"input": x}
    x_bar = cache_bar["input"]
    return as_gradient(x_bar, x), w_bar, b_bar
