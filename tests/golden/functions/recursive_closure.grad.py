import numpy as np
from s2s.runtime import add_at, as_gradient, zeros_of


def visit_fwd(depth, total, x, k, weight):
    """Forward sweep of `visit`: the value and what its reverse needs."""
    test = k == depth
    if test:
        total = total + np.sin(weight)
        visit_saved, result, visit_saved2, result2 = None, None, None, None
    else:
        t = k + 1
        t2 = x[k]
        t3, visit_saved = visit_fwd(depth, total, x, t, weight * t2)
        result, total = t3
        t4, visit_saved2 = visit_fwd(depth, total, x, t, weight + t2)
        result2, total = t4
    result3 = test, weight, x, k, result2, visit_saved2, result, visit_saved
    return (None, total), result3


def visit_bwd(saved, visit_bar):
    """Backward sweep of `visit`: gradients of total, x, weight."""
    test, weight, x, k, result, visit_saved, result2, visit_saved2 = saved
    total_bar = visit_bar[1]
    if test:
        # total = total + np.sin(weight)
        weight_bar = total_bar * np.cos(weight)
        x_bar = np.zeros(x.shape)
    else:
        t = x[k]
        # visit(k + 1, weight + x[k])
        t_bar = zeros_of(result), total_bar
        total_bar, x_bar, weight_bar = visit_bwd(visit_saved, t_bar)
        x_bar = x_bar.copy()
        add_at(x_bar, k, weight_bar)
        # visit(k + 1, weight * x[k])
        t_bar = zeros_of(result2), total_bar
        total_bar, x_bar_2, weight_bar_2 = visit_bwd(visit_saved2, t_bar)
        x_bar += x_bar_2
        t_bar = weight * weight_bar_2
        weight_bar = weight_bar + weight_bar_2 * t
        add_at(x_bar, k, t_bar)
    return total_bar, x_bar, weight_bar


def weighted_leaves_grad(x, depth, weighted_leaves_bar=1.0):
    """Gradient of `weighted_leaves` with respect to x."""
    total = x[0]
    t, visit_saved = visit_fwd(depth, total, x, 1, x[0])
    result, _ = t

    # visit(1, x[0])
    t_bar = zeros_of(result), weighted_leaves_bar
    total_bar, x_bar, weight_bar = visit_bwd(visit_saved, t_bar)
    x_bar = x_bar.copy()
    add_at(x_bar, 0, weight_bar)
    # total = x[0]
    add_at(x_bar, 0, total_bar)
    return (as_gradient(x_bar, x),)
