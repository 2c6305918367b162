from s2s.runtime import as_gradient, require_scalar, unbroadcast


def decay_until_fwd(x, rate, floor):
    """Forward sweep of `decay_until`: the value and what its reverse needs."""
    returned_ = False
    x_saved = []
    count = 0
    for _ in range(10):
        x_saved.append(x)
        count = count + 1
        if x < floor:
            returned_ = True
            return_ = x * x
            break
        x = x * rate
    if not returned_:
        return_ = x
    return return_, (returned_, count, x_saved, floor, rate)


def decay_until_bwd(saved, decay_until_bar):
    """Backward sweep of `decay_until`: gradients of x, rate."""
    returned_, count, x_saved, floor, rate = saved
    if returned_:
        return__bar, x_bar = decay_until_bar, 0.0
    else:
        return__bar, x_bar = 0.0, decay_until_bar
    rate_bar = 0.0
    for _ in reversed(range(count)):
        x = x_saved.pop()
        if x < floor:
            # return x * x
            x_bar = x_bar + 2 * x * return__bar
            return__bar = 0.0
        else:
            # x = x * rate
            x_bar_2 = x_bar * rate
            rate_bar = rate_bar + x * x_bar
            x_bar = x_bar_2
    return x_bar, rate_bar


def total_decay_grad(x, rate, total_decay_bar=1.0):
    """Gradient of `total_decay` with respect to x, rate."""
    decay_until_value, decay_until_saved = decay_until_fwd(x, rate, 0.5)
    decay_until_value2, decay_until_saved2 = decay_until_fwd(x * x, rate, 0.01)
    t = 3.0 * decay_until_value2
    require_scalar(decay_until_value + t)

    # return decay_until(x, rate, 0.5) + 3.0 * decay_until(x * x, rate, 0.01)
    decay_until_value_bar = unbroadcast(total_decay_bar, decay_until_value)
    decay_until_value_bar_2 = 3.0 * unbroadcast(total_decay_bar, t)
    x_bar, rate_bar = decay_until_bwd(decay_until_saved2, decay_until_value_bar_2)
    x_bar = 2 * x_bar * x
    x_bar_2, rate_bar_2 = decay_until_bwd(decay_until_saved, decay_until_value_bar)
    x_bar = x_bar + x_bar_2
    rate_bar = rate_bar + rate_bar_2
    return as_gradient(x_bar, x), as_gradient(rate_bar, rate)
