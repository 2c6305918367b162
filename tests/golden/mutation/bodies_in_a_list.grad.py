import numpy as np
from s2s.runtime import as_gradient, zeros_of


def spread_grad(positions, dt, spread_bar=1.0):
    """Gradient of `spread` with respect to positions, dt."""
    bodies_mass = []
    bodies_x = []
    bodies_v = []
    bodies = []
    for k, x in enumerate(positions):
        body = len(bodies_mass)
        bodies_mass.append(1.0 + k)
        bodies_x.append(float(x))
        bodies_v.append(0.0)
        bodies.append(body)
    t_saved = []
    bodies_v_old_saved = []
    bodies_x_old_saved = []
    for _ in range(3):
        for a in bodies:
            for b in bodies:
                if a != b:
                    d = bodies_x[b] - bodies_x[a]
                    t = (d * d + 0.1) ** 1.5
                    t_saved.append(t)
                    bodies_v_old_saved.append(bodies_v[a])
                    bodies_v[a] = bodies_v[a] + dt * bodies_mass[b] * d / t
        for b in bodies:
            bodies_x_old_saved.append(bodies_x[b])
            bodies_x[b] = bodies_x[b] + dt * bodies_v[b]
    t2 = bodies[0]
    t3 = bodies_x[t2]
    t4 = bodies[-1]

    # return bodies[0].x * bodies[-1].x
    bodies_x_bar = zeros_of(bodies_x)
    bodies_x_bar[t4] += t3 * spread_bar
    bodies_x_bar[t2] += spread_bar * bodies_x[t4]
    bodies_v_bar = zeros_of(bodies_v)
    dt_bar = 0.0
    for _ in reversed(range(3)):
        for b in reversed(bodies):
            bodies_x_old = bodies_x_old_saved.pop()
            # b.x += dt * b.v
            bodies_x[b] = bodies_x_old
            t_bar = bodies_x_bar[b]
            dt_bar = dt_bar + t_bar * bodies_v[b]
            bodies_v_bar[b] += dt * t_bar
        for a in reversed(bodies):
            for b in reversed(bodies):
                if a != b:
                    bodies_v_old = bodies_v_old_saved.pop()
                    t5 = t_saved.pop()
                    d = bodies_x[b] - bodies_x[a]
                    t6 = bodies_mass[b]
                    t7 = dt * t6
                    # a.v += dt * b.mass * d / (d * d + 0.1) ** 1.5
                    bodies_v[a] = bodies_v_old
                    t_bar = bodies_v_bar[a]
                    bodies_v_bar[a] = 0.0
                    bodies_v_bar[a] += t_bar
                    t_bar_2 = t_bar / t5
                    d_bar = (
                        2
                        * (-(t_bar / t5) * (t7 * d / t5) * (1.5 * (d * d + 0.1) ** 0.5))
                        * d
                    )
                    d_bar = d_bar + t7 * t_bar_2
                    dt_bar = dt_bar + t_bar_2 * d * t6
                    # d = b.x - a.x
                    bodies_x_bar[a] += -d_bar
                    bodies_x_bar[b] += d_bar
    positions_bar = np.zeros(positions.shape)
    for k in reversed(range(len(positions))):
        # self.v = 0.0
        bodies_v_bar.pop()
        # self.x = x
        t_bar = bodies_x_bar.pop()
        # bodies = [Body(1.0 + k, float(x)) for k, x in enumerate(positions)]
        positions_bar[k] += t_bar
    return positions_bar, as_gradient(dt_bar, dt)
