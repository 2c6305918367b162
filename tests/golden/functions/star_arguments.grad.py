from s2s.runtime import add_at, as_gradient, require_scalar, unbroadcast, zeros_of


def weighted_fwd(first, *others, weight=1.0):
    """Forward sweep of `weighted`: the value and what its reverse needs."""
    total = first
    total_saved = []
    t_saved = []
    for other in others:
        total_saved.append(total)
        t = weight * other
        t_saved.append(t)
        total = total + t * other
    return total, (others, t_saved, total_saved, weight)


def weighted_bwd(saved, weighted_bar):
    """Backward sweep of `weighted`: gradients of first, others."""
    others, t_saved, total_saved, weight = saved
    others_bar = zeros_of(others)
    total_bar = weighted_bar
    for k in reversed(range(len(others))):
        other2 = others[k]
        t = t_saved.pop()
        total = total_saved.pop()
        # total = total + weight * other * other
        total_bar_2 = unbroadcast(total_bar, total)
        t_bar = unbroadcast(total_bar, other2)
        other_bar = t * t_bar + weight * (t_bar * other2)
        add_at(others_bar, k, other_bar)
        total_bar = total_bar_2
    return total_bar, others_bar


def weighted_fwd_2(first, *others, weight=1.0):
    """Forward sweep of `weighted`: the value and what its reverse needs."""
    total = first
    total_saved = []
    t_saved = []
    for other in others:
        total_saved.append(total)
        t = weight * other
        t_saved.append(t)
        total = total + t * other
    return total, (others, t_saved, total_saved, weight)


def weighted_bwd_2(saved, weighted_bar):
    """Backward sweep of `weighted`: gradients of first, others, weight."""
    others, t_saved, total_saved, weight = saved
    others_bar = zeros_of(others)
    total_bar, weight_bar = weighted_bar, 0.0
    for k in reversed(range(len(others))):
        other2 = others[k]
        t = t_saved.pop()
        total = total_saved.pop()
        # total = total + weight * other * other
        total_bar_2 = unbroadcast(total_bar, total)
        t_bar = unbroadcast(total_bar, other2)
        t_bar_2 = t_bar * other2
        weight_bar = weight_bar + unbroadcast(t_bar_2 * other2, weight)
        other_bar = t * t_bar + weight * t_bar_2
        add_at(others_bar, k, other_bar)
        total_bar = total_bar_2
    return total_bar, others_bar, weight_bar


def star_call_grad(a, b, c, star_call_bar=1.0):
    """Gradient of `star_call` with respect to a, b, c."""
    t = a * b
    t2 = 0.5 * c
    weighted_value, weighted_saved = weighted_fwd(a, b, c, t)
    weighted_value2, weighted_saved2 = weighted_fwd_2(b, c, t, weight=t2)
    require_scalar(weighted_value * weighted_value2)

    # return weighted(a, *args) * weighted(*args, **options)
    weighted_value_bar = unbroadcast(star_call_bar * weighted_value2, weighted_value)
    weighted_value_bar_2 = unbroadcast(weighted_value * star_call_bar, weighted_value2)
    b_bar, others_bar, weight_bar = weighted_bwd_2(
        weighted_saved2, weighted_value_bar_2
    )
    c_bar = others_bar[0]
    t_bar = others_bar[1]
    a_bar, others_bar = weighted_bwd(weighted_saved, weighted_value_bar)
    b_bar = b_bar + others_bar[0]
    c_bar = c_bar + others_bar[1]
    t_bar = t_bar + others_bar[2]
    # options = {"weight": 0.5 * c}
    c_bar = c_bar + 0.5 * weight_bar
    # args = (b, c, a * b)
    a_bar = a_bar + t_bar * b
    b_bar = b_bar + a * t_bar
    return as_gradient(a_bar, a), as_gradient(b_bar, b), as_gradient(c_bar, c)
