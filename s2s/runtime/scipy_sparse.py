"""Adjoints of sparse matrices: what falls on their entries."""

from __future__ import annotations

from typing import Any

import numpy as np


def sparse_outer(g: Any, x: Any, like: Any, first: bool = False) -> Any:
    """The entries of an outer product at the entries of a sparse matrix.

    Parameters
    ----------
    g, x : array (m,) and (n,), or (m, k) and (n, k)
        Columns; with `first` they are rows, (k, m) and (k, n).
    like : sparse matrix (m, n)
        Whose entries are wanted.
    first : bool
        Whether the sum is over the first axis.

    Returns
    -------
    sparse matrix
        In compressed rows.

    Examples
    --------
    >>> from scipy import sparse
    >>> s = sparse.csr_array(np.array([[0.0, 5.0]]))
    >>> sparse_outer(np.array([2.0]), np.array([3.0, 4.0]), s).toarray()
    array([[0., 8.]])
    """
    from scipy import sparse

    if sparse.issparse(g) or sparse.issparse(x):
        raise NotImplementedError("a product of two sparse matrices has no derivative rule")
    pattern = sparse.coo_array(like)
    row, column = pattern.coords
    g, x = np.asarray(g), np.asarray(x)
    if g.ndim == 1:
        data = g[row] * x[column]
    elif first:
        data = np.sum(g[:, row] * x[:, column], axis=0)
    else:
        data = np.sum(g[row] * x[column], axis=1)
    return sparse.csr_array((data, (row, column)), shape=pattern.shape)


def sparse_entries(g: Any, like: Any) -> Any:
    """The entries of an array at those of a sparse matrix.

    Parameters
    ----------
    g : array (m, n)
        An array.
    like : sparse matrix (m, n)
        Whose entries are wanted.

    Returns
    -------
    sparse matrix
        In compressed rows.

    Examples
    --------
    >>> from scipy import sparse
    >>> sparse_entries(np.ones((1, 2)), sparse.csr_array(np.array([[0.0, 5.0]]))).toarray()
    array([[0., 1.]])
    """
    from scipy import sparse

    pattern = sparse.coo_array(like)
    row, column = pattern.coords
    return sparse.csr_array((np.asarray(g)[row, column], (row, column)), shape=pattern.shape)


def sparse_like(made: Any, given: Any, dot: Any) -> Any:
    """The tangent of a sparse matrix that was made from active data.

    Parameters
    ----------
    made : sparse matrix
        The matrix.
    given, dot : array or tuple
        What it was made of, and the tangent of that.

    Returns
    -------
    sparse matrix
        Of the same kind.

    Examples
    --------
    >>> from scipy import sparse
    >>> s = sparse.csr_array(np.array([[0.0, 5.0]]))
    >>> sparse_like(s, np.array([[0.0, 5.0]]), np.ones((1, 2))).toarray()
    array([[1., 1.]])
    """
    if isinstance(given, tuple):
        return type(made)((np.asarray(dot[0]), *given[1:]), shape=made.shape)
    return type(made)(dot)


def sparse_data(g: Any, made: Any, given: Any) -> Any:
    """The adjoint of what a sparse matrix was made of.

    Parameters
    ----------
    g : sparse matrix
        The adjoint of the matrix.
    made : sparse matrix
        The matrix.
    given : array or tuple
        What it was made of.

    Returns
    -------
    array or tuple
        Like `given`; indices have 0.

    Raises
    ------
    NotImplementedError
        For an array with zeros: their place in the matrix is empty.

    Examples
    --------
    >>> from scipy import sparse
    >>> s = sparse.csr_array(np.array([[2.0, 5.0]]))
    >>> sparse_data(s, s, np.array([[2.0, 5.0]]))
    array([[2., 5.]])
    """
    from scipy import sparse

    whole = sparse.csr_array(g)
    if not isinstance(given, tuple):
        if sparse.issparse(given):
            return whole
        if np.any(np.asarray(given) == 0):
            raise NotImplementedError(
                "a sparse matrix made of an array with zeros has no derivative in these"
            )
        return whole.toarray()
    if len(given) == 2:
        row, column = np.asarray(given[1][0]), np.asarray(given[1][1])
    else:
        indices, starts = np.asarray(given[1]), np.asarray(given[2])
        major = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        row, column = (major, indices) if made.format == "csr" else (indices, major)
    picked = np.asarray(sparse.csr_matrix(whole)[row, column])
    return (np.ravel(picked), *[0] * (len(given) - 1))


