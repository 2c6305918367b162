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
    total_bar_2 = total_bar / t3
    a_bar = 2 * (-total_bar * total_2 / t3) * a
    # total -= a / b
    b_bar = total_bar_2 * t2 / b
    a_bar = a_bar - total_bar_2 / b
    # total *= b + 2.0
    total_bar = total_bar_2 * t
    b_bar = b_bar + total * total_bar_2
    # total += np.sin(a)
    a_bar = a_bar + total_bar * np.cos(a)
    # total = a * b
    a_bar = a_bar + total_bar * b
    b_bar = b_bar + a * total_bar
    a_bar = float(a_bar)
    b_bar = float(b_bar)
    return a_bar, b_bar
