"""What SciPy's solvers settled on, found once and held fixed; how it moves."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np


def corrected(x: Any, exact: Any) -> Any:
    """The value that SciPy gives, with the derivative of what computes it again.

    Parameters
    ----------
    x : array or scalar
        The same value up to the tolerance of a solver.
    exact : array or scalar
        What SciPy gave.

    Returns
    -------
    array or scalar
        `exact`.

    Examples
    --------
    >>> corrected(0.999, 1.0)
    1.0
    """
    return exact


def scalar_root(name: str, f: Any, args: Any, *given: Any) -> Any:
    """A root that SciPy finds, and the slope there.

    Parameters
    ----------
    name : str
        The function of `scipy.optimize`.
    f : callable
        The function.
    args : tuple
        Its further arguments.
    *given
        What the solver takes after the function, as a tuple and a dict.

    Returns
    -------
    root, slope : float
        The slope by central differences of the sixth order.

    Examples
    --------
    >>> root, slope = scalar_root("brentq", lambda t: t * t - 2, (), (0.0, 2.0), {})
    >>> round(float(root), 9), round(float(slope), 9)
    (1.414213562, 2.828427125)
    """
    from scipy import optimize

    positional, keywords = given
    root = getattr(optimize, name)(f, *positional, args=args, **keywords)
    at = getattr(root, "root", root)
    return root, slopes_of(lambda z: f(z, *args), np.asarray(at, dtype=float))


def slopes_of(f: Any, x: Any) -> Any:
    """The derivatives of a function by central differences of the sixth order.

    Parameters
    ----------
    f : callable
        A function of a number, or of a vector.
    x : array of rank 0 or 1
        Where.

    Returns
    -------
    float or array (m, n)
        The slope, or the matrix of slopes.

    Examples
    --------
    >>> float(np.round(slopes_of(lambda t: t**3, np.array(2.0)), 9))
    12.0
    """
    weights = ((1, 0.75), (2, -0.15), (3, 1 / 60))
    if np.ndim(x) == 0:
        h = 1e-3 * max(1.0, abs(float(x)))
        at = float(x)
        total = sum(w * (f(at + k * h) - f(at - k * h)) for k, w in weights) / h
        return np.asarray(total, dtype=float)[()]
    columns = []
    for j in range(np.size(x)):
        h = 1e-3 * max(1.0, abs(x[j]))
        step = np.zeros_like(x)
        step[j] = h
        parts = [
            w * (np.asarray(f(x + k * step)) - np.asarray(f(x - k * step))) for k, w in weights
        ]
        columns.append(sum(parts) / h)
    return np.stack(columns, axis=-1)


def vector_root(name: str, f: Any, args: Any, *given: Any) -> Any:
    """A solution of equations that SciPy finds, and the matrix of slopes there.

    Parameters
    ----------
    name : str
        The function of `scipy.optimize`.
    f : callable
        The function.
    args : tuple
        Its further arguments.
    *given
        What the solver takes after the function, as a tuple and a dict.

    Returns
    -------
    found, root, slopes
        What SciPy gives, the solution, and the matrix.

    Examples
    --------
    >>> found, root, slopes = vector_root("fsolve", lambda z: z * z - 4, (), (np.ones(1),), {})
    >>> root.round(9), slopes.round(9)
    (array([2.]), array([[4.]]))
    """
    from scipy import optimize

    positional, keywords = given
    found = getattr(optimize, name)(f, *positional, args=args, **keywords)
    if not getattr(found, "success", True):
        raise ArithmeticError(found.message)
    root = np.asarray(getattr(found, "x", found), dtype=float)
    fixed = name == "fixed_point"
    rest = np.asarray(f(root, *args)) - (root if fixed else 0)
    if np.max(np.abs(rest), initial=0.0) > 1e-5 * (1 + np.max(np.abs(root), initial=0.0)):
        raise ArithmeticError(f"{name} did not solve the equations")
    slopes = slopes_of(lambda z: np.asarray(f(z, *args)) - (z if fixed else 0), root)
    return found, root, slopes


def lowest(name: str, f: Any, args: Any, squares: bool, *given: Any) -> Any:
    """A minimum that SciPy finds, places around it, and the curvature there.

    Parameters
    ----------
    name : str
        The function of `scipy.optimize`.
    f : callable
        The function.
    args : tuple
        Its further arguments.
    squares : bool
        Whether half the sum of the squares of `f` is made small.
    *given
        What the solver takes after the function, as a tuple and a dict.

    Returns
    -------
    found, x, places, weights, curvature
        Rows of places and weights whose sums give the gradient.

    Examples
    --------
    >>> found, x, places, weights, curvature = lowest(
    ...     "minimize", lambda z: np.sum((z - 1) ** 2), (), False, (np.zeros(1),), {})
    >>> x.round(6), curvature.round(6)
    (array([1.]), array([[2.]]))
    """
    from scipy import optimize

    positional, keywords = given
    found = getattr(optimize, name)(f, *positional, args=args, **keywords)
    x = np.asarray(found.x, dtype=float)
    line = np.reshape(x, -1)
    steps = 1e-2 * np.maximum(1.0, np.abs(line))
    factors = np.array([1.0, -1.0, 2.0, -2.0, 3.0, -3.0])
    each = np.array([0.75, -0.75, -0.15, 0.15, 1 / 60, -1 / 60])

    def value(z: Any) -> Any:
        """The function that is made small."""
        out = f(np.reshape(z, x.shape) if x.ndim else float(z[0]), *args)
        return 0.5 * np.sum(np.square(out)) if squares else out

    def gradient(z: Any) -> Any:
        """Its gradient by differences."""
        rows = [z + factors[:, None] * h * e for h, e in zip(steps, np.eye(line.size))]
        return np.array([sum(w * value(p) for w, p in zip(each, row)) / h
                         for row, h in zip(rows, steps)])  # fmt: skip

    # A solver may be content and say otherwise, where rounding leaves nothing to gain.
    if not found.success and np.max(np.abs(gradient(line)), initial=0.0) > 1e-5:
        raise ArithmeticError(found.message)
    rows = [[line + s * h * e for s in factors] for h, e in zip(steps, np.eye(line.size))]
    places = [[np.reshape(p, x.shape) if x.ndim else float(p[0]) for p in row] for row in rows]
    weights = [list(each / h) for h in steps]
    return found, x, places, weights, slopes_of(gradient, line)


def implicit(root: Any, residual: Any, slopes: Any) -> Any:
    """A root as a function of the residual of its equation.

    Parameters
    ----------
    root : array or scalar
        The root.
    residual : array or scalar
        The equation there, as far as it depends on parameters.
    slopes : array or scalar
        The derivative of the equation in the root.

    Returns
    -------
    array or scalar
        The root.

    Examples
    --------
    >>> implicit(2.0, 0.0, 4.0)
    2.0
    """
    return root


def implicit_step(g: Any, residual: Any, slopes: Any, turned: bool) -> Any:
    """How a root moves with its equation: minus the solution of a system.

    Parameters
    ----------
    g, residual, slopes : array or scalar
        The change of the equation, the equation, and its derivative in the root.
    turned : bool
        Whether the matrix is transposed.

    Returns
    -------
    array or scalar
        In the shape of `g`.

    Examples
    --------
    >>> float(implicit_step(2.0, 0.0, 4.0, False))
    -0.5
    """
    if np.ndim(slopes) < 2:
        return -np.asarray(g) / slopes
    flat = np.reshape(g, -1)
    moved = np.linalg.solve(np.transpose(slopes) if turned else slopes, flat)
    return np.reshape(-moved, np.shape(g))


def with_values(result: Any, names: Any, values: Any) -> Any:
    """A result of SciPy with some of its entries replaced.

    Parameters
    ----------
    result : dict
        With attributes, as SciPy makes them.
    names, values : tuple
        The entries.

    Returns
    -------
    dict
        Of the same class.

    Examples
    --------
    >>> with_values({"x": 1.0, "n": 2}, ("x",), (3.0,))
    {'x': 3.0, 'n': 2}
    """
    made = copy.copy(result)
    for name, value in zip(names, values):
        made[name] = value
    return made


def only_values(result: Any, names: Any, values: Any) -> Any:
    """A result of SciPy with these entries alone: its tangent knows of no others.

    Parameters
    ----------
    result : dict
        With attributes, as SciPy makes them.
    names, values : tuple
        The entries.

    Returns
    -------
    dict
        Of the same class.

    Examples
    --------
    >>> only_values({"x": 1.0, "n": 2}, ("x",), (3.0,))
    {'x': 3.0}
    """
    from scipy import optimize

    entries = dict(zip(names, values))
    return entries if type(result) is dict else optimize.OptimizeResult(entries)


def values_bar(bar: Any, names: Any) -> tuple[Any, ...]:
    """The adjoints of the entries that have a derivative.

    Parameters
    ----------
    bar : dict
        The adjoint of a result of SciPy.
    names : tuple of str
        The entries.

    Returns
    -------
    tuple
        One for each.

    Raises
    ------
    NotImplementedError
        Where another entry was used.

    Examples
    --------
    >>> values_bar({"x": 3.0, "n": 0.0}, ("x",))
    (3.0,)
    """
    for name, part in bar.items():
        numeric = isinstance(part, float | np.ndarray)
        if name not in names and numeric and np.any(part != 0):
            raise NotImplementedError(f"`{name}` of this result has no derivative rule")
    return tuple(bar[name] for name in names)