def sparse_diagonals(g: Any, diagonals: Any, offsets: Any) -> Any:
    """The adjoint of the diagonals of a sparse matrix.

    Parameters
    ----------
    g : sparse matrix
        The adjoint of the matrix.
    diagonals : array or sequence of array
        What it was made of.
    offsets : int or sequence of int
        Where the diagonals lie.

    Returns
    -------
    array or list of array
        Like `diagonals`.

    Examples
    --------
    >>> from scipy import sparse
    >>> sparse_diagonals(sparse.csr_array(np.diag([1.0, 2.0])), np.zeros(2), 0)
    array([1., 2.])
    """
    from scipy import sparse

    whole = sparse.csr_array(g)
    single = np.ndim(offsets) == 0
    shown = [diagonals] if single and np.ndim(diagonals[0]) == 0 else list(diagonals)
    found = []
    for given, offset in zip(shown, np.atleast_1d(offsets)):
        line = whole.diagonal(int(offset))
        size = np.size(given)
        part = np.zeros(size)
        if size == 1 and len(line) > 1:
            part[0] = np.sum(line)  # one number for the whole diagonal
        else:
            part[: len(line)] = line[:size]
        found.append(np.reshape(part, np.shape(given)))
    return found[0] if shown is not diagonals and len(shown) == 1 and np.ndim(
        diagonals[0]) == 0 else found  # fmt: skip


def system_solve(A: Any, b: Any, turned: bool) -> Any:
    """The solution of a linear system with a dense or sparse matrix or an operator.

    Parameters
    ----------
    A : array, sparse matrix or LinearOperator
        The matrix.
    b : array
        The right side.
    turned : bool
        Whether the matrix is transposed.

    Returns
    -------
    array
        In the shape of `b`.

    Examples
    --------
    >>> system_solve(np.array([[2.0, 1.0], [0.0, 2.0]]), np.array([2.0, 1.0]), True)
    array([1., 0.])
    """
    from scipy import sparse
    from scipy.sparse import linalg

    if sparse.issparse(A):
        return linalg.spsolve(sparse.csc_array(A.T if turned else A), b)
    if isinstance(A, np.ndarray):
        return np.linalg.solve(A.T if turned else A, b)
    operator = linalg.aslinearoperator(A)
    x, info = linalg.gmres(operator.T if turned else operator, b, rtol=1e-12, atol=0.0)
    if info:
        raise ArithmeticError("the system of the derivative was not solved")
    return x


def system_outer(g: Any, x: Any, A: Any) -> Any:
    """The adjoint of a matrix from an outer product: of a sparse one at its entries.

    Parameters
    ----------
    g, x : array (m,) and (n,), or (m, k) and (n, k)
        Columns.
    A : array or sparse matrix
        The matrix.

    Returns
    -------
    array or sparse matrix
        Like the matrix.

    Examples
    --------
    >>> system_outer(np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.zeros((2, 2)))
    array([[3., 4.],
           [6., 8.]])
    """
    from scipy import sparse

    if sparse.issparse(A):
        return sparse_outer(g, x, A)
    if not isinstance(A, np.ndarray):
        raise NotImplementedError("an operator that is no matrix has no derivative")
    return np.outer(g, x) if np.ndim(g) == 1 else g @ np.transpose(x)
