"""What the generated rule tests run over: programs of one call, with shapes and domains.

A program is the text of an expression; its free variables are the arguments.  A variable is
given by its shapes and by where its entries are drawn from.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

import numpy as np

from tests.rules.linear import FACTORS, FOURIER, PRODUCTS
from tests.rules.moving import MOVING, POLYNOMIALS, STATISTICS, UFUNCS
from tests.rules.programs import (
    MATRICES,
    MORE_REDUCTIONS,
    PAIRS,
    REDUCTIONS,
    SHAPED,
    SMALLER,
)  # fmt: skip

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
    kind: str = ""  # "", "c" complex, "spd" symmetric positive definite, "sym", "far", "turn"
    domain: tuple[float, float] = DEFAULT
    whole: bool = False  # for the whole compiler: more than one call of a function with a rule

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
        if self.kind == "turn":  # a pair of complex eigenvalues
            return np.array([[0.1, -2.0], [1.5, 0.3]]) + 0.05 * rng.normal(size=shape)
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


def programs() -> list[Case]:
    """Everything that is not elementwise."""
    cases = [Case(t, ((2, 3, 4),)) for t in (*REDUCTIONS, *MORE_REDUCTIONS, *SHAPED)]
    cases += [Case(t, (s,)) for t, s in SMALLER]
    cases += [Case(t, s) for t, s in PAIRS]
    given = (*MATRICES, *FACTORS, *FOURIER, *PRODUCTS)
    cases += [Case(t, s, kind) for t, s, kind in given]
    whole = (*MOVING, *STATISTICS, *POLYNOMIALS, *UFUNCS)
    return cases + [Case(t, s, kind, whole=True) for t, s, kind in whole]
