"""A nonlinear recurrence over range: every old state is needed."""



def logistic_map(x, r, steps):
    """Iterate x -> r x (1 - x)."""
    for _ in range(steps):
        x = r * x * (1.0 - x)
    return x


FUNCTION = logistic_map
ARGNUMS = (0, 1)


def example():
    return 0.3, 2.7, 5
