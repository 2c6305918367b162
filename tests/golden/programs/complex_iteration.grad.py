import numpy as np
from s2s.runtime import as_gradient, require_scalar, unbroadcast, zeros_of


def escape_energy_grad(re, im, steps, escape_energy_bar=1.0):
    """Gradient of `escape_energy` with respect to re, im."""
    c = re + 1j * im
    z = 0.0 * c
    z_saved = []
    for _ in range(steps):
        z_saved.append(z)
        z = z * z + c
        if np.abs(z) > 4.0:
            break
    t = z.real
    result = t**2
    t2 = z.imag
    t3 = t2**2
    require_scalar(result + t3)

    # return z.real**2 + z.imag**2
    z_bar = complex(-0.0, -1.0) * np.real(unbroadcast(escape_energy_bar, t3) * (2 * t2))
    z_bar = z_bar + np.real(unbroadcast(escape_energy_bar, result) * (2 * t))
    c_bar = zeros_of(c)
    for k in reversed(range(len(z_saved))):
        z = z_saved.pop()
        # z = z * z + c
        c_bar = c_bar + z_bar
        z_bar = 2 * z_bar * z
    # z = 0.0 * c
    c_bar = c_bar + 0.0 * z_bar
    # c = re + 1j * im
    im_bar = 1j * c_bar
    return as_gradient(c_bar, re), as_gradient(im_bar, im)
