import numpy as np


def fibonacci_like_grad(a, b, steps, fibonacci_like_bar=1.0):
    """Gradient of `fibonacci_like` with respect to a, b."""
    t = steps + 1
    b_saved = []
    for k in range(1, t):
        b_saved.append(b)
        a, b = b, a + np.sin(b) / k

    # return a * b
    a_bar = fibonacci_like_bar * b
    b_bar = a * fibonacci_like_bar
    for k in reversed(range(1, t)):
        b = b_saved.pop()
        a_bar, b_bar = b_bar, a_bar + b_bar / k * np.cos(b)
    return float(a_bar), float(b_bar)
