"""Calls in a plainer form, before anything else is asked about them.

    np.hypot.outer(a, b)            np.hypot(outer_column(a, b), b)
    np.exp(x, out=np.empty(3))      np.asarray(np.exp(x), float)
    np.max([a, b])                  np.max(np.array([a, b]))
    max((a, 1), (b, 2))             max([(a, 1), (b, 2)])
    np.hypot.reduce(a)              reduced(np.hypot, a)
    np.multiply.at(x, k, v)         x[...] = scattered(np.multiply, x, k, v)

Each form has the value of the original; there are fewer of them that rules have to speak about.
"""

from __future__ import annotations

import functools
import operator
import types
from collections import Counter
from typing import Any

import numpy as np

from s2s import runtime
from s2s.analysis.levels import Levels
from s2s.analysis.sharing import may_share
from s2s.ir import prims
from s2s.ir.effects import is_append
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Closure,
    Const,
    For,
    Function,
    Let,
    Method,
    Ref,
    Star,
    Stmt,
    Value,
    Write,
)
from s2s.ir.record import replace
from s2s.ir.walk import all_atoms, blocks_of, statements, with_blocks, with_expr, with_stmts
from s2s.rules import book
from s2s.rules.bind import active_parameters
from s2s.transform.listed import JOINING
from s2s.transform.safe import outside_mask
from s2s.transform.spread import merged, spread_out

_AT_LEAST = (np.atleast_1d, np.atleast_2d, np.atleast_3d)
_NEW = (np.empty, np.zeros, np.ones, np.full)
_NEW_LIKE = (np.empty_like, np.zeros_like, np.ones_like, np.full_like)
# Parameters that take a sequence of arrays: a list is what belongs there.
_SEQUENCES = frozenset(
    "arrays tup object seq iterable choicelist choices items args operands key shape".split()
)
_OF_ARRAYS = ("np.", *(f"scipy.{part}." for part in (
    "special", "stats", "signal", "linalg", "fft", "ndimage", "integrate", "spatial")))  # fmt: skip
_TAKE_LISTS = (np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray, np.append)


def plain(function: Function) -> Function:
    """The function with such calls rewritten."""
    return replace(function, body=_Rewriter(function.body).block(function.body))


