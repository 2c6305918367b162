"""What may be done with an object of which only the place is known, and with what holds it.

    b = bodies[k]; bodies.append(b); b is other; len(bodies)       these mean the same for places
    print(b); sorted(bodies); b == other                           these may not
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from s2s.ir import prims
from s2s.ir.effects import is_grown
from s2s.ir.nodes import Apply, Const, For, If, Let, Method, Ref, Star, Stmt, Value, While, Write
from s2s.ir.walk import iter_atoms
from s2s.transform.objects.kinds import Kinds

_DISPLAYS = (prims.build_list, prims.build_tuple, prims.build_dict)
_ASKING = (len, list, tuple, dict, reversed, operator.is_, operator.is_not)
_COMPARING = (operator.eq, operator.ne, prims.contains, prims.not_contains)
_TRUTHS = (prims.truth, operator.not_, bool)
_METHODS = frozenset(
    "append insert extend pop clear reverse copy get setdefault update keys".split()
)
_BY_VALUE = frozenset("remove index count".split())


def truth_atoms(stmt: Stmt) -> list[Any]:
    """The atoms of which a statement asks whether they are true."""
    match stmt:
        case If(test=test):
            return [test]
        case Let(expr=Apply(fn=Ref(obj=obj), args=(a,))) if any(obj is t for t in _TRUTHS):
            return [a]
    return []


def is_harmless(
    stmt: Stmt, table: Callable[[Any], Any], holds: Callable[[Any], bool], kinds: Kinds
) -> bool:  # fmt: skip
    """Whether a statement means the same when places stand for objects."""
    match stmt:
        case If() | While():
            return True
        case For(iter=it):
            return not any(table(a) is not None for a in iter_atoms(it))
        case Let(expr=Value()):
            return not stmt.unpack or table(stmt.expr) is None
        case Let(expr=Apply() as expr):
            return _call(expr, table, holds, kinds)
        case Write(kind="item", key=key, op=None):
            return not holds(key) and table(stmt.target) is None
        case Write(kind="del", key=key):
            return not holds(key) and table(stmt.target) is None
        case Write(kind="attr"):  # of an object of another kind
            return table(stmt.target) is None and (stmt.op is None or not holds(stmt.value))
    return False


def _call(
    expr: Apply, table: Callable[[Any], Any], holds: Callable[[Any], bool], kinds: Kinds
) -> bool:  # fmt: skip
    args = [a.atom if isinstance(a, Star) else a for a in expr.args]
    if not any(map(holds, args)) and not any(holds(a) for _, a in expr.kwargs):
        return not holds(expr.fn)
    if expr.kwargs:
        return False
    if isinstance(expr.fn, Method):
        if table(args[0]) is not None or any(holds(a) for a in args[1:-1]):
            return False
        plain = expr.fn.name in _BY_VALUE and all(_by_identity(table(a)) for a in args[1:])
        return expr.fn.name in _METHODS or plain
    if not isinstance(expr.fn, Ref):
        return False
    obj = expr.fn.obj
    if any(obj is d for d in _DISPLAYS) or is_grown(expr.fn):
        return True
    if obj is sorted:  # of the keys of a dict
        return isinstance(args[0], Value) and kinds.of(args[0]).keyed
    if obj is operator.add or obj is operator.iadd:  # of two lists
        return not any(table(a) is not None for a in args)
    if any(obj is t for t in _TRUTHS):
        return True
    if any(obj is c for c in _COMPARING):
        first = table(args[0])
        if any(isinstance(a, Const) and a.value is None for a in args):
            return True
        return first is not None and _by_identity(first)
    if obj is operator.getitem:
        return table(args[0]) is None and not holds(args[1])
    if obj is getattr:
        return len(args) == 2 and table(args[0]) is None
    if any(obj is a for a in (operator.is_, operator.is_not)):
        return True
    return any(obj is a for a in _ASKING) and all(table(a) is None for a in args)


def _by_identity(found: Any) -> bool:
    """Whether objects are equal only to themselves."""
    return found is None or found.cls.__eq__ is object.__eq__
