import numpy as np


def transported_grad(u0, wind, courant, steps, transported_bar=1.0):
    """Gradient of `transported` with respect to u0, wind, courant."""
    u = u0.copy()
    flux = np.empty_like(u)
    flux_old_saved = []
    flux_old_saved_2 = []
    flux_old_saved_3 = []
    flux_old_saved_4 = []
    for _ in range(steps):
        if wind > 0:
            flux_old_saved.append(flux[1:].copy())
            flux[1:] = u[1:] - u[:-1]
            flux_old_saved_2.append(flux[0])
            flux[0] = u[0] - u[-1]
        else:
            flux_old_saved_3.append(flux[:-1].copy())
            flux[:-1] = u[1:] - u[:-1]
            flux_old_saved_4.append(flux[-1])
            flux[-1] = u[0] - u[-1]
        u -= courant * wind * flux

    # return np.sum(u * u)
    u_bar = 2 * transported_bar * u
    flux_bar = np.zeros(flux.shape)
    test = wind > 0
    t = courant * wind
    courant_bar, wind_bar = 0.0, 0.0
    for _ in reversed(range(steps)):
        # u -= courant * wind * flux
        t_bar = -u_bar
        t_bar_2 = t_bar @ flux
        flux_bar += t * t_bar
        courant_bar = courant_bar + t_bar_2 * wind
        wind_bar = wind_bar + courant * t_bar_2
        if test:
            flux_old = flux_old_saved_2.pop()
            flux_old2 = flux_old_saved.pop()
            # flux[0] = u[0] - u[-1]
            flux[0] = flux_old
            t_bar = flux_bar[0]
            flux_bar[0] = 0.0
            u_bar[-1] -= t_bar
            u_bar[0] += t_bar
            # flux[1:] = u[1:] - u[:-1]
            flux[1:] = flux_old2
            t2 = flux_bar[1:]
            u_bar[:-1] -= t2
            u_bar[1:] += t2
            flux_bar[1:] = 0.0
        else:
            flux_old3 = flux_old_saved_4.pop()
            flux_old4 = flux_old_saved_3.pop()
            # flux[-1] = u[0] - u[-1]
            flux[-1] = flux_old3
            t_bar = flux_bar[-1]
            flux_bar[-1] = 0.0
            u_bar[-1] -= t_bar
            u_bar[0] += t_bar
            # flux[:-1] = u[1:] - u[:-1]
            flux[:-1] = flux_old4
            t3 = flux_bar[:-1]
            u_bar[:-1] -= t3
            u_bar[1:] += t3
            flux_bar[:-1] = 0.0
    return u_bar, float(wind_bar), float(courant_bar)