class _Rewriter:
    """What the rewriting of one function has to know of it."""

    def __init__(self, body: Block) -> None:
        self.made: dict[Value, Any] = {}
        self.lists: set[Value] = set()
        self.made_here: set[Value] = set()  # what loops give that make lists longer
        for stmt in statements(body):
            if isinstance(stmt, Let) and len(stmt.targets) == 1 and not stmt.unpack:
                self.made[stmt.targets[0]] = stmt.expr
                if self._is_list(stmt.expr):
                    self.lists.add(stmt.targets[0])
            elif isinstance(stmt, For):
                for param, init, result in zip(stmt.params, stmt.inits, stmt.results):
                    if init in self.lists:
                        self.lists |= {param, result}
                        self.made_here.add(result)
        self.reads = Counter(a for a in all_atoms(body) if isinstance(a, Value))
        self._body = body

    @functools.cached_property
    def _levels(self) -> Levels:
        return Levels(self._body)

    def _is_held(self, atom: Any) -> bool:
        """Whether a value may be a list that another one holds, or that a call gives."""
        made = self.made.get(atom)
        if not self.lists or not isinstance(atom, Value) or isinstance(made, Closure):
            return False
        if isinstance(made, Apply) and made.fn != _GETITEM and not isinstance(made.fn, Method):
            if not isinstance(getattr(made.fn, "obj", None), types.FunctionType):
                return False
        return self._levels.is_container(atom)

    def _is_list(self, expr: Any) -> bool:
        """Whether an expression is a display of a list, or a longer list."""
        if isinstance(expr, Value):
            return expr in self.lists
        if not isinstance(expr, Apply):
            return False
        if isinstance(expr.fn, Method):
            return expr.fn.name == "tolist"
        made = isinstance(expr.fn, Ref) and expr.fn.obj in (list, sorted)
        return made or expr.fn == _LIST or is_append(expr.fn)

    def block(self, block: Block) -> Block:
        """A block with its calls rewritten."""
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
                stmts += self.call(stmt, stmt.expr)
            else:
                stmts.append(with_blocks(stmt, tuple(map(self.block, blocks_of(stmt)))))
        return with_stmts(block, stmts)

    def call(self, stmt: Let, expr: Apply) -> list[Stmt]:
        """The statements that stand for one call."""
        fn = expr.fn
        member = self.made.get(fn) if isinstance(fn, Value) else None
        if isinstance(member, Apply) and member.fn == _GETATTR and len(member.args) == 2:
            base, name = member.args
            if (
                isinstance(name, Const)
                and isinstance(name.value, str)
                and not isinstance(base, Star)
            ):
                # `f = x.sum` and then `f()`
                called = Apply(Method(name.value), (base, *expr.args), expr.kwargs)
                return [replace(stmt, expr=called)]
        stars = [a.atom for a in expr.args if isinstance(a, Star)]
        if stars:  # sizes have no derivative: `(n, *x.shape)` stays
            return [stmt] if all(map(self._is_shape, stars)) else spread_out(stmt, expr)
        joined = merged(stmt, expr, self.made)
        if joined is not None:
            return joined
        before: list[Stmt] = []
        if isinstance(fn, Method) and expr.args and isinstance(expr.args[0], Ref):
            member = getattr(expr.args[0].obj, fn.name, None)  # `scipy.stats.norm.pdf(x)`
            expr = self._arrays(expr, member, before, stmt)
            return [*before, replace(stmt, expr=expr)]
        if not isinstance(fn, Ref) or fn.live:
            return [stmt]
        if fn.obj in _AT_LEAST and len(expr.args) > 1:
            parts = [Value("t") for _ in expr.args]
            each = [Let((v,), Apply(fn, (a,)), stmt.origin) for v, a in zip(parts, expr.args)]
            return [*each, replace(stmt, expr=Apply(_TUPLE, tuple(parts)))]
        if fn.obj in (max, min) and len(expr.args) > 1 and any(map(self._is_whole, expr.args)):
            whole = Value("items")  # tuples are compared, of which one is picked
            listed = Let((whole,), Apply(_LIST, expr.args), stmt.origin)
            return [listed, replace(stmt, expr=replace(expr, args=(whole,)))]
        if fn.obj is list and len(expr.args) == 1 and not expr.kwargs:
            (given,) = expr.args  # `list(map(f, x))`: nobody else has what the loop gives
            if given in self.made_here and self.reads[given] == 1:  # type: ignore[index]
                return [replace(stmt, expr=given)]
        if _is_outer(fn.obj) and len(expr.args) == 2 and not expr.kwargs:
            return self._outer(stmt, fn, expr)
        method = _ufunc_method(fn)
        if method is not None:
            return _ufunc_call(stmt, method, expr)
        expr = self._arrays(expr, fn.obj, before, stmt)
        return [*before, *self._fresh(with_expr(stmt, expr), expr, fn)]

    def _is_whole(self, atom: Any) -> bool:
        """Whether a value is a tuple or a list that is made here."""
        made = self.made.get(atom)
        return atom in self.lists or isinstance(made, Apply) and made.fn == _TUPLE

    def _is_shape(self, atom: Any) -> bool:
        """Whether a value is the shape of an array, or some of its sizes."""
        match self.made.get(atom):
            case Apply(fn=Ref(obj=obj), args=(_, Const(value="shape"))) if obj is getattr:
                return True
            case Apply(fn=Ref(obj=obj), args=(whole, _)) if obj is operator.getitem:
                return self._is_shape(whole)
            case Apply(fn=Ref(obj=obj)):
                return obj is np.shape
        return False

    def _outer(self, stmt: Let, fn: Ref, expr: Apply) -> list[Stmt]:
        """`f.outer(a, b)` as `f` of a column and a row."""
        a, b = expr.args
        ufunc = fn.obj.__self__
        column = Value("column")
        make = Apply(Ref("outer_column", runtime.outer_column), (a, b))
        whole = Ref(fn.text.rpartition(".")[0], ufunc, root=fn.root, home=fn.home)
        return [
            Let((column,), make, stmt.origin),
            replace(stmt, expr=Apply(whole, (column, b))),
        ]

    def _arrays(self, expr: Apply, obj: Any, before: list[Stmt], stmt: Let) -> Apply:
        """The call with lists of numbers as arrays, where the rule is about arrays."""
        if any(obj is fn for fn in JOINING):  # of lists, too: `listed` sees to it
            return expr
        first = self.made.get(expr.args[0]) if expr.args else None  # type: ignore[arg-type]
        ours = str(getattr(obj, "__module__", None)).startswith(("scipy", "_operator"))
        pair = isinstance(first, Apply) and first.fn == _TUPLE and not ours
        listed = self.lists & {*expr.args, *(a for _, a in expr.kwargs)}
        if self.lists and not (pair or listed) and _gives_new(obj):
            listed = {a for a in expr.args if self._is_held(a)}  # type: ignore[misc]
        if not (pair or listed) or not _wants_arrays(obj):
            return expr
        args = list(expr.args)
        options = _options(obj)
        for k, arg in enumerate(args):
            if k in options:
                continue
            if isinstance(arg, Value) and (arg in listed or pair and k == 0):
                array = Value("items")
                make = Apply(Ref("np.array", np.array), (arg,))
                before.append(Let((array,), make, stmt.origin))
                args[k] = array
        kwargs = list(expr.kwargs)
        for k, (name, given) in enumerate(kwargs):
            if given in self.lists and name in _active_names(obj):
                array = Value("items")
                make = Apply(Ref("np.array", np.array), (given,))
                before.append(Let((array,), make, stmt.origin))
                kwargs[k] = name, array
        return replace(expr, args=tuple(args), kwargs=tuple(kwargs))

    def _fresh(self, stmt: Let, expr: Apply, fn: Ref) -> list[Stmt]:
        """`f(x, out=new)`, where nothing else reads the new array."""
        options = dict(expr.kwargs)
        out = options.pop("out", None)
        args = expr.args
        if isinstance(fn.obj, np.ufunc) and out is None and len(args) == fn.obj.nin + 1:
            if fn.obj.nout == 1 and not isinstance(args[-1], Star):
                out, args = args[-1], args[:-1]
        if out == Const(None) and not isinstance(fn.obj, type):
            pairs = tuple((k, v) for k, v in options.items())
            return [replace(stmt, expr=replace(expr, args=args, kwargs=pairs))]
        if not isinstance(out, Value) or self.reads[out] != 1 or stmt.unpack:
            return [stmt]
        if len(stmt.targets) != 1:
            return [stmt]
        dtype = _dtype_of(self.made.get(out))
        if dtype is None:
            return [stmt]
        masked = "where" in options and isinstance(fn.obj, np.ufunc)
        # What the mask leaves out is empty, and NumPy asks to say that this is meant.
        pairs = (*options.items(), *((("out", Const(None)),) if masked else ()))
        bare = Value("t")
        call, stmts = Apply(expr.fn, args, pairs), list[Stmt]()
        if masked:
            stmts, call = outside_mask(call, options["where"], stmt.origin)
        stmts.append(Let((bare,), call, stmt.origin))
        result: Atom = bare
        if masked:
            result = Value("t")
            pick = Apply(Ref("np.where", np.where), (options["where"], bare, out))
            stmts.append(Let((result,), pick, stmt.origin))
        cast = Apply(Ref("np.asarray", np.asarray), (result, dtype))
        return [*stmts, replace(stmt, expr=result if dtype == _SAME else cast)]


