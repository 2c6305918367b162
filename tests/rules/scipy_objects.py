"""The programs of SciPy's objects: splines and tables, sparse matrices, rules over samples."""

KNOTS = "np.array([0.0, 0.3, 0.8, 1.5, 2.0, 2.6])"
GRID = "(np.array([0.0, 0.7, 1.6, 2.5]), np.array([0.0, 1.1, 2.0]))"
S = "scipy.sparse.csr_array(np.array([[2.0, 0.0, 1.0], [0.0, 3.0, 0.5], [0.2, 0.0, 4.0]]))"
PLACES = "np.array([0, 0, 1, 2, 2]), np.array([0, 2, 1, 0, 2])"
N, M = (6,), (6, 2)
INTERPOLATE = [
    *((f"CubicSpline({KNOTS}, a, bc_type='{bc}')(x)", (N, (3,))) for bc in (
        "not-a-knot", "natural", "clamped")),
    (f"CubicSpline({KNOTS}, a)(x, 1)", (N, (3,))), (f"CubicSpline({KNOTS}, a)(x)", (M, (2, 2))),
    (f"CubicSpline({KNOTS}, a, axis=1)(x)", ((2, 6), (3,))),
    (f"CubicSpline({KNOTS}, a, bc_type=((1, 0.5), (2, 0.1)))(x)", (N, ())),
    (f"PchipInterpolator({KNOTS}, a)(x)", (N, (3,))),
    (f"CubicSpline({KNOTS}, a).derivative()(x)", (N, (3,))),
    (f"RBFInterpolator({KNOTS}[:, None], a)(np.array([[0.4], [1.1]]))", (N,)),
    ("lagrange(np.arange(4.0), a)(x)", ((4,), (3,))),
    (f"PchipInterpolator({KNOTS}, np.cumsum(a))(x)", (N, (3,))),
    (f"Akima1DInterpolator({KNOTS}, a)(x)", (N, (3,))),
    (f"Akima1DInterpolator({KNOTS}, a, method='makima')(x)", (M, ())),
    (f"CubicHermiteSpline({KNOTS}, a, b)(x)", (N, N, (3,))),
    ("PPoly(a, np.array([0.0, 1.0, 2.0]))(x)", ((3, 2), (3,))),
    ("BSpline(np.arange(9.0) / 3, a, 3)(x)", ((5,), (3,))),
    (f"make_interp_spline({KNOTS}, a)(x)", (N, (3,))),
    (f"make_interp_spline({KNOTS}, a, k=1)(x, 0)", (M, (2,))),
    *((f"interp1d({KNOTS}, a, kind='{k}')(x)", (N, (3,))) for k in ("linear", "cubic", "quadratic")),
    (f"interp1d({KNOTS}, a, axis=0, fill_value='extrapolate')(x + 2)", (M, (3,))),
    ("interp1d(np.array([2.0, 0.0, 1.0]), a)(x)", ((3,), ())),
    (f"KroghInterpolator({KNOTS}, a)(x)", (N, (3,))),
    (f"krogh_interpolate({KNOTS}, a, x)", (N, (3,))),
    (f"pchip_interpolate({KNOTS}, a, x)", (N, (3,))),
    (f"RegularGridInterpolator({GRID}, a)(x)", ((4, 3), (5, 2))),
    (f"interpn({GRID}, a, x)", ((4, 3), (5, 2))),
    (f"splev(x, scipy.interpolate.splrep({KNOTS}, a))", (N, (3,))),
    (f"splev(x, scipy.interpolate.splrep({KNOTS}, a), der=1)", (N, (3,))),
    ("griddata(np.array([[0, 0], [2, 0], [0, 2], [2, 2.0]]), a, np.array([[0.5, 0.3], [1.5, 1.2]]))", ((4,),)),
    ("RectBivariateSpline(np.arange(4.0), np.arange(5.0), np.outer(np.arange(4.0), np.arange(5.0)) ** 1.5).ev(x, y)", ((3,), (3,))),
    ("RectBivariateSpline(np.arange(4.0), np.arange(5.0), np.outer(np.arange(4.0), np.arange(5.0)) ** 1.5)(np.sort(x), np.sort(y))", ((2,), (3,))),
    (f"UnivariateSpline({KNOTS}, np.sin({KNOTS}), s=0)(x)", ((3,),)),
]  # fmt: skip
SPARSE = [
    (f"{S} @ x", ((3,),)), (f"{S} @ x", ((3, 2),)), (f"x @ {S}", ((3,),)), (f"x @ {S}", ((2, 3),)),
    (f"{S}.dot(x)", ((3,),)), (f"{S}.T @ x", ((3,),)), (f"{S}.multiply(x).toarray()", ((3,),)),
    (f"({S} * x).toarray()", ((),)), (f"({S} * x) @ y", ((), (3,))),
    *((f"scipy.sparse.{k}((a, ({PLACES})), shape=(3, 3)) @ b", ((5,), (3,)))
      for k in ("csr_array", "csc_array", "coo_array", "csr_matrix")),
    ("scipy.sparse.csr_array((a, np.array([0, 2, 1, 0, 2]), np.array([0, 2, 3, 5]))) @ b", ((5,), (3,))),
    ("scipy.sparse.csc_array((a, np.array([0, 2, 1, 0, 2]), np.array([0, 2, 3, 5]))) @ b", ((5,), (3, 2))),
    (f"scipy.sparse.coo_array((a, ({PLACES}))).toarray()", ((5,),)),
    (f"b @ scipy.sparse.csr_array((a, ({PLACES})))", ((5,), (2, 3))),
    (f"scipy.sparse.csr_array((a, ({PLACES}))).sum(axis=0)", ((5,),)),
    ("scipy.sparse.csr_array(a) @ b", ((3, 3), (3,))),
    ("scipy.sparse.diags_array(a) @ b", ((3,), (3,))),
    ("scipy.sparse.diags_array(a, offsets=1) @ b", ((3,), (4,))),
    ("scipy.sparse.diags([a, b], [0, 1]) @ c", ((3,), (2,), (3,))),
    (f"scipy.sparse.linalg.spsolve(scipy.sparse.csc_array((a, ({PLACES}))), b)", ((5,), (3,))),
    (f"scipy.sparse.linalg.spsolve({S}.tocsc(), x)", ((3,),)),
    ("scipy.sparse.linalg.cg(a @ a.T + np.eye(3), b, rtol=1e-14)[0]", ((3, 3), (3,))),
    ("scipy.sparse.linalg.gmres(a + 3 * np.eye(3), b, rtol=1e-14)[0]", ((3, 3), (3,))),
    (f"scipy.sparse.linalg.bicgstab({S}, x, rtol=1e-14)[0]", ((3,),)),
    (f"scipy.sparse.linalg.expm_multiply({S}, x)", ((3,),)),
    ("scipy.sparse.linalg.eigsh(a @ a.T + np.eye(4), k=2, v0=np.ones(4))[0]", ((4, 4),)),
    ("scipy.sparse.linalg.svds(a, k=1, v0=np.ones(3))[1]", ((4, 3),)),
]  # fmt: skip
INTEGRATE = [
    ("trapezoid(a, dx=b)", ((5,), ())), ("trapezoid(a, b, axis=0)", ((4, 2), (4,))),
    ("simpson(a, dx=b)", ((5,), ())), ("simpson(a, axis=0)", ((4, 2),)),
    (f"simpson(a, x={KNOTS})", (N,)), ("romb(a, dx=b)", ((5,), ())),
    ("cumulative_trapezoid(a, dx=b)", ((2, 4), ())), ("cumulative_trapezoid(a, b, initial=0)", ((5,), (5,))),
    ("cumulative_trapezoid(a, b, axis=0)", ((5, 2), (5,))), ("cumulative_simpson(a, dx=b)", ((5,), ())),
    (f"cumulative_simpson(a, x={KNOTS}, initial=0)", (N,)),
]  # fmt: skip
# What they call has no second derivative here, or solves by iteration.
ONCE = (
    "RegularGrid", "interpn", "splev", "RectBivariate", "sparse", "interp1d", "barycentric_i",
    "krogh_i", "KroghI", "BarycentricI", "lagrange", "RBF",
)  # fmt: skip
COARSE = ("cg(", "gmres(", "bicgstab(", "eigsh", "svds")
