"""scipy.sparse: products, solutions and conversions.

The derivative of a sparse matrix is a sparse matrix with the same entries.
"""

requires = "scipy.sparse"

import numpy as np
import scipy.sparse
import scipy.sparse.linalg

# Products


@tangent(scipy.sparse.csr_array.__matmul__, scipy.sparse.csr_array.dot)
def _(self, other) -> y:
    d[y] = d[self] @ other + self @ d[other]


@adjoint(scipy.sparse.csr_array.__matmul__, scipy.sparse.csr_array.dot)
def _(self, other) -> y:
    d[self] = sparse_outer(d[y], other, self)
    d[other] = self.T @ d[y]


@tangent(scipy.sparse.csr_array.__rmatmul__)
def _(self, other) -> y:
    d[y] = other @ d[self] + d[other] @ self


@adjoint(scipy.sparse.csr_array.__rmatmul__)
def _(self, other) -> y:
    d[self] = sparse_outer(other, d[y], self, True)
    d[other] = d[y] @ self.T


@linear(sparse_outer, "g", "x")
def _(g, x, like, first=False) -> y:
    d[g] = d[y] @ x
    d[x] = d[y].T @ g


# Entries


@linear(scipy.sparse.csr_array.T, "self", gives=scipy.sparse.csr_array)
def _(self) -> y:
    d[self] = d[y].T


@linear(
    scipy.sparse.csr_array.toarray, scipy.sparse.csc_array.toarray,
    scipy.sparse.coo_array.toarray, scipy.sparse.dia_array.toarray,
    scipy.sparse.bsr_array.toarray, scipy.sparse.csr_matrix.toarray,
    scipy.sparse.csc_matrix.toarray, scipy.sparse.coo_matrix.toarray,
    scipy.sparse.dia_matrix.toarray, scipy.sparse.bsr_matrix.toarray, "self",
)  # fmt: skip
def _(self) -> y:
    d[self] = sparse_entries(d[y], self)


@linear(sparse_entries, "g")
def _(g, like) -> y:
    d[g] = d[y].toarray()


@tangent(
    scipy.sparse.csr_array.multiply, scipy.sparse.coo_array.multiply,
    gives=scipy.sparse.csr_array,
)  # fmt: skip
def _(self, other) -> y:
    d[y] = d[self].multiply(other) + self.multiply(d[other])


@adjoint(scipy.sparse.csr_array.multiply, scipy.sparse.coo_array.multiply)
def _(self, other) -> y:
    d[self] = d[y].multiply(other)
    d[other] = sum_to(d[y].multiply(self).toarray(), other)


@tangent(
    scipy.sparse.csr_array.__mul__, scipy.sparse.csr_array.__rmul__, gives=scipy.sparse.csr_array
)  # fmt: skip
def _(self, other) -> y:
    d[y] = d[self] * other + self * d[other]


@adjoint(scipy.sparse.csr_array.__mul__, scipy.sparse.csr_array.__rmul__)
def _(self, other) -> y:
    d[self] = d[y] * other
    d[other] = sum_to(d[y].multiply(self).toarray(), other)


@tangent(scipy.sparse.csr_array.sum, scipy.sparse.coo_array.sum)
def _(self, axis=None) -> y:
    d[y] = d[self].sum(axis)


@adjoint(scipy.sparse.csr_array.sum, scipy.sparse.coo_array.sum)
def _(self, axis=None) -> y:
    d[self] = sparse_entries(spread(d[y], self, axis, False), self)


@linear(
    scipy.sparse.csr_array.tocsr, scipy.sparse.csc_array.tocsr, scipy.sparse.coo_array.tocsr,
    scipy.sparse.dia_array.tocsr, "self", gives=scipy.sparse.csr_array,
)  # fmt: skip
def _(self, copy=False) -> y:
    d[self] = sparse_entries(d[y].toarray(), self)


@linear(
    scipy.sparse.csr_array.tocsc, scipy.sparse.csc_array.tocsc, scipy.sparse.coo_array.tocsc,
    scipy.sparse.dia_array.tocsc, "self", gives=scipy.sparse.csc_array,
)  # fmt: skip
def _(self, copy=False) -> y:
    d[self] = sparse_entries(d[y].toarray(), self)


@tangent(scipy.sparse.vstack, scipy.sparse.hstack, gives=scipy.sparse.csr_array)
def _(blocks, format=None, dtype=None) -> y:
    how = format, dtype
    d[y] = not_differentiated(d[blocks], "a sparse matrix made of others")


@tangent(scipy.sparse.kron, gives=scipy.sparse.csr_array)
def _(A, B, format=None) -> y:
    how = format
    d[y] = not_differentiated(d[A], "a sparse product")
    d[y] += not_differentiated(d[B], "a sparse product")


# Constructors


@tangent(
    scipy.sparse.csr_array, scipy.sparse.csc_array, scipy.sparse.coo_array,
    scipy.sparse.csr_matrix, scipy.sparse.csc_matrix, scipy.sparse.coo_matrix,
)  # fmt: skip
def _(arg1, shape=None, dtype=None, copy=False) -> s:
    how = shape, dtype, copy
    d[s] = sparse_like(s, arg1, d[arg1])


@adjoint(
    scipy.sparse.csr_array, scipy.sparse.csc_array, scipy.sparse.coo_array,
    scipy.sparse.csr_matrix, scipy.sparse.csc_matrix, scipy.sparse.coo_matrix,
)  # fmt: skip
def _(arg1, shape=None, dtype=None, copy=False) -> s:
    how = shape, dtype, copy
    d[arg1] = sparse_data(d[s], s, arg1)


