"""The callables that inference knows, and what each of their parameters is to the shape.

Nothing outside these tables is ever called on stand-ins.  What is in them has no effects, and
the shape of what it gives depends on the shapes of its data, on its options and on its sizes,
never on the values of its data: masks, `nonzero`, `unique` are missing on purpose.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from s2s.ir import mutators, prims

BINARY: frozenset[Any] = frozenset({
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod,
    operator.pow, operator.lshift, operator.rshift, operator.and_, operator.or_, operator.xor,
    operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne,
})  # fmt: skip
UNARY: frozenset[Any] = frozenset({
    operator.neg, operator.pos, operator.invert, operator.abs, abs,
})  # fmt: skip
OPERATORS = BINARY | UNARY
COMPARE: frozenset[Any] = frozenset({
    operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne,
})  # fmt: skip
# Lists and tuples have none of these: who went through one is an array or a number.
NUMBERS_ONLY: frozenset[Any] = frozenset({
    operator.sub, operator.truediv, operator.floordiv, operator.pow, operator.neg,
    operator.pos, operator.invert, operator.abs, abs, operator.lshift, operator.rshift,
})  # fmt: skip
OUT_OF_PLACE: dict[Any, Any] = {prims.INPLACE[n]: prims.BINARY[n] for n in prims.INPLACE}
ELEMENTWISE: dict[Any, int] = {
    np.where: 3, np.clip: 3, np.nan_to_num: 1, np.round: 2, np.around: 2, np.real: 1,
    np.imag: 1, np.angle: 1, np.sinc: 1, np.isclose: 2, np.fix: 1,
}  # fmt: skip
PLAIN: frozenset[Any] = frozenset({  # of builtins: no effects, mutate nothing
    len, float, int, bool, complex, min, max, sum, round, abs, slice, isinstance, divmod, any, dict,
    all, range, enumerate, zip, tuple, list, sorted, type, str, repr, getattr, hasattr, callable,
    id, print, set, frozenset,
})  # fmt: skip
# What builds or returns something that holds its arguments.
KEEPERS: frozenset[Any] = frozenset({
    prims.build_tuple, prims.build_list, prims.build_dict, prims.build_set, prims.unpack_star,
    prims.list_append, prims.dict_put, getattr, enumerate, zip, tuple, list, dict, sorted, min, max,
})  # fmt: skip
_MUTATING = mutators.FUNCTIONS | {fn.__name__ for fn in OUT_OF_PLACE}

# One letter a positional parameter: d data, z a size, o an option; the last one repeats.
_LETTERS = {
    "sum prod mean var std max min amax amin nansum nanmean nanmax nanmin median ptp all any "
    "argmax argmin cumsum cumprod count_nonzero trace diagonal diag tril triu diff ravel "
    "transpose swapaxes moveaxis rollaxis expand_dims squeeze flip fliplr flipud roll rot90 "
    "sort argsort copy zeros_like ones_like empty_like size ndim "
    "linalg.inv linalg.det linalg.slogdet linalg.cholesky linalg.eigh linalg.eigvalsh "
    "linalg.eig linalg.eigvals linalg.svd linalg.svdvals linalg.qr linalg.norm linalg.pinv "
    "linalg.matrix_power linalg.matrix_rank matrix_transpose linalg.matrix_transpose "
    "linalg.diagonal linalg.trace linalg.vector_norm linalg.matrix_norm "
    "fft.fft fft.ifft fft.rfft fft.irfft fft.fft2 fft.ifft2 fft.fftn fft.ifftn "
    "fft.fftshift fft.ifftshift": "do",
    "matmul dot inner outer vdot kron linalg.outer linalg.matmul linalg.vecdot vecdot": "dd",
    "tensordot cross convolve correlate full_like trapezoid take quantile percentile "
    "searchsorted polyval linalg.solve linalg.tensordot linalg.cross": "ddo",
    "interp": "dddo", "average": "do", "einsum": "d", "linalg.multi_dot": "d",
    "concatenate stack hstack vstack dstack column_stack array asarray atleast_1d atleast_2d "
    "atleast_3d ascontiguousarray asfortranarray asanyarray": "do",
    "zeros ones empty identity": "zo", "full": "zdo", "eye tri": "zzo", "arange": "z",
    "linspace logspace geomspace": "ddzo", "reshape broadcast_to tile repeat": "dzo",
}  # fmt: skip


def _lookup(name: str) -> Any:
    """The NumPy function of a dotted name, or None where this NumPy lacks it."""
    obj: Any = np
    for part in name.split("."):
        obj = getattr(obj, part, None)
    return obj


CALLS: dict[Any, tuple[str, str]] = {
    _lookup(name): (name, letters)
    for names, letters in _LETTERS.items() for name in names.split() if _lookup(name)
}  # fmt: skip
CALLS[operator.matmul] = ("matmul", "dd")

# Methods of arrays, by the function that has the same parameters.
METHODS: dict[str, str] = {
    **dict.fromkeys((
        "sum prod mean var std max min all any argmax argmin cumsum cumprod trace diagonal "
        "ravel flatten transpose swapaxes squeeze copy conj conjugate astype round argsort"
    ).split(), "do"),
    "dot": "dd", "reshape": "dz", "clip": "d", "repeat": "dzo", "item": "do",
}  # fmt: skip
KEYWORDS = {
    "shape": "z", "newshape": "z", "num": "z", "N": "z", "M": "z", "repeats": "z", "reps": "z",
    "a": "d", "b": "d", "x": "d", "y": "d", "v": "d", "fill_value": "d", "arr": "d", "m": "d",
}  # fmt: skip

# Without an axis these give one number, whatever the rank.
FULL: frozenset[str] = frozenset({
    "sum", "prod", "mean", "var", "std", "max", "min", "amax", "amin", "nansum", "nanmean",
    "nanmax", "nanmin", "median", "ptp", "all", "any", "argmax", "argmin", "vdot",
})  # fmt: skip
# These keep the shape of their first argument, whatever the rank.
KEEP: frozenset[str] = frozenset({
    "zeros_like", "ones_like", "empty_like", "full_like", "copy", "conj", "conjugate", "astype",
    "flip", "fliplr", "flipud", "asarray", "array", "fft.fftshift",
    "fft.ifftshift", "linalg.inv", "linalg.cholesky", "round",
})  # fmt: skip
CREATE: frozenset[str] = frozenset({
    "zeros", "ones", "empty", "full", "identity", "eye", "tri", "arange", "linspace",
    "logspace", "geomspace",
})  # fmt: skip
# A constant size of the result may be the smaller of a constant and a size that is not known.
CLIPPED: frozenset[str] = frozenset({
    "linalg.svd", "linalg.svdvals", "linalg.qr", "diag", "diagonal", "linalg.diagonal",
    "convolve", "correlate",
})  # fmt: skip
# May give back their argument, or a view of it, depending on how it lies in memory.
MAY_ALIAS: frozenset[str] = frozenset({
    "asarray", "asanyarray", "ascontiguousarray", "asfortranarray", "reshape", "ravel",
    "atleast_1d", "atleast_2d", "atleast_3d", "squeeze", "linalg.multi_dot", "expand_dims",
    "tile",
})  # fmt: skip
# Real or complex, depending on the values.
UNSURE_DTYPE: frozenset[str] = frozenset({"linalg.eig", "linalg.eigvals"})


def hashable(value: Any) -> bool:
    """Whether a value can be looked up in a table."""
    try:
        hash(value)
    except TypeError:
        return False
    return True


def keeps(fn: Any) -> bool:
    """Whether what a callable gives may hold its arguments."""
    return hashable(fn) and fn in KEEPERS


def is_pure(fn: Any) -> bool:
    """Whether a callable is known to change none of the containers given to it."""
    return isinstance(fn, np.ufunc) or (hashable(fn) and _is_pure(fn))


@lru_cache(maxsize=1024)
def _is_pure(fn: Any) -> bool:
    if fn in PLAIN or fn in CALLS or fn in OPERATORS:
        return True
    module = getattr(fn, "__module__", None) or ""
    name = getattr(fn, "__name__", "")
    if module in ("_operator", "operator"):
        return name not in _MUTATING
    if module == prims.__name__:
        return fn is not prims.list_append and fn is not prims.dict_put
    if module.startswith("s2s.runtime") and name.startswith("require_"):
        return True
    if isinstance(fn, type):
        return module.split(".")[0] == "numpy" and name != "vectorize"
    if module in ("numpy", "numpy.linalg", "numpy.fft"):
        # Those that call back into code of the user may do anything.
        return name not in ("apply_along_axis", "apply_over_axes", "piecewise", "fromfunction")
    return module == math.__name__


def is_elementwise(fn: Callable[..., Any]) -> bool:
    """Whether a callable works element by element, broadcasting its arguments."""
    if isinstance(fn, np.ufunc):
        return fn.signature is None
    return fn in OPERATORS or fn in ELEMENTWISE
