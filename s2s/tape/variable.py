"""Variables and constants: arrays with a name and a state, and arrays without."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np

from s2s.tape.active import note_read

_AUGMENTED = (
    "__iadd__", "__isub__", "__imul__", "__itruediv__", "__ifloordiv__", "__imod__", "__ipow__",
    "__imatmul__", "__iand__", "__ior__", "__ixor__", "__ilshift__", "__irshift__",
)  # fmt: skip


def _frozen(value: Any, dtype: Any = None) -> Any:
    """An array of its own, which nobody writes into."""
    if hasattr(value, "__cuda_array_interface__"):  # stays where it is
        return value.astype(dtype) if dtype is not None else value.copy()
    made = np.array(plain(value), dtype=dtype)
    made.flags.writeable = False
    return made


def plain(tree: Any) -> Any:
    """The structure with the values of variables in their places."""
    if isinstance(tree, Variable):
        return tree._read()
    if isinstance(tree, VariableSlice):
        return np.asarray(tree)[()]
    if type(tree) in (list, tuple):
        return type(tree)([plain(item) for item in tree])
    if type(tree) is dict:
        return {key: plain(item) for key, item in tree.items()}
    return tree


def constant(value: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A read-only array; of an array or a number that was computed, the value itself.

    Parameters
    ----------
    value : array_like
        The values.
    dtype : dtype, optional
        By default what NumPy makes of the value.
    name : str, optional
        For the reader; it is not kept.

    Examples
    --------
    >>> import s2s
    >>> s2s.constant([1.0, 2.0])
    array([1., 2.])
    """
    value = plain(value)
    if isinstance(value, np.ndarray | np.generic) and dtype in (None, value.dtype):
        return value
    return _frozen(value, dtype)


