import numpy as np
from s2s.runtime import add_at


def first_passage_grad(steps, barrier, first_passage_bar=1.0):
    """Gradient of `first_passage` with respect to steps."""
    position_saved = []
    test_saved = []
    position, count = 0.0, 0
    for s in steps:
        count = count + 1
        position = position + s * s
        position_saved.append(position)
        test = position > barrier
        test_saved.append(test)
        if test:
            break

    # return area + 0.1 * position
    position_bar = 0.1 * first_passage_bar
    steps_bar = np.zeros_like(steps)
    for k in reversed(range(count)):
        s = steps[k]
        test2 = test_saved.pop()
        position = position_saved.pop()
        if test2:
            s_bar = 0.0
        else:
            # area += position * s
            s_bar = position * first_passage_bar
            position_bar = position_bar + first_passage_bar * s
        # position = position + s * s
        s_bar = s_bar + (position_bar * s + s * position_bar)
        add_at(steps_bar, k, s_bar)
    return steps_bar
