"""An array module that is as strict as CuPy and needs no device.

Its arrays wrap those of NumPy and raise where those of CuPy raise: no implicit conversion, no
mixing with NumPy's arrays, only the functions and keywords that CuPy has.  Beyond CuPy, it
refuses `bool`, `float` and `int` of an array, for which CuPy would wait for the device.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

TABLE = Path(__file__).parent / "cupy_names.txt"
NAMES = dict(
    line.partition(" ")[::2]
    for line in TABLE.read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
)
HOST = (np.ndarray,)


class Waits(TypeError):
    """The program would wait for the device."""


class ndarray(np.lib.mixins.NDArrayOperatorsMixin):
    """An array on a device that does not exist."""

    def __init__(self, host):
        self._host = np.asarray(host)

    dtype = property(lambda self: self._host.dtype)
    shape = property(lambda self: self._host.shape)
    ndim = property(lambda self: self._host.ndim)
    size = property(lambda self: self._host.size)
    T = property(lambda self: ndarray(self._host.T))
    real = property(lambda self: ndarray(self._host.real))
    imag = property(lambda self: ndarray(self._host.imag))

    def get(self):
        """The values, brought to NumPy on purpose."""
        return self._host.copy()

    def __array__(self, dtype=None, copy=None):
        raise TypeError("Implicit conversion to a NumPy array is not allowed")

    def __bool__(self):
        raise Waits("the truth of a device array")

    def __float__(self):
        raise Waits("the value of a device array")

    __int__ = __index__ = __complex__ = __float__

    def __len__(self):
        return len(self._host)

    def __iter__(self):
        return (self[k] for k in range(len(self)))

    def __getitem__(self, key):
        return ndarray(self._host[_index(key)])

    def __setitem__(self, key, value):
        self._host[_index(key)] = _lower(value)

    def __getattr__(self, name):
        if name.startswith("_") or f"ndarray.{name}" not in NAMES:
            raise AttributeError(f"a CuPy array has no {name}")
        method = getattr(self._host, name)
        return lambda *args, **kwargs: _lift(method(*_lower(args), **_lower(kwargs)))

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if method != "__call__" or ufunc.__name__ not in NAMES:
            return NotImplemented
        return _lift(ufunc(*_lower(inputs), **_lower(kwargs)))

    def __array_function__(self, func, types, args, kwargs):
        path = ".".join((*func.__module__.split(".")[1:], func.__name__))
        if path not in NAMES:
            return NotImplemented
        return Function(path, func)(*args, **kwargs)


class Function:
    """One function of the module."""

    def __init__(self, path, host):
        self.path, self.host = path, host

    def __call__(self, *args, **kwargs):
        known = NAMES[self.path].split()
        if known not in (["ufunc"], ["?"]):
            strange = kwargs.keys() - set(known)
            if strange and not any(n.startswith("**") for n in known):
                raise TypeError(f"CuPy's {self.path} has no {sorted(strange)}")
            if len(args) > len(known) and not any(n.startswith("*") for n in known):
                raise TypeError(f"CuPy's {self.path} takes {known}")
        if self.path == "array":  # the one way from NumPy to the device
            return ndarray(self.host(args[0] if isinstance(args[0], HOST) else _lower(args[0])))
        return _lift(self.host(*_lower(args), **_lower(kwargs)))

    def __getattr__(self, name):
        if NAMES[self.path] != "ufunc" or name not in ("at", "reduce", "accumulate", "outer"):
            raise AttributeError(f"CuPy's {self.path} has no {name}")
        return lambda *args, **kwargs: _lift(
            getattr(self.host, name)(*_lower(args), **_lower(kwargs))
        )


class _Part:
    """`linalg`, `fft` and `lib`."""

    def __init__(self, path, host):
        self._path, self._host = path, host

    def __getattr__(self, name):
        path, host = self._path + name, getattr(self._host, name, None)
        if isinstance(host, type(np)) and any(n.startswith(f"{path}.") for n in NAMES):
            return _Part(f"{path}.", host)
        if path not in NAMES:
            raise AttributeError(f"CuPy has no {self._path}{name}")
        return Function(self._path + name, getattr(self._host, name))


linalg, fft = _Part("linalg.", np.linalg), _Part("fft.", np.fft)
lib = _Part("lib.", np.lib)


def __getattr__(name):
    """The functions of the module itself."""
    if name not in NAMES:
        raise AttributeError(f"CuPy has no {name}")
    return Function(name, getattr(np, name))


def _index(key):
    """Indices may be lists and arrays of either kind."""
    if isinstance(key, tuple):
        return tuple(_index(k) for k in key)
    return key._host if isinstance(key, ndarray) else key


def _lower(x):
    """The arguments of a call, which hold no array of NumPy with a rank."""
    if isinstance(x, ndarray):
        return x._host
    if isinstance(x, HOST):
        raise TypeError("Unsupported type <class 'numpy.ndarray'>")
    if isinstance(x, (list, tuple)):
        return type(x)(_lower(i) for i in x)
    if isinstance(x, dict):
        return {k: _lower(v) for k, v in x.items()}
    return x


def _lift(x):
    """The result of a call: arrays, and reductions as arrays of rank 0."""
    if isinstance(x, (np.ndarray, np.number, np.bool_)):
        return ndarray(x)
    if isinstance(x, (list, tuple)):
        items = [_lift(i) for i in x]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    return x


module = sys.modules[__name__]