class Variable(np.lib.mixins.NDArrayOperatorsMixin):
    """An array with a name, whose value changes by assignment only.

    Parameters
    ----------
    initial_value : array_like
        Copied.
    trainable : bool
        Whether tapes watch it without being asked to.
    name : str, optional
        For the reader.
    dtype : dtype, optional
        By default what NumPy makes of the value.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> w = s2s.Variable([1.0, 2.0], name="w")
    >>> w.assign_add([0.5, 0.5]).numpy()
    array([1.5, 2.5])
    >>> np.sum(w * w)
    np.float64(8.5)
    """

    __array_priority__ = 1000.0
    __hash__ = None  # type: ignore[assignment]  # `==` compares entry by entry

    def __init__(
        self, initial_value: Any, trainable: bool = True, name: str | None = None,
        dtype: Any = None,
    ) -> None:  # fmt: skip
        self._value = _frozen(initial_value, dtype)
        self._trainable, self._name = bool(trainable), name or "Variable"

    # What it is -------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The name that it was given."""
        return self._name

    @property
    def trainable(self) -> bool:
        """Whether tapes watch it without being asked to."""
        return self._trainable

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape, which never changes."""
        return tuple(self._value.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype, which never changes."""
        return self._value.dtype  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        """The rank."""
        return int(self._value.ndim)

    @property
    def size(self) -> int:
        """The number of entries."""
        return int(self._value.size)

    def _read(self) -> Any:
        """The value, noted by the tapes that are recording."""
        note_read(self)
        return self._value

    def numpy(self) -> Any:
        """A copy of the value, a constant to every tape."""
        copied = self._value.copy()
        return copied[()] if copied.ndim == 0 and isinstance(copied, np.ndarray) else copied

    def value(self) -> Any:
        """The value as a read-only array."""
        return self._read()

    read_value = value

    # Changing it ------------------------------------------------------------------------------

    def assign(self, value: Any) -> Variable:
        """Replace the value; the shape and the dtype stay."""
        new = plain(value)
        if not hasattr(new, "__cuda_array_interface__"):
            new = np.asarray(new)
        if new.shape != self._value.shape:
            raise ValueError(
                f"cannot assign a value of shape {new.shape} to the variable "
                f"`{self._name}` of shape {self.shape}"
            )
        if not np.can_cast(new.dtype, self.dtype, casting="same_kind"):
            raise TypeError(
                f"cannot assign {new.dtype} to the variable `{self._name}` of dtype {self.dtype}"
            )
        self._value = _frozen(new, self.dtype)
        return self

    def assign_add(self, delta: Any) -> Variable:
        """Add to the value."""
        return self.assign(self._read() + plain(delta))

    def assign_sub(self, delta: Any) -> Variable:
        """Subtract from the value."""
        return self.assign(self._read() - plain(delta))

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError("a Variable changes by assignment: write v[index].assign(value)")

    # NumPy ------------------------------------------------------------------------------------

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        value = self._read()
        if dtype is not None and dtype != value.dtype:
            return value.astype(dtype)
        return value.copy() if copy else value

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if any(isinstance(out, Variable) for out in kwargs.get("out", ())):
            raise TypeError("a Variable changes by assignment: use assign, not out=")
        return getattr(ufunc, method)(*plain(inputs), **plain(kwargs))

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return func(*plain(args), **plain(kwargs))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or not hasattr(np.ndarray, name):
            raise AttributeError(f"'Variable' object has no attribute {name!r}")
        return getattr(self._read(), name)

    def __getitem__(self, index: Any) -> Any:
        item = self._read()[plain(index)]
        if not isinstance(item, np.ndarray | np.generic):
            return item
        part = np.asarray(item).view(VariableSlice)
        part._variable, part._index = self, index
        return part

    def __iter__(self) -> Iterator[Any]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __bool__(self) -> bool:
        return bool(self._read())

    def __float__(self) -> float:
        return float(self._read())

    def __int__(self) -> int:
        return int(self._read())

    def __complex__(self) -> complex:
        return complex(self._read())

    def __index__(self) -> int:
        return int(self._read().__index__())

    def __contains__(self, item: Any) -> bool:
        return bool(np.any(self._read() == item))

    def __round__(self, digits: int = 0) -> Any:
        return np.round(self._read(), digits)

    def __format__(self, spec: str) -> str:
        value = self._read()
        return format(value[()] if value.ndim == 0 else value, spec)

    def __str__(self) -> str:
        return str(self._value)

    def __repr__(self) -> str:
        return f"Variable({np.array2string(np.asarray(self._value), separator=', ')}, " + (
            f"name={self._name!r})" if self._trainable else f"name={self._name!r}, frozen)"
        )

    def __copy__(self) -> Variable:
        return type(self)(self._value, self._trainable, self._name)

    def __deepcopy__(self, memo: Any) -> Variable:
        return copy.copy(self)


def _refuse_augmented(name: str) -> Any:
    def method(self: Variable, other: Any) -> Any:
        raise TypeError(
            "an augmented assignment would turn the Variable into an array: "
            "use assign_add or assign_sub, or write v = v + ... for an array"
        )

    method.__name__ = name
    return method


for _name in _AUGMENTED:
    setattr(Variable, _name, _refuse_augmented(_name))


class VariableSlice(np.ndarray):
    """Entries of a variable: an array, and the place to assign new ones."""

    _variable: Variable
    _index: Any

    def assign(self, value: Any) -> Variable:
        """Replace these entries of the variable."""
        whole = self._variable.numpy()
        whole = np.asarray(whole).copy()
        whole[plain(self._index)] = plain(value)
        return self._variable.assign(whole)

    def assign_add(self, delta: Any) -> Variable:
        """Add to these entries of the variable."""
        return self.assign(plain(self) + plain(delta))

    def assign_sub(self, delta: Any) -> Variable:
        """Subtract from these entries of the variable."""
        return self.assign(plain(self) - plain(delta))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return getattr(ufunc, method)(*plain(inputs), **plain(kwargs))

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return func(*plain(args), **plain(kwargs))

    def __getitem__(self, index: Any) -> Any:
        return np.asarray(self)[index]
