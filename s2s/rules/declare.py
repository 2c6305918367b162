"""Derivative rules in the user's own code: the decorators of `templates/`, over any function.

    @s2s.elementwise(erf_of_my_library)
    def _(x) -> "y":
        d[x] = d[y] * 2 / np.sqrt(np.pi) * np.exp(-x * x)

The function below the decorator is a template: its source is read and it is never called.  A
rule takes the place of what s2s says about the function, and of its body where it has one.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import gast

from s2s.errors import RuleError
from s2s.frontend.source import recover
from s2s.rules.book import book
from s2s.rules.load import Declaration, Reader, Templates
from s2s.rules.namespace import Names, base_names

__all__ = ["adjoint", "elementwise", "linear", "tangent", "zero_derivative"]


def elementwise(*functions: Any, view: Any = None) -> Callable[[Any], Any]:
    """Declare the rule of a function that works element by element.

    Parameters
    ----------
    *functions : callable
        The functions that the template speaks about.
    view : bool or "maybe", optional
        Whether the result shares memory with an argument.

    Returns
    -------
    callable
        A decorator of a template that assigns `d[x]`, for each parameter `x`, in terms of
        `d[y]`, where `y` is the name in the return annotation. Broadcasting is undone by s2s.
        Forward mode is the same text with `d[y]` and `d[x]` swapped.

    Examples
    --------
    >>> import math, numpy as np, s2s
    >>> softplus = np.frompyfunc(lambda x: math.log1p(math.exp(x)), 1, 1)
    >>> @s2s.elementwise(softplus)
    ... def _(x) -> "y":
    ...     d[x] = d[y] / (1 + np.exp(-x))
    >>> float(s2s.grad(lambda x: softplus(x) * 2.0)(0.0))
    1.0
    """
    return _over("elementwise", functions, view)


def linear(*functions: Any, view: Any = None) -> Callable[[Any], Any]:
    """Declare the rule of a function that is linear in some of its parameters.

    Parameters
    ----------
    *functions : callable or str
        The functions, and then the names of the parameters in which they are linear.
    view : bool or "maybe", optional
        Whether the result shares memory with an argument.

    Returns
    -------
    callable
        A decorator of a template that assigns the adjoint `d[x]` of each such parameter. The
        tangent is the function itself, applied to the tangents.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> def mirrored(x):
    ...     return x[::-1]
    >>> @s2s.linear(mirrored, "x", view=True)
    ... def _(x) -> "y":
    ...     d[x] = mirrored(d[y])
    >>> s2s.grad(lambda x: mirrored(x)[0] * 3.0)(np.ones(2))
    array([0., 3.])
    """
    return _over("linear", functions, view)


def tangent(*functions: Any, view: Any = None) -> Callable[[Any], Any]:
    """Declare the rule of any function by its tangent; the adjoint is derived from it.

    Parameters
    ----------
    *functions : callable
        The functions that the template speaks about.
    view : bool or "maybe", optional
        Whether the result shares memory with an argument.

    Returns
    -------
    callable
        A decorator of a template that assigns `d[y]` as a linear function of the `d[x]`.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> def root(a, x):
    ...     for _ in range(50):
    ...         x = (x + a / x) / 2
    ...     return x
    >>> @s2s.tangent(root)
    ... def _(a, x) -> "y":
    ...     d[y] = d[a] / (2 * y)
    >>> float(s2s.grad(lambda a: root(a, 1.0))(4.0))
    0.25
    """
    return _over("tangent", functions, view)


def adjoint(*functions: Any, view: Any = None) -> Callable[[Any], Any]:
    """Declare a better adjoint beside a `tangent` rule.

    Parameters
    ----------
    *functions : callable
        The functions that the template speaks about.
    view : bool or "maybe", optional
        Whether the result shares memory with an argument.

    Returns
    -------
    callable
        A decorator of a template that assigns `d[x]` in terms of the `d[y]`.
    """
    return _over("adjoint", functions, view)


def zero_derivative(*functions: Any) -> None:
    """Declare that functions are piecewise constant: nothing flows through them.

    Parameters
    ----------
    *functions : callable
        The functions.

    Examples
    --------
    >>> import s2s
    >>> def level(x):
    ...     return round(x, 1)
    >>> s2s.zero_derivative(level)
    >>> s2s.grad(lambda x: x * level(x))(0.26)
    0.3
    """
    targets = tuple((fn, _name(fn)) for fn in functions)
    book().declare_own(Declaration("constant", targets, None, None, "zero_derivative"))


def _over(kind: str, functions: tuple[Any, ...], view: Any) -> Callable[[Any], Any]:
    """The decorator of a template of one kind."""
    strings = tuple(f for f in functions if isinstance(f, str))
    targets = tuple((f, _name(f)) for f in functions if not isinstance(f, str))
    if not targets or not all(callable(f) for f, _ in targets):
        raise RuleError(f"s2s.{kind}(function, ...) is given the functions that a rule is for")

    def declare(template: Any) -> Any:
        """Read the template and enter its rule."""
        source = recover(template)
        lines = ("",) * (source.first_line - 1) + tuple(source.lines)
        reader = Reader(source.filename, lines, _names(template), Templates())
        if not isinstance(source.tree, gast.FunctionDef):
            raise RuleError("a template is a function with a name")
        rule = reader.own_rule(kind, source.tree, strings)
        book().declare_own(Declaration(kind, targets, rule, view, source.filename))
        return template

    return declare


def _names(template: types.FunctionType) -> Names:
    """What a template may name: its globals, what surrounds it, and the words of templates."""
    names = base_names()
    around: dict[str, Any] = dict(template.__globals__)
    for name, cell in zip(template.__code__.co_freevars, template.__closure__ or ()):
        try:
            around[name] = cell.cell_contents
        except ValueError:  # bound later
            continue
    for name, value in around.items():
        if name.startswith("__") or name == "d":
            continue
        module = isinstance(value, types.ModuleType)
        text = value.__name__ if module and value.__name__ != "numpy" else name
        names[name] = (value, "np" if module and value.__name__ == "numpy" else text)
    return names


def _name(fn: Any) -> str:
    """How generated helpers call a function."""
    return str(getattr(fn, "__name__", type(fn).__name__))
