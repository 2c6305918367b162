"""Derivatives by other means than the compiler's, and comparisons over nested containers.

The gradient convention is the one that s2s documents: for a real result and a complex input z,
the gradient is dL/dRe(z) - i dL/dIm(z), so that a small change dz changes
L by Re(sum(gradient * dz)).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tests.pytree import INACTIVE, children, copy_tree, flatten, is_active, tree_map

# Sixth-order central differences: the coefficient of f(x + k h) - f(x - k h) is WEIGHTS[k] / h.
WEIGHTS = {1: 3.0 / 4.0, 2: -3.0 / 20.0, 3: 1.0 / 60.0}

# Balances h**6 against rounding / h for functions whose derivatives are of order one.
STEP = 2e-3


class NotAnalytic(Exception):
    """The function does not carry the imaginary part of a complex step."""


def as_tuple(argnums: int | Sequence[int]) -> tuple[int, ...]:
    """Turn one argument number or several into a tuple."""
    return (argnums,) if isinstance(argnums, int) else tuple(argnums)


def _scalar_entries(leaf: Any) -> list[tuple[tuple[int, ...], complex]]:
    """List the independent real directions of a leaf as (index, unit)."""
    array = np.asarray(leaf)
    units = (1.0, 1.0j) if np.iscomplexobj(array) else (1.0,)
    return [(index, unit) for index in np.ndindex(array.shape) for unit in units]


def _bumped(leaf: Any, index: tuple[int, ...], change: complex) -> Any:
    """Copy a leaf with one entry changed, keeping Python and NumPy scalars what they are."""
    if not isinstance(leaf, np.ndarray):
        return type(leaf)(
            leaf + (change if isinstance(leaf, (complex, np.complexfloating)) else change.real)
        )
    changed = leaf.copy()
    changed[index] += change if np.iscomplexobj(leaf) else change.real
    return changed


def _collect(leaf: Any, values: list[complex]) -> Any:
    """Assemble directional derivatives into a gradient leaf like `leaf`."""
    array = np.asarray(leaf)
    if np.iscomplexobj(array):
        pairs = np.array(values).reshape((*array.shape, 2))
        gradient = pairs[..., 0] - 1j * pairs[..., 1]
    else:
        gradient = np.array(values).reshape(array.shape)
    gradient = gradient.astype(array.dtype)
    return gradient if isinstance(leaf, np.ndarray) else type(leaf)(gradient[()])


def _pack(gradients: list[Any], argnums: int | Sequence[int]) -> Any:
    """Follow the API: one argnum gives the bare gradient, a sequence gives a tuple."""
    return gradients[0] if isinstance(argnums, int) else tuple(gradients)


def _gradient(
    args: Sequence[Any],
    argnums: int | Sequence[int],
    slope: Callable[
        [list[Any], int, tuple[int, ...], complex, Callable[[list[Any]], list[Any]]], float
    ],
) -> Any:
    """Assemble a gradient from a function that gives the slope along one direction."""
    gradients = []
    for number in as_tuple(argnums):
        leaves, rebuild = flatten(args[number])

        def place(
            new_leaves: list[Any], number: int = number, rebuild: Any = rebuild
        ) -> list[Any]:
            """Rebuild the argument list around changed leaves of one argument."""
            return [
                rebuild(new_leaves) if i == number else copy_tree(a) for i, a in enumerate(args)
            ]

        slopes = [
            _collect(
                leaf,
                [slope(leaves, k, index, unit, place) for index, unit in _scalar_entries(leaf)],
            )
            for k, leaf in enumerate(leaves)
        ]
        remaining = iter(slopes)
        gradients.append(
            tree_map(
                lambda leaf, it=remaining: next(it) if is_active(leaf) else INACTIVE,
                args[number],
            )
        )
    return _pack(gradients, argnums)


def finite_difference_gradient(
    fn: Callable[..., Any],
    args: Sequence[Any],
    argnums: int | Sequence[int] = 0,
    step: float = STEP,
) -> Any:
    """Gradient of a real scalar function by sixth-order central differences."""
    points = [(s * m, s * w) for m, w in WEIGHTS.items() for s in (1.0, -1.0)]
    return _differences(fn, args, argnums, step, points)


def one_sided_gradient(
    fn: Callable[..., Any],
    args: Sequence[Any],
    argnums: int | Sequence[int] = 0,
    sign: float = 1.0,
    step: float = 1e-5,
) -> Any:
    """Gradient by differences of second order to one side: the two sides differ at a kink."""
    return _differences(fn, args, argnums, sign * step, [(0, -1.5), (1, 2.0), (2, -0.5)])


def _differences(
    fn: Callable[..., Any], args: Sequence[Any], argnums: int | Sequence[int], step: float,
    points: Sequence[tuple[float, float]],
) -> Any:  # fmt: skip
    """Gradient by differences with a weight for each multiple of the step."""

    def slope(
        leaves: list[Any], k: int, index: tuple[int, ...], unit: complex, place: Any
    ) -> float:
        """Differentiate along one entry of one leaf."""
        size = step * max(1.0, float(np.abs(np.asarray(leaves[k])[index])))
        total = 0.0
        for multiple, weight in points:
            moved = [copy_tree(leaf) for leaf in leaves]
            moved[k] = _bumped(leaves[k], index, complex(multiple * size * unit))
            total += weight * float(fn(*place(moved)))
        return total / size

    return _gradient(args, argnums, slope)


def complex_step_gradient(
    fn: Callable[..., Any], args: Sequence[Any], argnums: int | Sequence[int] = 0
) -> Any:
    """Gradient by an imaginary step: no cancellation, for analytic functions only."""
    tiny = 1e-30

    def slope(
        leaves: list[Any], k: int, index: tuple[int, ...], unit: complex, place: Any
    ) -> float:
        """Read the derivative along one entry off the imaginary part."""
        if np.iscomplexobj(leaves[k]):
            raise NotAnalytic("the argument is complex already")
        array = np.asarray(leaves[k])
        changed = array.astype(complex)
        changed[index] += 1j * tiny
        moved = list(leaves)
        moved[k] = changed if isinstance(leaves[k], np.ndarray) else complex(changed[()])
        try:
            result = fn(*place(moved))
        except TypeError as error:
            raise NotAnalytic(str(error)) from error
        if not np.iscomplexobj(result):
            raise NotAnalytic("the result is real")
        return float(np.imag(result)) / tiny

    return _gradient(args, argnums, slope)


def reference_gradient(
    fn: Callable[..., Any], args: Sequence[Any], argnums: int | Sequence[int] = 0
) -> tuple[Any, float]:
    """Best available gradient, with the relative accuracy that it can be trusted to.

    NumPy has functions that silently drop an imaginary part (`norm`, `cholesky`), so a complex
    step counts only where it agrees with finite differences.
    """
    differences = finite_difference_gradient(fn, args, argnums)
    try:
        sharp = complex_step_gradient(fn, args, argnums)
        assert_close(sharp, differences, rtol=1e-6, atol=1e-8)
    except (NotAnalytic, AssertionError):
        return differences, 1e-7
    return sharp, 1e-10


def assert_close(
    actual: Any, expected: Any, rtol: float = 1e-7, atol: float = 1e-9, where: str = "result"
) -> None:
    """Compare two trees: container types, keys, shapes, dtypes and values."""
    if expected is INACTIVE:
        return
    parts = children(expected)
    if parts is None:
        _assert_leaf_close(actual, expected, rtol, atol, where)
        return
    # By name: a standalone module may define its own copy of the user's class.
    kinds = type(actual).__qualname__, type(expected).__qualname__
    assert kinds[0] == kinds[1], f"{where}: a {kinds[0]} instead of a {kinds[1]}"
    actual_parts = children(actual)
    assert actual_parts is not None
    steps, actual_steps = [s for s, _ in parts], [s for s, _ in actual_parts]
    assert actual_steps == steps, f"{where}: parts {actual_steps} instead of {steps}"
    for (step, part), (_, actual_part) in zip(parts, actual_parts, strict=True):
        assert_close(actual_part, part, rtol, atol, where + step)


def _assert_leaf_close(
    actual: Any, expected: Any, rtol: float, atol: float, where: str
) -> None:
    """Compare one number or array."""
    if not isinstance(expected, (float, complex, np.inexact, np.ndarray)):
        assert actual == expected, f"{where}: {actual!r} is not {expected!r}"
        return
    assert isinstance(actual, (int, float, complex, np.number, np.ndarray)), (
        f"{where}: got {actual!r}"
    )
    assert np.shape(actual) == np.shape(expected), (
        f"{where}: shape {np.shape(actual)} instead of {np.shape(expected)}"
    )
    if isinstance(expected, np.ndarray) and expected.ndim:
        assert isinstance(actual, np.ndarray), f"{where}: {type(actual)} instead of an array"
        assert actual.dtype == expected.dtype, (
            f"{where}: {actual.dtype} instead of {expected.dtype}"
        )
    else:
        same_kind = np.iscomplexobj(actual) == np.iscomplexobj(expected)
        assert same_kind, (
            f"{where}: {actual!r} and {expected!r} are not both real or both complex"
        )
        assert not isinstance(actual, int), (
            f"{where}: the integer {actual!r} instead of a float"
        )
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol, err_msg=where)


def random_like(tree: Any, rng: np.random.Generator) -> Any:
    """Draw a tree like `tree` with normal entries; inactive leaves stay as they are."""

    def draw(leaf: Any) -> Any:
        """Draw one leaf with the shape and dtype of the original."""
        if not is_active(leaf):
            return leaf
        array = np.asarray(leaf)
        noise = rng.standard_normal(array.shape)
        if np.iscomplexobj(array):
            noise = noise + 1j * rng.standard_normal(array.shape)
        noise = np.asarray(noise).astype(array.dtype)
        return noise if isinstance(leaf, np.ndarray) else type(leaf)(noise[()])

    return tree_map(draw, tree)


def inner_product(left: Any, right: Any) -> float:
    """Real part of the plain (unconjugated) product of two trees, summed over active leaves."""
    left_leaves, _ = flatten(left)
    right_leaves, _ = flatten(right)
    assert len(left_leaves) == len(right_leaves), "the trees have different structures"
    terms = [
        np.sum(np.asarray(a) * np.asarray(b))
        for a, b in zip(left_leaves, right_leaves, strict=True)
    ]
    return float(np.real(sum(terms)))


def assert_transposed(
    jvp: Callable[[tuple[Any, ...]], Any],
    pullback: Callable[[Any], tuple[Any, ...]],
    primals: Sequence[Any],
    value: Any,
    seed: int = 0,
    rtol: float = 1e-9,
) -> None:
    """Check <y_bar, J x_dot> == <J^T y_bar, x_dot> for random x_dot and y_bar."""
    rng = np.random.default_rng(seed)
    tangents = tuple(random_like(primal, rng) for primal in primals)
    cotangent = random_like(value, rng)
    pushed = jvp(tangents)
    pulled = pullback(cotangent)
    left, right = inner_product(cotangent, pushed), inner_product(tuple(pulled), tangents)
    scale = max(1.0, abs(left), abs(right))
    assert abs(left - right) <= rtol * scale, (
        f"<y_bar, J x_dot> = {left} but <J^T y_bar, x_dot> = {right}"
    )


def dot_product_test(
    fn: Callable[..., Any], args: Sequence[Any], seed: int = 0, rtol: float = 1e-9
) -> None:
    """Check that forward and reverse mode of s2s are transposes of each other at `args`."""
    import s2s

    value, pullback = s2s.vjp(fn, *copy_tree(tuple(args)))

    def jvp(tangents: tuple[Any, ...]) -> Any:
        """Push a tangent forward, checking the primal value on the way."""
        primal, tangent = s2s.jvp(fn, tuple(copy_tree(tuple(args))), tangents)
        assert_close(primal, value)
        return tangent

    assert_transposed(jvp, pullback, args, value, seed, rtol)
