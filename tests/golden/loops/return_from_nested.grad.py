import numpy as np
from s2s.runtime import require_scalar


def first_large_minor_grad(m, limit, first_large_minor_bar=1.0):
    """Gradient of `first_large_minor` with respect to m."""
    passed = 1.0
    returned_ = False
    passed_saved = []
    t_saved = []
    count_saved = []
    for row in m:
        returned_ = False
        count = 0
        for v in row:
            passed_saved.append(passed)
            count = count + 1
            candidate = v * v * row[0]
            if candidate > limit:
                returned_ = True
                return_ = candidate * passed
                break
            t = np.exp(-v)
            t_saved.append(t)
            passed = passed + t
        count_saved.append(count)
        if returned_:
            returned_ = True
            break
    if not returned_:
        return_ = passed
    require_scalar(return_)

    count2 = len(count_saved)
    if returned_:
        return__bar, passed_bar = first_large_minor_bar, 0.0
    else:
        return__bar, passed_bar = 0.0, first_large_minor_bar
    m_bar = np.zeros_like(m)
    for k in reversed(range(count2)):
        row = m[k]
        count3 = count_saved.pop()
        row_bar = np.zeros(row.shape)
        for k2 in reversed(range(count3)):
            v = row[k2]
            passed = passed_saved.pop()
            candidate = v * v
            t2 = row[0]
            candidate_2 = candidate * t2
            if candidate_2 > limit:
                # return candidate * passed
                candidate_bar = return__bar * passed
                passed_bar = passed_bar + candidate_2 * return__bar
                return__bar, v_bar = 0.0, 0.0
            else:
                t3 = t_saved.pop()
                # passed = passed + np.exp(-v)
                v_bar = -(passed_bar * t3)
                candidate_bar = 0.0
            # candidate = v * v * row[0]
            row_bar[0] += candidate * candidate_bar
            v_bar = v_bar + 2 * (candidate_bar * t2) * v
            row_bar[k2] += v_bar
        m_bar[k] += row_bar
    return m_bar
