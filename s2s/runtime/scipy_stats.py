"""Parts of the derivatives of functions of samples."""

from __future__ import annotations

from typing import Any

import numpy as np


def cdf_gaps(u: Any, v: Any) -> Any:
    """The difference of two empirical distribution functions between the sorted values of both.

    Parameters
    ----------
    u, v : array (m,), (n,)
        Samples.

    Returns
    -------
    array (m + n - 1,)
        The difference on each interval.

    Examples
    --------
    >>> cdf_gaps(np.array([0.0, 2.0]), np.array([1.0, 3.0]))
    array([0.5, 0. , 0.5])
    """
    both = np.sort(np.concatenate((u, v)))[:-1]
    below_u = np.searchsorted(np.sort(u), both, side="right") / np.size(u)
    return below_u - np.searchsorted(np.sort(v), both, side="right") / np.size(v)


def kde_slope(kde: Any, points: Any) -> Any:
    """The slope of a kernel density estimate in the place where it is evaluated.

    Parameters
    ----------
    kde : scipy.stats.gaussian_kde
        The estimate.
    points : array (d, m) or (m,)
        Where.

    Returns
    -------
    array
        In the shape of `points`.

    Examples
    --------
    >>> from scipy.stats import gaussian_kde
    >>> kde_slope(gaussian_kde([-1.0, 1.0]), np.array([0.0]))
    array([0.])
    """
    at = np.reshape(points, (kde.d, -1))
    off = kde.dataset[:, :, None] - at[:, None, :]
    scaled = np.tensordot(kde.inv_cov, off, 1)
    chance = np.exp(-np.sum(off * scaled, axis=0) / 2) * kde.weights[:, None]
    norm = np.sqrt(np.linalg.det(2 * np.pi * kde.covariance))
    return np.reshape(np.sum(scaled * chance, axis=1) / norm, np.shape(points))
