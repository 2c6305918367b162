


def rectified_grad(x, slope, ceiling, rectified_bar=1.0):
    """Gradient of `rectified` with respect to x, slope, ceiling."""
    y = x * 2.0
    below = y < 0
    y_old = y[below]
    y[below] *= slope
    index = y > ceiling
    y_old2 = y[index]
    y[index] = ceiling

    # return np.sum(y * x)
    y_bar = rectified_bar * x
    x_bar = y * rectified_bar
    # y[y > ceiling] = ceiling
    y[index] = y_old2
    t = y_bar[index]
    y_bar[index] = 0.0
    ceiling_bar = t.sum()
    # y[below] *= slope
    y[below] = y_old
    t2 = y_bar[below] * y[below]
    y_bar[below] *= slope
    slope_bar = t2.sum()
    # y = x * 2.0
    x_bar += y_bar * 2.0
    return x_bar, float(slope_bar), float(ceiling_bar)
