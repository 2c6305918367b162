import numpy as np
from s2s.runtime import add_at, as_gradient, require_scalar, spread_to, unbroadcast, zeros_of


def scaled_params_grad(params, scale, scaled_params_bar=1.0):
    """Gradient of `scaled_params` with respect to params, scale."""
    scaled = {}
    for name in params:
        value = params[name]
        scaled[name] = scale * value
    t = scaled["w"]
    t2 = np.sin(t)
    t3 = np.sum(t2)
    t4 = scaled["b"]
    result = t3 * t4
    t5 = scaled["b"]
    t6 = t5**2
    require_scalar(result + t6)

    # return np.sum(np.sin(scaled["w"])) * scaled["b"] + scaled["b"] ** 2
    result_bar = unbroadcast(scaled_params_bar, result)
    scaled_bar = zeros_of(scaled)
    add_at(scaled_bar, "b", unbroadcast(scaled_params_bar, t6) * (2 * t5))
    add_at(scaled_bar, "b", t3 * result_bar)
    t_bar = spread_to(unbroadcast(result_bar * t4, t3), t2) * np.cos(t)
    add_at(scaled_bar, "w", t_bar)
    # scaled = {name: scale * value for name, value in params.items()}
    params_bar = zeros_of(params)
    scale_bar = 0.0
    for name in reversed(params):
        value = params[name]
        # scaled = {name: scale * value for name, value in params.items()}
        t_bar = scaled_bar.pop(name)
        value_bar = scale * t_bar
        scale_bar = scale_bar + unbroadcast(t_bar * value, scale)
        add_at(params_bar, name, value_bar)
    return as_gradient(params_bar, params), as_gradient(scale_bar, scale)
