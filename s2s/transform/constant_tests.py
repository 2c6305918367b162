"""Questions that the arguments of an inlined call answer: then only one branch is inlined.

    def f(x, scale=None):              y = x * 2.0
        if scale is None:
            scale = 2.0                    (from `y = f(x)`)
        return x * scale
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

import numpy as np

from s2s.analysis.callees import Callees
from s2s.ir import prims
from s2s.ir.effects import lookup
from s2s.ir.nodes import Apply, Atom, Const, Method, Ref, Star, Value

_COMPARISONS: dict[Any, bool] = dict.fromkeys((
    operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge,
), True)  # fmt: skip
_TYPES = {prims.build_tuple: tuple, prims.build_list: list, prims.build_dict: dict}
_PLAIN = (bool, int, float, str, type(None))


_OF_STRINGS = frozenset("lower upper strip startswith endswith replace title isdigit".split())
_QUANTIFIERS: dict[Any, bool] = {all: True, any: True}


_NONE: Mapping[Value, type] = {}


def truth(atom: Atom | Star, made: Mapping[Value, type]) -> bool | None:
    """Whether an atom is true, if that is certain: a constant, or an object that is made."""
    if isinstance(atom, Const) and isinstance(atom.value, _PLAIN):
        return bool(atom.value)
    cls = made.get(atom) if isinstance(atom, Value) else None
    if cls is None or hasattr(cls, "__bool__") or hasattr(cls, "__len__"):
        return None
    return True


def answer(expr: Apply, known: Callees, made: Mapping[Value, type] = _NONE) -> Const | None:
    """What a question comes to whatever the program is given, or None.

    `made` are objects that the program makes.
    """
    fn = expr.fn
    if isinstance(fn, Method):
        return _of_string(fn.name, expr)
    if not isinstance(fn, Ref) or fn.live or expr.kwargs:
        return None
    args = expr.args
    if fn.obj in (operator.is_, operator.is_not) and len(args) == 2:
        same = _same(args[0], args[1], known, made)
        return None if same is None else Const(same is (fn.obj is operator.is_))
    if fn.obj is isinstance and len(args) == 2:
        return _of_type(args[0], args[1], known)
    if lookup(_QUANTIFIERS, fn.obj) and len(args) == 1:
        return _of_all(fn.obj, known.display(args[0]))
    if fn.obj in (operator.not_, prims.truth, bool) and len(args) == 1:
        settled = truth(args[0], made)
        return None if settled is None else Const(settled is not (fn.obj is operator.not_))
    if not all(isinstance(a, Const) and isinstance(a.value, _PLAIN) for a in args):
        return None
    values = [a.value for a in args if isinstance(a, Const)]
    if fn.obj in (prims.contains, prims.not_contains) and len(args) == 2:
        strings = all(type(v) is str for v in values)
        return Const(bool(fn.obj(*values))) if strings else None
    if fn.obj is np.isscalar and len(args) == 1:
        return Const(bool(np.isscalar(values[0])))
    if lookup(_COMPARISONS, fn.obj) and len(args) == 2:
        try:
            return Const(bool(fn.obj(*values)))
        except TypeError:  # the program says so where it is run
            return None
    return None


def _of_string(name: str, expr: Apply) -> Const | None:
    """What a method of a string gives."""
    values = [a.value for a in expr.args if isinstance(a, Const) and type(a.value) is str]
    if name not in _OF_STRINGS or expr.kwargs or len(values) < max(len(expr.args), 1):
        return None
    try:
        return Const(getattr(values[0], name)(*values[1:]))
    except TypeError:
        return None


def _same(
    a: Atom | Star, b: Atom | Star, known: Callees, made: Mapping[Value, type]
) -> bool | None:
    """Whether two atoms are one object; only `None` and functions are asked about."""
    if isinstance(a, Const) and isinstance(b, Const):
        return None if a.value is not None and b.value is not None else a.value is b.value
    if isinstance(a, Ref) and isinstance(b, Ref):
        return None if a.live or b.live else a.obj is b.obj
    for one, other in (a, b), (b, a):
        if one == Const(None) and _is_something(other, known, made):
            return False
    return None


def _is_something(atom: Atom | Star, known: Callees, made: Mapping[Value, type]) -> bool:
    """Whether an atom is known not to be `None`."""
    if isinstance(atom, Ref):
        return not atom.live and atom.obj is not None
    return isinstance(atom, Value) and (
        atom in made or atom in known.displays or atom in known.closures
    )


def _of_all(quantifier: Any, display: Apply | None) -> Const | None:
    """`all([...])` or `any((...))` of questions that are settled."""
    if display is None or not isinstance(display.fn, Ref) or display.fn.obj is prims.build_dict:
        return None
    if not all(isinstance(a, Const) and isinstance(a.value, _PLAIN) for a in display.args):
        return None
    return Const(quantifier(a.value for a in display.args if isinstance(a, Const)))


def _of_type(atom: Atom | Star, kind: Atom | Star, known: Callees) -> Const | None:
    if not isinstance(kind, Ref) or kind.live or not isinstance(kind.obj, type):
        return None
    if isinstance(atom, Const) and isinstance(atom.value, _PLAIN):
        return Const(isinstance(atom.value, kind.obj))
    if kind.obj not in (tuple, list, dict, str):
        return None
    if isinstance(atom, Ref) and not atom.live and isinstance(atom.obj, tuple):
        return Const(kind.obj is tuple)  # the default `args=()`
    display = known.displays.get(atom) if isinstance(atom, Value) else None
    if display is None or not isinstance(display.fn, Ref):
        return None
    return Const(_TYPES[display.fn.obj] is kind.obj)
