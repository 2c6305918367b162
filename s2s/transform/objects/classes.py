"""What a class of the user does when an object is made, called, or asked for an attribute."""

from __future__ import annotations

import abc
import dataclasses
import sys
import types
from dataclasses import dataclass
from typing import Any

import gast

from s2s.errors import S2SError
from s2s.frontend.lower import lowered
from s2s.ir.nodes import Apply, Function, Let, Method, Raw, Ref, Value
from s2s.ir.walk import statements

_LIBRARY = sys.stdlib_module_names - {"__main__", "test"}
_OWN = ("__new__", "__setattr__", "__getattribute__", "__getattr__", "__delattr__")


@dataclass(frozen=True)
class Member:
    """A function found in a class, and the class that defines it."""

    fn: types.FunctionType
    owner: type


def is_plain(cls: Any) -> bool:
    """Whether the attributes of the objects of a class are nothing but their own."""
    if not isinstance(cls, type) or type(cls) not in (type, abc.ABCMeta):
        return False
    top = cls.__module__.partition(".")[0]
    if top in ("numpy", "scipy", "s2s", "cupy") or top in _LIBRARY:
        return False
    bases = [c for c in cls.__mro__ if c is not object]
    return bool(bases) and not any(
        c.__module__ == "builtins" or any(_is_own(c, name) for name in _OWN) for c in bases
    )


def _is_own(cls: type, name: str) -> bool:
    """Whether a class has a way of its own to hold attributes: a frozen dataclass only refuses."""
    params = vars(cls).get("__dataclass_params__")
    frozen = getattr(params, "frozen", False) and name in ("__setattr__", "__delattr__")
    return name in vars(cls) and not frozen


def has_slots(obj: object) -> bool:
    """Whether an object has attributes that its `__dict__` does not show."""
    return not hasattr(obj, "__dict__") or any(
        vars(c).get("__slots__") for c in type(obj).__mro__
    )


def member(cls: type, name: str, after: type | None = None) -> Member | None:
    """The function behind `obj.name(...)`; `after` a class, what `super()` finds."""
    found = _find(cls, name, after)
    return found if isinstance(found, Member) else None


def unbound(cls: type, name: str) -> tuple[Member, bool] | None:
    """The function of a static method, or of a class method (then True)."""
    for c in cls.__mro__:
        if name in vars(c):
            held = vars(c)[name]
            fn = getattr(held, "__func__", None)
            if isinstance(held, staticmethod | classmethod) and isinstance(fn, types.FunctionType):
                return Member(fn, c), isinstance(held, classmethod)
            return None
    return None


def getter(cls: type, name: str) -> Member | None:
    """The function of a property."""
    return _of_property(cls, name, "fget")


def setter(cls: type, name: str) -> Member | None:
    """The function that assigns a property."""
    return _of_property(cls, name, "fset")


def _of_property(cls: type, name: str, which: str) -> Member | None:
    for c in cls.__mro__:
        if name in vars(c):
            held = vars(c)[name]
            fn = getattr(held, which) if isinstance(held, property) else None
            return Member(fn, c) if isinstance(fn, types.FunctionType) else None
    return None


def has_setter(cls: type, name: str) -> bool:
    """Whether to assign an attribute does something else: a property or the like."""
    held = next((vars(c)[name] for c in cls.__mro__ if name in vars(c)), None)
    return hasattr(held, "__set__") and not isinstance(held, types.MemberDescriptorType)


def is_data(cls: type, name: str) -> bool:
    """Whether an attribute is what an object of a class was given, and nothing of the class."""
    return not hasattr(cls, name)


def default(cls: type, name: str) -> tuple[bool, Any]:
    """The value that a class gives to an attribute that an object does not have."""
    for c in cls.__mro__:
        if name in vars(c):
            held = vars(c)[name]
            return not hasattr(held, "__get__"), held
    return False, None


def _find(cls: type, name: str, after: type | None) -> Member | None:
    order = cls.__mro__
    start = 0 if after is None else order.index(after) + 1
    for c in order[start:]:
        if name in vars(c):
            held = vars(c)[name]
            return Member(held, c) if isinstance(held, types.FunctionType) else None
    return None


def fields_of(cls: type) -> tuple[dataclasses.Field[Any], ...] | None:
    """The fields of a dataclass whose `__init__` is the generated one."""
    if "__init__" not in vars(cls) or not dataclasses.is_dataclass(cls):
        return None
    fields = dataclasses.fields(cls)
    written = getattr(cls.__init__, "__code__", None)
    own = written is not None and written.co_filename.startswith("<")
    return fields if own and all(f.init for f in fields) else None


def body_of(found: Member) -> Function | None:
    """The lowered function, if its source can be had."""
    try:
        return lowered(found.fn)
    except S2SError:
        return None


def is_super(stmt: Let) -> bool:
    """Whether a statement is `t = super()`."""
    expr = stmt.expr
    if isinstance(expr, Raw):
        node = expr.node
        return (
            isinstance(node, gast.Call) and isinstance(node.func, gast.Name)
            and node.func.id == "super" and not node.args
        )  # fmt: skip
    return isinstance(expr, Apply) and isinstance(expr.fn, Ref) and expr.fn.obj is super


def calls_super(function: Function) -> bool:
    """Whether a method asks for what a base class has."""
    return any(isinstance(s, Let) and is_super(s) for s in statements(function.body))


def owner_of(function: Function, cls: type) -> type | None:
    """The class among the bases of `cls` that defines a method."""
    for c in cls.__mro__:
        code = getattr(vars(c).get(function.name), "__code__", None)
        if code is not None and function.origin is not None and (
            (code.co_filename, code.co_firstlineno)
            == (function.origin.filename, function.origin.line)
        ):  # fmt: skip
            return c
    return None


def method_call(expr: Apply) -> tuple[Value, str] | None:
    """The object and the name in `obj.name(...)`, or in `obj(...)`."""
    if isinstance(expr.fn, Method) and expr.args and isinstance(expr.args[0], Value):
        return expr.args[0], expr.fn.name
    if isinstance(expr.fn, Value):
        return expr.fn, "__call__"
    return None
