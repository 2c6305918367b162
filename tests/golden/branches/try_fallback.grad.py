import math
import numpy as np


def total_entropy_grad(weights, shift, total_entropy_bar=1.0):
    """Gradient of `total_entropy` with respect to weights, shift."""
    t_saved = []
    term_saved = []
    went_well_saved = []
    for w in weights:
        try:
            t = math.log(w - shift)
            term = w * t
            t_saved.append(t)
            went_well = True
        except ValueError:
            term = shift * w - 1.0
            went_well = False
        term_saved.append(term)
        went_well_saved.append(went_well)

    weights_bar = np.zeros(weights.shape)
    shift_bar = 0.0
    for k in reversed(range(len(weights))):
        w = weights[k]
        went_well2 = went_well_saved.pop()
        term = term_saved.pop()
        # total = total + term * term
        term_bar = 2 * total_entropy_bar * term
        if went_well2:
            t2 = t_saved.pop()
            # term = w * math.log(w - shift)
            t_bar = w * term_bar / (w - shift)
            w_bar = term_bar * t2 + t_bar
            shift_bar = shift_bar - t_bar
        else:
            # term = shift * w - 1.0
            w_bar = shift * term_bar
            shift_bar = shift_bar + term_bar * w
        weights_bar[k] += w_bar
    return weights_bar, float(shift_bar)
