from s2s.runtime import add_at, as_gradient, zeros_of


def line_fit_grad(params, t, y, line_fit_bar=1.0):
    """Gradient of `line_fit` with respect to params."""
    fit = params["slope"] * t + params["offset"]
    t_2 = t**2
    fit += params["curve"] * t_2

    # return np.mean((fit - y) ** 2)
    t_bar = 2 * (line_fit_bar / t.size) * (fit - y)
    # fit = fit + params["curve"] * t**2
    params_bar = zeros_of(params)
    add_at(params_bar, "curve", t_bar @ t_2)
    # fit = params["slope"] * t + params["offset"]
    add_at(params_bar, "offset", t_bar.sum(axis=0, keepdims=True))
    add_at(params_bar, "slope", t_bar @ t)
    return as_gradient(params_bar, params)
