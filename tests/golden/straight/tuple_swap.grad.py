import numpy as np
from s2s.runtime import ratio


def agm_steps_grad(a, b, agm_steps_bar=1.0):
    """Gradient of `agm_steps` with respect to a, b."""
    a_2 = (a + b) / 2
    b_2 = np.sqrt(a * b)
    a_3 = (b_2 + a_2) / 2
    b_3 = np.sqrt(b_2 * a_2)

    # return a * a - 0.5 * b
    b_bar = 0.5 * -agm_steps_bar
    a_bar = 2 * agm_steps_bar * a_3
    # a, b = (a + b) / 2, np.sqrt(a * b)
    t_bar = ratio(b_bar, 2 * b_3)
    a_bar = a_bar / 2
    b_bar = t_bar * a_2 + a_bar
    a_bar = b_2 * t_bar + a_bar
    t_bar = ratio(b_bar, 2 * b_2)
    a_bar = a_bar / 2
    a_bar_2 = t_bar * b + a_bar
    b_bar = a * t_bar + a_bar
    return float(a_bar_2), float(b_bar)
