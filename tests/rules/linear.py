"""The programs of the rule tests for linear algebra and Fourier transforms: text, shapes, kind."""

Program = tuple[str, tuple[tuple[int, ...] | None, ...], str]

FOURIER: list[Program] = [
    *((f"np.fft.fft(x{o})", ((3, 5),), k) for o in ("", ", n=7", ", 3, 0") for k in ("", "c")),
    *((f"np.fft.ifft(x{o})", ((3, 5),), "c") for o in ("", ", n=3", ", norm='ortho'")),
    *(
        (f"np.fft.{name}(x{options})", ((3, 5),), "")
        for name in ("rfft", "ihfft")
        for options in ("", ", n=8", ", n=4", ", axis=0, norm='ortho'", ", norm='forward'")
    ),
    *(
        (f"np.fft.{name}(x{options})", ((3, 5),), "c")
        for name in ("irfft", "hfft")
        for options in ("", ", n=7", ", n=12", ", axis=0, norm='ortho'", ", norm='forward'")
    ),
    ("np.fft.irfft(x, n=5)", ((3, 5),), ""),
    ("np.fft.hfft(x, axis=0)", ((3, 5),), ""),
    *((f"np.fft.{name}(x)", ((2, 3, 4),), k) for name in ("fft2", "ifft2", "ifftn") for k in "c"),
    *(
        (f"np.fft.{name}(x{options})", ((2, 3, 4),), kind)
        for name in ("fftn", "irfft2", "irfftn")
        for options in ("", ", axes=(0, 1), norm='ortho'", ", (2, 5), (1, 2)")
        for kind in ("c", "")
    ),
    *(
        (f"np.fft.{name}(x{options})", ((2, 3, 4),), "")
        for name in ("rfft2", "rfftn")
        for options in ("", ", axes=(-1, 0)", ", (2, 5), (1, 2)", ", (-1, 7), (0, 2)")
    ),
    ("np.fft.fftn(x, (2, 6), axes=(-2, -1))", ((2, 3, 4),), "c"),
    ("np.fft.fftn(x, axes=(0,))", ((2, 3, 4),), ""),
    ("np.fft.rfft(x)", ((1,),), ""),
    ("np.fft.irfft(x, 1)", ((1,),), "c"),
    ("np.fft.fft(x)", ((0, 3),), ""),
    ("np.fft.fftshift(x)", ((3, 4),), ""),
    ("np.fft.fftshift(x, axes=1)", ((3, 4),), "c"),
    ("np.fft.ifftshift(x, (0,))", ((3, 4),), ""),
    ("np.fft.fftfreq(5, x)", (None,), ""),
    ("np.fft.rfftfreq(5, d=x)", (None,), ""),
    ("np.fft.irfft(np.fft.rfft(x) * np.exp(-np.arange(4.0)), n=6)", ((6,),), ""),
]  # fmt: skip

