import numpy as np


def wave_grad(u0, courant, steps, wave_bar=1.0):
    """Gradient of `wave` with respect to u0, courant."""
    before = u0.copy()
    now = u0.copy()
    after = np.zeros(u0.shape)
    t_saved = []
    for _ in range(steps):
        t = now[2:] - 2 * now[1:-1] + now[:-2]
        t_saved.append(t)
        after[1:-1] = 2 * now[1:-1] - before[1:-1] + courant * t
        after, before, now = before, now, after

    # return np.sum(now * now)
    now_bar = 2 * wave_bar * now
    after_bar = np.zeros(after.shape)
    before_bar = np.zeros(before.shape)
    courant_bar = 0.0
    for _ in reversed(range(steps)):
        t2 = t_saved.pop()
        # after[1:-1] = ( 2 * now[1:-1] - before[1:-1] + courant * (now[2:] - 2 * now[1:-1] + now[:-2]) )
        t_bar = now_bar[1:-1].copy()
        now_bar[1:-1] = 0.0
        g = t_bar @ t2
        t_bar_2 = courant * t_bar
        courant_bar = courant_bar + g
        before_bar[:-2] += t_bar_2
        before_bar[1:-1] -= 2 * t_bar_2
        before_bar[2:] += t_bar_2
        after_bar[1:-1] -= t_bar
        before_bar[1:-1] += 2 * t_bar
        after_bar, before_bar, now_bar = now_bar, after_bar, before_bar
    # before, now, after = u0.copy(), u0.copy(), np.zeros_like(u0)
    u0_bar = now_bar + before_bar
    return u0_bar, float(courant_bar)