_LIST = Ref("list", prims.build_list)
_TUPLE = Ref("tuple", prims.build_tuple)
_GETATTR = Ref("getattr", getattr)
_GETITEM = Ref("getitem", operator.getitem)
_SAME = Const(None)


def _dtype_of(made: Any) -> Atom | None:
    """The dtype of an array just made for `out=`; `_SAME` for that of the result's argument."""
    if not isinstance(made, Apply) or not isinstance(made.fn, Ref) or made.kwargs:
        return None
    if made.fn.obj in _NEW and len(made.args) <= (2 if made.fn.obj is np.full else 1):
        return Ref("float", float)
    if made.fn.obj in _NEW_LIKE and len(made.args) <= (2 if made.fn.obj is np.full_like else 1):
        return _SAME
    return None


def _is_outer(obj: Any) -> bool:
    """Whether a callable is the method `outer` of a ufunc."""
    return (
        isinstance(getattr(obj, "__self__", None), np.ufunc)
        and obj.__name__ == "outer"
        and obj.__self__.nin == 2
    )


def _ufunc_method(fn: Ref) -> Ref | None:
    """The function of the runtime that a method of a ufunc without a rule of its own is."""
    ufunc, name = getattr(fn.obj, "__self__", None), getattr(fn.obj, "__name__", "")
    if not isinstance(ufunc, np.ufunc) or name not in _UFUNC_METHODS:
        return None
    known = book().entry(ufunc)
    if known is None or known.constant or ufunc.nout != 1 or book().entry(fn.obj) is not None:
        return None
    if name == "at" and ufunc in (np.add, np.subtract):
        return None
    if name == "reduce" and ufunc in _ODD:
        return None
    function = _UFUNC_METHODS[name]
    if name == "at" and ufunc.nin == 1:
        function = runtime.scattered_each
    return Ref(function.__name__, function)


