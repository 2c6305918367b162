from s2s.runtime import add_at, as_gradient, zeros_of


def lens_grad(surfaces, lens_bar=1.0):
    """Gradient of `lens` with respect to surfaces."""
    front = surfaces[0]
    back = surfaces[-1]
    gap = surfaces[1]

    # return np.sum(power) * len(surfaces)
    t_bar = lens_bar * len(surfaces)
    # power = front + back - front * back * gap
    t_bar_2 = -t_bar * gap
    gap_bar = -(front * back * t_bar).sum()
    front_bar = t_bar_2 * back + t_bar
    back_bar = front * t_bar_2 + t_bar
    # gap = surfaces[1]
    surfaces_bar = zeros_of(surfaces)
    add_at(surfaces_bar, 1, gap_bar)
    # front, back = surfaces[0], surfaces[-1]
    add_at(surfaces_bar, -1, back_bar)
    add_at(surfaces_bar, 0, front_bar)
    return as_gradient(surfaces_bar, surfaces)
