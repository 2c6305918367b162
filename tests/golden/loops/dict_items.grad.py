import numpy as np
from s2s.runtime import add_at, as_gradient, phase, require_scalar, spread_to, zeros_of


def absolute_adjoint_x(y_bar, x):
    if np.iscomplexobj(x):
        x_bar = np.real(y_bar) * phase(x)
        return x_bar
    x_bar = y_bar * np.sign(x)
    return x_bar


def penalty_grad(params, scale, penalty_bar=1.0):
    """Gradient of `penalty` with respect to params, scale."""
    total = 0.0
    test_saved = []
    t_saved = []
    for name in params:
        value = params[name]
        test = name.startswith("b")
        test_saved.append(test)
        if test:
            total = total + np.sum(np.abs(value))
        else:
            t = np.sum(value**2)
            t_saved.append(t)
            total = total + scale * t
    require_scalar(total)

    params_bar = zeros_of(params)
    scale_bar = 0.0
    for name in reversed(params):
        test2 = test_saved.pop()
        value = params[name]
        if test2:
            # total += np.sum(np.abs(value))
            value_bar = absolute_adjoint_x(spread_to(penalty_bar, value), value)
        else:
            t2 = t_saved.pop()
            # total += scale * np.sum(value**2)
            scale_bar = scale_bar + penalty_bar * t2
            value_bar = spread_to(scale * penalty_bar, value) * (2 * value)
        add_at(params_bar, name, value_bar)
    return as_gradient(params_bar, params), as_gradient(scale_bar, scale)
