"""Parts of the derivatives of SciPy's matrix functions."""

from __future__ import annotations

from typing import Any

import numpy as np


def matrix_function_tangent(f: Any, a: Any, v: Any, option: Any = None) -> Any:
    """The derivative of a matrix function along `v`, read off the function of a block matrix.

    Parameters
    ----------
    f : callable
        A function of matrices such as `scipy.linalg.expm`.
    a, v : array (..., n, n)
        Where, and along what.
    option : object, optional
        A second argument of `f`.

    Returns
    -------
    array (..., n, n)
        `f([[a, v], [0, a]])[:n, n:]` (Mathias, SIAM J. Matrix Anal. Appl. 17, 1996).

    Examples
    --------
    >>> matrix_function_tangent(np.linalg.inv, 2 * np.eye(1), np.eye(1))
    array([[-0.25]])
    """
    n = np.shape(a)[-1]
    top = np.concatenate((a, v), axis=-1)
    below = np.concatenate((np.zeros_like(a), a), axis=-1)
    whole = np.concatenate((top, below), axis=-2)
    result = f(whole) if option is None else f(whole, option)
    part = result[..., :n, n:]
    if np.iscomplexobj(part) and not np.iscomplexobj(whole):
        size = np.max(np.abs(part), initial=0.0)
        if np.max(np.abs(np.imag(part)), initial=0.0) <= 1e-9 * size:
            part = np.real(part)  # complex in form only
    return part


def lower_factor(c: Any, lower: bool) -> Any:
    """The lower triangular factor that `cho_factor` gives, whichever triangle it is in.

    Parameters
    ----------
    c : array (..., n, n)
        The factor; the other triangle holds anything.
    lower : bool
        Which one.

    Returns
    -------
    array (..., n, n)
        Lower triangular.

    Examples
    --------
    >>> lower_factor(np.array([[1.0, 2.0], [9.0, 3.0]]), False)
    array([[1., 0.],
           [2., 3.]])
    """
    return np.tril(c) if lower else np.tril(np.swapaxes(np.conj(c), -1, -2))


def lower_factor_back(g: Any, lower: bool) -> Any:
    """The adjoint of `lower_factor`.

    Parameters
    ----------
    g : array (..., n, n)
        The adjoint of the lower factor.
    lower : bool
        Which triangle the factor was in.

    Returns
    -------
    array (..., n, n)
        0 in the other triangle.

    Examples
    --------
    >>> lower_factor_back(np.array([[1.0, 9.0], [2.0, 3.0]]), False)
    array([[1., 2.],
           [0., 3.]])
    """
    return np.tril(g) if lower else np.swapaxes(np.conj(np.tril(g)), -1, -2)


def pivoted(a: Any, piv: Any) -> Any:
    """Rows exchanged one after the other, as LAPACK's pivots say.

    Parameters
    ----------
    a : array (n, ...)
        Rows.
    piv : array of int (n,)
        Row `k` was exchanged with row `piv[k]`.

    Returns
    -------
    array
        In the shape of `a`.

    Examples
    --------
    >>> pivoted(np.array([1.0, 2.0, 3.0]), np.array([2, 2, 2]))
    array([3., 1., 2.])
    """
    order = np.arange(len(piv))
    for k, j in enumerate(piv):
        order[[k, j]] = order[[j, k]]
    return a[order]


def unpivoted(a: Any, piv: Any) -> Any:
    """Rows put back where they were before `pivoted`.

    Parameters
    ----------
    a : array (n, ...)
        Rows.
    piv : array of int (n,)
        Row `k` was exchanged with row `piv[k]`.

    Returns
    -------
    array
        In the shape of `a`.

    Examples
    --------
    >>> unpivoted(np.array([3.0, 1.0, 2.0]), np.array([2, 2, 2]))
    array([1., 2., 3.])
    """
    order = np.arange(len(piv))
    for k, j in enumerate(piv):
        order[[k, j]] = order[[j, k]]
    return a[np.argsort(order)]


def only_square(a: Any) -> Any:
    """A matrix as it is, which has to be square.

    Parameters
    ----------
    a : array (..., n, n)
        A matrix.

    Returns
    -------
    array
        `a`.

    Raises
    ------
    NotImplementedError
        For a matrix that is not square: the columns that a full factor adds are arbitrary.

    Examples
    --------
    >>> only_square(np.ones((2, 1)))
    Traceback (most recent call last):
    NotImplementedError: only a square matrix has a derivative here: ask for an economic factor
    """
    if np.shape(a)[-1] != np.shape(a)[-2]:
        raise NotImplementedError(
            "only a square matrix has a derivative here: ask for an economic factor"
        )
    return a


def eigenvectors_of(a: Any, w: Any) -> Any:
    """Eigenvectors in the order of given eigenvalues.

    Parameters
    ----------
    a : array (n, n)
        A matrix.
    w : array (n,)
        Its eigenvalues.

    Returns
    -------
    array (n, n)
        Columns.

    Examples
    --------
    >>> np.abs(eigenvectors_of(np.diag([1.0, 2.0]), np.array([2.0, 1.0])))
    array([[0., 1.],
           [1., 0.]])
    """
    values, vectors = np.linalg.eig(a)
    left = list(range(len(values)))
    order = []
    for one in w:
        nearest = min(left, key=lambda k: abs(values[k] - one))
        left.remove(nearest)
        order.append(nearest)
    return vectors[:, order]


