import numpy as np
from s2s.runtime import add_at, as_gradient, zeros_of


def score_grad(model, x, score_bar=1.0):
    """Gradient of `score` with respect to model, x."""
    total = model["bias"]
    items = model["units"]
    t_saved = []
    for unit in items:
        t = np.tanh(x @ unit["w"])
        t_saved.append(t)
        total = total + unit["gain"] * t

    # return total * total
    total_bar = 2 * score_bar * total
    x_bar = np.zeros(x.shape)
    items_bar = zeros_of(items)
    for k in reversed(range(len(items))):
        unit = items[k]
        t2 = t_saved.pop()
        # total = total + unit["gain"] * np.tanh(x @ unit["w"])
        t_bar = unit["gain"] * total_bar * (1 - t2 * t2)
        x_bar += t_bar * unit["w"]
        unit_bar = {"w": t_bar * x, "gain": total_bar * t2}
        add_at(items_bar, k, unit_bar)
    model_bar = zeros_of(model)
    add_at(model_bar, "units", items_bar)
    # total = model["bias"]
    add_at(model_bar, "bias", total_bar)
    return as_gradient(model_bar, model), x_bar
