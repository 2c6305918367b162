"""What an expression may do: nothing, change one of its arguments in place, or anything.

Folding moves expressions, so it has to know which of them commute.  Values that may share
memory are in one class (`Aliases`); a write to one of them is a write to its class.
"""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from s2s.ir import mutators, prims
from s2s.ir.nodes import (
    Apply,
    Atom,
    Closure,
    Const,
    For,
    Function,
    If,
    Let,
    Method,
    Opaque,
    Pop,
    Push,
    Ref,
    Star,
    Stmt,
    Undef,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.outputs import gives_out, is_ufunc
from s2s.ir.walk import atoms_of, inner_defs, iter_atoms, own_atoms, statements

AUGMENTED = {fn: name for name, fn in prims.INPLACE.items()}

_OPERATORS = frozenset(
    {*prims.BINARY.values(), *prims.UNARY.values(), *prims.COMPARE.values()}
)  # fmt: skip
_READING = frozenset({
    operator.getitem, getattr, prims.build_tuple, prims.build_list, prims.build_dict,
    prims.build_set, prims.unpack_star, sum, min, max, sorted, tuple, list, dict, set,
    frozenset, zip, enumerate, reversed, any, all, slice,
})  # fmt: skip
_SCALAR = frozenset({
    prims.truth, abs, len, float, int, bool, complex, str, repr, round, pow, divmod, range,
    isinstance, issubclass, callable, hasattr, type, ord, chr, hash, id,
})  # fmt: skip
_FRESH_ARRAYS = frozenset("""
    zeros zeros_like ones ones_like full full_like empty empty_like arange linspace eye identity
    sum mean prod var std max min amax amin cumsum cumprod dot vdot matmul inner outer tensordot
    where concatenate stack vstack hstack ndim size shape argmax argmin argsort sort
    clip any all copy array tile repeat pad norm solve inv det cholesky pinv
    cross convolve correlate kron interp trapezoid gradient roll take take_along_axis bincount
    median quantile percentile average nansum nanmean nanmax nanmin polyval vander select block
    column_stack dstack searchsorted count_nonzero
""".split())  # fmt: skip
_FRESH_HELPERS = frozenset("""
    copy_of copied zeros_of as_gradient tie_share extreme_share inside kept ratio over_or_zero
    put_diagonal cofactors lower_inverse cholesky_adjoint
""".split())
_LOUD = mutators.NUMPY | mutators.SETTINGS | {"at", "load"}
_METHODS = frozenset("""
    sum mean prod var std max min argmax argmin all any dot reshape ravel flatten transpose
    swapaxes squeeze copy astype conj conjugate item tolist cumsum cumprod clip round trace
    repeat diagonal take nonzero view keys values items get index count lower upper title
    strip lstrip rstrip split rsplit partition rpartition join startswith endswith format
    replace isdigit isidentifier encode decode union intersection difference bit_length
    is_integer hex
""".split())  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effects:
    """What is asked of an expression again and again."""

    in_place: bool  # changes its first argument and gives it back
    augmented: str | None  # the gast operator of an augmented assignment
    pure: bool  # changes nothing that the program can see
    fresh: bool  # its value shares no memory with what it reads


def effects_of(expr: Apply) -> Effects:
    """The effects of a call, found out once."""
    try:
        known: Effects = expr._effects
    except AttributeError:
        name = _augmented(expr)
        changes = bool(expr.args) and (
            name is not None or is_grown(expr.fn) or is_add_at(expr.fn)
        )
        known = _effects(changes, name, _pure(expr, changes), _fresh(expr))
        object.__setattr__(expr, "_effects", known)
    return known


_effects = cache(Effects)  # there are a few dozen different ones


def in_place(expr: Any) -> bool:
    """Whether an expression changes its first argument and gives it back."""
    return type(expr) is Apply and effects_of(expr).in_place


def is_append(fn: Any) -> bool:
    """Whether a callee is `prims.list_append`."""
    return isinstance(fn, Ref) and fn.obj is prims.list_append


def is_put(fn: Any) -> bool:
    """Whether a callee is `prims.dict_put`."""
    return isinstance(fn, Ref) and fn.obj is prims.dict_put


def is_grown(fn: Any) -> bool:
    """Whether a callee consumes a list or dict and gives one that holds an item more."""
    return is_append(fn) or is_put(fn)


def is_add_at(fn: Any) -> bool:
    """Whether a callee is the runtime's `add_at`."""
    return isinstance(fn, Ref) and _module(fn.obj).startswith("s2s.runtime") and (
        getattr(fn.obj, "__name__", "") == "add_at"
    )  # fmt: skip


def augmented(expr: Any) -> str | None:
    """The gast operator of an augmented assignment such as `operator.iadd(x, y)`."""
    return effects_of(expr).augmented if type(expr) is Apply else None


def idle(expr: Any) -> bool:
    """Whether nothing is lost where nobody reads the value: to define a function does nothing."""
    return isinstance(expr, Closure) or pure(expr)


def _augmented(expr: Apply) -> str | None:
    known = isinstance(expr.fn, Ref) and len(expr.args) == 2
    name: str | None = lookup(AUGMENTED, expr.fn.obj) if known else None  # type: ignore[union-attr]
    return name


def lookup(table: Any, obj: Any) -> Any:
    """`table.get(obj)` for objects that may not hash."""
    try:
        return table.get(obj)
    except TypeError:
        return None


def member(group: frozenset[Any], obj: Any) -> bool:
    """`obj in group` for objects that may not hash or compare."""
    try:
        return obj in group
    except (TypeError, ValueError):
        return False


def _module(obj: Any) -> str:
    return getattr(obj, "__module__", None) or ""


def pure(expr: Any) -> bool:
    """Whether evaluating an expression changes nothing that the program can see."""
    if type(expr) is Apply:
        return effects_of(expr).pure
    return isinstance(expr, Value | Const | Ref)


def _pure(expr: Apply, changes: bool) -> bool:
    fn = expr.fn
    if isinstance(fn, Method):
        return fn.name in _METHODS and not gives_out(expr)
    if not isinstance(fn, Ref) or any(k == "key" for k, _ in expr.kwargs) or gives_out(expr):
        return False
    obj = fn.obj
    if member(_OPERATORS, obj) or member(_READING, obj) or member(_SCALAR, obj):
        return True
    if is_ufunc(obj):
        return True
    name, module = getattr(obj, "__name__", ""), _module(obj)
    if module == "math" or (module == "_operator" and not changes):
        return name not in ("setitem", "delitem", "call")
    if module.startswith("s2s.runtime"):
        return not is_add_at(fn)
    return _pure_numpy(obj, name, module)


def _pure_numpy(obj: Any, name: str, module: str) -> bool:
    if module == "numpy" or module.startswith(("numpy.linalg", "numpy.fft", "numpy.lib")):
        callables = name in ("vectorize", "apply_along_axis", "apply_over_axes", "fromfunction",
                             "piecewise", "frompyfunc", "nditer", "errstate", "memmap")  # fmt: skip
        return name not in _LOUD and not callables
    return False


def fresh(expr: Any) -> bool:
    """Whether the value of an expression shares no memory with what it reads."""
    return effects_of(expr).fresh if type(expr) is Apply else isinstance(expr, Const)


def _fresh(expr: Apply) -> bool:
    fn = expr.fn
    if isinstance(fn, Method):
        return fn.name in ("sum", "mean", "prod", "var", "std", "dot", "copy", "item")
    if not isinstance(fn, Ref) or gives_out(expr):
        return False
    obj = fn.obj
    if member(_OPERATORS, obj) or member(_SCALAR, obj):
        return True
    if is_ufunc(obj):
        return True
    name, module = getattr(obj, "__name__", ""), _module(obj)
    if module == math.__name__:
        return True
    if module.startswith("s2s.runtime") and name in _FRESH_HELPERS:
        return True
    if any(k == "copy" for k, _ in expr.kwargs):
        return False
    return (module == "numpy" or module.startswith("numpy.linalg")) and name in _FRESH_ARRAYS


def kept_by(expr: Apply) -> list[Atom]:
    """The operands that the value of an expression may share memory with."""
    atoms = list(atoms_of(expr))
    name = getattr(expr.fn.obj, "__name__", "") if isinstance(expr.fn, Ref) else ""
    if name in _ALONG and isinstance(expr.fn, Ref) and _module(expr.fn.obj).startswith("s2s."):
        return atoms[:1]  # the callee of a reference is no atom of its own
    return atoms


_ALONG = ("unbroadcast", "spread_to")  # the second operand gives a shape only
# What these give may share memory with their first argument, never with an index, axes, a shape.
_VIEWS = frozenset("""
    transpose reshape swapaxes moveaxis expand_dims squeeze broadcast_to ravel
""".split())  # fmt: skip


class Aliases:
    """Classes of values that may share memory, of a whole function, whatever the order."""

    def __init__(
        self, function: Function, is_array: Callable[[Atom], bool] = lambda atom: False
    ) -> None:
        self._parent: dict[Any, Any] = {}
        self._is_array = is_array  # those keep nothing of what is added to them
        self.outside: object = builtins  # what parameters, globals and callees can reach
        for p in function.params:
            self._join(p.value, self.outside)
        for stmt in statements(function.body):
            self._statement(stmt)

    def find(self, atom: Atom) -> Any:
        """The class of an atom; None for what cannot change."""
        if isinstance(atom, Value):
            return self._root(atom)
        if isinstance(atom, Ref) and atom.live:
            return self._root(self.outside)
        return None

    def _root(self, key: Any) -> Any:
        parent = self._parent
        root = key
        while root in parent:
            root = parent[root]
        while key in parent:
            parent[key], key = root, parent[key]
        return root

    def _join(self, *keys: Any) -> None:
        """Put values (and the outside, for live data) into one class."""
        first: Any = None
        for key in keys:
            if isinstance(key, Ref) and key.live:
                key = self.outside
            elif isinstance(key, Const | Ref | Star | Undef):
                continue
            root = self._root(key)
            if first is not None and first is not root:
                self._parent[first] = root
            first = root

    def _statement(self, stmt: Stmt) -> None:
        if isinstance(stmt, Let):
            expr = stmt.expr
            if not fresh(expr):
                reads: tuple[Any, ...] = atoms_of(expr)
                if _from_first(expr) or (in_place(expr) and self._is_array(reads[1])):
                    reads = expr.args[:1]  # type: ignore[union-attr]
                unknown = () if pure(expr) or in_place(expr) else (self.outside,)
                self._join(*stmt.targets, *reads, *unknown)
            return
        match stmt:
            case If(results=results):
                for r, a, b in zip(results, stmt.then.outs, stmt.orelse.outs):
                    self._join(r, a, b)
            case For() | While():
                outs = stmt.body.outs
                for p, i, o, r in zip(stmt.params, stmt.inits, outs, stmt.results):
                    self._join(p, i, o, r)
                if isinstance(stmt, For):
                    self._items(stmt)
            case With(target=target):
                if target is not None:
                    self._join(target, stmt.context, self.outside)
                for r, o in zip(stmt.results, stmt.body.outs):
                    self._join(r, o)
            case Opaque():
                self._join(self.outside, *own_atoms(stmt), *(v for _, v in stmt.writes))
            case Write():
                copied = stmt.kind in ("item", "whole", "at", "restore")
                if not copied or not self._is_array(stmt.target):
                    self._join(stmt.target, stmt.value, *stmt.args)
            case Push():
                self._join(stmt.stack, stmt.value)
            case Pop():
                self._join(stmt.stack, stmt.target)

    def _items(self, stmt: For) -> None:
        """Items may be views of what is iterated; the indices of a range are new."""
        if stmt.iter.kind != "range":
            skip = {stmt.iter.item} if stmt.iter.kind == "enumerate" else set()
            items = [v for v in inner_defs(stmt) if v not in stmt.params and v not in skip]
            self._join(*items, *iter_atoms(stmt.iter))


def _from_first(expr: Any) -> bool:
    """Whether what an expression gives can only share memory with its first argument."""
    if not isinstance(expr, Apply) or not isinstance(expr.fn, Ref) or not expr.args:
        return False
    if isinstance(expr.args[0], Star):
        return False
    obj = expr.fn.obj
    name, module = getattr(obj, "__name__", ""), _module(obj)
    if module == "numpy" or module.startswith("s2s.runtime"):
        return name in (_VIEWS if module == "numpy" else _ALONG) or is_add_at(expr.fn)
    return obj is operator.getitem
