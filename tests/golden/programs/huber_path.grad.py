import numpy as np
from s2s.runtime import require_scalar


def huber_path_grad(x, d, huber_path_bar=1.0):
    """Gradient of `huber_path` with respect to x."""
    total = 0.0
    returned_ = False
    count = 0
    for v in x:
        count = count + 1
        a = abs(v)
        if a > 100:
            returned_ = True
            return_ = total
            break
        if a <= d:
            total = total + 0.5 * v * v
        else:
            total = total + d * (a - 0.5 * d)
    if not returned_:
        return_ = total
    require_scalar(return_)

    if returned_:
        return__bar, total_bar = huber_path_bar, 0.0
    else:
        return__bar, total_bar = 0.0, huber_path_bar
    x_bar = np.zeros(x.shape)
    for k in reversed(range(count)):
        v = x[k]
        a = abs(v)
        if a > 100:
            total_bar = total_bar + return__bar
            return__bar, v_bar, a_bar = 0.0, 0.0, 0.0
        elif a <= d:
            # total += 0.5 * v * v
            v_bar = v * total_bar
            a_bar = 0.0
        else:
            v_bar, a_bar = 0.0, d * total_bar
        # a = abs(v)
        v_bar = v_bar + a_bar * np.sign(v)
        x_bar[k] += v_bar
    return x_bar
