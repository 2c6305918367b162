"""Plain Python numbers: a polynomial and a loop."""

from benchmarks.cases import Case


def polynomial(x):
    """A cubic."""
    return x * x * x - 2.0 * x * x + 3.0 * x - 1.0


def polynomial_by_hand(x):
    """The cubic and its slope."""
    square = x * x
    return square * x - 2.0 * square + 3.0 * x - 1.0, 3.0 * square - 4.0 * x + 3.0


def logistic_map(r, steps):
    """Where a population is after so many seasons."""
    x = 0.5
    for _ in range(steps):
        x = r * x * (1.0 - x)
    return x


def logistic_map_by_hand(r, steps):
    """The value and the slope for r."""
    x = 0.5
    seen = []
    for _ in range(steps):
        seen.append(x)
        x = r * x * (1.0 - x)
    r_bar, x_bar = 0.0, 1.0
    for before in reversed(seen):
        t = x_bar * before * (1.0 - before)
        r_bar += t
        x_bar = x_bar * r * (1.0 - 2.0 * before)
    return x, r_bar


def logistic_map_jax(r, steps):
    """The loop as a scan that takes four steps at once."""
    import jax

    def step(x, _):
        return r * x * (1.0 - x), None

    return jax.lax.scan(step, 0.5 + 0.0 * r, None, steps, unroll=4)[0]


CASES = (
    Case("scalar polynomial", polynomial, lambda quick: (1.7,), polynomial_by_hand),
    Case(
        "scalar loop, 1000 steps", logistic_map, lambda quick: (3.2, 1000),
        logistic_map_by_hand, jax=logistic_map_jax,
    ),
)  # fmt: skip
