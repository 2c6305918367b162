import numpy as np
from s2s.runtime import accumulate, add_at, as_gradient, spread_to, zeros_of


def energy_fwd(self, x):
    """Forward sweep of `energy`: the value and what its reverse needs."""
    result = 0.5 * self.stiffness
    t = x**2
    result2 = result * t
    t2 = 0.25 * self.cubic
    t3 = x**4
    return result2 + t2 * t3, (t3, t2, x, self, t, result)


def energy_bwd(saved, energy_bar):
    """Backward sweep of `energy`: gradients of self, x."""
    t, t2, x, self, t3, result = saved
    # return 0.5 * self.stiffness * x**2 + 0.25 * self.cubic * x**4
    self_bar = zeros_of(self)
    add_at(self_bar, "cubic", 0.25 * (energy_bar @ t))
    x_bar = (4 * t2 * x**3 + 2 * result * x) * energy_bar
    add_at(self_bar, "stiffness", 0.5 * (energy_bar @ t3))
    return self_bar, x_bar


def force_fwd(self, x):
    """Forward sweep of `force`: the value and what its reverse needs."""
    t = -self.stiffness
    result = t * x
    t2 = self.cubic
    t3 = x**3
    return result - t2 * t3, (t3, t2, x, self, t)


def force_bwd(saved, force_bar):
    """Backward sweep of `force`: gradients of self, x."""
    t, t2, x, self, t3 = saved
    # return -self.stiffness * x - self.cubic * x**3
    self_bar = zeros_of(self)
    add_at(self_bar, "cubic", -(force_bar @ t))
    x_bar = (t3 - 3 * t2 * x**2) * force_bar
    add_at(self_bar, "stiffness", -(force_bar @ x))
    return self_bar, x_bar


def work_and_energy_grad(spring, x, work_and_energy_bar=1.0):
    """Gradient of `work_and_energy` with respect to spring, x."""
    t, energy_saved = energy_fwd(spring, x)
    t2, force_saved = force_fwd(spring, x)

    # return np.sum(spring.energy(x)) + np.sum(spring.force(x)) ** 2
    t_bar = spread_to(work_and_energy_bar * (2 * np.sum(t2)), t2)
    spring_bar, x_bar = force_bwd(force_saved, t_bar)
    spring_bar_2, x_bar_2 = energy_bwd(energy_saved, spread_to(work_and_energy_bar, t))
    spring_bar = accumulate(spring_bar, spring_bar_2)
    x_bar = x_bar + x_bar_2
    return as_gradient(spring_bar, spring), as_gradient(x_bar, x)
