"""The four objectives of the literature on differentiation, written anew from their definitions.

Šrajer, Kukelova, Fitzgibbon, "A benchmark of selected algorithmic differentiation tools on some
problems in computer vision and machine learning" (2018): a Gaussian mixture, bundle adjustment,
hand tracking, and a recurrent network.  Data are random, of the small published sizes.
"""

import numpy as np

# A Gaussian mixture with inverse covariance factors and a Wishart prior ---------------------------


def log_sum_exp(x):
    """Along the last axis."""
    top = np.max(x, axis=-1, keepdims=True)
    return np.log(np.sum(np.exp(x - top), axis=-1)) + top[..., 0]


def mixture(alphas, means, factors, x, place, gamma, m):
    """Log likelihood; `place` puts the entries below a diagonal into a matrix."""
    n, d = x.shape
    k = alphas.shape[0]
    logs = factors[:, :d]
    diagonal = np.exp(logs)
    sums = np.sum(logs, axis=1)
    below = np.reshape(factors[:, d:] @ place, (k, d, d))
    gap = x[:, None, :] - means[None, :, :]
    turned = diagonal * gap + (below @ gap[..., None])[..., 0]
    terms = alphas + sums - 0.5 * np.sum(turned * turned, axis=2)
    likelihood = np.sum(log_sum_exp(terms)) - n * log_sum_exp(alphas)
    squares = np.sum(diagonal * diagonal) + np.sum(factors[:, d:] ** 2)
    return likelihood + 0.5 * gamma * gamma * squares - m * np.sum(sums)


def mixture_data(quick):
    """1000 points in two dimensions, five components."""
    rng = np.random.default_rng(0)
    n, d, k = (50, 2, 5) if quick else (1000, 2, 5)
    rows, columns = np.tril_indices(d, -1)
    place = np.zeros((len(rows), d * d))
    place[np.arange(len(rows)), rows * d + columns] = 1.0
    factors = rng.normal(size=(k, d + len(rows)))
    return (
        rng.normal(size=k), rng.normal(size=(k, d)), factors, rng.normal(size=(n, d)), place,
        1.0, 0.0,
    )  # fmt: skip


# Bundle adjustment -------------------------------------------------------------------------------


def cross(a, b):
    """The vector product of rows."""
    x = a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1]
    y = a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2]
    z = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return np.stack((x, y, z), axis=1)


def rotate(turn, points):
    """Points turned about axes by angles (Rodrigues), row by row."""
    angle = np.sqrt(np.sum(turn * turn, axis=1))[:, None]
    axis = turn / angle
    along = np.sum(axis * points, axis=1)[:, None]
    cosine = np.cos(angle)
    return points * cosine + cross(axis, points) * np.sin(angle) + axis * along * (1.0 - cosine)


def project(cameras, points):
    """Where cameras see points: rotation, centre, focal length, principal point, distortion."""
    seen = rotate(cameras[:, :3], points - cameras[:, 3:6])
    flat = seen[:, :2] / seen[:, 2:]
    square = np.sum(flat * flat, axis=1)[:, None]
    bend = 1.0 + cameras[:, 9:10] * square + cameras[:, 10:11] * square * square
    return flat * bend * cameras[:, 6:7] + cameras[:, 7:9]


def reprojection(cameras, points, weights, features, part):
    """The sum of one coordinate of all weighted residuals.

    Each residual depends on its own rows only: the gradients of the two sums are the blocks of
    the sparse Jacobian.
    """
    residuals = weights[:, None] * (project(cameras, points) - features)
    return np.sum(residuals[:, part])


def bundle_data(quick):
    """The rows that the observations read: cameras, points, weights, features, and which part."""
    rng = np.random.default_rng(0)
    n = 50 if quick else 1000
    cameras = rng.normal(size=(n, 11)) * 0.1 + np.eye(11)[6]
    points = rng.normal(size=(n, 3)) + np.array([0.0, 0.0, 5.0])
    return cameras, points, rng.uniform(0.5, 1.0, n), rng.normal(size=(n, 2)), 1


# Hand tracking -----------------------------------------------------------------------------------


def axis_rotation(turn):
    """The matrix of a rotation about an axis."""
    angle = np.sqrt(np.sum(turn * turn))
    x, y, z = turn[0] / angle, turn[1] / angle, turn[2] / angle
    s, c = np.sin(angle), np.cos(angle)
    return np.reshape(
        np.stack((
            x * x + (1.0 - x * x) * c, x * y * (1.0 - c) - z * s, x * z * (1.0 - c) + y * s,
            x * y * (1.0 - c) + z * s, y * y + (1.0 - y * y) * c, y * z * (1.0 - c) - x * s,
            x * z * (1.0 - c) - y * s, z * y * (1.0 - c) + x * s, z * z + (1.0 - z * z) * c,
        )), (3, 3),
    )  # fmt: skip


