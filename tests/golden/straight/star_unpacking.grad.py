from s2s.runtime import add_at, as_gradient, zeros_of


def polynomial_grad(coefficients, x, polynomial_bar=1.0):
    """Gradient of `polynomial` with respect to coefficients, x."""
    constant, *rest = coefficients
    linear = rest[0]
    quadratic, cubic = rest[1:]
    t = x**2
    y = constant + linear * x + quadratic * t
    t2 = x**3
    y = y + cubic * t2

    # return np.sum(y * y)
    y_bar = 2 * polynomial_bar * y
    # y = constant + linear * x + quadratic * x**2 + cubic * x**3
    cubic_bar = y_bar @ t2
    quadratic_bar = y_bar @ t
    constant_bar = y_bar.sum()
    linear_bar = y_bar @ x
    x_bar = (3 * cubic * t + 2 * quadratic * x + linear) * y_bar
    # linear, (quadratic, cubic) = rest[0], rest[1:]
    rest_bar = zeros_of(rest)
    add_at(rest_bar, slice(1, None, None), (quadratic_bar, cubic_bar))
    add_at(rest_bar, 0, linear_bar)
    # constant, *rest = coefficients
    coefficients_bar = zeros_of(coefficients)
    add_at(coefficients_bar, 0, constant_bar)
    add_at(coefficients_bar, slice(1, None, None), rest_bar)
    return as_gradient(coefficients_bar, coefficients), x_bar
