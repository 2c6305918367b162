import numpy as np
from s2s.runtime import ratio


def safe_ratio_grad(a, b, safe_ratio_bar=1.0):
    """Gradient of `safe_ratio` with respect to a, b."""
    test = a == 0
    if not test:
        ratio_ = a / b
        if not ratio_ < 0:
            root = np.sqrt(ratio_)

    if test:
        a_bar, b_bar = safe_ratio_bar, 0.0
    else:
        ratio_ = a / b
        if ratio_ < 0:
            # return ratio * ratio
            ratio_bar = 2 * safe_ratio_bar * ratio_
            a_bar = 0.0
        else:
            # root = np.sqrt(ratio)
            ratio_bar = ratio(safe_ratio_bar, 2 * root)
            a_bar = safe_ratio_bar
        # ratio = a / b
        a_bar_2 = ratio_bar / b
        b_bar = -a_bar_2 * ratio_
        a_bar = a_bar + a_bar_2
    return float(a_bar), float(b_bar)