FACTORS: list[Program] = [
    ("np.linalg.cond(x)", ((3, 3),), "far"),
    ("np.linalg.cond(x, 1)", ((3, 3),), "far"),
    ("np.linalg.cond(x, 'fro')", ((2, 3, 3),), "far"),
    ("np.linalg.cond(x, -2)", ((4, 3),), "far"),
    ("np.linalg.cond(x, np.inf)", ((3, 3),), "far"),
    ("np.linalg.cond(x, 'nuc')", ((3, 3),), "far"),
    ("np.linalg.cond(x)", ((3, 3),), "c"),
    ("np.linalg.cond(x, 1)", ((3, 3),), "c"),
    ("np.linalg.tensorinv(x)", ((3, 2, 2, 3),), "far"),
    ("np.linalg.tensorinv(x, ind=1)", ((4, 2, 2),), "far"),
    ("np.linalg.tensorsolve(a, b)", ((2, 3, 6), (2, 3)), ""),
    ("np.linalg.tensorsolve(a, b, axes=(0,))", ((6, 2, 3), (2, 3)), ""),
    ("np.linalg.tensorsolve(a, b)", ((2, 2, 2, 2), (2, 2)), "c"),
    ("np.linalg.svd(x, compute_uv=False)", ((4, 3),), "far"),
    ("np.linalg.svd(x, True, False)", ((2, 3, 4),), "far"),
    ("np.linalg.svd(x)[0]", ((4, 3),), "far"),
    ("np.linalg.svd(x)[2]", ((3, 4),), "far"),
    ("u, s, vh = np.linalg.svd(x); u[:, 2:] @ u[:, 2:].T", ((4, 2),), "far"),
    ("u, s, vh = np.linalg.svd(x); vh[2:].T @ vh[2:]", ((2, 4),), "far"),
    ("np.linalg.svd(x).S", ((2, 3, 4),), "far"),
    ("u, s, vh = np.linalg.svd(x, full_matrices=False); u", ((3, 3),), "c"),
    ("u, s, vh = np.linalg.svd(x, full_matrices=False); vh", ((4, 3),), "c"),
    ("u, s, vh = np.linalg.svd(x, full_matrices=False); vh", ((3, 4),), "c"),
    ("u, s, vh = np.linalg.svd(x, full_matrices=False); u * s @ vh", ((3, 4),), "c"),
    ("u, s, vh = np.linalg.svd(x); np.abs(u)", ((4, 3),), "c"),
    ("np.linalg.svd((x + x.T) / 2, hermitian=True)[1]", ((3, 3),), "sym"),
    ("np.linalg.svd((x + x.T) / 2, hermitian=True)[0]", ((3, 3),), "spd"),
    ("np.linalg.svd((x + x.T) / 2, compute_uv=False, hermitian=True)", ((3, 3),), "sym"),
    ("np.linalg.svdvals(x)", ((2, 3, 4),), "c"),
    ("np.linalg.qr(x, mode='r')", ((4, 3),), "far"),
    ("np.linalg.qr(x, 'r')", ((3, 4),), "far"),
    ("np.linalg.qr(x)[0]", ((3, 4),), "far"),
    ("np.linalg.qr(x)[1]", ((3, 4),), "far"),
    ("np.linalg.qr(x, mode='complete')[0]", ((4, 3),), "far"),
    ("np.linalg.qr(x, mode='complete').R", ((4, 2),), "far"),
    ("q, r = np.linalg.qr(x, mode='complete'); q[:, 2:] @ q[:, 2:].T", ((4, 2),), "far"),
    ("q, r = np.linalg.qr(x, mode='complete'); q @ r", ((2, 3),), "far"),
    ("q, r = np.linalg.qr(x); q", ((4, 3),), "c"),
    ("q, r = np.linalg.qr(x); r", ((3, 3),), "c"),
    ("np.linalg.qr(x)[0]", ((2, 3, 2),), "far"),
    ("w, v = np.linalg.eig(x); w", ((3, 3),), "c"),
    ("w, v = np.linalg.eig(x); v", ((3, 3),), "c"),
    ("np.linalg.eigvals(x)", ((3, 3),), "c"),
    ("w, v = np.linalg.eig(x); v", ((2, 2),), "turn"),
    ("w, v = np.linalg.eig(x); w", ((2, 2),), "turn"),
    ("np.linalg.eigvals(x)", ((2, 2),), "turn"),
    ("np.linalg.eig(x).eigenvectors", ((2, 3, 3),), "spd"),
    ("w, v = np.linalg.eigh(x + x.conj().T); w", ((3, 3),), "c"),
    ("w, v = np.linalg.eigh(x + x.conj().T); v", ((3, 3),), "c"),
    ("np.linalg.eigvalsh(x + x.conj().T)", ((3, 3),), "c"),
    ("np.linalg.eigh((x + np.swapaxes(x, -1, -2)) / 2, 'U')[1]", ((2, 3, 3),), "sym"),
    ("np.linalg.eigvalsh((x + x.T) / 2, UPLO='U')", ((3, 3),), "sym"),
    ("np.linalg.cholesky(x @ x.conj().T + 3 * np.eye(3))", ((3, 3),), "c"),
    ("np.linalg.cholesky(x @ x.T + 3 * np.eye(3), upper=True)", ((3, 3),), "far"),
    ("np.linalg.cholesky(x @ x.conj().T + 3 * np.eye(3), upper=True)", ((3, 3),), "c"),
    ("np.linalg.cholesky((x + np.swapaxes(x, -1, -2)) / 2)", ((2, 3, 3),), "spd"),
    ("np.linalg.pinv(x)", ((3, 4),), "c"),
    ("np.linalg.pinv(x)", ((2, 3, 4),), "far"),
    ("np.linalg.pinv((x + x.T) / 2, hermitian=True)", ((3, 3),), "spd"),
    ("np.linalg.pinv(x, rtol=1e-9)", ((3, 3),), "far"),
    ("np.linalg.lstsq(a, b)[0]", ((4, 3), (4,)), "c"),
    ("np.linalg.lstsq(a, b, rcond=None)[0]", ((4, 3), (4, 2)), "far"),
    ("np.linalg.lstsq(a, b)[3]", ((4, 3), (4,)), "far"),
    ("np.linalg.lstsq(a, b)[1]", ((4, 3), (4,)), "c"),
    ("np.linalg.slogdet(x)[1]", ((3, 3),), "c"),
    ("np.linalg.slogdet(x).sign", ((3, 3),), "c"),
    ("np.linalg.slogdet(x).logabsdet", ((2, 3, 3),), "far"),
    ("np.linalg.det(x)", ((1, 1),), ""),
    ("np.linalg.det(x)", ((0, 3, 3),), ""),
    ("np.linalg.det(x)", ((2, 3, 3),), "c"),
    ("np.linalg.solve(a, b)", ((2, 3, 3), (3, 2)), "c"),
    ("np.linalg.solve(a, b)", ((3, 3), (2, 3, 2)), "far"),
    ("np.linalg.solve(a, b)", ((0, 3, 3), (3,)), ""),
    ("np.linalg.inv(x)", ((2, 3, 3),), "c"),
    ("np.linalg.inv(x)", ((0, 3, 3),), ""),
    ("np.linalg.matrix_power(x, 3)", ((2, 3, 3),), "c"),
    ("np.linalg.matrix_power(x, 1)", ((3, 3),), "far"),
    ("np.linalg.matrix_power(x, -1)", ((2, 2, 2),), "far"),
    ("np.linalg.diagonal(x)", ((2, 3, 4),), ""),
    ("np.linalg.diagonal(x, offset=-1)", ((2, 3, 4),), "c"),
    ("np.linalg.trace(x, offset=1)", ((2, 3, 4),), ""),
    ("np.linalg.matrix_transpose(x)", ((2, 3, 4),), ""),
    ("np.linalg.trace(x)", ((3, 3),), "c"),
    *(
        (f"np.linalg.norm(x, {o}, axis=(0, -1))", ((3, 2, 4),), kind)
        for o in ("1", "-1", "2", "-np.inf", "'nuc'") for kind in ("", "c")
    ),
    *(
        (f"np.linalg.norm(x, {o})", ((3, 4),), "c")
        for o in ("1", "-2", "np.inf", "'fro'", "2, keepdims=True", "None, (0, 1), True")
    ),
    *(
        (f"np.linalg.norm(x, {o}, axis=1)", ((3, 4),), kind)
        for o in ("0", "1", "-1", "2", "np.inf", "0.5", "3") for kind in ("", "c")
    ),
    *(
        (f"np.linalg.vector_norm(x, {o})", ((3, 4),), kind)
        for o in ("ord=1", "axis=(0, 1), keepdims=True", "ord=-np.inf, axis=0", "ord=3, axis=-1")
        for kind in ("", "c")
    ),
    *(
        (f"np.linalg.matrix_norm(x, {o})", ((2, 3, 4),), kind)
        for o in ("ord=1", "ord=2, keepdims=True", "ord='nuc'", "keepdims=True", "ord=-2")
        for kind in ("", "c")
    ),
]  # fmt: skip

