from s2s.runtime import zeros_of


def length_grad(a, b, height, length_bar=1.0):
    """Gradient of `length` with respect to a, b, height."""
    points = [a, b]
    points.insert(1, 0.5 * (points[0] + points[1]) + height)
    points.insert(1, 0.5 * (points[0] + points[1]))
    points.insert(3, 0.5 * (points[2] + points[3]))
    spike = points.pop(2)

    points_bar = zeros_of(points)
    for i in reversed(range(len(points) - 1)):
        index = i + 1
        # total += (points[i + 1] - points[i]) ** 2
        t_bar = length_bar * (2 * (points[index] - points[i]))
        points_bar[i] -= t_bar
        points_bar[index] += t_bar
    # total = spike * spike
    spike_bar = 2 * length_bar * spike
    # spike = points.pop(2)
    points_bar.insert(2, spike_bar)
    # points.insert(3, 0.5 * (points[2] + points[3]))
    t_bar = points_bar.pop(3)
    t_bar = 0.5 * t_bar
    points_bar[3] += t_bar
    points_bar[2] += t_bar
    # points.insert(1, 0.5 * (points[0] + points[1]))
    t_bar = points_bar.pop(1)
    t_bar = 0.5 * t_bar
    points_bar[1] += t_bar
    points_bar[0] += t_bar
    # points.insert(1, 0.5 * (points[0] + points[1]) + height)
    t_bar = points_bar.pop(1)
    t_bar_2 = 0.5 * t_bar
    points_bar[1] += t_bar_2
    points_bar[0] += t_bar_2
    # points = [a, b]
    a_bar = points_bar[0]
    b_bar = points_bar[1]
    return float(a_bar), float(b_bar), float(t_bar)
