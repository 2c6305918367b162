import numpy as np
from s2s.runtime import as_gradient, spread_to, unbroadcast


def affine_fwd(x, slope=2.0, *, offset=1.0):
    """Forward sweep of `affine`: the value and what its reverse needs."""
    result = slope * x
    return result + offset, (result, slope, x)


def affine_bwd(saved, affine_bar):
    """Backward sweep of `affine`: gradients of x."""
    result, slope, x = saved
    # return slope * x + offset
    x_bar = unbroadcast(slope * unbroadcast(affine_bar, result), x)
    return x_bar


def affine_fwd_2(x, slope=2.0, *, offset=1.0):
    """Forward sweep of `affine`: the value and what its reverse needs."""
    result = slope * x
    return result + offset, (result, x, slope)


def affine_bwd_2(saved, affine_bar):
    """Backward sweep of `affine`: gradients of x, slope."""
    result, x, slope = saved
    # return slope * x + offset
    result_bar = unbroadcast(affine_bar, result)
    x_bar = unbroadcast(slope * result_bar, x)
    return x_bar, unbroadcast(result_bar * x, slope)


def affine_fwd_3(x, slope=2.0, *, offset=1.0):
    """Forward sweep of `affine`: the value and what its reverse needs."""
    result = slope * x
    return result + offset, (result, offset, slope, x)


def affine_bwd_3(saved, affine_bar):
    """Backward sweep of `affine`: gradients of x, offset."""
    result, offset, slope, x = saved
    # return slope * x + offset
    offset_bar = unbroadcast(affine_bar, offset)
    x_bar = unbroadcast(slope * unbroadcast(affine_bar, result), x)
    return x_bar, offset_bar


def compose_grad(x, slope, compose_bar=1.0):
    """Gradient of `compose` with respect to x, slope."""
    y, affine_saved = affine_fwd(x)
    y, affine_saved2 = affine_fwd_2(y, slope)
    y, affine_saved3 = affine_fwd_3(offset=slope * slope, x=y, slope=-0.5)
    t = np.sin(y)

    # return np.sum(np.sin(y))
    y_bar = spread_to(compose_bar, t) * np.cos(y)
    # y = affine(offset=slope * slope, x=y, slope=-0.5)
    y_bar, offset_bar = affine_bwd_3(affine_saved3, y_bar)
    slope_bar = offset_bar * slope + slope * offset_bar
    # y = affine(y, slope)
    y_bar, slope_bar_2 = affine_bwd_2(affine_saved2, y_bar)
    slope_bar = slope_bar + slope_bar_2
    # y = affine(x)
    x_bar = affine_bwd(affine_saved, y_bar)
    x_bar = as_gradient(x_bar, x)
    slope_bar = as_gradient(slope_bar, slope)
    return x_bar, slope_bar
