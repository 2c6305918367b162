"""Numerical verification of derivatives."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2s.api import jvp, vjp
from s2s.driver.directional import Halves, Second
from s2s.driver.trees import flatten, has_gradient, is_float, tree_map, walk, zeros
from s2s.driver.weighted import again, weigh

# Fourth-order central differences: the weight of f(x + k h), over h.
_WEIGHTS = {-2: 1 / 12, -1: -8 / 12, 1: 8 / 12, 2: -1 / 12}

Args = tuple[Any, ...]


def check_grads(
    fn: Callable[..., Any], args: Sequence[Any], order: int = 1,
    modes: Sequence[str] = ("fwd", "rev"), *,
    step: float | None = None, rtol: float | None = None, atol: float | None = None,
) -> None:  # fmt: skip
    """Compare the derivatives of a function with differences along random directions.

    Where both modes are asked for, they are also compared with each other, which no error of
    the differences blurs.

    Parameters
    ----------
    fn : callable
        The function; its result may be nested too.
    args : sequence
        Arguments: floats, float arrays, or containers of them; others are held fixed.
    order : int
        1, or 2 to check products with the Hessian as well.
    modes : sequence of str
        ``"fwd"`` for `jvp`, ``"rev"`` for `vjp`. In second order ``"fwd"`` is forward over
        reverse mode and ``"rev"`` is reverse over reverse mode.
    step : float, optional
        Step of the fourth-order central difference; from the precision of the arguments.
    rtol, atol : float, optional
        Tolerances of the comparison with differences, beyond the rounding error that these
        have; from the precision of the arguments.

    Raises
    ------
    AssertionError
        Where they disagree, naming the arguments whose part is wrong.
    TypeError
        Where no argument has a derivative.
    ValueError
        For another order or mode.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> def f(x):
    ...     return np.sum(np.sin(x))
    >>> s2s.check_grads(f, (np.array([0.3, 0.7]),), order=2)
    """
    modes = (modes,) if isinstance(modes, str) else tuple(modes)
    if order not in (1, 2) or not modes or not set(modes) <= {"fwd", "rev"}:
        raise ValueError(f"order {order!r} and modes {modes!r}: 1 or 2, of 'fwd' and 'rev'")
    args = tuple(args)
    if not any(map(has_gradient, args)):
        raise TypeError("no argument is a float or holds one: cast to float")
    tolerance = _Tolerance.of(args, step, rtol, atol)
    rng = np.random.default_rng(0)
    value = fn(*_copied(args))
    weights = _direction(value, rng)
    name = getattr(fn, "__name__", type(fn).__name__)
    for trial in range(3):
        ways = tuple(_direction(a, rng) for a in args)
        _first_order(fn, args, ways, weights, modes, tolerance, f"{name}, direction {trial}")
        if order == 2:
            what = f"{name}, second order, direction {trial}"
            other = tuple(_direction(a, rng) for a in args)
            _second_order(fn, args, ways, other, value, weights, modes, tolerance, what)


@dataclass(frozen=True)
class _Tolerance:
    """How close is close enough."""

    step: float
    rtol: float
    atol: float
    eps: float

    @staticmethod
    def of(args: Args, step: float | None, rtol: float | None, atol: float | None) -> _Tolerance:
        """The tolerances for the coarsest dtype of some arguments."""
        kinds = [np.asarray(leaf).dtype for leaf in flatten(args)[0]]
        eps = max(float(np.finfo(kind).eps) for kind in kinds)
        default = 1e-6 if eps < 1e-12 else 30 * eps**0.8
        return _Tolerance(
            eps**0.25 if step is None else step,
            default if rtol is None else rtol, default / 10 if atol is None else atol, eps,
        )  # fmt: skip


def _first_order(
    fn: Any, args: Args, ways: Args, weights: Any, modes: Sequence[str], tol: _Tolerance,
    what: str,
) -> None:  # fmt: skip
    """Check both modes along one direction."""

    def scalar(*moved: Any) -> tuple[float, float]:
        return _paired(weights, fn(*moved))

    wanted = _difference(scalar, args, ways, tol)
    found: dict[str, float] = {}
    size = 0.0
    if "rev" in modes:
        grads = vjp(fn, *_copied(args))[1](weights)
        found["rev"], size = _paired_args(grads, ways)
        if not _close(found["rev"], wanted, tol):
            rows = _rows(args, ways, scalar, lambda k, way: _paired(grads[k], way)[0], tol)
            _complain(f"{what}: reverse mode", found["rev"], wanted, rows)
    if "fwd" in modes:

        def forward(along: Args) -> float:
            return _paired(weights, jvp(fn, _copied(args), along)[1])[0]

        found["fwd"] = forward(ways)
        if not _close(found["fwd"], wanted, tol):
            rows = _rows(args, ways, scalar, lambda k, way: forward(_only(k, way, args)), tol)
            _complain(f"{what}: forward mode", found["fwd"], wanted, rows)
    if len(found) == 2:
        scale = max(size, abs(found["fwd"]), wanted[1] * tol.step)
        if abs(found["rev"] - found["fwd"]) > 1e4 * tol.eps * scale + tol.eps:
            raise AssertionError(
                f"{what}: forward mode says {found['fwd']!r}, reverse mode {found['rev']!r}"
            )


def _second_order(
    fn: Any, args: Args, ways: Args, other: Args, value: Any, weights: Any,
    modes: Sequence[str], tol: _Tolerance, what: str,
) -> None:  # fmt: skip
    """Check products of the Hessian of the weighted result with a direction."""
    gradient = weigh(Halves, fn, value, weights)

    def slope(*moved: Any) -> tuple[float, float]:
        grads = gradient.pull(moved)[1](1.0)
        return _paired_args(grads, other)

    wanted = _difference(slope, args, ways, tol)
    products: dict[str, Any] = {}
    if "fwd" in modes:
        family = weigh(Second, fn, value, weights)
        products["forward over reverse mode"] = family.product(_copied(args), ways)
    if "rev" in modes:
        products["reverse over reverse mode"] = again(fn, value, weights, _copied(args), ways)
    for mode, product in products.items():
        found, _ = _paired_args(product, other)
        if not _close(found, wanted, tol):
            _complain(f"{what}: {mode}", found, wanted, [])


def _difference(
    f: Callable[..., tuple[float, float]], args: Args, ways: Args, tol: _Tolerance
) -> tuple[float, float]:
    """The central difference of a scalar function, and the rounding error that it may have."""
    total, size = 0.0, 0.0
    for k, weight in _WEIGHTS.items():
        moved = tuple(_moved(a, w, k * tol.step) for a, w in zip(args, ways))
        value, magnitude = f(*moved)
        total += weight * value / tol.step
        size = max(size, magnitude)
    return total, 20 * tol.eps * size / tol.step


def _close(found: float, wanted: tuple[float, float], tol: _Tolerance) -> bool:
    """Whether a derivative agrees with a difference."""
    difference, noise = wanted
    return abs(found - difference) <= tol.atol + tol.rtol * abs(difference) + noise


def _rows(
    args: Args, ways: Args, scalar: Any, part: Callable[[int, Any], float], tol: _Tolerance
) -> list[str]:
    """One line for each argument whose own part of a derivative is wrong."""
    rows = []
    for k, (x, way) in enumerate(zip(args, ways)):
        if not has_gradient(x):
            continue
        wanted = _difference(scalar, args, _only(k, way, args), tol)
        found = part(k, way)
        if not _close(found, wanted, tol):
            rows.append(f"  argument {k}: derivative {found:.10g}, differences {wanted[0]:.10g}")
    return rows


def _complain(what: str, found: float, wanted: tuple[float, float], rows: list[str]) -> None:
    """Raise `AssertionError` in words."""
    head = (
        f"{what} says {found:.10g}, differences say {wanted[0]:.10g} "
        f"(they differ by {abs(found - wanted[0]):.1e})"
    )
    raise AssertionError("\n".join([head, *rows]))


def _direction(x: Any, rng: np.random.Generator) -> Any:
    """A random direction of the structure of `x`; what is no float stays as it is."""

    def draw(leaf: Any) -> Any:
        if not is_float(leaf):
            return leaf
        drawn = rng.standard_normal(np.shape(leaf))
        if np.iscomplexobj(leaf):
            drawn = drawn + 1j * rng.standard_normal(np.shape(leaf))
        if isinstance(leaf, np.ndarray):
            return np.asarray(drawn, leaf.dtype)
        return type(leaf)(drawn)

    return tree_map(draw, x)


def _only(k: int, way: Any, args: Args) -> Args:
    """The direction in which one argument alone moves."""
    return tuple(way if n == k else zeros(a) for n, a in enumerate(args))


def _moved(x: Any, way: Any, step: float) -> Any:
    """`x + step * way`."""
    steps = iter(flatten(way)[0])

    def move(leaf: Any) -> Any:
        if not is_float(leaf):
            return leaf
        moved = leaf + step * next(steps)
        return moved.astype(leaf.dtype) if isinstance(leaf, np.ndarray) else type(leaf)(moved)

    return tree_map(move, _copied(x))


def _copied(tree: Any) -> Any:
    """The structure with arrays of its own, so that a function cannot spoil the arguments."""
    return tree_map(
        lambda leaf: copy.copy(leaf) if isinstance(leaf, np.ndarray) else leaf, tree
    )


def _paired(a: Any, b: Any) -> tuple[float, float]:
    """The real part of the sum of products of two structures, and the sum of absolute ones."""
    total, size = 0.0, 0.0
    for (_, x), (_, y) in zip(walk(a), walk(b), strict=True):
        if is_float(x) and is_float(y):
            product = np.asarray(x) * np.asarray(y)
            total += float(np.sum(np.real(product)))
            size += float(np.sum(np.abs(product)))
    return total, size


def _paired_args(grads: Args, ways: Args) -> tuple[float, float]:
    """The pairing of gradients with a direction, over the arguments that have both."""
    pairs = [_paired(g, w) for g, w in zip(grads, ways) if g is not None]
    return sum(p[0] for p in pairs), sum(p[1] for p in pairs)
