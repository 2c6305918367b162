from s2s.runtime import add_at, as_gradient, spread_to, unbroadcast, zeros_of


def polynomial_grad(coefficients, x, polynomial_bar=1.0):
    """Gradient of `polynomial` with respect to coefficients, x."""
    constant, *rest = coefficients
    linear = rest[0]
    quadratic, cubic = rest[1:]
    t = linear * x
    y = constant + t
    t2 = x**2
    t3 = quadratic * t2
    y_2 = y + t3
    t4 = x**3
    t5 = cubic * t4
    y_3 = y_2 + t5
    t6 = y_3 * y_3

    # return np.sum(y * y)
    t_bar = spread_to(polynomial_bar, t6)
    y_bar = t_bar * y_3
    y_bar = y_bar + y_3 * t_bar
    # y = constant + linear * x + quadratic * x**2 + cubic * x**3
    y_bar_2 = unbroadcast(y_bar, y_2)
    t_bar = unbroadcast(y_bar, t5)
    cubic_bar = unbroadcast(t_bar * t4, cubic)
    x_bar = unbroadcast(cubic * t_bar, t4) * (3 * t2)
    y_bar = unbroadcast(y_bar_2, y)
    t_bar = unbroadcast(y_bar_2, t3)
    quadratic_bar = unbroadcast(t_bar * t2, quadratic)
    x_bar = x_bar + unbroadcast(quadratic * t_bar, t2) * (2 * x)
    constant_bar = unbroadcast(y_bar, constant)
    t_bar = unbroadcast(y_bar, t)
    linear_bar = unbroadcast(t_bar * x, linear)
    x_bar += unbroadcast(linear * t_bar, x)
    # linear, (quadratic, cubic) = rest[0], rest[1:]
    rest_bar = zeros_of(rest)
    add_at(rest_bar, slice(1, None, None), (quadratic_bar, cubic_bar))
    add_at(rest_bar, 0, linear_bar)
    # constant, *rest = coefficients
    coefficients_bar = zeros_of(coefficients)
    add_at(coefficients_bar, 0, constant_bar)
    add_at(coefficients_bar, slice(1, None, None), rest_bar)
    coefficients_bar = as_gradient(coefficients_bar, coefficients)
    x_bar = as_gradient(x_bar, x)
    return coefficients_bar, x_bar
