import numpy as np
from s2s.runtime import add_at, as_gradient


def path_work_grad(force, position, path_work_bar=1.0):
    """Gradient of `path_work` with respect to force, position."""
    index = slice(None, -1, None)
    items = position[index]
    index2 = slice(1, None, None)
    items2 = position[index2]
    t_saved = []
    for f, _, _ in zip(force, items, items2):
        t_saved.append(np.sin(f))

    force_bar = np.zeros_like(force)
    items_bar = np.zeros_like(items)
    items_bar_2 = np.zeros_like(items2)
    for k in reversed(range(min(len(force), len(items), len(items2)))):
        f = force[k]
        t = t_saved.pop()
        step = items2[k] - items[k]
        t2 = 0.1 * step
        # work += np.sin(f) * step + 0.1 * step * step
        step_bar = t2 * path_work_bar
        step_bar = step_bar + 0.1 * (path_work_bar * step)
        step_bar = step_bar + t * path_work_bar
        f_bar = path_work_bar * step * np.cos(f)
        # step = right - left
        left_bar = -step_bar
        add_at(force_bar, k, f_bar)
        add_at(items_bar, k, left_bar)
        add_at(items_bar_2, k, step_bar)
    position_bar = np.zeros_like(position)
    add_at(position_bar, index2, items_bar_2)
    add_at(position_bar, index, items_bar)
    force_bar = as_gradient(force_bar, force)
    position_bar = as_gradient(position_bar, position)
    return force_bar, position_bar
