"""What the generated rule tests run over: programs of one call, with shapes and domains.

A program is the text of an expression; its free variables are the arguments.  A variable is
given by its shapes and by where its entries are drawn from.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

import numpy as np

# Where functions are smooth and real; the rest is drawn from DEFAULT.
DEFAULT = (0.4, 1.6)
DOMAINS = {
    "arccosh": (1.3, 3.0), "acosh": (1.3, 3.0), "arcsin": (-0.8, 0.8), "asin": (-0.8, 0.8),
    "arccos": (-0.8, 0.8), "acos": (-0.8, 0.8), "arctanh": (-0.8, 0.8), "atanh": (-0.8, 0.8),
    "gamma": (0.6, 4.0), "lgamma": (0.6, 4.0), "tan": (-1.0, 1.0), "erf": (-1.5, 1.5),
    "sinc": (-2.5, 2.5), "cbrt": (0.3, 2.0),
}  # fmt: skip

# One argument, elementwise; `*` marks those that also take complex numbers.
UNARY = """
    negative* positive* absolute* fabs square* sqrt* cbrt reciprocal* exp* exp2* expm1* log* log2*
    log10* log1p* sin* cos* tan* arcsin* arccos* arctan* sinh* cosh* tanh* arcsinh* arccosh*
    arctanh* degrees radians rad2deg deg2rad sinc* conjugate* real* imag* angle* nan_to_num*
""".split()
MATH = """
    sqrt cbrt exp exp2 expm1 log log2 log10 log1p sin cos tan asin acos atan sinh cosh tanh asinh
    acosh atanh degrees radians erf erfc gamma lgamma fabs
""".split()
BINARY = """
    add* subtract* multiply* divide* power* float_power* arctan2 hypot logaddexp logaddexp2
    maximum minimum fmax fmin copysign remainder fmod
""".split()
OPERATORS = "a + b|a - b|a * b|a / b|a ** b|-a * +b|a % b|abs(a - b)".split("|")

UNARY_SHAPES = [None, (), (3,), (2, 3), (1, 3), (2, 1), (0, 3)]
BINARY_SHAPES = [
    ((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (3,)), (None, (2, 3)), (None, None),
    ((0, 3), (3,)), ((2, 2, 3), (2, 1)),
]  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One program with the shapes of its arguments; None is a Python float."""

    text: str
    shapes: tuple[tuple[int, ...] | None, ...]
    kind: str = ""  # "", "c" complex, "spd" symmetric positive definite, "sym", "far" diagonal
    domain: tuple[float, float] = DEFAULT
    second: bool = True

    @property
    def id(self) -> str:
        """The name of the test."""
        return f"{self.text} {self.kind}{list(self.shapes)}".replace("None", "float")

    def arguments(self, seed: int = 0) -> dict[str, object]:
        """Random arguments by name."""
        names = [n for n in "abcxy" if n in names_in(self.text)]
        # Well apart, so that no finite difference crosses a tie.
        for attempt in range(seed, seed + 200):
            rng = np.random.default_rng(attempt)
            made = {n: self.draw(s, rng) for n, s in zip(names, self.shapes, strict=True)}
            entries = np.sort(np.concatenate([np.ravel(np.real(v)) for v in made.values()]))
            if self.kind or np.min(np.diff(entries), initial=1) > 0.012:
                break
        return {n: v.item() if s is None else v for (n, v), s in zip(made.items(), self.shapes)}

    def draw(self, shape: tuple[int, ...] | None, rng: np.random.Generator) -> np.ndarray:
        """One random argument."""
        low, high = self.domain
        if self.kind in ("spd", "sym"):
            value = rng.normal(size=shape)
            value = value + np.swapaxes(value, -1, -2)
            return value + 6 * np.eye(shape[-1]) if self.kind == "spd" else value
        if self.kind == "far" and len(shape or ()) >= 2:
            value = rng.normal(size=shape)
            return value + 3 * np.eye(shape[-2], shape[-1]) * np.arange(1, shape[-1] + 1)
        count = int(np.prod(shape or ()))
        level = rng.permutation(count) + rng.uniform(0.3, 0.7, count)
        value = np.reshape(low + (high - low) * level / max(count, 1), shape or ())
        if self.kind == "c":
            value = value + 1j * rng.uniform(-0.5, 0.5, size=shape or ())
        return np.asarray(value)


