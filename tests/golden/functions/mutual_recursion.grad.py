import numpy as np
from s2s.runtime import as_gradient


def even_step_fwd(x, n):
    """Forward sweep of `even_step`: the value and what its reverse needs."""
    test = n == 0
    if test:
        x_2, odd_step_saved = x, None
    else:
        x_2, odd_step_saved = odd_step_fwd(np.sin(x) + 0.1 * x, n - 1)
    return x_2, (test, odd_step_saved, x)


def even_step_bwd(saved, even_step_bar):
    """Backward sweep of `even_step`: gradients of x."""
    test, odd_step_saved, x = saved
    if test:
        x_bar = even_step_bar
    else:
        # return x if n == 0 else odd_step(np.sin(x) + 0.1 * x, n - 1)
        t_bar = odd_step_bwd(odd_step_saved, even_step_bar)
        x_bar = 0.1 * t_bar + t_bar * np.cos(x)
    return x_bar


def odd_step_fwd(x, n):
    """Forward sweep of `odd_step`: the value and what its reverse needs."""
    test = n == 0
    if test:
        result, even_step_saved = 2.0 * x, None
    else:
        result, even_step_saved = even_step_fwd_2(x * x + 0.3, n - 1)
    return result, (test, even_step_saved, x)


def odd_step_bwd(saved, odd_step_bar):
    """Backward sweep of `odd_step`: gradients of x."""
    test, even_step_saved, x = saved
    if test:
        # return 2.0 * x if n == 0 else even_step(x * x + 0.3, n - 1)
        x_bar = 2.0 * odd_step_bar
    else:
        # return 2.0 * x if n == 0 else even_step(x * x + 0.3, n - 1)
        x_bar = 2 * even_step_bwd_2(even_step_saved, odd_step_bar) * x
    return x_bar


def even_step_fwd_2(x, n):
    """Forward sweep of `even_step`: the value and what its reverse needs."""
    test = n == 0
    if test:
        x_2, odd_step_saved = x, None
    else:
        x_2, odd_step_saved = odd_step_fwd(np.sin(x) + 0.1 * x, n - 1)
    return x_2, (test, odd_step_saved, x)


def even_step_bwd_2(saved, even_step_bar):
    """Backward sweep of `even_step`: gradients of x."""
    test, odd_step_saved, x = saved
    if test:
        x_bar = even_step_bar
    else:
        # return x if n == 0 else odd_step(np.sin(x) + 0.1 * x, n - 1)
        t_bar = odd_step_bwd(odd_step_saved, even_step_bar)
        x_bar = 0.1 * t_bar + t_bar * np.cos(x)
    return x_bar


def zigzag_grad(x, zigzag_bar=1.0):
    """Gradient of `zigzag` with respect to x."""
    even_step_value, even_step_saved = even_step_fwd(x, 3)

    # return even_step(x, 3) * x
    x_bar = even_step_value * zigzag_bar
    x_bar = x_bar + even_step_bwd(even_step_saved, zigzag_bar * x)
    return as_gradient(x_bar, x)
