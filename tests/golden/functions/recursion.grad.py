import numpy as np
from s2s.runtime import as_gradient, spread_to


def int_power_fwd(x, n):
    """Forward sweep of `int_power`: the value and what its reverse needs."""
    test = n == 0
    if test:
        result, half, int_power_saved, t = np.ones_like(x), None, None, None
    else:
        half, int_power_saved = int_power_fwd(x, n // 2)
        if n % 2:
            t = half * half
            result = t * x
        else:
            result, t = half * half, None
    return result, (test, x, n, t, half, int_power_saved)


def int_power_bwd(saved, int_power_bar):
    """Backward sweep of `int_power`: gradients of x."""
    test, x, n, t, half, int_power_saved = saved
    if test:
        x_bar = np.zeros(x.shape)
    else:
        if n % 2:
            # return half * half * x if n % 2 else half * half
            x_bar = t * int_power_bar
            half_bar = 2 * (int_power_bar * x) * half
        else:
            # return half * half * x if n % 2 else half * half
            half_bar = 2 * int_power_bar * half
            x_bar = np.zeros(x.shape)
        # half = int_power(x, n // 2)
        x_bar = x_bar + int_power_bwd(int_power_saved, half_bar)
    return x_bar


def moments_grad(x, moments_bar=1.0):
    """Gradient of `moments` with respect to x."""
    int_power_value, int_power_saved = int_power_fwd(x, 5)
    int_power_value2, int_power_saved2 = int_power_fwd(x, 3)

    # return np.sum(int_power(x, 5)) + np.sum(int_power(x, 3)) / 3
    x_bar = int_power_bwd(
        int_power_saved2, spread_to(moments_bar / 3, int_power_value2)
    )
    x_bar_2 = int_power_bwd(int_power_saved, spread_to(moments_bar, int_power_value))
    x_bar = x_bar + x_bar_2
    return as_gradient(x_bar, x)