PRODUCTS: list[Program] = [
    ("np.einsum('a,b,c,d,e->', x, x, x, x, x)", ((2,),), ""),
    ("np.einsum('ij,jk,kl,lm,mn->in', a, b, c, b, c)", ((2, 3), (3, 4), (4, 3)), ""),
    ("np.einsum('ij,jk->ik', a, b, optimize=True)", ((2, 3), (3, 4)), ""),
    ("np.einsum('ij,jk->ik', a, b, optimize='greedy')", ((2, 3), (3, 4)), "c"),
    ("np.einsum('iij->j', x)", ((3, 3, 2),), "c"),
    ("np.einsum('iij,j->i', a, b)", ((3, 3, 2), (2,)), ""),
    ("np.einsum('i...,i...->...', a, b)", ((3, 2), (3, 2)), ""),
    ("np.einsum('...i,...i', a, b)", ((2, 3), (3,)), ""),
    ("np.einsum('ij->', x)", ((2, 3),), ""),
    ("np.einsum('ij, kl -> ', a, b)", ((2, 3), (3, 2)), ""),
    ("np.einsum('ba,cb', a, b)", ((2, 3), (4, 2)), ""),
    ("np.einsum(',ij->ij', a, b)", ((), (2, 3)), ""),
    ("np.einsum('i,i->i', a, b)", ((0,), (0,)), ""),
    ("np.einsum('ij,jk->ik', a, b)", ((1, 3), (3, 1)), ""),
    ("np.einsum('ii,jj->ij', a, b)", ((3, 3), (2, 2)), ""),
    ("np.einsum('ijk,k->ij', a, b)", ((2, 3, 1), (4,)), ""),
    ("np.cross(a, b)", ((2,), (2,)), ""),
    ("np.cross(a, b)", ((4, 2), (4, 2)), ""),
    ("np.cross(a, b)", ((3,), (2,)), ""),
    ("np.cross(a, b)", ((4, 2), (3,)), ""),
    ("np.cross(a, b, axisa=0, axisb=1, axisc=0)", ((3, 4), (4, 3)), ""),
    ("np.cross(a, b, 0, 0)", ((3, 4), (3, 4)), "c"),
    ("np.cross(a, b)", ((4, 3), (5, 1, 3)), ""),
    ("np.cross(a, b, axisa=0)", ((3, 4), (4, 3)), ""),
    ("np.linalg.cross(a, b, axis=0)", ((3, 2), (3, 2)), "c"),
    ("np.kron(a, b)", ((2, 2), (3,)), "c"),
    ("np.kron(a, b)", ((2,), (3,)), ""),
    ("np.kron(a, b)", ((2, 1, 2), (2, 2)), ""),
    ("np.kron(a, b)", (None, (2, 2)), ""),
    ("np.kron(a, b)", ((), (2,)), ""),
    ("np.outer(a, b)", (None, (3,)), ""),
    ("np.outer(a, b)", ((2,), (3,)), "c"),
    ("np.inner(a, b)", (None, (2, 3)), ""),
    ("np.inner(a, b)", ((3,), (2, 3)), "c"),
    ("np.inner(a, b)", ((), ()), ""),
    ("np.vdot(a, b)", ((2, 3), (2, 3)), "c"),
    ("np.vdot(a, b)", ((), ()), ""),
    ("np.dot(a, b)", ((2, 3, 4), (5, 4, 2)), "c"),
    ("np.dot(a, b)", ((), (3,)), ""),
    ("np.dot(a, b)", (None, None), ""),
    ("np.dot(a, b)", ((0,), (0,)), ""),
    ("np.dot(a, b)", ((2, 0), (0, 3)), ""),
    ("a.dot(b)", ((3,), (3, 2)), ""),
    ("np.tensordot(a, b, axes=0)", ((2, 3), (2,)), "c"),
    ("np.tensordot(a, b, axes=((0, 1), (1, 0)))", ((2, 3), (3, 2)), ""),
    ("np.tensordot(a, b, axes=([-1], [1]))", ((3, 4), (2, 4)), "c"),
    ("np.tensordot(a, b, [[0], [1]])", ((3, 4), (2, 3)), ""),
    ("np.linalg.tensordot(a, b, axes=((0,), (1,)))", ((3, 4), (2, 3)), ""),
    ("np.matmul(a, b)", ((2, 1, 2, 3), (4, 3, 2)), "c"),
    ("np.matmul(a, b)", ((3,), (2, 3, 4)), "c"),
    ("np.matmul(a, b)", ((2, 4, 3), (3,)), "c"),
    ("a @ b", ((2, 0), (0, 3)), ""),
    ("a @ b", ((0, 2, 3), (3, 1)), ""),
    ("a @ b", ((1, 1), (1,)), ""),
    ("np.matvec(a, b)", ((2, 2, 3), (3,)), "c"),
    ("np.matvec(a, b)", ((2, 3), (4, 3)), ""),
    ("np.vecmat(a, b)", ((4, 2), (2, 3)), "c"),
    ("np.vecdot(a, b)", ((2, 3), (3,)), "c"),
    ("np.vecdot(a, b, axis=0)", ((3, 2), (3, 2)), ""),
    ("np.linalg.vecdot(a, b)", ((3,), (2, 3)), "c"),
    ("np.linalg.outer(a, b)", ((2,), (3,)), "c"),
    ("np.linalg.matmul(a, b)", ((2, 3), (3,)), ""),
    ("np.linalg.multi_dot([a, b])", ((2, 3), (3, 2)), "c"),
    ("np.linalg.multi_dot([a, b, c])", ((2,), (2, 3), (3,)), ""),
    ("np.linalg.multi_dot([a, b, c, b])", ((2, 3), (3, 2), (2, 3)), ""),
    ("np.linalg.multi_dot((a, b, a))", ((2, 3), (3, 2)), "c"),
    ("np.linalg.multi_dot([a, b, a])", ((2, 3), (3, 2)), ""),
    ("np.trace(x, offset=-1)", ((3, 4),), "c"),
    ("np.trace(x, axis1=1, axis2=0)", ((2, 3, 4),), ""),
    ("x.trace(1)", ((3, 4),), ""),
    ("np.diag(x, -2)", ((3,),), "c"),
    ("np.diag(x, 5)", ((3, 4),), ""),
    ("np.diagflat(x, 1)", ((2,),), ""),
    ("np.diagonal(x, -1, 0, 2)", ((2, 3, 4),), "c"),
    ("x.diagonal(offset=1)", ((3, 4),), ""),
    ("np.tril(x, -1)", ((3, 4),), "c"),
    ("np.triu(x, k=1)", ((2, 3, 4),), ""),
    ("np.tril(x)", ((3,),), ""),
    ("np.diagonal(x, 7)", ((3, 4),), ""),
    ("np.trace(x)", ((0, 3),), ""),
]  # fmt: skip
