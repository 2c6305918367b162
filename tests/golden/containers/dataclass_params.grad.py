import numpy as np
from s2s.runtime import add_at, as_gradient, power_slope, spread_to, unbroadcast, zeros_of


def power_adjoint_a(y_bar, a, b):
    if isinstance(b, (int, float)):
        if b == 2:
            a_bar = y_bar * (2 * a)
        elif b != 0:
            a_bar = y_bar * (b * a ** (b - 1))
        else:
            a_bar = zeros_of(a)
    else:
        a_bar = y_bar * power_slope(a, b)
    return unbroadcast(a_bar, a)


def relaxation_grad(model, t, relaxation_bar=1.0):
    """Gradient of `relaxation` with respect to model."""
    t_2 = model.rates
    fast = np.exp(-t_2[0] * t)
    t_3 = model.rates
    t_4 = np.exp(-t_3[1] * t)
    t_5 = model.order
    slow = t_4**t_5

    # return np.sum(model.weight * fast + (1 - model.weight) * slow)
    slow_bar = (1 - model.weight) * relaxation_bar
    slow_bar = spread_to(slow_bar, fast)
    model_bar = zeros_of(model)
    add_at(model_bar, "weight", -(relaxation_bar * slow).sum())
    fast_bar = model.weight * relaxation_bar
    add_at(model_bar, "weight", (relaxation_bar * fast).sum())
    # slow = np.exp(-model.rates[1] * t) ** model.order
    t_bar = -(power_adjoint_a(slow_bar, t_4, t_5) * t_4 * t).sum()
    t_bar_2 = np.zeros(t_3.shape)
    add_at(t_bar_2, 1, t_bar)
    add_at(model_bar, "rates", t_bar_2)
    # fast = np.exp(-model.rates[0] * t)
    t_bar = np.zeros(t_2.shape)
    t_bar[0] -= fast_bar * fast @ t
    add_at(model_bar, "rates", t_bar)
    return as_gradient(model_bar, model)
