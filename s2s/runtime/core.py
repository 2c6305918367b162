"""Gradients of any structure: zeros, accumulation, scatter-add and the final conversion."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import numpy as np


class Record:
    """The shadow of an object: its attributes start as zeros, made when first asked for.

    Parameters
    ----------
    like : object
        The object whose attributes are shadowed.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> r = Record(SimpleNamespace(w=np.ones(2), c=3.0))
    >>> r.w += 1.0
    >>> r["w"], r.c
    (array([1., 1.]), 0.0)
    """

    def __init__(self, like: Any = None) -> None:
        """Start with no attribute of its own."""
        self.__dict__["_like"] = like

    def __getattr__(self, name: str) -> Any:
        """Give zeros for an attribute that has had no contribution yet."""
        if name.startswith("__"):
            raise AttributeError(name)
        zeros = zeros_of(getattr(self._like, name))
        self.__dict__[name] = zeros
        return zeros

    def __getitem__(self, name: str) -> Any:
        """`record["w"]` is `record.w`."""
        return getattr(self, name)

    def __setitem__(self, name: str, value: Any) -> None:
        """`record["w"] = v` is `record.w = v`."""
        setattr(self, name, value)

    def __repr__(self) -> str:
        """Show the attributes that have contributions."""
        return "Record(" + ", ".join(f"{k}={v!r}" for k, v in self.parts().items()) + ")"

    def parts(self) -> dict[str, Any]:
        """The attributes that have been touched."""
        return {k: v for k, v in self.__dict__.items() if k != "_like"}


def zeros_of(x: Any) -> Any:
    """Zeros with the structure of `x`, ready to be added to in place.

    Parameters
    ----------
    x : array, scalar, list, tuple, dict or object
        The primal.

    Returns
    -------
    array, scalar, list, dict or Record
        Arrays give arrays, scalars give scalars, lists and tuples give lists, dicts give
        dicts, and other objects a `Record`.

    Examples
    --------
    >>> zeros_of((1.0, {"w": np.ones(2)}))
    [0.0, {'w': array([0., 0.])}]
    """
    if isinstance(x, np.ndarray):
        return np.zeros(x.shape) if x.dtype.kind in "biu" else np.zeros_like(x)
    if isinstance(x, np.flatiter):
        return np.zeros_like(x.copy())
    if isinstance(x, np.inexact):
        return type(x)(0)
    if isinstance(x, complex):
        return 0j
    if x is None or isinstance(x, (int, float, np.generic, str, bytes)):
        return 0.0
    if isinstance(x, (list, tuple)):
        return [zeros_of(item) for item in x]
    if isinstance(x, dict):
        return {key: zeros_of(item) for key, item in x.items()}
    if hasattr(x, "__array_namespace__") or hasattr(x, "__cuda_array_interface__"):
        return x * 0
    return Record(x)


def accumulate(a: Any, b: Any) -> Any:
    """The sum of two gradients of one thing; neither is changed.

    Parameters
    ----------
    a, b : array, scalar, list, tuple, dict or Record
        Gradients of the same structure; a key or attribute may be missing from either.

    Returns
    -------
    array, scalar, list, dict or Record
        Their sum.

    Examples
    --------
    >>> accumulate([1.0, {"w": 2.0}], (0.5, {"w": 1.0, "b": 3.0}))
    [1.5, {'w': 3.0, 'b': 3.0}]
    """
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        if not a or not b:  # zeros like a stack that has been used up
            return list(a or b)
        if len(a) != len(b):
            raise ValueError(f"gradients of {len(a)} and {len(b)} items cannot be added")
        return [accumulate(p, q) for p, q in zip(a, b)]
    if isinstance(a, dict) and isinstance(b, dict):
        both = {k: accumulate(v, b[k]) if k in b else v for k, v in a.items()}
        return {**both, **{k: v for k, v in b.items() if k not in a}}
    if isinstance(a, Record) and isinstance(b, Record):
        total = Record(a._like)
        total.__dict__.update(accumulate(a.parts(), b.parts()))
        return total
    containers = (list, tuple, dict, Record)
    if isinstance(a, containers) or isinstance(b, containers):
        kinds = f"{type(a).__name__} and {type(b).__name__}"
        raise TypeError(f"gradients of different structure cannot be added: {kinds}")
    return a + b


def structured(g: Any, x: Any) -> Any:
    """The adjoint `g`; a plain zero takes the structure and shapes of `x`.

    Parameters
    ----------
    g : array, scalar, list, dict or Record
        An adjoint, or the number 0.
    x : object
        What it is the adjoint of.

    Returns
    -------
    array, scalar, list, dict or Record
        `g`, or zeros like `x`.

    Examples
    --------
    >>> structured(0.0, (1.0, np.ones(2)))
    [0.0, array([0., 0.])]
    """
    return zeros_of(x) if isinstance(g, (int, float)) and g == 0 else g


def nth(items: Any, k: int) -> Any:
    """What iterating over `items` gives at position `k`: of a dict, a key.

    Parameters
    ----------
    items : array, sequence or dict
        What a loop ran over.
    k : int
        The number of the iteration.

    Returns
    -------
    object
        The item.

    Examples
    --------
    >>> nth({"w": 1.0, "b": 2.0}, 1), nth([1.0, 2.0], 1)
    ('b', 2.0)
    """
    return list(items)[k] if isinstance(items, dict) else items[k]


def add_at(shadow: Any, index: Any, v: Any) -> Any:
    """Add `v` to `shadow[index]`: the adjoint of reading `x[index]`.

    Parameters
    ----------
    shadow : array, list, dict or Record
        Changed in place.
    index : object
        Any index that `x` was read with; repeated integers add up.
    v : array, scalar or structure
        What is added.

    Returns
    -------
    array, list, dict or Record
        `shadow`.

    Raises
    ------
    TypeError
        Where `shadow` is a scalar or a tuple, which cannot change in place.

    Examples
    --------
    >>> add_at(np.zeros(3), [0, 0, 2], 1.0)
    array([2., 0., 1.])
    """
    if type(shadow) is np.ndarray and (
        type(index) in (int, slice)
        or (type(index) is tuple and {int, slice}.issuperset(map(type, index)))
    ) and (
        (type(v) is np.ndarray and v.dtype == shadow.dtype)
        or shadow.dtype.kind == "c" or not np.iscomplexobj(v)
    ):  # fmt: skip
        shadow[index] += v  # the most frequent case, without asking further
    elif isinstance(shadow, list) and isinstance(index, slice):
        for k, item in zip(range(*index.indices(len(shadow))), v):
            shadow[k] = accumulate(shadow[k], item)
    elif isinstance(shadow, (list, dict, Record)):
        shadow[index] = accumulate(shadow[index], v)
    elif not isinstance(shadow, np.ndarray):
        if isinstance(shadow, tuple):
            raise TypeError("a shadow is a list where the primal is a tuple")
        if np.ndim(shadow) == 0:
            # It cannot change in place, and callers count on that: loud, never lost.
            raise TypeError("the gradient of a scalar has no items: index arrays only")
        shadow[index] += v
    else:
        if np.iscomplexobj(v) and shadow.dtype.kind == "f":
            v = np.real(v)
        parts = index if isinstance(index, tuple) else (index,)
        kinds = [np.asarray(part).dtype.kind for part in parts if np.ndim(part) > 0]
        if "i" in kinds or "u" in kinds:
            np.add.at(shadow, index, v)
        else:
            shadow[index] += v
    return shadow


def as_gradient(g: Any, x: Any) -> Any:
    """The gradient `g` as it is handed out: structure, shape and dtype of `x`, fresh memory.

    Parameters
    ----------
    g : array, scalar, list, dict or Record
        What the backward sweep has summed up.
    x : object
        The argument that it is the gradient of.

    Returns
    -------
    object
        Like `x`; for an object that is no dataclass, a `Record` of its touched attributes.
        Attributes that are no floating-point numbers have None.

    Raises
    ------
    TypeError
        If `x` holds integers, booleans or strings, which have no gradient.

    Examples
    --------
    >>> as_gradient([1.0, np.float64(2.0)], (1.0, np.ones(2, dtype=np.float32)))
    (1.0, array([2., 2.], dtype=float32))
    """
    dtype = getattr(x, "dtype", None)
    if dtype is not None and hasattr(x, "shape"):
        if dtype.kind not in "fcO":
            raise TypeError(f"{dtype} data has no gradient: cast to float")
        if isinstance(g, (list, tuple, dict, Record)):
            raise TypeError(f"the gradient of an array cannot be a {type(g).__name__}")
        if dtype.kind == "f":
            g = np.real(g)
        if isinstance(x, np.generic):
            return np.asarray(g, dtype=dtype).reshape(())[()]
        fresh = np.empty_like(x)
        fresh[...] = g
        return fresh
    if isinstance(x, (bool, int, str, bytes)) or x is None:
        raise TypeError(f"{type(x).__name__} data has no gradient: cast to float")
    if isinstance(x, (float, complex)):
        value = g.item() if isinstance(g, np.ndarray) else g
        return complex(value) if isinstance(x, complex) else float(np.real(value))
    if not isinstance(g, (list, tuple, dict, Record)):
        if np.ndim(g) or g != 0:
            raise TypeError(f"the gradient of a {type(x).__name__} cannot be an array")
        g = zeros_of(x)
    if isinstance(x, (list, tuple)):
        if len(g) != len(x):
            raise ValueError(f"{len(g)} gradients for {len(x)} items")
        items = [as_gradient(part, item) for part, item in zip(g, x)]
        if isinstance(x, list):
            return items
        return type(x)(*items) if hasattr(x, "_fields") else tuple(items)
    if isinstance(x, dict):
        return {
            key: as_gradient(g[key] if key in g else zeros_of(item), item)
            for key, item in x.items()
        }
    if dataclasses.is_dataclass(x):
        fresh = copy.copy(x)
        for spec in dataclasses.fields(x):
            part = gradient_of_part(getattr(g, spec.name), getattr(x, spec.name))
            object.__setattr__(fresh, spec.name, part)
        return fresh
    record = Record(x)
    for name, part in g.parts().items():
        setattr(record, name, gradient_of_part(part, getattr(x, name)))
    return record


def gradient_of_part(g: Any, x: Any) -> Any:
    """The gradient of an attribute: None where it is no floating-point number.

    Parameters
    ----------
    g : array, scalar, list, dict or Record
        What the backward sweep has summed up.
    x : object
        The attribute.

    Returns
    -------
    object
        As `as_gradient` gives it, or None.

    Examples
    --------
    >>> gradient_of_part(0.0, 3) is None
    True
    """
    dtype = getattr(x, "dtype", None)
    kind = getattr(dtype, "kind", "f")
    if x is None or isinstance(x, (bool, int, str, bytes)) or kind not in "fcO" or callable(x):
        return None
    return as_gradient(g, x)
