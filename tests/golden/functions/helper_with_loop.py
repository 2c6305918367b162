"""A helper that loops and returns early is differentiated as a pair."""



def decay_until(x, rate, floor):
    """Shrink x by rate until it falls below floor, at most ten times."""
    for _ in range(10):
        if x < floor:
            return x * x
        x = x * rate
    return x


def total_decay(x, rate):
    """Add two runs of the helper with different floors."""
    return decay_until(x, rate, 0.5) + 3.0 * decay_until(x * x, rate, 0.01)


FUNCTION = total_decay
ARGNUMS = (0, 1)


def example():
    return 1.3, 0.6
