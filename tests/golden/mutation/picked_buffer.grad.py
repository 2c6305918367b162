


def leapfrog_grad(x, steps, leapfrog_bar=1.0):
    """Gradient of `leapfrog` with respect to x."""
    even = x.copy()
    odd = x**2
    for k in range(steps):
        if k % 2 == 0:
            odd[1:-1] += 0.1 * (even[2:] - even[:-2])
        else:
            even[1:-1] += 0.1 * (odd[2:] - odd[:-2])

    # return np.sum(even * odd)
    even_bar = leapfrog_bar * odd
    odd_bar = even * leapfrog_bar
    for k in reversed(range(steps)):
        if k % 2 == 0:
            # new[1:-1] += 0.1 * (old[2:] - old[:-2])
            t_bar = 0.1 * odd_bar[1:-1]
            even_bar[:-2] -= t_bar
            even_bar[2:] += t_bar
        else:
            # new[1:-1] += 0.1 * (old[2:] - old[:-2])
            t_bar = 0.1 * even_bar[1:-1]
            odd_bar[:-2] -= t_bar
            odd_bar[2:] += t_bar
    # odd = x**2
    x_bar = odd_bar * (2 * x)
    # even = x.copy()
    x_bar += even_bar
    return (x_bar,)
