import numpy as np
from s2s.runtime import as_gradient


def fibonacci_like_grad(a, b, steps, fibonacci_like_bar=1.0):
    """Gradient of `fibonacci_like` with respect to a, b."""
    t = steps + 1
    b_saved = []
    a_2, b_2 = a, b
    for k in range(1, t):
        b_saved.append(b_2)
        a_2, b_2 = b_2, a_2 + np.sin(b_2) / k

    # return a * b
    a_bar = fibonacci_like_bar * b_2
    b_bar = a_2 * fibonacci_like_bar
    for k in reversed(range(1, t)):
        b_2 = b_saved.pop()
        a_bar, b_bar = b_bar, a_bar + b_bar / k * np.cos(b_2)
    a_bar = as_gradient(a_bar, a)
    b_bar = as_gradient(b_bar, b)
    return a_bar, b_bar
