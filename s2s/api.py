"""The public functions."""

from __future__ import annotations

from typing import Any

from s2s.driver.derivative import Derivative, has_gradient, pullback_of
from s2s.driver.directional import columns, pushforward


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


def jvp(fn: Any, primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Any, Any]:
    """The value of a function and its derivative along a direction.

    Parameters
    ----------
    fn : callable
        A Python function over numbers and NumPy arrays.
    primals, tangents : tuple
        The arguments, and a direction of the same structure and shapes. The tangents of
        integers, strings and booleans are not looked at.

    Returns
    -------
    value, tangent
        `fn(*primals)` and the Jacobian applied to the tangents.

    Raises
    ------
    ValueError
        Where a tangent has not the structure or shape of its argument.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> s2s.jvp(lambda x: x * x, (3.0,), (1.0,))
    (9.0, 6.0)
    """
    value, tangent = pushforward(fn, tuple(primals))(tuple(tangents))
    return value, tangent


def hvp(fn: Any, primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Any, ...]:
    """The Hessian of a scalar function applied to a direction, forward over reverse.

    Returns
    -------
    tuple
        One product for each argument that has a gradient.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> s2s.hvp(lambda x: np.sum(x ** 3), (np.array([1.0, 2.0]),), (np.array([1.0, 0.0]),))
    (array([6., 0.]),)
    """
    product: tuple[Any, ...] = pushforward(fn, tuple(primals), second=True)(tuple(tangents))[1]
    return tuple(product)


def jacobian(fn: Any, argnum: int = 0) -> Any:
    """The matrix of derivatives of a function by one array or number, column by column.

    The shape is that of the result followed by that of the argument.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> s2s.jacobian(lambda x: x[::-1] * 2.0)(np.array([1.0, 2.0]))
    array([[0., 2.],
           [2., 0.]])
    """

    def at(*args: Any) -> Any:
        return columns(pushforward(fn, args), args, argnum, lambda pair: pair[1])

    return at


def hessian(fn: Any, argnum: int = 0) -> Any:
    """The matrix of second derivatives of a scalar function by one array or number.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> s2s.hessian(lambda x: x[0] * x[1])(np.array([3.0, 4.0]))
    array([[0., 1.],
           [1., 0.]])
    """

    def at(*args: Any) -> Any:
        kept = [k for k, a in enumerate(args) if has_gradient(a)]
        place = kept.index(argnum)
        push = pushforward(fn, args, second=True)
        return columns(push, args, argnum, lambda pair: pair[1][place])

    return at


def stop_gradient(x: Any) -> Any:
    """`x` itself, whose derivative counts as zero where s2s differentiates.

    Examples
    --------
    >>> import s2s
    >>> s2s.grad(lambda x: x * s2s.stop_gradient(x))(3.0)
    3.0
    """
    return x
