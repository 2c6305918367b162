import numpy as np
from s2s.runtime import add_at, as_gradient, copied, copy_of, require_apart, unbroadcast, zeros_of


def trained_grad(weights, x, trained_bar=1.0):
    """Gradient of `trained` with respect to weights, x."""
    require_apart(weights, x)
    weights_2 = copied(weights)
    speed = {}
    for name in weights_2:
        w = weights_2[name]
        speed[name] = np.zeros_like(w)
    slopes_saved = []
    name_saved = []
    t_saved = []
    t_old_saved = []
    for _ in range(3):
        slopes = {"w": np.outer(weights_2["b"], x), "b": weights_2["w"] @ x}
        slopes_saved.append(slopes)
        for name in weights_2:
            name_saved.append(name)
            speed[name] *= 0.9
            speed[name] += slopes[name]
            t = 0.1 * speed[name]
            t_saved.append(t)
            t2 = weights_2[name]
            t_old_saved.append(t2.copy())
            t2 -= t
    t3 = weights_2["w"]
    t4 = t3 @ x

    # return np.sum((weights["w"] @ x + weights["b"]) ** 2)
    t_bar = 2 * trained_bar * (t4 + weights_2["b"])
    weights_bar = zeros_of(weights_2)
    weights_bar["b"] += t_bar
    x_bar = t3.T @ t_bar
    weights_bar["w"] += t_bar[:, None] * x
    speed_bar = zeros_of(speed)
    for _ in reversed(range(3)):
        slopes = slopes_saved.pop()
        t5 = weights_2["b"]
        t6 = weights_2["w"]
        slopes_bar = zeros_of(slopes)
        for k in reversed(range(len(weights_2))):
            t_old = t_old_saved.pop()
            t7 = t_saved.pop()
            name = name_saved.pop()
            t8 = slopes[name]
            # weights[name] -= 0.1 * speed[name]
            weights_2[name][...] = t_old
            speed_bar[name] += 0.1 * unbroadcast(-weights_bar[name], t7)
            # speed[name] += slopes[name]
            t_bar = unbroadcast(copy_of(speed_bar[name]), t8)
            add_at(slopes_bar, name, t_bar)
            # speed[name] *= 0.9
            speed_bar[name] *= 0.9
        # slopes = {"w": np.outer(weights["b"], x), "b": weights["w"] @ x}
        t_bar = slopes_bar["w"]
        t_bar_2 = slopes_bar["b"]
        x_bar += t6.T @ t_bar_2
        weights_bar["w"] += t_bar_2[:, None] * x
        x_bar += np.ravel(t5) @ t_bar
        weights_bar["b"] += (t_bar @ x).reshape(t4.shape)
    return as_gradient(weights_bar, weights), x_bar
