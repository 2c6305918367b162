"""Functions that write into arrays by every form that NumPy has; each ends in a number."""

import numpy as np

SIGNS = np.array([1.0, -1.0, 1.0, 2.0])


def put_cycles(x):
    y = np.ones((2, 3))
    np.put(y, [0, -1, 2], x[:2] ** 2)
    return np.sum(y * x[0])


def put_clips(x):
    y = np.outer(x, x)
    y.put([0, 99], x[:2], mode="clip")
    return np.sum(y**2)


def place_cycles(x):
    y = np.arange(4.0)
    np.place(y, y > 0, x[:2])
    return np.sum(y * x)


def putmask_cycles(x):
    y = np.arange(8.0).reshape(2, 4)
    np.putmask(y, y > 2, x**2)
    return np.sum(y * x)


def copyto_where(x):
    y = np.outer(x, x)
    np.copyto(y, x**3, where=np.array([[True], [False], [True], [False]]))
    return np.sum(y * x)


def copyto_by_name(x):
    y = np.ones(4)
    np.copyto(dst=y, src=2 * x)
    return np.sum(y * x)


def diagonal_of_values(x):
    y = np.outer(x, SIGNS)
    np.fill_diagonal(y, x**2)
    return np.sum(y * x)


def diagonal_that_wraps(x):
    y = np.ones((9, 4))
    np.fill_diagonal(y, x, wrap=True)
    return np.sum(y * x)


def diagonal_of_a_cube(x):
    y = np.ones((3, 3, 3)) * x[0]
    np.fill_diagonal(y, x[:3])
    return np.sum(y**2)


def along_axis(x):
    y = np.outer(x, x)
    np.put_along_axis(y, np.argmax(y, axis=0, keepdims=True), x, axis=0)
    return np.sum(y**2 * x)


def along_no_axis(x):
    y = np.outer(x, x)
    np.put_along_axis(y, np.array([3, 5]), x[:2], axis=None)
    return np.sum(y**2)


def sorted_rows(x):
    y = np.outer(SIGNS, x)
    y.sort(axis=0, kind="stable")
    y[1].sort()
    return np.sum(y * np.arange(16.0).reshape(4, 4))


def flat_whole(x):
    y = np.zeros((2, 2)).T
    y.flat = x**2
    return np.sum(y * np.arange(4.0).reshape(2, 2))


def flat_items(x):
    y = np.outer(x, x)
    y.flat[::5] = x
    y.flat[[1, 2]] += x[0]
    y.flat[3] *= x[1]
    y.flat[-2:] = x[:1]
    return np.sum(y**2)


def real_and_imaginary(x):
    y = np.zeros(4, dtype=complex)
    y.real = x
    y.imag = x**2
    y.real += x
    y.imag[1:] -= x[:3]
    y.imag[0] *= 3.0
    return np.sum(np.real(y * y) * SIGNS) + np.sum(np.imag(y**3))


def real_part_of_a_real_array(x):
    y = x * 1.0
    y.real[1:] = x[:-1] ** 2
    return np.sum(y * x)


def multiplied_at(x):
    y = x * 1.0
    np.multiply.at(y, [0, 1, 1], x[1:])
    np.divide.at(y, ([2, 0],), 3.0)
    return np.sum(y**2)


def maximum_at(x):
    y = x * 1.0
    np.maximum.at(y, [0, 1, 1], 2 * x[1:])
    np.negative.at(y, [0, 0, 2])
    np.exp.at(y, slice(1, 3))
    return np.sum(y * SIGNS)


def added_at(x):
    y = np.arange(1.0, 5.0)
    np.add.at(y, [0, 1, 1], x[:3])
    return np.sum(y**3)


def where_and_out(x):
    y = x * 1.0
    z = np.exp(x, out=y, where=x > 0.1)
    return np.sum(y * z * SIGNS)


def divided_where_it_can_be(x):
    y = np.zeros((2, 4))
    np.divide(1.0, x, out=y, where=np.array([[True], [False]]))
    np.multiply(y, y, out=y, where=[True, False, True, True])
    return np.sum(y * x)


def broadcast_where(x):
    y = np.full((2, 4), 2.0)
    np.absolute(x, out=y, where=np.array([[True], [False]]))
    return np.sum(y * SIGNS)


def out_by_place(x):
    y, z = np.zeros(4), np.zeros(4)
    np.var(np.outer(x, x), 0, None, y)
    np.outer(SIGNS, x).mean(0, None, z)
    return np.sum(y * z)


def number_as_array(x):
    y = np.array(0.0)
    y[...] = x[0] * x[1]
    y[()] *= x[2]
    np.sum(x * y, out=y)
    y += x[3]
    return float(y) ** 2


def number_filled(x):
    y = np.array(x[0])
    y *= x[1]
    z = y * 2.0
    y.fill(x[2])
    return y * z


def shuffled(x):
    y = x * 1.0
    np.random.default_rng(3).shuffle(y)
    rows = np.outer(x, SIGNS)
    np.random.RandomState(5).shuffle(rows)
    return np.sum(y * SIGNS) + np.sum(rows * np.arange(16.0).reshape(4, 4))


UPDATES = tuple(f for f in list(globals().values()) if callable(f) and f.__module__ == __name__)
