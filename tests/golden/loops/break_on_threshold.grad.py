import numpy as np


def first_passage_grad(steps, barrier, first_passage_bar=1.0):
    """Gradient of `first_passage` with respect to steps."""
    position_saved = []
    position = 0.0
    for s in steps:
        position_saved.append(position)
        position = position + s * s
        if position > barrier:
            break

    # return area + 0.1 * position
    position_bar = 0.1 * first_passage_bar
    steps_bar = np.zeros(steps.shape)
    for k in reversed(range(len(position_saved))):
        s = steps[k]
        position = position_saved.pop()
        position = position + s * s
        if position > barrier:
            s_bar = 0.0
        else:
            # area += position * s
            s_bar = position * first_passage_bar
            position_bar = position_bar + first_passage_bar * s
        # position = position + s * s
        s_bar = s_bar + 2 * position_bar * s
        steps_bar[k] += s_bar
    return steps_bar