def names_in(text: str) -> set[str]:
    """The one-letter names that a program reads."""
    return {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}


def elementwise() -> list[Case]:
    """Every elementwise function over the shapes."""
    cases = []
    for entry in UNARY:
        name = entry.rstrip("*")
        domain = DOMAINS.get(name, DEFAULT)
        cases += [Case(f"np.{name}(x)", (s,), "", domain) for s in UNARY_SHAPES]
        if entry.endswith("*"):
            cases += [Case(f"np.{name}(x)", (s,), "c") for s in ((), (3,))]
    cases += [Case(f"math.{n}(x)", (None,), "", DOMAINS.get(n, DEFAULT)) for n in MATH]
    for entry in BINARY:
        name = entry.rstrip("*")
        cases += [Case(f"np.{name}(a, b)", s) for s in BINARY_SHAPES]
        if entry.endswith("*"):
            cases += [Case(f"np.{name}(a, b)", s, "c") for s in (((3,), (3,)), ((2, 3), (3,)))]
    cases += [Case(t, s) for t in OPERATORS for s in BINARY_SHAPES]
    for text in ("math.pow(a, b)", "math.atan2(a, b)", "math.hypot(a, b)", "max(a, b)",
                 "math.fmod(a, b)", "math.copysign(a, b)", "min(a, b)", "math.log(a, b + 2)"):  # fmt: skip
        cases.append(Case(text, (None, None)))
    for n in (-2, -1, 0, 1, 2, 3, 0.5, 2.5):
        cases += [Case(f"x ** {n}", (s,)) for s in (None, (2, 3))]
        cases.append(Case(f"np.power({abs(n)}, x)", ((3,),)))
    return cases


