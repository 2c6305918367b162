import numpy as np
from s2s.runtime import unbroadcast


def haar_fwd(a):
    """Forward sweep of `haar`: the value and what its reverse needs."""
    a = a.copy()
    half = len(a) // 2
    test = half == 0
    if test:
        haar_saved = None
    else:
        mean = (a[::2] + a[1::2]) / 2
        step = (a[::2] - a[1::2]) / 2
        a[:half] = mean
        a[half:] = step
        t = a[:half]
        a_new, haar_saved = haar_fwd(t)
        t[...] = a_new
    return a, (test, a, half, haar_saved)


def haar_bwd(saved, haar_bar):
    """Backward sweep of `haar`: gradients of a."""
    test, a, half, haar_saved = saved
    a_bar = haar_bar.copy()
    if not test:
        t = a[::2]
        t2 = a[1::2]
        # haar(a[:half])
        t_bar = a_bar[:half]
        a_new_bar = t_bar.copy()
        t_bar[...] = 0.0
        a_bar[:half] += haar_bwd(haar_saved, a_new_bar)
        # a[half:] = step
        t3 = a_bar[half:].copy()
        a_bar[half:] = 0.0
        # a[:half] = mean
        t4 = a_bar[:half].copy()
        a_bar[:half] = 0.0
        # step = (a[::2] - a[1::2]) / 2
        step_bar = t3 / 2
        t_bar = unbroadcast(step_bar, t)
        a_bar[1::2] += unbroadcast(-step_bar, t2)
        a_bar[::2] += t_bar
        # mean = (a[::2] + a[1::2]) / 2
        mean_bar = t4 / 2
        t_bar = unbroadcast(mean_bar, t)
        a_bar[1::2] += unbroadcast(mean_bar, t2)
        a_bar[::2] += t_bar
    return a_bar


def roughness_grad(x, roughness_bar=1.0):
    """Gradient of `roughness` with respect to x."""
    a = x.copy()
    a_new, haar_saved = haar_fwd(a)
    a[...] = a_new

    # return np.sum(a[1:] ** 4)
    a_bar = np.zeros(a.shape)
    a_bar[1:] = 4 * roughness_bar * a[1:] ** 3
    # haar(a)
    a_bar[...] = haar_bwd(haar_saved, a_bar.copy())
    return (a_bar,)