def joint(a, b):
    """The matrix of a joint with two angles: bending and spreading."""
    sa, ca, sb, cb = np.sin(a), np.cos(a), np.sin(b), np.cos(b)
    rows = (ca * cb, -sa, ca * sb, sa * cb, ca, sa * sb, -sb, 0.0 * a, cb)
    return np.reshape(np.stack(rows), (3, 3))


def hand(theta, rest, base, weights, targets):
    """Distances of skin points to their targets, by linear blend skinning of five fingers.

    `theta` holds a rotation, a translation and four angles for each finger: bending and
    spreading of its root, and the bending of two more joints.
    """
    whole = axis_rotation(theta[:3])
    skin = np.zeros(targets.shape)
    for finger in range(5):
        angles = theta[6 + 4 * finger : 10 + 4 * finger]
        turn = joint(angles[0], angles[1])
        place = rest[finger, 0]
        skin = skin + weights[finger, 0][:, None] * ((base - rest[finger, 0]) @ turn.T + place)
        for bone in range(1, 3):
            place = place + turn @ (rest[finger, bone] - rest[finger, bone - 1])
            turn = turn @ joint(angles[bone + 1], 0.0 * angles[0])
            skin = skin + weights[finger, bone][:, None] * (
                (base - rest[finger, bone]) @ turn.T + place
            )
    return np.ravel(skin @ whole.T + theta[3:6] - targets)


def hand_data(quick):
    """26 parameters and the points of a small hand."""
    rng = np.random.default_rng(0)
    n = 20 if quick else 100
    weights = rng.uniform(size=(5, 3, n))
    return (
        0.3 * rng.normal(size=26), rng.normal(size=(5, 3, 3)), rng.normal(size=(n, 3)),
        weights / np.sum(weights, axis=(0, 1)), rng.normal(size=(n, 3)),
    )  # fmt: skip


# A recurrent network with long short-term memory -------------------------------------------------


def sigmoid(x):
    """The logistic function."""
    return 1.0 / (1.0 + np.exp(-x))


def cell(weight, bias, hidden, memory, given):
    """One layer at one step: elementwise gates."""
    forget = sigmoid(given * weight[0] + bias[0])
    enter = sigmoid(hidden * weight[1] + bias[1])
    leave = sigmoid(given * weight[2] + bias[2])
    change = np.tanh(hidden * weight[3] + bias[3])
    memory = memory * forget + enter * change
    return leave * np.tanh(memory), memory


def lstm(main, extra, state, sequence):
    """Mean log likelihood of each character after those before it; two layers."""
    h1, m1, h2, m2 = state[0], state[1], state[2], state[3]
    total = 0.0
    steps = len(sequence) - 1
    for t in range(steps):
        h1, m1 = cell(main[0], main[1], h1, m1, sequence[t] * extra[0])
        h2, m2 = cell(main[2], main[3], h2, m2, h1)
        guess = h2 * extra[1] + extra[2]
        likely = guess - np.log(np.sum(np.exp(guess)) + 2.0)
        total = total + np.sum(sequence[t + 1] * likely)
    return -total / (steps * sequence.shape[1])


def lstm_data(quick):
    """1024 characters of 14 bits, as published."""
    rng = np.random.default_rng(0)
    steps, bits = (20, 14) if quick else (1024, 14)
    sequence = (rng.uniform(size=(steps, bits)) < 0.5).astype(float)
    return (
        rng.normal(size=(4, 4, bits)), rng.normal(size=(3, bits)), rng.normal(size=(4, bits)),
        sequence,
    )  # fmt: skip


def lstm_jax(main, extra, state, sequence):
    """The loop as a scan."""
    import jax
    import jax.numpy as jnp

    def gate(x):
        return 1.0 / (1.0 + jnp.exp(-x))

    def layer(weight, bias, hidden, memory, given):
        forget, enter = gate(given * weight[0] + bias[0]), gate(hidden * weight[1] + bias[1])
        leave, change = gate(given * weight[2] + bias[2]), jnp.tanh(hidden * weight[3] + bias[3])
        memory = memory * forget + enter * change
        return leave * jnp.tanh(memory), memory

    def step(carry, pair):
        h1, m1, h2, m2, total = carry
        h1, m1 = layer(main[0], main[1], h1, m1, pair[0] * extra[0])
        h2, m2 = layer(main[2], main[3], h2, m2, h1)
        guess = h2 * extra[1] + extra[2]
        likely = guess - jnp.log(jnp.sum(jnp.exp(guess)) + 2.0)
        return (h1, m1, h2, m2, total + jnp.sum(pair[1] * likely)), None

    start = (state[0], state[1], state[2], state[3], 0.0)
    pairs = jnp.stack((sequence[:-1], sequence[1:]), axis=1)
    (*_, total), _ = jax.lax.scan(step, start, pairs)
    return -total / ((len(sequence) - 1) * sequence.shape[1])
