"""Star and double-star arguments on both sides of a call."""



def weighted(first, *others, weight=1.0):
    """First value plus the weighted sum of the others."""
    total = first
    for other in others:
        total = total + weight * other * other
    return total


def star_call(a, b, c):
    """Pass a tuple and a dictionary through stars."""
    args = (b, c, a * b)
    options = {"weight": 0.5 * c}
    return weighted(a, *args) * weighted(*args, **options)


FUNCTION = star_call
ARGNUMS = (0, 1, 2)


def example():
    return 0.7, -0.4, 1.3
