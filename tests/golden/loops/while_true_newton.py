"""`while True` with a break at the end of the body."""



def cube_root(a, x):
    """Newton's iteration for the cube root."""
    while True:
        step = (x**3 - a) / (3 * x**2)
        x = x - step
        if abs(step) < 1e-12:
            break
    return x


FUNCTION = cube_root
ARGNUMS = 0


def example():
    return 5.0, 1.5
