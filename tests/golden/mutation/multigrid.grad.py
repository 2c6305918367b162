import numpy as np
from s2s.runtime import add_at, as_gradient, require_apart, unbroadcast


def cycle_fwd(u, f):
    """Forward sweep of `cycle`: the value and what its reverse needs."""
    require_apart(u, f)
    u_2 = u.copy()
    n = len(u_2) - 1
    t = n**2
    u_2[1:-1] = 0.5 * (u_2[:-2] + u_2[2:] + f[1:-1] / t)
    n = len(u_2) - 1
    test = n > 2
    if test:
        r = np.zeros(u_2.shape)
        r[1:-1] = f[1:-1] + n**2 * (u_2[2:] - 2 * u_2[1:-1] + u_2[:-2])
        coarse = r[::2].copy()
        e = np.zeros(coarse.shape)
        u_new, cycle_saved = cycle_fwd(e, coarse)
        e[...] = u_new
        u_2[::2] += e
        t2 = 0.5 * (e[:-1] + e[1:])
        u_2[1::2] += t2
        n_2 = len(u_2) - 1
        t3 = n_2**2
        u_2[1:-1] = 0.5 * (u_2[:-2] + u_2[2:] + f[1:-1] / t3)
    else:
        e, cycle_saved, t2, t3 = None, None, None, None
    return u_2, (test, n, t3, f, t2, e, cycle_saved, u, t)


def cycle_bwd(saved, cycle_bar):
    """Backward sweep of `cycle`: gradients of u, f."""
    test, n, t, f, t2, e, cycle_saved, u, t3 = saved
    u_bar = cycle_bar.copy()
    if test:
        t4 = n**2
        # u[1:-1] = 0.5 * (u[:-2] + u[2:] + f[1:-1] / n**2)
        t_bar = 0.5 * u_bar[1:-1]
        f_bar = np.zeros(f.shape)
        add_at(f_bar, slice(1, -1, None), t_bar / t)
        u_bar[1:-1] = 0.0
        u_bar[2:] += t_bar
        u_bar[:-2] += t_bar
        # u[1::2] += 0.5 * (e[:-1] + e[1:])
        t_bar = 0.5 * unbroadcast(u_bar[1::2].copy(), t2)
        e_bar = np.zeros(e.shape)
        e_bar[1:] = t_bar
        e_bar[:-1] += t_bar
        # u[::2] += e
        e_bar += u_bar[::2]
        # cycle(e, coarse)
        e_bar_2, coarse_bar = cycle_bwd(cycle_saved, e_bar.copy())
        e_bar[...] = e_bar_2
        # coarse = r[::2].copy()
        r_bar = np.zeros(u.shape)
        r_bar[::2] = coarse_bar
        # r[1:-1] = f[1:-1] + n**2 * (u[2:] - 2 * u[1:-1] + u[:-2])
        t5 = r_bar[1:-1]
        t_bar = t4 * t5
        u_bar[:-2] += t_bar
        u_bar[1:-1] -= 2 * t_bar
        u_bar[2:] += t_bar
        f_bar[1:-1] += t5
        r_bar[1:-1] = 0.0
    else:
        f_bar = np.zeros(f.shape)
    # u[1:-1] = 0.5 * (u[:-2] + u[2:] + f[1:-1] / n**2)
    t_bar = 0.5 * u_bar[1:-1]
    add_at(f_bar, slice(1, -1, None), t_bar / t3)
    u_bar[1:-1] = 0.0
    u_bar[2:] += t_bar
    u_bar[:-2] += t_bar
    return u_bar, f_bar


def energy_grad(f, energy_bar=1.0):
    """Gradient of `energy` with respect to f."""
    u = np.zeros(f.shape)
    u_new, cycle_saved = cycle_fwd(u, f)
    u[...] = u_new
    u_new2, cycle_saved2 = cycle_fwd(u, f)
    u[...] = u_new2

    # return np.sum(u * f)
    u_bar = energy_bar * f
    f_bar = u * energy_bar
    # cycle(u, f)
    u_bar_2, f_bar_2 = cycle_bwd(cycle_saved2, u_bar.copy())
    u_bar[...] = u_bar_2
    f_bar += f_bar_2
    u_bar_2, f_bar_2 = cycle_bwd(cycle_saved, u_bar.copy())
    u_bar[...] = u_bar_2
    f_bar += f_bar_2
    return (as_gradient(f_bar, f),)
