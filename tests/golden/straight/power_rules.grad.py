from s2s.runtime import as_gradient, power_log, power_slope, unbroadcast, zeros_of


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


def powers_grad(base, exponent, powers_bar=1.0):
    """Gradient of `powers` with respect to base, exponent."""
    roots = base**0.5
    mixed = base**exponent

    # return np.sum(squares + roots * mixed) + np.sum(exponential)
    mixed_bar = roots * powers_bar
    # exponential = 2.0**exponent
    exponent_bar = powers_bar * power_log(2.0, exponent)
    # mixed = base**exponent
    base_bar = power_adjoint_a(mixed_bar, base, exponent)
    exponent_bar += mixed_bar * power_log(base, exponent)
    # roots = base**0.5
    base_bar = base_bar + 0.5 * powers_bar * mixed * base**-0.5
    # squares = base**2
    base_bar += 2 * powers_bar * base
    return as_gradient(base_bar, base), exponent_bar
