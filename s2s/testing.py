"""Numerical verification of derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s.api import vjp


def check_grads(
    fn: Any, args: tuple[Any, ...], order: int = 1, modes: tuple[str, ...] = ("rev",),
    step: float = 1e-4, rtol: float = 1e-6, atol: float = 1e-7,
) -> None:  # fmt: skip
    """Compare the pullback of a function with differences along random directions.

    Parameters
    ----------
    fn : callable
        The function.
    args : tuple
        Arguments: floats, float arrays, or containers of them; others are held fixed.
    order : int
        1: the only order that is checked so far.
    modes : tuple of str
        ``("rev",)``: the only mode that there is so far.
    step : float
        Step of the fourth-order central difference.
    rtol, atol : float
        Tolerances of the comparison.

    Raises
    ------
    AssertionError
        Where the derivative and the differences disagree.
    NotImplementedError
        For an order or a mode that cannot be checked yet.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> def f(x):
    ...     return np.sum(np.sin(x))
    >>> s2s.check_grads(f, (np.array([0.3, 0.7]),))
    """
    if order != 1 or tuple(modes) != ("rev",):
        raise NotImplementedError("check_grads checks first order in reverse mode so far")
    rng = np.random.default_rng(0)
    value, pullback = vjp(fn, *args)
    cotangent = _direction(value, rng)
    cotangents = pullback(cotangent)
    for trial in range(3):
        ways = tuple(_direction(a, rng) for a in args)
        wanted = 0.0
        for weight, k in ((-1, 2), (8, 1), (-8, -1), (1, -2)):
            moved = (_moved(a, d, k * step) for a, d in zip(args, ways, strict=True))
            wanted += weight * _inner(cotangent, fn(*moved)) / (12 * step)
        pairs = zip(cotangents, ways, strict=True)
        found = sum(_inner(g, d) for g, d in pairs if g is not None)
        assert abs(found - wanted) <= atol + rtol * abs(wanted), (
            f"direction {trial}: the derivative says {found}, differences say {wanted}"
        )


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
