import numpy as np
from s2s.runtime import add_at, require_scalar, unbroadcast


def first_passage_grad(steps, barrier, first_passage_bar=1.0):
    """Gradient of `first_passage` with respect to steps."""
    area_saved = []
    position_saved = []
    t_saved = []
    area, position, count = 0.0, 0.0, 0
    for s in steps:
        area_saved.append(area)
        count = count + 1
        position = position + s * s
        position_saved.append(position)
        if position > barrier:
            break
        t = position * s
        t_saved.append(t)
        area = area + t
    t2 = 0.1 * position
    require_scalar(area + t2)

    # return area + 0.1 * position
    area_bar = unbroadcast(first_passage_bar, area)
    position_bar = 0.1 * unbroadcast(first_passage_bar, t2)
    steps_bar = np.zeros_like(steps)
    for k in reversed(range(count)):
        s = steps[k]
        position = position_saved.pop()
        area = area_saved.pop()
        t3 = s * s
        if position > barrier:
            s_bar = 0.0
        else:
            t4 = t_saved.pop()
            # area += position * s
            area_bar_2 = unbroadcast(area_bar, area)
            t_bar = unbroadcast(area_bar, t4)
            s_bar = unbroadcast(position * t_bar, s)
            position_bar = position_bar + t_bar * s
            area_bar = area_bar_2
        # position = position + s * s
        t_bar = unbroadcast(position_bar, t3)
        s_bar = s_bar + (t_bar * s + s * t_bar)
        add_at(steps_bar, k, s_bar)
    return steps_bar
