from s2s.runtime import add_at, as_gradient, fill_items, list_of, power_slope, require_scalar, unbroadcast, zeros_of


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


def discounted_grad(cash, rate, discounted_bar=1.0):
    """Gradient of `discounted` with respect to cash, rate."""
    items = []
    t_saved = []
    for k, c in enumerate(cash):
        t = (1.0 + rate) ** (k + 1)
        t_saved.append(t)
        items.append(c / t)
    require_scalar(sum(items))

    # return sum(c / (1.0 + rate) ** (k + 1) for k, c in enumerate(cash))
    t2 = list_of(fill_items(discounted_bar, items))
    cash_bar = zeros_of(cash)
    t3 = 1.0 + rate
    rate_bar = 0.0
    for k in reversed(range(len(cash))):
        t4 = t_saved.pop()
        # return sum(c / (1.0 + rate) ** (k + 1) for k, c in enumerate(cash))
        t_bar = t2.pop()
        c_bar = t_bar / t4
        rate_bar = rate_bar + power_adjoint_a(-c_bar * (cash[k] / t4), t3, k + 1)
        add_at(cash_bar, k, c_bar)
    return as_gradient(cash_bar, cash), as_gradient(rate_bar, rate)
