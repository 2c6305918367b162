import numpy as np


def robust_mean_grad(values, cutoff, robust_mean_bar=1.0):
    """Gradient of `robust_mean` with respect to values."""
    count, count_2 = 0, 0
    for v in values:
        count_2 = count_2 + 1
        if abs(v) > cutoff:
            continue
        count = count + 1

    # return total / count
    total_bar = robust_mean_bar / count
    values_bar = np.zeros(values.shape)
    for k in reversed(range(count_2)):
        v = values[k]
        if abs(v) > cutoff:
            v_bar = 0.0
        else:
            # total += v * v
            v_bar = 2 * total_bar * v
        values_bar[k] += v_bar
    return values_bar