def _ufunc_call(stmt: Let, function: Ref, expr: Apply) -> list[Stmt]:
    """`f.reduce(x)` as `reduced(f, x)`; `f.at(x, k, v)` as a write of all of `x`."""
    assert isinstance(expr.fn, Ref)
    fn = expr.fn
    whole = Ref(fn.text.rpartition(".")[0], fn.obj.__self__, root=fn.root, home=fn.home)
    call = Apply(function, (whole, *expr.args), expr.kwargs)
    if not fn.obj.__name__ == "at":
        return [replace(stmt, expr=call)]
    if not isinstance(expr.args[0], Value) or expr.kwargs:
        return [stmt]
    new = Value("t")
    return [
        Let((new,), call, stmt.origin),
        Write("item", expr.args[0], Const(...), new, stmt.origin),
        *(Let((t,), Const(None), stmt.origin) for t in stmt.targets),
    ]


# `reduce` of these is no left fold with every build of NumPy: it reads what it has overwritten.
_ODD = (np.power, np.float_power, np.arctan2)
_UFUNC_METHODS: dict[str, Any] = {
    "reduce": runtime.reduced, "accumulate": runtime.accumulated,
    "reduceat": runtime.reduced_at, "at": runtime.scattered,
}  # fmt: skip


def _active_names(obj: Any) -> tuple[str, ...]:
    """The parameters of a function that its rule differentiates in."""
    entry = book().entry(obj)
    return active_parameters(entry) if entry is not None and entry.signature() else ()


def _options(obj: Any) -> set[int]:
    """The places of axes, which are no data: on a device they would have to be fetched."""
    entry = book().entry(obj)
    rule = entry.signature() if entry is not None else None
    names = rule.names() if rule is not None else ()
    return {k for k, name in enumerate(names) if name in ("axes", "axis")}


def _gives_new(obj: Any) -> bool:
    """Whether the result of a function is no view of an array that it may be given."""
    entry = book().entry(obj)
    of_python = getattr(obj, "__module__", None) in ("_operator", "builtins")
    return entry is not None and not of_python and entry.view is False and (
        not may_share(obj) and _wants_arrays(obj)
    )


def _wants_arrays(obj: Any) -> bool:
    """Whether a function of NumPy has a rule that takes its arguments for arrays."""
    entry = book().entry(obj)
    if entry is None or entry.constant or obj in _TAKE_LISTS:
        return False
    if not entry.text.startswith(_OF_ARRAYS):
        return False
    rule = entry.signature()
    return rule is not None and not _SEQUENCES & set(rule.names()[:2])
