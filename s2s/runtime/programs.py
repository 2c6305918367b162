"""NumPy functions in terms of simpler ones: what the compiler differentiates in their place.

`program(np.r_, joined_rows)` in a template file says which stands for which.  These are ordinary
functions, with the results of the originals; generated code calls their derivatives.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def joined_rows(key: Any) -> Any:
    """`np.r_[key]` without directives in strings."""
    parts = key if isinstance(key, tuple) else (key,)
    return np.concatenate([np.r_[p] if isinstance(p, slice) else np.atleast_1d(p) for p in parts])


def joined_columns(key: Any) -> Any:
    """`np.c_[key]` without directives in strings."""
    parts = key if isinstance(key, tuple) else (key,)
    columns = [np.c_[p] if isinstance(p, slice) else column(p) for p in parts]
    return np.concatenate(columns, axis=-1)


def column(x: Any) -> Any:
    """A vector as a column, a number as a matrix of one, anything else as it is."""
    return np.reshape(x, (-1, 1)) if np.ndim(x) < 2 else x