@tangent(scipy.sparse.diags_array, gives=scipy.sparse.dia_array)
def _(diagonals, /, *, offsets=0, shape=None, format=None, dtype=None) -> s:
    way = format, dtype
    d[s] = scipy.sparse.diags_array(d[diagonals], offsets=offsets, shape=np.shape(s))


@adjoint(scipy.sparse.diags_array)
def _(diagonals, /, *, offsets=0, shape=None, format=None, dtype=None) -> s:
    way = shape, format, dtype
    d[diagonals] = sparse_diagonals(d[s], diagonals, offsets)


@tangent(scipy.sparse.diags, gives=scipy.sparse.dia_matrix)
def _(diagonals, offsets=0, shape=None, format=None) -> s:
    way = shape, format
    d[s] = scipy.sparse.diags(d[diagonals], offsets, np.shape(s))


@adjoint(scipy.sparse.diags)
def _(diagonals, offsets=0, shape=None, format=None) -> s:
    way = shape, format
    d[diagonals] = sparse_diagonals(d[s], diagonals, offsets)


# Systems.  Iterative solvers are differentiated as what they converge to.


@tangent(scipy.sparse.linalg.spsolve)
def _(A, b, permc_spec=None, use_umfpack=True) -> x:
    how = permc_spec, use_umfpack
    d[x] = system_solve(A, d[b] - d[A] @ x, False)


@adjoint(scipy.sparse.linalg.spsolve)
def _(A, b, permc_spec=None, use_umfpack=True) -> x:
    how = permc_spec, use_umfpack
    part = system_solve(A, d[x], True)
    d[A] = system_outer(-part, x, A)
    d[b] = part


@tangent(
    scipy.sparse.linalg.cg, scipy.sparse.linalg.gmres, scipy.sparse.linalg.bicgstab,
    scipy.sparse.linalg.bicg,
)  # fmt: skip
def _(A, b, x0=None, *, rtol=1e-05, atol=0.0, restart=None, maxiter=None, M=None) -> (x, info):
    how = x0, rtol, atol, restart, maxiter, M
    d[x] = system_solve(A, d[b] - d[A] @ x, False)


@adjoint(
    scipy.sparse.linalg.cg, scipy.sparse.linalg.gmres, scipy.sparse.linalg.bicgstab,
    scipy.sparse.linalg.bicg,
)  # fmt: skip
def _(A, b, x0=None, *, rtol=1e-05, atol=0.0, restart=None, maxiter=None, M=None) -> (x, info):
    how = x0, rtol, atol, restart, maxiter, M
    part = system_solve(A, d[x], True)
    d[A] = system_outer(-part, x, A)
    d[b] = part


@tangent(scipy.sparse.linalg.minres)
def _(A, b, x0=None, *, rtol=1e-05, maxiter=None, M=None) -> (x, info):
    how = x0, rtol, maxiter, M
    d[x] = system_solve(A, d[b] - d[A] @ x, False)


@adjoint(scipy.sparse.linalg.minres)
def _(A, b, x0=None, *, rtol=1e-05, maxiter=None, M=None) -> (x, info):
    how = x0, rtol, maxiter, M
    part = system_solve(A, d[x], True)
    d[A] = system_outer(-part, x, A)
    d[b] = part


@linear(system_solve, "b")
def _(A, b, turned) -> x:
    d[b] = system_solve(A, d[x], not turned)


@tangent(system_solve)
def _(A, b, turned) -> x:
    d[x] = system_solve(A, d[b], turned) + not_differentiated(d[A], "the adjoint of a solver")


@linear(scipy.sparse.linalg.expm_multiply, "B")
def _(A, B) -> y:
    d[B] = scipy.sparse.linalg.expm_multiply(A.T, d[y])


# Eigenvalues and singular values: of the vectors, only a few are known


@tangent(scipy.sparse.linalg.eigsh)
def _(A, k=6, M=None, sigma=None, which="LM", v0=None) -> (w, v):
    how = k, sigma, which, v0
    d[w] = np.sum(v * (d[A] @ v), axis=0)
    d[v] = not_differentiated(d[A] @ v, "an eigenvector of a part of the spectrum")


@adjoint(scipy.sparse.linalg.eigsh)
def _(A, k=6, M=None, sigma=None, which="LM", v0=None) -> (w, v):
    how = k, sigma, which, v0
    d[A] = system_outer(v * d[w], v, A)
    d[A] += not_differentiated(d[v], "an eigenvector of a part of the spectrum")


@tangent(scipy.sparse.linalg.svds)
def _(A, k=6, ncv=None, tol=0, which="LM", v0=None) -> (u, s, vh):
    how = k, ncv, tol, which, v0
    d[s] = np.sum(u * (d[A] @ vh.T), axis=0)
    d[u] = not_differentiated(d[A] @ vh.T, "a singular vector of a part of the spectrum")
    d[vh] = not_differentiated(d[A].T @ u, "a singular vector of a part of the spectrum")


@adjoint(scipy.sparse.linalg.svds)
def _(A, k=6, ncv=None, tol=0, which="LM", v0=None) -> (u, s, vh):
    how = k, ncv, tol, which, v0
    d[A] = system_outer(u * d[s], vh.T, A)
    d[A] += not_differentiated(d[u], "a singular vector of a part of the spectrum")
    d[A] += not_differentiated(d[vh], "a singular vector of a part of the spectrum")
