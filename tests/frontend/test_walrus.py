"""`:=` binds whatever an assignment could."""

import s2s


def counted(x):
    """The variable that `:=` binds belongs to the inner function too."""
    if (k := x * x) > 0.5:
        k = k + 1.0

    def scale(a):
        nonlocal k
        k *= a

    scale(x)
    scale(3.0)
    return k * k


def test_walrus_on_a_variable_of_an_inner_function():
    for x in (0.4, 1.3):
        s2s.check_grads(counted, (x,))
