"""The rules of all methods of a probability distribution, from the slopes of its density.

    @distribution(scipy.stats.gamma)
    def _(z, a) -> logpdf:
        logpdf[z] = (a - 1) / z - 1
        logpdf[a] = np.log(z) - scipy.special.digamma(a)
        cdf[a] = gammainc_slope(a, z)

The first parameter is the standardised variable, the others are the shapes.  `logpdf[a]` is the
slope of the logarithm of the density in `a`, `cdf[a]` that of the distribution function; its
slope in `z` is the density.  A shape without a slope of the distribution function has none in
the rules of `cdf`, `ppf` and their like, which then refuse it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gast
import numpy as np

from s2s.rules.rule import Declaration, Parameter, Rule

__all__ = ["methods_of"]

# `slope_z` and its like stand for what the template says; FOR is repeated for each shape.
_CONTINUOUS = {
    "logpdf": """
        slope = KEEP(slope_z) / scale
        d[x] = d[y] * slope
        d[loc] = -d[y] * slope
        d[scale] = -d[y] * (1 / scale + z * slope)
        FOR logpdf: d[SHAPE] = d[y] * KEEP(slope_SHAPE)
    """,
    "pdf": """
        slope = np.where(y == 0, 0, slope_z) / scale
        d[x] = d[y] * y * slope
        d[loc] = -d[y] * y * slope
        d[scale] = -d[y] * y * (1 / scale + z * slope)
        FOR logpdf: d[SHAPE] = d[y] * np.where(y == 0, 0, y * slope_SHAPE)
    """,
    "cdf": """
        density = FAMILY.pdf(x, *SHAPES, loc, scale)
        d[x] = d[y] * density
        d[loc] = -d[y] * density
        d[scale] = -d[y] * (z * density)
        FOR cdf: d[SHAPE] = d[y] * cdf_SHAPE
    """,
    "sf": """
        density = FAMILY.pdf(x, *SHAPES, loc, scale)
        d[x] = -d[y] * density
        d[loc] = d[y] * density
        d[scale] = d[y] * (z * density)
        FOR cdf: d[SHAPE] = -d[y] * cdf_SHAPE
    """,
    "logcdf": """
        hazard = KEEP(np.exp(FAMILY.logpdf(x, *SHAPES, loc, scale) - y))
        d[x] = d[y] * hazard
        d[loc] = -d[y] * hazard
        d[scale] = -d[y] * (z * hazard)
        FOR cdf: d[SHAPE] = d[y] * KEEP(cdf_SHAPE * np.exp(-y))
    """,
    "logsf": """
        hazard = KEEP(np.exp(FAMILY.logpdf(x, *SHAPES, loc, scale) - y))
        d[x] = -d[y] * hazard
        d[loc] = d[y] * hazard
        d[scale] = d[y] * (z * hazard)
        FOR cdf: d[SHAPE] = -d[y] * KEEP(cdf_SHAPE * np.exp(-y))
    """,
    "ppf": """
        density = FAMILY.pdf(y, *SHAPES, loc, scale)
        d[x] = d[y] / density
        d[loc] = d[y]
        d[scale] = d[y] * z
        FOR cdf: d[SHAPE] = -d[y] * cdf_SHAPE / density
    """,
    "entropy": """
        d[loc] = 0 * d[y]
        d[scale] = d[y] / scale
    """,
    "mean": """
        d[loc] = d[y]
        d[scale] = d[y] * (y - loc) / scale
    """,
    "median": """
        d[loc] = d[y]
        d[scale] = d[y] * (y - loc) / scale
    """,
    "std": """
        d[loc] = 0 * d[y]
        d[scale] = d[y] * y / scale
    """,
    "var": """
        d[loc] = 0 * d[y]
        d[scale] = d[y] * (2 * y / scale)
    """,
    "isf": """
        density = FAMILY.pdf(y, *SHAPES, loc, scale)
        d[x] = -d[y] / density
        d[loc] = d[y]
        d[scale] = d[y] * z
        FOR cdf: d[SHAPE] = -d[y] * cdf_SHAPE / density
    """,
}  # fmt: skip
_DISCRETE = {
    "logpmf": "FOR logpmf: d[SHAPE] = d[y] * np.where(np.isneginf(y), 0, slope_SHAPE)",
    "pmf": "FOR logpmf: d[SHAPE] = d[y] * np.where(y == 0, 0, y * slope_SHAPE)",
    "cdf": "FOR cdf: d[SHAPE] = d[y] * cdf_SHAPE",
    "sf": "FOR cdf: d[SHAPE] = -d[y] * cdf_SHAPE",
    "logcdf": "FOR cdf: d[SHAPE] = d[y] * KEEP(cdf_SHAPE * np.exp(-y))",
    "logsf": "FOR cdf: d[SHAPE] = -d[y] * KEEP(cdf_SHAPE * np.exp(-y))",
}  # fmt: skip

_MOMENTS = ("entropy", "mean", "median", "std", "var")  # these have no variable


def methods_of(
    family: Any, text: str, of: tuple[Any, tuple[Any, ...]],
    error: Callable[..., Exception], make: Callable[..., Rule],
) -> Iterator[Declaration]:  # fmt: skip
    """The declarations of the methods of one distribution."""
    node, body = of
    variable, *shapes = [a.id for a in node.args.args]
    result = node.returns.id
    slopes, locals_ = _slopes(body, error)
    if not {table for table, _ in slopes} <= {result, "cdf"}:
        raise error(f"slopes are {result}[...] or cdf[...]", node)
    discrete = result == "logpmf"
    whole_line = family.a == -np.inf and family.b == np.inf
    named = [_named(result, key, value) for key, value in slopes.items()]
    for method, skeleton in (_DISCRETE if discrete else _CONTINUOUS).items():
        first = "" if method in _MOMENTS else "q" if method in ("ppf", "isf") else "x"
        lines = list(_lines(skeleton, text, shapes, slopes, whole_line))
        if not lines:
            continue
        at = f"{'y' if first == 'q' else first} - loc"
        lines.insert(0, "" if not first else f"k = {at}" if discrete else f"z = ({at}) / scale")
        names = [*(["k" if discrete else first] if first else []), *shapes]
        optional = [Parameter("loc", default=0), Parameter("scale", default=1)]
        params = [*map(Parameter, names), *optional[: 1 if discrete else 2]]
        parsed = gast.parse("\n".join(lines)).body
        if first:
            parsed = [_renamed(s, names[0]) for s in parsed]
            statements = (parsed[0], *locals_, *named, *parsed[1:])
        else:
            statements = tuple(parsed)
        like = make("elementwise", node, tuple(statements), ())
        rule = Rule(
            "elementwise", tuple(params), ("y",), tuple(statements), (), like.namespace,
            like.filename, like.lines,
        )  # fmt: skip
        target = getattr(family, method), f"{text}.{method}"
        yield Declaration("elementwise", (target,), rule, None, text)


def _slopes(
    body: tuple[Any, ...], error: Callable[..., Exception]
) -> tuple[dict[tuple[str, str], Any], list[Any]]:
    """The slopes by table and variable, and the local variables of a template."""
    slopes: dict[tuple[str, str], Any] = {}
    locals_ = []
    for statement in body:
        match statement:
            case gast.Assign(
                targets=[gast.Subscript(value=gast.Name(id=table), slice=gast.Name(id=of))]
            ):
                slopes[table, of] = statement.value
            case gast.Assign(targets=[gast.Name()]):
                locals_.append(statement)
            case _:
                raise error("a distribution holds logpdf[z] = ..., cdf[a] = ...", statement)
    return slopes, locals_


def _lines(
    skeleton: str, text: str, shapes: list[str], slopes: dict[tuple[str, str], Any],
    whole_line: bool,
) -> Iterator[str]:  # fmt: skip
    """The lines of a method with the family and the shapes put in."""
    passed = "".join(f"{s}, " for s in shapes)
    for raw in skeleton.strip().split("\n"):
        line = raw.strip().replace("FAMILY", text).replace("*SHAPES, ", passed)
        # Off the support the logarithm is -inf and flat; on the whole line there is none.
        line = line.replace("KEEP(", "(" if whole_line else "np.where(np.isneginf(y), 0, ")
        if not line.startswith("FOR "):
            yield line
            continue
        table, _, rest = line.removeprefix("FOR ").partition(": ")
        for shape in shapes:
            if (table, shape) in slopes:
                yield rest.replace("SHAPE", shape)


def _named(result: str, key: tuple[str, str], value: Any) -> Any:
    """`slope_a = ...` or `cdf_a = ...`."""
    table, of = key
    name = f"{'slope' if table == result else 'cdf'}_{of}"
    target = gast.Name(id=name, ctx=gast.Store(), annotation=None, type_comment=None)
    return gast.Assign(targets=[target], value=value, type_comment=None)


def _renamed(statement: Any, name: str) -> Any:
    """The statement with the first parameter of the method under its own name."""
    for node in gast.walk(statement):
        if isinstance(node, gast.Name) and node.id == "x":
            node.id = name
    return statement
