import numpy as np
from s2s.runtime import add_at, as_gradient, phase, spread_to, zeros_of


def absolute_adjoint_x(y_bar, x):
    if np.iscomplexobj(x):
        x_bar = np.real(y_bar) * phase(x)
        return x_bar
    x_bar = y_bar * np.sign(x)
    return x_bar


def penalty_grad(params, scale, penalty_bar=1.0):
    """Gradient of `penalty` with respect to params, scale."""
    test_saved = []
    t_saved = []
    t_saved_2 = []
    t_saved_3 = []
    for name in params:
        value = params[name]
        test = name.startswith("b")
        test_saved.append(test)
        if test:
            t_saved.append(np.abs(value))
        else:
            t = value**2
            t_saved_2.append(t)
            t_saved_3.append(np.sum(t))

    params_bar = zeros_of(params)
    scale_bar = 0.0
    for name in reversed(params):
        test2 = test_saved.pop()
        value = params[name]
        if test2:
            t2 = t_saved.pop()
            # total += np.sum(np.abs(value))
            value_bar = absolute_adjoint_x(spread_to(penalty_bar, t2), value)
        else:
            t3 = t_saved_3.pop()
            t4 = t_saved_2.pop()
            # total += scale * np.sum(value**2)
            scale_bar = scale_bar + penalty_bar * t3
            value_bar = spread_to(scale * penalty_bar, t4) * (2 * value)
        add_at(params_bar, name, value_bar)
    params_bar = as_gradient(params_bar, params)
    scale_bar = as_gradient(scale_bar, scale)
    return params_bar, scale_bar
