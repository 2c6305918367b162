import numpy as np


def path_work_grad(force, position, path_work_bar=1.0):
    """Gradient of `path_work` with respect to force, position."""
    items = position[:-1]
    items2 = position[1:]
    t_saved = []
    for f, _, _ in zip(force, items, items2):
        t_saved.append(np.sin(f))

    force_bar = np.zeros(force.shape)
    items_bar = np.zeros(items.shape)
    items_bar_2 = np.zeros(items2.shape)
    for k in reversed(range(min(len(force), len(items), len(items2)))):
        t = t_saved.pop()
        step = items2[k] - items[k]
        # work += np.sin(f) * step + 0.1 * step * step
        t_bar = path_work_bar * step
        step_bar = 0.1 * (step * path_work_bar + t_bar) + t * path_work_bar
        f_bar = t_bar * np.cos(force[k])
        # step = right - left
        force_bar[k] += f_bar
        items_bar[k] -= step_bar
        items_bar_2[k] += step_bar
    position_bar = np.zeros(position.shape)
    position_bar[1:] = items_bar_2
    position_bar[:-1] += items_bar
    return force_bar, position_bar
