"""`function`: whole functions with tapes inside."""

from __future__ import annotations

from typing import Any


def function(fn: Any = None) -> Any:
    """Decorate a function that has tapes inside or is called in the block of one.

    The function stays the plain one.

    Examples
    --------
    >>> import s2s
    >>> @s2s.function
    ... def cube(x):
    ...     return x * x * x
    >>> x = s2s.Variable(2.0)
    >>> with s2s.GradientTape() as tape:
    ...     y = cube(x)
    >>> float(tape.gradient(y, x))
    12.0
    """
    return fn if fn is not None else function
