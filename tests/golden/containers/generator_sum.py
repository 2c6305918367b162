"""A generator expression consumed by sum."""



def discounted(cash, rate):
    """Net present value of a list of cash flows."""
    return sum(c / (1.0 + rate) ** (k + 1) for k, c in enumerate(cash))


FUNCTION = discounted
ARGNUMS = (0, 1)


def example():
    return [-1.0, 0.4, 0.5, 0.6], 0.07
