import numpy as np
from s2s.runtime import add_at, copy_of, require_view, unbroadcast, written


def damped_solution_grad(a, b, damping, damped_solution_bar=1.0):
    """Gradient of `damped_solution` with respect to a, b, damping."""
    m = a.copy()
    t = m.reshape(-1)
    require_view(t, m)
    t2 = len(m) + 1
    t[::t2] += damping
    x = np.linalg.solve(m, b)
    t3 = x[0]
    k = np.arange(min(m.shape))
    key = k, k
    m_old = copy_of(m[key])
    m[key] = t3

    # return x @ m @ x
    result_bar = damped_solution_bar * x
    m_bar = x[:, None] * result_bar
    x_bar = damped_solution_bar * (x @ m) + m @ result_bar
    # np.fill_diagonal(m, x[0])
    m[k, k] = m_old
    t4 = written(m_bar, (k, k))
    m_bar[k, k] = 0.0
    add_at(x_bar, 0, unbroadcast(t4, t3))
    # x = np.linalg.solve(m, b)
    b_bar = np.linalg.solve(m.T, x_bar)
    m_bar -= np.linalg.solve(m.T, x_bar)[:, None] * x
    # m.reshape(-1)[:: len(m) + 1] += damping
    t_bar = m_bar.reshape(-1)
    require_view(t_bar, m_bar)
    damping_bar = t_bar[::t2].sum()
    return m_bar, b_bar, float(damping_bar)
