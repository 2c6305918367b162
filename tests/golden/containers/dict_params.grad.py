


def line_fit_grad(params, t, y, line_fit_bar=1.0):
    """Gradient of `line_fit` with respect to params."""
    fit = params["slope"] * t + params["offset"]
    t_2 = t**2
    fit += params["curve"] * t_2

    # return np.mean((fit - y) ** 2)
    t_bar = 2 * (line_fit_bar / t.size) * (fit - y)
    # fit = fit + params["curve"] * t**2
    t_bar_2 = t_bar @ t_2
    # fit = params["slope"] * t + params["offset"]
    params_bar = {
        "slope": float(t_bar @ t),
        "offset": t_bar.sum(axis=0, keepdims=True),
        "curve": float(t_bar_2),
    }
    return params_bar
