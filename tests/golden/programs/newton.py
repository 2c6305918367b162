"""Square root by Newton's iteration, stopped by a break."""



def newton(a, x):
    """Iterate until the step is negligible."""
    for _ in range(50):
        step = (x * x - a) / (2 * x)
        x = x - step
        if abs(step) < 1e-12:
            break
    return x


FUNCTION = newton
ARGNUMS = 0


def example():
    return 2.0, 1.0
