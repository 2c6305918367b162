"""The public functions."""

from __future__ import annotations

from typing import Any

from s2s.driver.derivative import Derivative, pullback_of


def grad(fn: Any = None, argnums: Any = 0, *, has_aux: bool = False) -> Any:
    """The gradient of a function with a scalar result.

    Parameters
    ----------
    fn : callable
        A Python function over numbers and NumPy arrays. Left out: a decorator.
    argnums : int, str or tuple of them
        The parameters to differentiate by. One gives the gradient itself, a tuple a tuple.
    has_aux : bool
        Whether `fn` returns `(value, aux)`; then the result is `(gradient, aux)`.

    Returns
    -------
    Derivative
        A callable with the parameters of `fn`; each gradient has the structure, shape and
        dtype of its argument. `.source` is the program that it runs.

    Raises
    ------
    Unsupported, Unsound, NoRule
        Where the derivative cannot be proven right.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> def f(x):
    ...     return np.sum(x * x)
    >>> s2s.grad(f)(np.array([1.0, 2.0]))
    array([2., 4.])
    """
    if fn is None:
        return lambda f: grad(f, argnums, has_aux=has_aux)
    return Derivative(fn, argnums, has_aux, value=False)


def value_and_grad(fn: Any = None, argnums: Any = 0, *, has_aux: bool = False) -> Any:
    """The value and the gradient: as `grad`, with `(value, gradient)` as result.

    With `has_aux` the result is `((value, aux), gradient)`.

    Examples
    --------
    >>> import s2s
    >>> def cube(x):
    ...     return x ** 3
    >>> s2s.value_and_grad(cube)(2.0)
    (8.0, 12.0)
    """
    if fn is None:
        return lambda f: value_and_grad(f, argnums, has_aux=has_aux)
    return Derivative(fn, argnums, has_aux, value=True)




def vjp(fn: Any, *primals: Any) -> tuple[Any, Any]:
    """The value of a function and its pullback, which may be called any number of times.

    Parameters
    ----------
    fn : callable
        A Python function over numbers and NumPy arrays; its result need not be a scalar.
    *primals
        The arguments. Integers, strings and booleans get None from the pullback.

    Returns
    -------
    value
        `fn(*primals)`.
    pullback : callable
        Takes a cotangent of the shape of `value`, gives a tuple of cotangents of `primals`:
        the transpose of the Jacobian applied to it, without conjugation.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> value, pullback = s2s.vjp(lambda x: x * x, np.array([1.0, 2.0]))
    >>> pullback(np.array([1.0, 10.0]))
    (array([ 2., 40.]),)
    """
    return pullback_of(fn, primals)
