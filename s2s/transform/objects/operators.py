"""Operators and builtins of objects are calls of methods: `a + b` is `a.__add__(b)`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Const, Ref, Star, Value
from s2s.transform.objects.classes import member

_NAMES = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul,
    "truediv": operator.truediv, "floordiv": operator.floordiv, "mod": operator.mod,
    "pow": operator.pow, "matmul": operator.matmul,
}  # fmt: skip
_BINARY = {fn: name for name, fn in _NAMES.items()}
_INPLACE = {
    fn: _BINARY[plain] for fn, plain in prims.OUT_OF_PLACE.items() if plain in _BINARY
}  # fmt: skip
_ONE = {
    operator.neg: "__neg__", operator.pos: "__pos__", abs: "__abs__", len: "__len__",
}  # fmt: skip
_TWO = {
    operator.lt: "__lt__", operator.le: "__le__", operator.gt: "__gt__", operator.ge: "__ge__",
    operator.eq: "__eq__", operator.ne: "__ne__", operator.getitem: "__getitem__",
}  # fmt: skip

Class = Callable[[Any], "type | None"]
Call = tuple[Value | Ref, str, tuple[Atom, ...]]  # the object, the method, the arguments


def operator_call(expr: Apply, class_of: Class) -> Call | None:
    """The method that an operator calls, if that is known."""
    args = [a for a in expr.args if not isinstance(a, Star)]
    if not isinstance(expr.fn, Ref) or expr.kwargs or len(args) != len(expr.args) or not args:
        return None
    obj = expr.fn.obj
    try:
        known = obj in _ONE or obj in _TWO or obj in _BINARY or obj in _INPLACE
    except TypeError:  # an unhashable callable
        return None
    if not known and obj is not prims.contains:
        return None
    first = args[0]
    if len(args) == 1:
        return _found(first, _ONE.get(obj, ""), (), class_of)
    if len(args) != 2:
        return None
    second = args[1]
    if obj is prims.contains:
        return _found(second, "__contains__", (first,), class_of)
    if obj in _TWO:
        return _found(first, _TWO[obj], (second,), class_of)
    if obj in _INPLACE:
        found = _found(first, f"__i{_INPLACE[obj]}__", (second,), class_of)
        if found is not None:
            return found
    name = _BINARY.get(obj) or _INPLACE.get(obj, "")
    found = _found(first, f"__{name}__", (second,), class_of)
    if found is not None:
        a, b = class_of(first), class_of(second)
        reflected = a is not b and a is not None and b is not None and issubclass(b, a)
        return None if reflected else found
    if class_of(first) is None:
        return _found(second, f"__r{name}__", (first,), class_of)
    return None


def _found(atom: Atom, name: str, args: tuple[Atom, ...], class_of: Class) -> Call | None:
    cls = class_of(atom)
    if cls is None or not isinstance(atom, Value | Ref) or member(cls, name) is None:
        return None
    return atom, name, args


def is_number(atom: Atom) -> bool:
    """Whether an atom is certainly a number."""
    return isinstance(atom, Const) and isinstance(atom.value, int | float | complex)


def like_a_sequence(cls: type) -> bool:
    """Whether NumPy would take an object of a class for a sequence, or ask it."""
    return any(hasattr(cls, n) for n in ("__len__", "__getitem__", "__iter__", "__array__"))
