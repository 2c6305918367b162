"""Knots are inserted in the middle of a list and one is taken out."""


def length(a, b, height):
    """Length of a line from a to b after two refinements, with a spike."""
    points = [a, b]
    points.insert(1, 0.5 * (points[0] + points[1]) + height)
    points.insert(1, 0.5 * (points[0] + points[1]))
    points.insert(3, 0.5 * (points[2] + points[3]))
    spike = points.pop(2)
    total = spike * spike
    for i in range(len(points) - 1):
        total += (points[i + 1] - points[i]) ** 2
    return total


FUNCTION = length
ARGNUMS = (0, 1, 2)


def example():
    return 0.2, 1.5, 0.4