def banded_dot(l_and_u: Any, ab: Any, x: Any) -> Any:
    """The product of a banded matrix and a vector or matrix.

    Parameters
    ----------
    l_and_u : pair of int
        How many diagonals there are below and above.
    ab : array (l + u + 1, n)
        The diagonals, as `scipy.linalg.solve_banded` takes them.
    x : array (n,) or (n, k)
        What is multiplied.

    Returns
    -------
    array
        In the shape of `x`.

    Examples
    --------
    >>> banded_dot((0, 1), np.array([[0.0, 5.0], [1.0, 2.0]]), np.array([1.0, 1.0]))
    array([6., 2.])
    """
    below, above = l_and_u
    n = np.shape(ab)[1]
    y = np.zeros(np.shape(x), dtype=np.result_type(ab, x))
    for k in range(-below, above + 1):  # the entries (i, i + k)
        low, high = max(0, -k), min(n, n - k)
        band = ab[above - k, low + k : high + k]
        part = x[low + k : high + k]
        y[low:high] += (band if np.ndim(x) == 1 else band[:, None]) * part
    return y


def banded_outer(l_and_u: Any, g: Any, x: Any) -> Any:
    """The adjoint of the diagonals in `banded_dot`.

    Parameters
    ----------
    l_and_u : pair of int
        How many diagonals there are below and above.
    g, x : array (n,) or (n, k)
        The adjoint of the product, and what was multiplied.

    Returns
    -------
    array (l + u + 1, n)
        The entries of the outer product on the diagonals.

    Examples
    --------
    >>> banded_outer((0, 1), np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    array([[0., 4.],
           [3., 8.]])
    """
    below, above = l_and_u
    n = np.shape(x)[0]
    ab = np.zeros((below + above + 1, n), dtype=np.result_type(g, x))
    for k in range(-below, above + 1):
        low, high = max(0, -k), min(n, n - k)
        both = g[low:high] * x[low + k : high + k]
        ab[above - k, low + k : high + k] = both if np.ndim(x) == 1 else np.sum(both, axis=1)
    return ab


def banded_transpose(l_and_u: Any, ab: Any) -> Any:
    """The diagonals of the transpose of a banded matrix.

    Parameters
    ----------
    l_and_u : pair of int
        How many diagonals there are below and above.
    ab : array (l + u + 1, n)
        The diagonals; what lies outside of the matrix is dropped.

    Returns
    -------
    array (l + u + 1, n)
        With `u` diagonals below and `l` above.

    Examples
    --------
    >>> banded_transpose((0, 1), np.array([[0.0, 5.0], [1.0, 2.0]]))
    array([[1., 2.],
           [5., 0.]])
    """
    below, above = l_and_u
    n = np.shape(ab)[1]
    turned = np.zeros_like(ab)
    for k in range(-below, above + 1):
        low, high = max(0, -k), min(n, n - k)
        turned[below + k, low:high] = ab[above - k, low + k : high + k]
    return turned


def both_bands(ab: Any, lower: bool) -> Any:
    """All diagonals of a symmetric banded matrix of which one half is given.

    Parameters
    ----------
    ab : array (u + 1, n)
        The diagonals, as `scipy.linalg.solveh_banded` takes them.
    lower : bool
        Which half.

    Returns
    -------
    array (2 u + 1, n)
        As `scipy.linalg.solve_banded` takes them.

    Examples
    --------
    >>> both_bands(np.array([[0.0, 5.0], [1.0, 2.0]]), False)
    array([[0., 5.],
           [1., 2.],
           [5., 0.]])
    """
    width, n = np.shape(ab)[0] - 1, np.shape(ab)[1]
    whole = np.zeros((2 * width + 1, n), dtype=ab.dtype)
    for k in range(width + 1):
        band = ab[k, : n - k] if lower else ab[width - k, k:]
        whole[width + k, : n - k] = band
        whole[width - k, k:] = band
    return whole


def one_band(g: Any, lower: bool) -> Any:
    """The adjoint of `both_bands`.

    Parameters
    ----------
    g : array (2 u + 1, n)
        The adjoint of all diagonals.
    lower : bool
        Which half was given.

    Returns
    -------
    array (u + 1, n)
        Each diagonal with its mirror image, the main one once.

    Examples
    --------
    >>> one_band(np.array([[0.0, 5.0], [1.0, 2.0], [1.0, 0.0]]), False)
    array([[0., 6.],
           [1., 2.]])
    """
    width, n = np.shape(g)[0] // 2, np.shape(g)[1]
    half = np.zeros((width + 1, n), dtype=g.dtype)
    for k in range(width + 1):
        band = g[width + k, : n - k] + (g[width - k, k:] if k else 0)
        if lower:
            half[k, : n - k] = band
        else:
            half[width - k, k:] = band
    return half


def diagonal_blocks(g: Any, arrays: Any) -> tuple[Any, ...]:
    """The blocks of a matrix in the shapes of what `scipy.linalg.block_diag` was given.

    Parameters
    ----------
    g : array (m, n)
        A matrix.
    arrays : sequence of array
        What was put on the diagonal.

    Returns
    -------
    tuple of array
        One block for each.

    Examples
    --------
    >>> diagonal_blocks(np.arange(4.0).reshape(2, 2), (1.0, np.ones(1)))
    (array(0.), array([3.]))
    """
    blocks, row, column = [], 0, 0
    for array in arrays:
        height, width = np.shape(np.atleast_2d(array))
        block = g[row : row + height, column : column + width]
        blocks.append(np.reshape(block, np.shape(array)))
        row, column = row + height, column + width
    return tuple(blocks)


def not_differentiated(x: Any, what: str) -> Any:
    """Refuse: an option has a value for which there is no derivative.

    Parameters
    ----------
    x : array
        What would be differentiated.
    what : str
        The option.

    Raises
    ------
    NotImplementedError
        Always.

    Examples
    --------
    >>> not_differentiated(1.0, "this metric")
    Traceback (most recent call last):
    NotImplementedError: this metric has no derivative rule
    """
    raise NotImplementedError(f"{what} has no derivative rule")
