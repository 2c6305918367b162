"""The public functions."""

from __future__ import annotations

from typing import Any

from s2s.driver.derivative import Derivative
from s2s.driver.directional import Halves, Pullback, Pushforward, Second, family
from s2s.driver.family import checked_target
from s2s.driver.late import call_jvp as call_jvp  # entered for the transforms
from s2s.driver.markers import stop_gradient
from s2s.driver.matrices import Matrix
from s2s.errors import Unsupported

__all__ = [
    "Derivative", "Matrix", "Pullback", "compile", "grad", "hessian", "hvp", "jacobian", "jvp",
    "stop_gradient", "value_and_grad", "vjp",
]  # fmt: skip


def grad(
    fn: Any = None, argnums: Any = 0, *, has_aux: bool = False, target: str = "numpy",
    parallel: bool = False,
) -> Any:  # fmt: skip
    """The gradient of a function with a scalar result.

    Parameters
    ----------
    fn : callable
        A Python function, method, `functools.partial` or derivative over numbers, NumPy arrays
        and nested lists, tuples, dicts, named tuples and dataclasses of them. Left out: a
        decorator.
    argnums : int, str or tuple of them
        The parameters to differentiate by. One gives the gradient itself, a tuple a tuple.
    has_aux : bool
        Whether `fn` returns `(value, aux)`; then the result is `(gradient, aux)`.
    target : {"numpy", "numba"}
        What runs the derivative. Numba compiles it to machine code at the first call; what it
        cannot compile runs as NumPy code, with a warning that names the construct.
    parallel : bool
        Whether Numba may run iterations of a loop at one time, where they are independent: for
        large arrays, since threads take some microseconds to start.

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
        return lambda f: grad(
            f, argnums, has_aux=has_aux, target=target, parallel=parallel
        )
    return Derivative(fn, argnums, has_aux, value=False, target=target, parallel=parallel)


def value_and_grad(
    fn: Any = None, argnums: Any = 0, *, has_aux: bool = False, target: str = "numpy",
    parallel: bool = False,
) -> Any:  # fmt: skip
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
        return lambda f: value_and_grad(
            f, argnums, has_aux=has_aux, target=target, parallel=parallel
        )
    return Derivative(fn, argnums, has_aux, value=True, target=target, parallel=parallel)


def compile(derivative: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: A001
    """The compiled function behind a derivative, for arguments like these ones.

    It is a plain Python function that does not look at its arguments: no dispatch, about a
    microsecond less a call. Arguments of another kind, dtype or rank (not size) give a wrong
    answer or an exception, and global data of the program that is bound anew is not seen.

    Parameters
    ----------
    derivative : Derivative or callable
        What `grad` or `value_and_grad` gave, for either target; any other function is
        differentiated by its first argument.
    *args, **kwargs
        An example of the arguments.

    Returns
    -------
    function
        Takes what the derivative takes.

    Examples
    --------
    >>> import s2s
    >>> slope = s2s.compile(s2s.grad(lambda x: x * x), 1.0)
    >>> slope(3.0)
    6.0
    """
    made = derivative if isinstance(derivative, Derivative) else grad(derivative)
    return made.find_for_any_size(args, kwargs).entry


def vjp(fn: Any, *primals: Any, target: str = "numpy") -> tuple[Any, Pullback]:
    """The value of a function and its pullback, which may be called any number of times.

    Parameters
    ----------
    fn : callable
        As for `grad`; its result need not be a scalar.
    *primals
        The arguments. Integers, strings and booleans get None from the pullback. Arrays that
        change between the two calls give a wrong gradient: they are not copied.
    target : {"numpy"}
        What runs it. What the two calls share is held by Python: Numba compiles none of it.

    Returns
    -------
    value
        `fn(*primals)`.
    pullback : callable
        Takes a cotangent of the structure and shapes of `value`, gives a tuple of cotangents of
        `primals`: the transpose of the Jacobian applied to it, without conjugation.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> value, pullback = s2s.vjp(lambda x: x * x, np.array([1.0, 2.0]))
    >>> pullback(np.array([1.0, 10.0]))
    (array([ 2., 40.]),)
    """
    if checked_target(target) != "numpy":
        raise Unsupported(
            "vjp is not compiled: Python holds what the forward sweep hands to the pullback",
            advice=[
                f's2s.value_and_grad(fn, target="{target}") of the result times a cotangent',
                f's2s.jvp or s2s.jacobian with target="{target}"',
            ],
        )
    return family(Halves, fn).pull(primals)


def jvp(
    fn: Any, primals: tuple[Any, ...], tangents: tuple[Any, ...], *, target: str = "numpy"
) -> tuple[Any, Any]:
    """The value of a function and its derivative along a direction.

    Parameters
    ----------
    fn : callable
        As for `grad`; its result need not be a scalar.
    primals, tangents : tuple
        The arguments, and a direction of the same structure and shapes. The tangents of
        integers, strings and booleans are not looked at.
    target : {"numpy", "numba"}
        What runs it, as for `grad`.

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
    value, tangent = family(Pushforward, fn, target).push(tuple(primals), tuple(tangents))
    return value, tangent


def hvp(
    fn: Any, primals: tuple[Any, ...], tangents: tuple[Any, ...], *, target: str = "numpy"
) -> tuple[Any, ...]:
    """The Hessian of a scalar function applied to a direction, forward over reverse.

    With `target="numba"` it is compiled, as for `grad`.

    Returns
    -------
    tuple
        One product for each argument, of its structure; None for integers and the like.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> s2s.hvp(lambda x: np.sum(x ** 3), (np.array([1.0, 2.0]),), (np.array([1.0, 0.0]),))
    (array([6., 0.]),)
    """
    return family(Second, fn, target).product(tuple(primals), tuple(tangents))


def jacobian(fn: Any = None, argnums: Any = 0, *, target: str = "numpy") -> Any:
    """The derivatives of every entry of a result by every entry of an argument.

    Parameters
    ----------
    fn : callable
        As for `grad`; its result need not be a scalar. Left out: a decorator.
    argnums : int, str or tuple of them
        The parameters to differentiate by. One gives the matrix itself, a tuple a tuple.
    target : {"numpy", "numba"}
        What runs it, as for `grad`.

    Returns
    -------
    callable
        A function of the arguments of `fn`. The shape of a matrix is that of the result followed
        by that of the argument; nested results hold nested arguments.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> s2s.jacobian(lambda x: x[::-1] * 2.0)(np.array([1.0, 2.0]))
    array([[0., 2.],
           [2., 0.]])
    """
    if fn is None:
        return lambda f: jacobian(f, argnums, target=target)
    return Matrix(fn, argnums, second=False, target=target)


def hessian(fn: Any = None, argnums: Any = 0, *, target: str = "numpy") -> Any:
    """The second derivatives of a scalar function, as `jacobian` of its gradient.

    With a tuple of arguments the result is a tuple of tuples: `[i][j]` has the shape of
    argument `i` followed by that of argument `j`.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> s2s.hessian(lambda x: x[0] * x[1])(np.array([3.0, 4.0]))
    array([[0., 1.],
           [1., 0.]])
    """
    if fn is None:
        return lambda f: hessian(f, argnums, target=target)
    return Matrix(fn, argnums, second=True, target=target)