# text, then the shapes of a, b, c, x, y as they occur
REDUCTIONS = [
    f"np.{name}(x{extra})"
    for name in ("sum", "mean", "prod", "max", "min", "var", "std", "ptp", "median")
    for extra in ("", ", axis=0", ", axis=-1", ", axis=(0, 2)", ", axis=1, keepdims=True",
                  ", keepdims=True", ", axis=(-1, 1), keepdims=True")
]  # fmt: skip
WHERE = "where=np.array([True, False, True, True])"
MORE_REDUCTIONS = [
    *(f"np.{n}(x, {WHERE})" for n in ("sum", "mean", "prod", "var", "std")),
    *(f"np.{n}(x, axis=-1, keepdims=True, {WHERE})" for n in ("sum", "mean", "prod", "var", "std")),
    f"np.max(x, axis=1, initial=0.0, {WHERE})", "np.var(x, ddof=1)", "np.std(x, axis=0, ddof=1)",
    "np.var(x, axis=1, correction=1)", "x.sum()", "x.mean(axis=1)", "x.max(0)", "x.std()",
    "x.prod(axis=2)", "x.var(1, ddof=1)", "np.cumsum(x)", "np.cumsum(x, axis=1)", "x.cumsum(-1)",
    "np.cumprod(x)", "np.cumprod(x, axis=1)", "np.diff(x)", "np.diff(x, 2, axis=1)",
    "np.trace(x)", "np.trace(x, 1, 1, 2)", "np.average(x)", "np.average(x, axis=1)",
    "np.nansum(x, axis=1)", "np.nanmean(x)", "np.nanprod(x, axis=0)", "np.nanvar(x, axis=1)",
    "np.nanstd(x)", "np.nanmax(x, axis=1)", "np.nancumsum(x, axis=1)", "np.add.reduce(x)",
    "np.logaddexp.reduce(x, axis=1)", "np.multiply.reduce(x, axis=1)", "np.maximum.reduce(x)",
    "np.amax(x, axis=1)", "np.sum(x, axis=())", "np.linalg.norm(x)", "np.linalg.norm(x, axis=1)",
    "np.linalg.norm(x, axis=(0, 2))", "np.linalg.norm(x, 1, axis=1, keepdims=True)",
    "np.linalg.norm(x, np.inf, axis=2)", "np.linalg.norm(x, -np.inf, axis=0)",
    "np.linalg.norm(x, 3, axis=1)", "np.linalg.norm(x, keepdims=True)",
    "np.linalg.norm(x, 2, axis=1)", "np.sort(x)", "np.sort(x, axis=0)", "np.sort(x, axis=None)",
    "np.quantile(x, 0.3)", "np.quantile(x, [0.1, 0.6], axis=1)", "np.percentile(x, 40.0, axis=2)",
    "np.quantile(x, 0.3, axis=(0, 1), keepdims=True)", "np.partition(x, 2)", "np.unique(x)",
]  # fmt: skip
SHAPED = [  # on (2, 3, 4)
    "np.reshape(x, (4, 6))", "x.reshape(6, -1)", "x.reshape((-1,))", "np.ravel(x)", "x.flatten()",
    "np.reshape(x, (6, 4), order='F')", "x.T", "np.transpose(x)", "np.transpose(x, (2, 0, 1))",
    "x.transpose(1, 2, 0)", "np.transpose(x, (-1, 0, 1))", "np.swapaxes(x, 0, 2)",
    "np.moveaxis(x, 0, -1)", "np.moveaxis(x, (0, 1), (1, 2))", "np.rollaxis(x, 2)",
    "np.rollaxis(x, 0, 3)", "np.expand_dims(x, 1)", "np.expand_dims(x, (0, -1))",
    "np.squeeze(x[:1])", "np.squeeze(x[:, :1], axis=1)", "np.broadcast_to(x, (5, 2, 3, 4))",
    "np.atleast_1d(x)", "np.flip(x)", "np.flip(x, 1)", "np.fliplr(x)", "np.flipud(x)",
    "np.roll(x, 2)", "np.roll(x, -1, axis=1)", "np.roll(x, (1, 2), axis=(0, 2))", "np.rot90(x)",
    "np.rot90(x, 3, axes=(1, 2))", "np.tile(x, 2)", "np.tile(x, (2, 1, 2, 1))", "np.repeat(x, 2)",
    "np.repeat(x, 3, axis=1)", "np.repeat(x, [1, 0, 2], axis=1)", "np.pad(x, 1)",
    "np.pad(x, ((0, 1), (2, 0), (1, 1)))", "np.pad(x, 1, mode='edge')",
    "np.pad(x, 1, mode='reflect')", "np.pad(x, 2, mode='wrap')", "np.pad(x, 1, 'symmetric')",
    "np.tril(x)", "np.triu(x, 1)", "np.diagonal(x)", "np.diagonal(x, 1, 1, 2)", "np.copy(x)",
    "np.array(x)", "np.asarray(x)", "x.copy()", "np.ascontiguousarray(x)", "x.astype(np.float64)",
    "np.full_like(x, 2.0) * x", "np.take(x, [0, 2, 2], axis=1)", "np.take(x, [3, 3, 5])",
    "np.take(x, 1, axis=-1)", "x.take([1, 0], axis=0)",
    "np.take_along_axis(x, np.array([[[0, 0]]]), axis=2)", "np.compress([True, False, True], x, 1)",
    "x[1]", "x[:, 1:, ::2]", "x[..., None, 0]", "x[[0, 1, 1]]", "x[:, [0, 0], 1]",
    "x[x > 1.0]", "x[1, 2, 3]", "x[np.array([True, False])]", "np.concatenate([x, x], axis=1)",
    "np.concatenate((x, x[:1]))", "np.concatenate((x, x), axis=None)", "np.stack([x, 2 * x], 1)",
    "np.vstack((x, x))", "np.hstack((x, x))", "np.dstack((x, x))", "np.append(x, x, axis=2)",
    "np.append(x, x)", "np.split(x, 2, axis=2)[1]", "np.split(x, [1], axis=1)[0]",
    "np.array_split(x, 3, axis=2)[0]", "np.hsplit(x, 3)[2]", "np.vsplit(x, 2)[1]",
    "np.delete(x, 1, axis=1)", "np.where(x > 1, x, 2 * x)", "np.where(x > 1, x, 0.0)",
    "np.clip(x, 0.7, 1.2)", "np.clip(x, None, 1.2)", "x.clip(0.7)", "np.clip(x, min=0.7)",
    "np.select([x > 1.2, x > 0.8], [x * x, 3 * x], 0.5)", "np.gradient(x, axis=1)",
    "np.gradient(x, 0.5, axis=2, edge_order=2)", "np.trapezoid(x, axis=1)",
    "np.trapezoid(x, dx=0.5)", "np.matrix_transpose(x)", "np.ediff1d(x)",
    "np.sum(x).item() * x", "np.real_if_close(x)", "np.unwrap(x)", "np.heaviside(x, x)",
]  # fmt: skip
SMALLER = [
    ("np.diag(x)", (3,)), ("np.diag(x, 1)", (3,)), ("np.diag(x)", (3, 4)), ("np.diag(x, -1)", (4, 3)),
    ("np.diagflat(x)", (2, 2)), ("np.column_stack((x, x))", (3,)), ("np.hstack((x, x))", (3,)),
    ("np.vstack((x, x))", (3,)), ("np.dstack((x, x))", (3,)), ("np.atleast_2d(x)", (3,)),
    ("np.atleast_3d(x)", (3,)), ("np.array([x, 2 * x])", None), ("np.array([[x, 1.0], [x, x]])", None),
    ("np.stack((x, x * x))", ()), ("np.full((2, 3), x)", None), ("np.full((2, 3), x)", (3,)),
    ("np.linspace(x, 2.0, 5)", None), ("np.linspace(0.0, x, 4, endpoint=False)", None),
    ("np.vander(x)", (3,)), ("np.vander(x, 4, increasing=True)", (3,)), ("sum([x, x * x])", None),
    ("np.trim_zeros(np.concatenate((np.zeros(1), x)))", (3,)), ("np.polyder(x)", (4,)),
    ("np.linalg.norm(x)", (3,)), ("np.linalg.norm(x, 2)", (3,)), ("np.linalg.norm(x, 1)", (3,)),
    ("np.linalg.norm(x, np.inf)", (3,)), ("np.linalg.norm(x, 1)", (3, 4)),
    ("np.linalg.norm(x, np.inf)", (3, 4)), ("np.linalg.vector_norm(x)", (3, 4)), ("float(x)", ()),
    ("np.linalg.matrix_norm(x)", (3, 4)), ("np.sum(x)", (0, 3)), ("np.prod(x)", (0, 3)),
    ("np.mean(x, axis=1)", (0, 3)), ("np.max(x, axis=1)", (0, 3)), ("np.cumsum(x)", (0,)),
    ("max([x, 1.0, 2 * x])", None), ("np.interp(x, [0.0, 1.03, 2.0], [1.0, 3.0, 2.0])", (3,)), ("np.cumprod(x)", (1,)), ("np.sum(x)", ()), ("np.mean(x)", ()),
    ("math.prod([x, 2.0, x])", None), ("math.fsum([x, x])", None), ("np.std(x)", (4,)),
    ("np.einsum('ii->i', x)", (3, 3)), ("np.einsum('ii', x)", (3, 3)), ("np.einsum('ij->j', x)", (2, 3)),
    ("np.einsum('ij->ji', x)", (2, 3)), ("np.einsum('...ij->...', x)", (2, 3, 3)),
]  # fmt: skip
PAIRS = [
    *((f"np.{n}(a, b)", s) for n in ("dot", "matmul") for s in (
        ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)))),
    ("np.dot(a, b)", ((2, 3, 4), (4,))), ("np.dot(a, b)", ((4,), (2, 4, 3))),
    ("np.dot(a, b)", ((2, 3, 4), (2, 4, 3))), ("np.dot(a, b)", (None, (2, 3))), ("a @ b", ((5, 2, 3), (3, 4))),
    ("a @ b", ((2, 3), (5, 3, 4))), ("a @ b", ((5, 1, 2, 3), (4, 3, 2))), ("a @ b", ((5, 2, 3), (3,))),
    ("a @ b", ((3,), (5, 3, 2))), ("a.dot(b)", ((2, 3), (3, 2))), ("np.inner(a, b)", ((3,), (3,))),
    ("np.inner(a, b)", ((2, 3), (4, 3))), ("np.inner(a, b)", ((2, 2, 3), (3,))),
    ("np.outer(a, b)", ((2,), (3,))), ("np.outer(a, b)", ((2, 2), (3, 1))), ("np.vdot(a, b)", ((2, 3), (6,))),
    ("np.vecdot(a, b)", ((2, 3), (3,))), ("np.tensordot(a, b)", ((2, 3, 4), (3, 4, 2))),
    ("np.tensordot(a, b, 1)", ((2, 3), (3, 4))), ("np.tensordot(a, b, 0)", ((2,), (3, 1))),
    ("np.tensordot(a, b, axes=([1, 0], [0, 2]))", ((3, 4, 2), (4, 5, 3))),
    ("np.tensordot(a, b, axes=(-1, 0))", ((2, 3), (3, 4))), ("np.kron(a, b)", ((2, 3), (3, 2))),
    ("np.kron(a, b)", ((2,), (2, 2))), ("np.cross(a, b)", ((3,), (3,))), ("np.cross(a, b)", ((4, 3), (3,))),
    ("np.cross(a, b, axis=0)", ((3, 4), (3, 4))), ("np.einsum('ij,jk->ik', a, b)", ((2, 3), (3, 4))),
    ("np.einsum('ij,jk', a, b)", ((2, 3), (3, 4))), ("np.einsum('i,j->ij', a, b)", ((2,), (3,))),
    ("np.einsum('ij,ij->', a, b)", ((2, 3), (2, 3))), ("np.einsum('ij,k->k', a, b)", ((2, 3), (3,))),
    ("np.einsum('bij,bjk->bik', a, b)", ((2, 2, 3), (2, 3, 4))), ("np.einsum('ii,i->i', a, b)", ((3, 3), (3,))),
    ("np.einsum('...ij,...jk->...ik', a, b)", ((2, 2, 3), (3, 4))), ("np.einsum('ij,jk->ik', a, b)", ((2, 1), (3, 4))),
    ("np.convolve(a, b)", ((5,), (3,))), ("np.convolve(a, b, 'same')", ((5,), (3,))),
    ("np.convolve(a, b, 'valid')", ((5,), (3,))), ("np.convolve(a, b, 'same')", ((2,), (5,))),
    ("np.correlate(a, b)", ((5,), (3,))), ("np.correlate(a, b, 'full')", ((5,), (3,))),
    ("np.correlate(a, b, 'same')", ((5,), (4,))), ("np.polyval(a, b)", ((4,), (2, 3))), ("np.polyval(a, b)", ((4,), None)),
    ("np.average(a, weights=b)", ((2, 3), (2, 3))), ("np.average(a, axis=1, weights=b)", ((2, 3), (3,))),
    ("np.average(a, axis=0, weights=b, keepdims=True)", ((2, 3), (2,))), ("np.linspace(a, b, 4)", (None, None)),
    ("np.linspace(a, b, 4)", ((3,), (3,))), ("np.trapezoid(a, b)", ((5,), (5,))), ("np.trapezoid(a, b, axis=0)", ((3, 2), (3,))),
    ("np.where(np.array([True, False, True]), a, b)", ((2, 3), (3,))), ("np.concatenate((a, b))", ((2, 3), (1, 3))),
    ("np.where(a > b, a, b)", ((2, 1), (1, 3))), ("np.clip(a, b, 1.5)", ((2, 3), (3,))), ("np.clip(a, 0.5, b)", ((2, 3), None)),
    ("quotient, rest = np.divmod(a, b); rest", ((2, 3), (3,))), ("np.matvec(a, b)", ((2, 3), (3,))), ("np.vecmat(a, b)", ((2,), (2, 3))),
    ("np.interp(x, [0.5, 1.0], [1.0, 2.0], left=y, right=3 * y)", ((3,), None)), ("np.pad(x, 1, constant_values=y)", ((2, 3), None)),
    ("np.interp(c, a + np.arange(3) - 1.5, b, period=4.0)", ((3,), (3,), (2, 2))), ("np.nan_to_num(a, nan=b)", ((3,), None)),
    ("np.max(a, axis=1, initial=b)", ((2, 3), None)), ("np.trapezoid(a, dx=b)", ((2, 4), None)), ("np.arange(a, a + 3 * b, b)", (None, None)),
    ("np.interp(0.3, a + np.arange(3) - 1.5, b)", ((3,), (3,))), ("np.quantile(a, b / 2)", ((5,), (2,))),
    ("np.linalg.multi_dot([a, b, a])", ((2, 3), (3, 2))), ("np.append(a, b)", ((2,), (3,))), ("np.add.reduce([a, b])", (None, None)),
    ("np.stack([a, b])", ((3,), (3,))), ("np.hstack((a, b))", ((2, 1), (2, 3))), ("np.array([a, b, a * b])", (None, None)),
]  # fmt: skip
MATRICES = [  # text, shapes, kind
    ("np.linalg.solve(a, b)", ((3, 3), (3,)), "far"), ("np.linalg.solve(a, b)", ((3, 3), (3, 2)), "far"),
    ("np.linalg.solve(a, b)", ((2, 3, 3), (2, 3, 2)), "far"), ("np.linalg.solve(a, b)", ((2, 3, 3), (3,)), "far"),
    ("np.linalg.inv(x)", ((3, 3),), "far"), ("np.linalg.inv(x)", ((2, 3, 3),), "far"),
    ("np.linalg.det(x)", ((3, 3),), "far"), ("np.linalg.det(x)", ((2, 3, 3),), "far"), ("np.linalg.det(x)", ((3, 3),), "c"),
    ("sign, log = np.linalg.slogdet(x); log", ((3, 3),), "far"), ("sign, log = np.linalg.slogdet(x); log", ((2, 3, 3),), "far"),
    ("np.linalg.cholesky(x @ x.T + 3 * np.eye(3))", ((3, 3),), "far"), ("np.linalg.cholesky((x + x.T) / 2)", ((3, 3),), "spd"),
    ("q, r = np.linalg.qr(x); r", ((4, 3),), "far"), ("q, r = np.linalg.qr(x); q", ((4, 3),), "far"), ("q, r = np.linalg.qr(x); q", ((3, 3),), "far"),
    ("w, v = np.linalg.eigh((x + x.T) / 2); w", ((3, 3),), "sym"), ("w, v = np.linalg.eigh((x + x.T) / 2); v", ((3, 3),), "sym"),
    ("np.linalg.eigvalsh((x + x.T) / 2)", ((3, 3),), "sym"), ("np.real(np.linalg.eigvals(x))", ((3, 3),), "far"),
    ("u, s, vh = np.linalg.svd(x, full_matrices=False); s", ((4, 3),), "far"), ("u, s, vh = np.linalg.svd(x, full_matrices=False); u", ((4, 3),), "far"),
    ("u, s, vh = np.linalg.svd(x, full_matrices=False); u * s @ vh @ vh.T", ((3, 4),), "far"), ("u, s, vh = np.linalg.svd(x); s * u @ vh", ((3, 3),), "far"),
    ("np.linalg.svdvals(x)", ((4, 3),), "far"), ("np.linalg.pinv(x)", ((4, 3),), "far"), ("np.linalg.pinv(x)", ((3, 4),), "far"),
    ("np.linalg.matrix_power(x, 3)", ((3, 3),), "far"), ("np.linalg.matrix_power(x, -2)", ((3, 3),), "far"),
    ("np.linalg.matrix_power(x, 0)", ((3, 3),), "far"), ("z, res, rank, s = np.linalg.lstsq(a, b); z", ((4, 3), (4,)), "far"),
    ("z, res, rank, s = np.linalg.lstsq(a, b); z", ((3, 4), (3,)), "far"), ("z, res, rank, s = np.linalg.lstsq(a, b); res", ((4, 3), (4, 2)), "far"),
    ("np.linalg.norm(x, 2)", ((4, 3),), "far"), ("np.linalg.norm(x, 'nuc')", ((4, 3),), "far"), ("np.linalg.norm(x, -2)", ((4, 3),), "far"),
    ("np.linalg.norm(x, 'fro')", ((3, 4),), "far"), ("np.linalg.inv(x)", ((3, 3),), "c"), ("np.linalg.solve(a, b)", ((3, 3), (3,)), "c"),
    ("np.abs(x) ** 2", ((3,),), "c"), ("np.vdot(a, b)", ((3,), (3,)), "c"), ("np.linalg.norm(x)", ((3,),), "c"),
    ("np.var(x)", ((4,),), "c"), ("np.std(x)", ((4,),), "c"), ("np.einsum('ij,jk->ik', a, b)", ((2, 3), (3, 4)), "c"),
    ("a @ b", ((2, 3), (3, 4)), "c"), ("np.cumprod(x)", ((4,),), "c"), ("np.prod(x)", ((4,),), "c"), ("np.sum(x)", ((4,),), "c"),
]  # fmt: skip


def programs() -> list[Case]:
    """Everything that is not elementwise."""
    cases = [Case(t, ((2, 3, 4),)) for t in (*REDUCTIONS, *MORE_REDUCTIONS, *SHAPED)]
    cases += [Case(t, (s,)) for t, s in SMALLER]
    cases += [Case(t, s) for t, s in PAIRS]
    return cases + [Case(t, s, kind) for t, s, kind in MATRICES]
