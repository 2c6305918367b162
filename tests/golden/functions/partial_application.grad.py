


def response_grad(x, half, response_bar=1.0):
    """Gradient of `response` with respect to x, half."""
    t = half**4 + x**4
    result = x**4 / t
    t2 = half**2 + x**2
    result2 = x**2 / t2

    # return np.sum(steep(x) * shared(x, order=2))
    result_bar = response_bar * result2
    result_bar_2 = result * response_bar
    # return x**order / (half**order + x**order)
    result_bar_2 /= t2
    t_bar = -result_bar_2 * result2
    half_bar = t_bar.sum() * (2 * half)
    x_bar = (t_bar + result_bar_2) * (2 * x)
    result_bar /= t
    t_bar = -result_bar * result
    t3 = 4 * x**3
    x_bar += t_bar * t3
    half_bar = half_bar + t_bar.sum() * (4 * half**3)
    x_bar += result_bar * t3
    return x_bar, float(half_bar)
