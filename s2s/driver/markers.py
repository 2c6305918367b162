"""Functions that say something to the compiler and do nothing when they run."""

from __future__ import annotations

from typing import Any


def stop_gradient(x: Any) -> Any:
    """Return `x`, taken as a constant by every derivative.

    Parameters
    ----------
    x : object
        Anything.

    Returns
    -------
    object
        `x` itself.

    Examples
    --------
    >>> import s2s
    >>> s2s.grad(lambda x: x * s2s.stop_gradient(x))(3.0)
    3.0
    """
    return x
