"""Calls in forms that were refused or wrong once: options, lists, layouts, masked arrays."""

import numpy as np

W = np.arange(1.0, 7.0).reshape(2, 3)
T = np.array([0.1, 0.5, 0.9])


def maximum_from_an_entry(x):
    return np.sum(np.max(x, axis=0, initial=x[1, 0], where=x > 0) * T)


def maximum_from_a_larger_start(x):
    return np.sum(np.max(x, axis=1, initial=3 * x[1, 0]) ** 2)


def sums_from_a_start(x):
    return (
        np.nansum(x, axis=0, initial=x[0, 1]) @ T
        + np.nanprod(x, initial=2.0)
        + np.sum(np.add.reduce(x, initial=3.0) ** 2)
        + np.sum(np.multiply.reduce(x, axis=1, initial=x[0, 0], keepdims=True))
    )


def moments_about_a_mean(x):
    mean = np.mean(x, axis=0, keepdims=True)
    return np.std(x, axis=0, mean=mean) @ T + np.sum(np.var(x, mean=x[0], axis=1, correction=1))


def corrected(x):
    return np.nanstd(x, axis=0, correction=1) @ T + np.nanvar(x, correction=1)


def ranks(x):
    return (
        np.quantile(x, 0.3, method="inverted_cdf")
        + np.sum(np.percentile(x, [20.0, 50.0], axis=1, method="averaged_inverted_cdf") ** 2)
        + np.quantile(x, 0.4, method="inverted_cdf", weights=W)
        + np.nanmedian([x[0, 0], x[1, 1], 0.3])
    )


def reductions_of_lists(x):
    rows = (x[0], x[1] ** 2, 2 * x[0])
    return (
        np.std(list(x[0])) + np.sum(np.max(rows, 1) ** 2) + np.prod(list(x[1]))
        + np.sum(np.median((x[0], x[1]), axis=0) * T) + np.sum(np.log1p(list(x[0] ** 2)) * T)
    )  # fmt: skip


def joined_rows_of_an_array(x):
    return np.hstack(x) @ np.arange(6.0) + np.sum(np.column_stack(x) ** 2 * W.T)


def several_at_least(x):
    a, b, c = np.atleast_2d(x[0, 0], x[0], 2.0)
    return np.sum(a * b) + np.sum(c * x)


def reductions_of_any_ufunc(x):
    return (
        np.hypot.reduce(x, axis=None)
        + np.sum(np.subtract.accumulate(x, axis=1) * W)
        + np.sum(np.maximum.reduceat(x, [0, 2], axis=1) ** 2)
        + np.sum(np.divide.reduce(x, axis=-1, keepdims=True))
    )


def masked(x):
    m = np.ma.masked_array(x, mask=[[False, True, False], [False, False, True]])
    kept = np.ma.masked_less(x, 0.0)
    return m.sum() ** 2 + m.mean(axis=1) @ np.array([1.0, 2.0]) + np.sum(kept.filled(2.0) * W)


def laid_out(x):
    y = x.T * W.T
    return (
        np.ravel(y, "A") @ np.arange(6.0) + y.ravel("K") @ np.arange(6.0) ** 2
        + np.sum(np.reshape(y, (2, 3), order="A") ** 2 * W)
    )  # fmt: skip


FORMS = tuple(f for f in list(globals().values()) if callable(f) and f.__module__ == __name__)
