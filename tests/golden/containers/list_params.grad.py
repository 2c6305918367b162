from s2s.runtime import add_at, as_gradient, zeros_of


def lens_grad(surfaces, lens_bar=1.0):
    """Gradient of `lens` with respect to surfaces."""
    front = surfaces[0]
    back = surfaces[-1]
    gap = surfaces[1]
    t = front * back
    t2 = len(surfaces)

    # return np.sum(power) * len(surfaces)
    t_bar = lens_bar * t2
    # power = front + back - front * back * gap
<<<<<<< HEAD
    t_bar_2 = -t_bar
    t_bar_3 = t_bar_2 * gap
    gap_bar = np.sum(t * t_bar_2)
    front_bar = t_bar_3 * back
    back_bar = front * t_bar_3
    front_bar = front_bar + t_bar
=======
    t_bar_2 = -t_bar * gap
    gap_bar = -(t * t_bar).sum()
    back_bar = front * t_bar_2
    front_bar = t_bar_2 * back + t_bar
>>>>>>> cbaded9 (Numbers of a product at one place, sums as methods, adjoints reuse memory; passes are tested against their absence)
    back_bar = back_bar + t_bar
    # gap = surfaces[1]
    surfaces_bar = zeros_of(surfaces)
    add_at(surfaces_bar, 1, gap_bar)
    # front, back = surfaces[0], surfaces[-1]
    add_at(surfaces_bar, -1, back_bar)
    add_at(surfaces_bar, 0, front_bar)
    surfaces_bar = as_gradient(surfaces_bar, surfaces)
    return surfaces_bar
