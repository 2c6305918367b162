import numpy as np
from s2s.runtime import require_view


def checkered_grad(x, c, checkered_bar=1.0):
    """Gradient of `checkered` with respect to x, c."""
    y = x.copy()
    middle = y[:, 1:-1].T
    flat = y.reshape(-1)
    require_view(flat, y)
    middle_old = middle[:, ::2].copy()
    middle[:, ::2] *= c
    flat_old = flat[1]
    flat[1] += middle[1, 0]

    # return np.sum(y**3)
    y_bar = 3 * checkered_bar * y**2
    # flat[1] += middle[1, 0]
    flat[1] = flat_old
    flat_bar = y_bar.reshape(-1)
    require_view(flat_bar, y_bar)
    y_bar[:, 1:-1].T[1, 0] += flat_bar[1]
    # middle[:, ::2] *= c
    middle[:, ::2] = middle_old
    middle_bar = y_bar[:, 1:-1].T
    c_bar = np.vdot(middle_bar[:, ::2], middle[:, ::2])
    middle_bar[:, ::2] *= c
    return y_bar, float(c_bar)
