"""The functions of NumPy on arrays of another module, such as CuPy.

Generated code and the functions of this package speak of `np` only.  For arguments that live on
a device they run with an `ArrayModule` in its place: calls that are given arrays of the device
or that make arrays go to its module, arithmetic on shapes stays with NumPy, and nothing is ever
converted from one to the other.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

# Arrays of NumPy given to these are axes, shifts and sizes.
PLACES = frozenset("transpose roll moveaxis expand_dims tensordot repeat tile split".split())
# Functions that make arrays out of sizes and numbers.
CREATES = frozenset(
    "zeros ones empty full eye identity arange linspace logspace array asarray asanyarray "
    "ascontiguousarray broadcast_to tri indices hanning hamming blackman bartlett kaiser".split()
)


def _matvec(xp: Any, a: Any, b: Any) -> Any:
    return xp.matmul(a, b[..., None])[..., 0]


def _vecmat(xp: Any, a: Any, b: Any) -> Any:
    return xp.matmul(xp.conj(a)[..., None, :], b)[..., 0, :]


def _vecdot(xp: Any, a: Any, b: Any, *, axis: int = -1) -> Any:
    return xp.sum(xp.conj(a) * b, axis=axis)


def _matrix_transpose(xp: Any, x: Any) -> Any:
    return xp.swapaxes(x, -1, -2)


def _cross(xp: Any, a: Any, b: Any, *, axis: int = -1) -> Any:
    return xp.cross(a, b, axis=axis)


def _outer(xp: Any, a: Any, b: Any) -> Any:
    return a[:, None] * b


def _diagonal(xp: Any, x: Any, *, offset: int = 0) -> Any:
    return xp.diagonal(x, offset, -2, -1)


def _trace(xp: Any, x: Any, *, offset: int = 0, dtype: Any = None) -> Any:
    return xp.sum(xp.diagonal(x, offset, -2, -1), axis=-1, dtype=dtype)


def _svdvals(xp: Any, x: Any) -> Any:
    return xp.linalg.svd(x, compute_uv=False)


def _vector_norm(
    xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2
) -> Any:
    if axis is None:
        size = xp.linalg.norm(xp.ravel(x), ord)
        return xp.reshape(size, (1,) * x.ndim) if keepdims else size
    if isinstance(axis, int):
        return xp.linalg.norm(x, ord, axis, keepdims)
    front = xp.moveaxis(x, axis, range(len(axis)))
    size = xp.linalg.norm(xp.reshape(front, (-1, *front.shape[len(axis) :])), ord, 0)
    return xp.expand_dims(size, axis) if keepdims else size


def _matrix_norm(xp: Any, x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    return xp.linalg.norm(x, ord, (-2, -1), keepdims)


def _multi_dot(xp: Any, arrays: Any) -> Any:
    total = arrays[0]
    for m in arrays[1:]:
        total = xp.matmul(total, m)
    return total


def _unstack(xp: Any, x: Any, *, axis: int = 0) -> tuple[Any, ...]:
    moved = xp.moveaxis(x, axis, 0)
    return tuple(moved[k] for k in range(len(moved)))


def _trapezoid(xp: Any, y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    values = xp.moveaxis(y, axis, -1)
    if x is None:
        steps = dx
    else:
        steps = xp.diff(x) if x.ndim == 1 else xp.diff(xp.moveaxis(x, axis, -1), axis=-1)
    return xp.sum(steps * (values[..., 1:] + values[..., :-1]) / 2, axis=-1)


def _insert(xp: Any, arr: Any, obj: int, values: Any, axis: Any = None) -> Any:
    if axis is None:
        arr, axis = xp.ravel(arr), 0
    front = xp.moveaxis(arr, axis, 0)
    row = xp.broadcast_to(values, front.shape[1:])[None]
    return xp.moveaxis(xp.concatenate((front[:obj], row, front[obj:])), 0, axis)


def _polyder(xp: Any, p: Any, m: int = 1) -> Any:
    for _ in range(m):
        p = p[:-1] * xp.arange(len(p) - 1, 0, -1)
    return p


def _block(xp: Any, arrays: Any) -> Any:
    def joined(part: Any, depth: int) -> Any:
        if not isinstance(part, list):
            return part
        return xp.concatenate([joined(p, depth - 1) for p in part], axis=-depth)

    depth, inner = 0, arrays
    while isinstance(inner, list):
        depth, inner = depth + 1, inner[0]
    return joined(arrays, depth)


def _reduced(name: str, neutral: float, join: str) -> Callable[..., Any]:
    """A reduction with `initial` and `where`."""

    def reduction(
        xp: Any, a: Any, axis: Any = None, *, initial: Any = None, where: Any = True, **options: Any
    ) -> Any:
        if where is not True:
            a = xp.where(where, a, neutral)
        if initial is not None and a.size == 0:
            return xp.sum(a, axis=axis, **options) + initial
        result = getattr(xp, name)(a, axis=axis, **options)
        return result if initial is None else getattr(xp, join)(result, initial)

    return reduction


# What CuPy lacks of the functions that derivatives call.
ALTERNATIVES: dict[str, Callable[..., Any]] = {
    "matvec": _matvec, "vecmat": _vecmat, "vecdot": _vecdot, "linalg.vecdot": _vecdot,
    "matrix_transpose": _matrix_transpose, "linalg.matrix_transpose": _matrix_transpose,
    "linalg.cross": _cross, "linalg.outer": _outer, "linalg.diagonal": _diagonal,
    "linalg.trace": _trace, "linalg.svdvals": _svdvals, "linalg.vector_norm": _vector_norm,
    "linalg.matrix_norm": _matrix_norm, "linalg.multi_dot": _multi_dot,
    "linalg.matmul": lambda xp, a, b: xp.matmul(a, b),
    "linalg.tensordot": lambda xp, a, b, *, axes=2: xp.tensordot(a, b, axes),
    "unstack": _unstack, "trapezoid": _trapezoid, "insert": _insert, "polyder": _polyder,
    "block": _block,
}  # fmt: skip
# What CuPy has without some keywords.
REDUCTIONS: dict[str, Callable[..., Any]] = {
    "sum": _reduced("sum", 0, "add"), "prod": _reduced("prod", 1, "multiply"),
    "max": _reduced("max", -np.inf, "maximum"), "min": _reduced("min", np.inf, "minimum"),
}  # fmt: skip


class ArrayModule:
    """`np` on the arrays of another module.

    Parameters
    ----------
    device : module
        Has `ndarray` and functions with NumPy's names.
    host : module
        NumPy, or a part of it.
    path : str
        The part, such as ``linalg.``.

    Examples
    --------
    >>> xp = ArrayModule(np)
    >>> xp.linalg.norm(xp.ones(4)), xp.argsort([2, 0, 1]).tolist()
    (np.float64(2.0), [1, 2, 0])
    """

    def __init__(self, device: Any, host: Any = np, path: str = "") -> None:
        """Look nothing up yet."""
        self._device, self._host, self._path = device, host, path

    def __getattr__(self, name: str) -> Any:
        """The counterpart of one name, found once."""
        host = getattr(self._host, name)
        if isinstance(host, types.ModuleType):
            made: Any = ArrayModule(self._device, host, f"{self._path}{name}.")
        elif name == "ndarray":
            made = self._device.ndarray
        elif isinstance(host, type) or not callable(host):
            made = host  # a dtype, a constant
        else:
            made = ArrayFunction(self._device, host, f"{self._path}{name}")
        setattr(self, name, made)
        return made


class ArrayFunction:
    """One function of NumPy that goes where its arguments are.

    Parameters
    ----------
    device : module
        The other array module.
    host : callable
        The function of NumPy.
    path : str
        Its dotted name.

    Examples
    --------
    >>> ArrayFunction(np, np.add, "add")(1, 2), ArrayFunction(np, np.add, "add").reduce([1, 2])
    (np.int64(3), np.int64(3))
    """

    def __init__(self, device: Any, host: Any, path: str) -> None:
        """Find the counterpart when it is called."""
        self._device, self._host, self._path = device, host, path

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the one that fits the arguments."""
        if self._path in CREATES or any(map(self._here, (*args, *kwargs.values()))):
            args = tuple(map(self._sent, args))
            kwargs = {name: self._sent(x) for name, x in kwargs.items()}
            if self._path in REDUCTIONS and kwargs.keys() & {"initial", "where"}:
                return REDUCTIONS[self._path](self._device, *args, **kwargs)
            return self._counterpart()(*args, **kwargs)
        return self._host(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        """A method of a ufunc, such as `np.add.at`."""
        if name.startswith("__"):
            raise AttributeError(name)
        return ArrayFunction(self._device, getattr(self._host, name), f"{self._path}.{name}")

    def _here(self, x: Any) -> bool:
        """Whether an argument is, or holds, an array of the device."""
        if isinstance(x, (list, tuple)):
            return any(map(self._here, x))
        return isinstance(x, self._device.ndarray)

    def _sent(self, x: Any) -> Any:
        """An argument as the device takes it: tables that NumPy has made are copied there."""
        if isinstance(x, list | tuple) and not hasattr(x, "_fields"):
            return type(x)(self._sent(item) for item in x)
        if isinstance(x, np.ndarray) and self._device.ndarray is not np.ndarray:
            return tuple(x.tolist()) if self._path in PLACES else self._device.array(x)
        return x

    def _counterpart(self) -> Any:
        """The function of the device, or what is written here in its place."""
        found = self._device
        for part in self._path.split("."):
            found = getattr(found, part, None)
        if found is not None:
            return found
        if self._path in ALTERNATIVES:
            written = ALTERNATIVES[self._path]
            return lambda *args, **kwargs: written(self._device, *args, **kwargs)
        raise NotImplementedError(f"{self._device.__name__} has no {self._path}")


def placed(functions: Sequence[Callable[..., Any]], xp: ArrayModule) -> dict[Any, Any]:
    """Copies of functions that speak of another `np`, and of all that they call in this package.

    Parameters
    ----------
    functions : sequence of callable
        Functions of this package.
    xp : ArrayModule
        What `np` denotes in the copies.

    Returns
    -------
    dict
        The copy of each function.

    Examples
    --------
    >>> def ones():
    ...     return np.ones(2)
    >>> placed([ones], ArrayModule(np))[ones]()
    array([1., 1.])
    """
    copies: dict[Any, Any] = {}
    spaces: dict[int, dict[str, Any]] = {}

    def copy(fn: Any) -> Any:
        if fn in copies:
            return copies[fn]
        space = spaces.get(id(fn.__globals__))
        if space is None:
            space = spaces[id(fn.__globals__)] = {**fn.__globals__, "np": xp}
        made = types.FunctionType(
            fn.__code__, space, fn.__name__, fn.__defaults__, fn.__closure__
        )
        made.__kwdefaults__ = fn.__kwdefaults__
        copies[fn] = made
        for name in fn.__code__.co_names:
            called = space.get(name)
            if isinstance(called, types.FunctionType) and called not in copies.values():
                if str(called.__module__).startswith(__package__ or "s2s.runtime"):
                    space[name] = copy(called)
        return made

    for fn in functions:
        copy(fn)
    return copies
