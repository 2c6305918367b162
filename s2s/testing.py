"""Numerical verification of derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s.api import hvp, jvp, vjp


def check_grads(
    fn: Any, args: tuple[Any, ...], order: int = 1, modes: tuple[str, ...] = ("fwd", "rev"),
    step: float = 1e-4, rtol: float = 1e-6, atol: float = 1e-7,
) -> None:  # fmt: skip
    """Compare the derivatives of a function with differences along random directions.

    Parameters
    ----------
    fn : callable
        The function.
    args : tuple
        Arguments: floats, float arrays, or containers of them; others are held fixed.
    order : int
        1, or 2 to check Hessian-vector products of a scalar function as well.
    modes : tuple of str
        ``"fwd"`` for `jvp`, ``"rev"`` for `vjp`.
    step : float
        Step of the fourth-order central difference.
    rtol, atol : float
        Tolerances of the comparison.

    Raises
    ------
    AssertionError
        Where the derivative and the differences disagree.
    ValueError
        For another order or mode.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> def f(x):
    ...     return np.sum(np.sin(x))
    >>> s2s.check_grads(f, (np.array([0.3, 0.7]),), order=2)
    """
    if order not in (1, 2) or not set(modes) <= {"fwd", "rev"}:
        raise ValueError(f"order {order!r} and modes {modes!r}: 1 or 2, of 'fwd' and 'rev'")
    rng = np.random.default_rng(0)
    value, pullback = vjp(fn, *args)
    cotangent = _direction(value, rng)
    cotangents = pullback(cotangent) if "rev" in modes else None
    for _ in range(3):
        ways = tuple(_direction(a, rng) for a in args)
        wanted = _difference(lambda *a: _inner(cotangent, fn(*a)), args, ways, step)
        if cotangents is not None:
            _compare("reverse mode", _paired(cotangents, ways), wanted, rtol, atol)
        if "fwd" in modes:
            tangent = jvp(fn, args, _filled(ways, args))[1]
            _compare("forward mode", _inner(cotangent, tangent), wanted, rtol, atol)
        if order == 2:
            other = tuple(_direction(a, rng) for a in args)
            floats = [k for k, way in enumerate(other) if way is not None]
            product = dict(zip(floats, hvp(fn, args, _filled(ways, args)), strict=True))
            found = sum(_inner(product[k], other[k]) for k in floats)

            def slope(*moved: Any, other: Any = other) -> float:
                return _paired(vjp(fn, *moved)[1](1.0), other)

            wanted = _difference(slope, args, ways, step)
            _compare("second order", found, wanted, 10 * rtol, 10 * atol)


def _difference(f: Any, args: tuple[Any, ...], ways: tuple[Any, ...], step: float) -> float:
    """The fourth-order central difference of a scalar function along a direction."""
    total = 0.0
    for weight, k in ((-1, 2), (8, 1), (-8, -1), (1, -2)):
        moved = (_moved(a, d, k * step) for a, d in zip(args, ways, strict=True))
        total += weight * f(*moved) / (12 * step)
    return total


def _paired(cotangents: tuple[Any, ...], ways: tuple[Any, ...]) -> float:
    """The pairing of cotangents with a direction, over the arguments that have both."""
    pairs = zip(cotangents, ways, strict=True)
    return sum((_inner(g, d) for g, d in pairs if g is not None), 0.0)


def _compare(what: str, found: float, wanted: float, rtol: float, atol: float) -> None:
    """Raise `AssertionError` where two numbers differ."""
    assert abs(found - wanted) <= atol + rtol * abs(wanted), (
        f"{what} says {found}, differences say {wanted}"
    )


def _filled(ways: tuple[Any, ...], args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The direction with something in the place of what has no derivative."""
    return tuple(a if way is None else way for a, way in zip(args, ways, strict=True))


def _direction(x: Any, rng: np.random.Generator) -> Any:
    """A random direction of the structure of `x`; None where `x` is no number of floats."""
    if isinstance(x, list | tuple):
        return [_direction(item, rng) for item in x]
    if isinstance(x, dict):
        return {key: _direction(item, rng) for key, item in x.items()}
    if isinstance(x, float | np.floating):
        return float(rng.standard_normal())
    if isinstance(x, np.ndarray) and x.dtype.kind == "f":
        return np.asarray(rng.standard_normal(x.shape), x.dtype)
    return None


def _moved(x: Any, way: Any, step: float) -> Any:
    """`x + step * way`."""
    if way is None:
        return x
    if isinstance(x, list | tuple):
        moved = [_moved(a, d, step) for a, d in zip(x, way, strict=True)]
        return type(x)(*moved) if hasattr(x, "_fields") else type(x)(moved)
    if isinstance(x, dict):
        return {key: _moved(item, way[key], step) for key, item in x.items()}
    return x + step * way


def _inner(a: Any, b: Any) -> float:
    """The sum of products of all numbers of two structures."""
    if a is None or b is None:
        return 0.0
    if isinstance(a, list | tuple):
        return sum((_inner(x, y) for x, y in zip(a, b, strict=True)), 0.0)
    if isinstance(a, dict):
        return sum((_inner(a[key], b[key]) for key in a), 0.0)
    return float(np.sum(np.asarray(a) * np.asarray(b)))
