import numpy as np
from s2s.runtime import as_gradient


def drag_grad(speed, density, drag_bar=1.0):
    """Gradient of `drag` with respect to speed, density."""
    test = speed < 0.1
    if test:
        force = density * speed
    elif speed < 1.0:
        t = speed**1.5
        force = density * t
    elif speed < 10.0:
        extra = np.log(speed)
        t2 = 1.0 + 0.1 * extra
        force = density * speed**2 * t2
    else:
        force = 10.0 * density
    t3 = 1.0 + force

    # return force / (1.0 + force)
    force_bar = drag_bar / t3
    force_bar = force_bar + -force_bar * (force / t3)
    if test:
        # force = density * speed
        density_bar = force_bar * speed
        speed_bar = density * force_bar
    elif speed < 1.0:
        # force = density * speed**1.5
        density_bar = force_bar * t
        speed_bar = density * force_bar * (1.5 * speed**0.5)
    elif speed < 10.0:
        t4 = speed**2
        # force = density * speed**2 * (1.0 + 0.1 * extra)
        force_bar_2 = force_bar * t2
        extra_bar = 0.1 * (density * t4 * force_bar)
        density_bar = force_bar_2 * t4
        speed_bar = density * force_bar_2 * (2 * speed)
        # extra = np.log(speed)
        speed_bar = speed_bar + extra_bar / speed
    else:
        # force = 10.0 * density
        density_bar = 10.0 * force_bar
        speed_bar = 0.0
    return as_gradient(speed_bar, speed), as_gradient(density_bar, density)
