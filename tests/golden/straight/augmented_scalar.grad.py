import numpy as np


def tweak_grad(a, b, tweak_bar=1.0):
    """Gradient of `tweak` with respect to a, b."""
    total = a * b
    total = total + np.sin(a)
    t = b + 2.0
    total_2 = total * t
    t2 = a / b
    total_2 = total_2 - t2
    t3 = 1.0 + a * a
    total_2 = total_2 / t3

    # total **= 2
    total_bar = tweak_bar * (2 * total_2)
    # total /= 1.0 + a * a
    total_bar = total_bar / t3
    # total -= a / b
    a_bar = -total_bar / b
    a_bar_2 = a_bar - 2 * (total_bar * total_2) * a
    # total *= b + 2.0
    total_bar_2 = total_bar * t
    b_bar = total * total_bar - a_bar * t2
    # total = a * b
    a_bar = a_bar_2 + (np.cos(a) + b) * total_bar_2
    b_bar = b_bar + a * total_bar_2
    return float(a_bar), float(b_bar)
