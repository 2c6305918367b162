"""Rules of objects: methods, operators, attributes and calls of a value of a known class.

`norm.logpdf(x)` has the rule of the bound method, because a distribution is one object known by
name.  `spline(x)` has the rule of `CubicSpline.__call__`, whose first parameter is the spline:
the class is known when the call that made the object is.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from s2s.ir.nodes import Apply, Const, Method, Ref, Star, Value
from s2s.ir.record import replace
from s2s.rules.ask import Ask
from s2s.rules.bind import bind, bind_constant
from s2s.rules.rule import Bound, Entry, Library

__all__ = ["bound", "candidates"]

# The operators that a class may define, with the name for the operand on the right.
_OPERATORS: dict[Any, tuple[str, str]] = {
    operator.matmul: ("__matmul__", "__rmatmul__"), operator.mul: ("__mul__", "__rmul__"),
    operator.add: ("__add__", "__radd__"), operator.sub: ("__sub__", "__rsub__"),
    operator.truediv: ("__truediv__", ""), operator.neg: ("__neg__", ""),
    operator.pow: ("__pow__", ""), operator.getitem: ("__getitem__", ""),
}  # fmt: skip


def candidates(op: Apply, ask: Ask) -> Iterable[tuple[Any, Apply]]:
    """The callables whose rule may speak for a call, each with the call as its rule sees it."""
    if isinstance(op.fn, Ref) and op.fn.obj is not getattr and not _is_operator(op.fn.obj):
        return ()  # a function of its own
    return _candidates(op, ask)


def _is_operator(obj: Any) -> bool:
    """Whether a callable is an operator that a class may define."""
    try:
        return obj in _OPERATORS
    except TypeError:  # an unhashable callable
        return False


def _candidates(op: Apply, ask: Ask) -> Iterator[tuple[Any, Apply]]:
    args = [a for a in op.args if not isinstance(a, Star)]
    if isinstance(op.fn, Value):
        cls = ask.class_of(op.fn)
        if cls is not None:
            yield _member(cls, "__call__"), replace(op, args=(op.fn, *op.args))
        return
    if not args:
        return
    first = args[0]
    if isinstance(op.fn, Method):
        if isinstance(first, Ref):
            yield getattr(first.obj, op.fn.name, None), replace(op, args=op.args[1:])
        cls = ask.class_of(first)
        if cls is not None:
            yield _member(cls, op.fn.name), op
        return
    if not isinstance(op.fn, Ref):
        return
    obj = op.fn.obj
    if obj is getattr and len(args) == 2 and isinstance(args[1], Const):
        cls = ask.class_of(first)
        if cls is not None:
            yield _member(cls, str(args[1].value)), replace(op, args=op.args[:1])
        return
    if obj is getattr:
        return
    for name, atom in zip(_OPERATORS[obj], args, strict=False):
        cls = ask.class_of(atom)
        if name and cls is not None:
            yield _member(cls, name), op if atom is first else replace(op, args=(*args[::-1],))


def _member(cls: type, name: str) -> Any:
    """What a class defines under a name."""
    return getattr(cls, name, None)


def bound(book: Library, entry: Entry, op: Apply, seen: Apply, ask: Ask) -> Bound | str:
    """The call matched with a rule that sees it as `seen`."""
    if entry.constant:
        return bind_constant(book, entry, op, None)
    found = bind(book, entry, seen, ask)
    if isinstance(found, str) or seen is op:
        return found
    inner = found.rebuild

    def rebuild(new: Mapping[str, Any]) -> Apply:
        """The same call with other arguments."""
        made = inner(new)
        if len(made.args) < len(op.args):  # the receiver, or the name of the attribute
            if isinstance(op.fn, Method):
                return replace(op, args=(op.args[0], *made.args), kwargs=made.kwargs)
            return replace(op, args=(*made.args, *op.args[1:]), kwargs=made.kwargs)
        if len(made.args) > len(op.args):
            receiver = made.args[0]
            assert not isinstance(receiver, Star)
            return Apply(receiver, made.args[1:], made.kwargs)
        return replace(op, args=made.args[::-1])

    return replace(found, op=op, rebuild=rebuild)

