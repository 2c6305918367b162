"""A method reads the attributes of its object."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Spring:
    """A damped spring with a cubic correction."""

    stiffness: float
    cubic: float

    def force(self, x):
        """Restoring force."""
        return -self.stiffness * x - self.cubic * x**3

    def energy(self, x):
        """Potential energy."""
        return 0.5 * self.stiffness * x**2 + 0.25 * self.cubic * x**4


def work_and_energy(spring, x):
    """Combine two methods of one object."""
    return np.sum(spring.energy(x)) + np.sum(spring.force(x)) ** 2


FUNCTION = work_and_energy
ARGNUMS = (0, 1)


def example():
    return Spring(1.5, 0.2), np.array([0.3, -0.8, 1.1])
