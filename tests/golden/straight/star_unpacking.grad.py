from s2s.runtime import add_at, as_gradient, spread_to, unbroadcast, zeros_of


def polynomial_grad(coefficients, x, polynomial_bar=1.0):
    """Gradient of `polynomial` with respect to coefficients, x."""
    constant, *rest = coefficients
    linear = rest[0]
    t = rest[1:]
    quadratic, cubic = t
    t2 = linear * x
    y = constant + t2
    t3 = x**2
    t4 = quadratic * t3
    y_2 = y + t4
    t5 = x**3
    t6 = cubic * t5
    y_3 = y_2 + t6
    t7 = y_3 * y_3

    # return np.sum(y * y)
    t_bar = spread_to(polynomial_bar, t7)
    y_bar = t_bar * y_3
    y_bar = y_bar + y_3 * t_bar
    # y = constant + linear * x + quadratic * x**2 + cubic * x**3
    y_bar_2 = unbroadcast(y_bar, y_2)
    t_bar = unbroadcast(y_bar, t6)
    cubic_bar = unbroadcast(t_bar * t5, cubic)
    x_bar = unbroadcast(cubic * t_bar, t5) * (3 * t3)
    y_bar = unbroadcast(y_bar_2, y)
    t_bar = unbroadcast(y_bar_2, t4)
    quadratic_bar = unbroadcast(t_bar * t3, quadratic)
    x_bar = x_bar + unbroadcast(quadratic * t_bar, t3) * (2 * x)
    constant_bar = unbroadcast(y_bar, constant)
    t_bar = unbroadcast(y_bar, t2)
    linear_bar = unbroadcast(t_bar * x, linear)
    x_bar += unbroadcast(linear * t_bar, x)
    # linear, (quadratic, cubic) = rest[0], rest[1:]
    t_bar = zeros_of(t)
    add_at(t_bar, 0, quadratic_bar)
    add_at(t_bar, 1, cubic_bar)
    rest_bar = zeros_of(rest)
    add_at(rest_bar, slice(1, None, None), t_bar)
    add_at(rest_bar, 0, linear_bar)
    # constant, *rest = coefficients
    coefficients_bar = zeros_of(coefficients)
    add_at(coefficients_bar, 0, constant_bar)
    add_at(coefficients_bar, slice(1, None, None), rest_bar)
    coefficients_bar = as_gradient(coefficients_bar, coefficients)
    x_bar = as_gradient(x_bar, x)
    return coefficients_bar, x_bar
