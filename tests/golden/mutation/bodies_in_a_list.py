"""Bodies in a list that pull at each other: one list for each attribute, read at the same place."""

import numpy as np


class Body:
    """A body on a line."""

    def __init__(self, mass, x):
        self.mass = mass
        self.x = x
        self.v = 0.0


def spread(positions, dt):
    """Where two of them are after three steps."""
    bodies = [Body(1.0 + k, float(x)) for k, x in enumerate(positions)]
    for _ in range(3):
        for a in bodies:
            for b in bodies:
                if a is not b:
                    d = b.x - a.x
                    a.v += dt * b.mass * d / (d * d + 0.1) ** 1.5
        for b in bodies:
            b.x += dt * b.v
    return bodies[0].x * bodies[-1].x


FUNCTION = spread
ARGNUMS = (0, 1)


def example():
    return np.array([0.1, 0.9, 2.0]), 0.1
