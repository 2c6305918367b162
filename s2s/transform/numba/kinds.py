"""Facts about generated code: helpers of the runtime and generated functions included.

Facts learn from an operation that it did not raise: after `x + y` the two are as long.  A loop
that indexes both without looking must not take that for granted.  So all is known twice: with
such proofs, to choose what to write, and without them (`raw`), to see which sizes have to be
compared when the program runs.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s2s.analysis.fact import NOTHING, NUMBER_KINDS, UNKNOWN, Fact, rename
from s2s.analysis.facts import Facts
from s2s.analysis.indexing import getitem
from s2s.analysis.shapes import Dim, ShapeToken, Size, Sizes
from s2s.analysis.summaries import Summaries
from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Expr, Function, Ref, Star, Undef, Value
from s2s.rules import HelperFunction
from s2s.transform.unit import Generated

# Helpers of the runtime that work element by element.
ELEMENTWISE = frozenset("""
    above below inside arctan2_slope over_or_zero phase power_log power_slope ratio
    reciprocal_or_zero softmax_share tie_share sin cos far
""".split())  # fmt: skip


# Helpers whose result has the shape and the dtype of one of their arguments.
LIKE = {
    "extreme_share": 0, "centered": 0, "softmax": 0, "cofactors": 0, "exclusive_product": 0,
    "tensordot_adjoint_a": 1, "tensordot_adjoint_b": 2, "put_diagonal": 1, "pad_adjoint": 1,
    "cholesky_adjoint": 0, "cast_bar": 1, "take_adjoint": 1, "take_along_adjoint": 1,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class OnStack:
    """What is known of the items of a list that crosses from one function to another."""

    fact: Fact


class Unproven(Sizes):
    """Sizes that are equal only where they are the same by construction."""

    def unify(self, a: Size, b: Size) -> None:
        """Learn nothing."""


class Kinds(Facts):
    """The facts about one generated function.

    Attributes
    ----------
    raw : Kinds, optional
        What is known by construction only.
    """

    def __init__(
        self, calls: Summaries, raw: Kinds | None = None, proofs: bool = True
    ) -> None:
        super().__init__(call=calls, sizes=Sizes if proofs else Unproven)
        self.raw = raw

    def of(self, atom: Atom) -> Fact:
        """All that is known of an atom; a path that does not bind it says nothing of it."""
        return _UNDEF if isinstance(atom, Undef) else super().of(atom)

    def _set(self, value: Value, fact: Fact) -> Fact:
        """Store a fact: compiled code does not tell numbers of Python from those of NumPy."""
        plain = fact.kind in NUMBER_KINDS or (fact.kind == "any" and fact.dims == ())
        if plain and fact.dtype is not None:
            kind = {"b": "bool", "i": "int", "u": "int"}.get(fact.dtype.kind, "scalar")
            fact = replace(fact, kind=kind, py=fact.dtype in _PYTHON)
        return super()._set(value, fact)

    def give(self, value: Value, fact: Fact) -> None:
        """State what is known of a parameter."""
        super().give(value, fact)
        if self.raw is not None:
            self.raw.give(value, fact)

    def learn(self, value: Value, expr: Expr) -> None:
        """Note that `value` is `expr`."""
        super().learn(value, expr)
        if self.raw is not None and not self._proving:
            self.raw.learn(value, expr)

    def certain(self, a: Any, b: Any) -> bool:
        """Whether two sizes of `raw` are the same by construction."""
        raw = self.raw or self
        return a is not None and b is not None and raw.sizes.equal(a, b)

    def raw_dims(self, a: Any) -> tuple[Any, ...] | None:
        """The sizes of an array as they are known by construction."""
        return (self.raw or self).of(a).dims

    def expression(self, expr: Expr) -> Fact:
        """The fact about an expression, calls of the runtime and of generated code included."""
        if isinstance(expr, Apply) and isinstance(expr.fn, Ref):
            name = runtime_name(expr.fn)
            if name.startswith("matmul_"):
                return super().expression(replace(expr, fn=Ref("matmul", operator.matmul)))
            if name in LIKE and len(expr.args) > LIKE[name]:
                x = self.of(expr.args[LIKE[name]])  # type: ignore[arg-type]
                if x.kind == "array" or x.kind in NUMBER_KINDS:
                    return replace(x, const=NOTHING, size=None, owned=True)
        if isinstance(expr, Apply) and isinstance(expr.fn, Ref) and not expr.kwargs:
            name = name.removesuffix("_1") if name.removesuffix("_1") in ELEMENTWISE else name
            if name and not any(isinstance(a, Star) for a in expr.args):
                found = self._runtime(name, [self.of(a) for a in expr.args])  # type: ignore[arg-type]
                if found is not None:
                    return found
        if isinstance(expr, Apply) and getattr(expr.fn, "obj", None) is prims.build_tuple:
            starred = self._starred(expr)
            if starred is not None:
                return starred
            whole = super().expression(expr)
            return replace(whole, items=self._carrying(expr, whole.items))
        if isinstance(expr, Apply) and generated(expr) is not None and self.calls is not None:
            return self.calls(expr, self)
        found = super().expression(expr)
        if isinstance(expr, Apply) and found.dtype is None:
            if getattr(expr.fn, "obj", None) is np.vdot:
                dtypes = [self.of(a).dtype for a in expr.args]  # type: ignore[arg-type]
                if all(d is not None for d in dtypes):
                    return Fact("scalar", np.result_type(*dtypes), (), numeric=True)
            return self._array(expr) or self._padded(expr) or found
        return found

    def _padded(self, expr: Apply) -> Fact | None:
        """`np.pad(x, widths)` for widths that are known."""
        if getattr(expr.fn, "obj", None) is not np.pad or len(expr.args) < 2:
            return None
        x = self.of(expr.args[0])  # type: ignore[arg-type]
        known, width = self.constant(expr.args[1])  # type: ignore[arg-type]
        if x.kind != "array" or x.dims is None or not known:
            return None
        pairs = widths(width, len(x.dims))
        dims = tuple(
            n if pair == (0, 0) else self.sizes.derived(("padded", self.sizes.find(n), pair))
            for n, pair in zip(x.dims, pairs, strict=True)
        )
        return Fact("array", x.dtype, dims, owned=True, numeric=True)

    def _carrying(
        self, expr: Apply, items: tuple[Fact, ...] | None
    ) -> tuple[Fact, ...] | None:
        """The items of a tuple; a stack among them says what is on it."""
        if items is None or len(items) != len(expr.args):
            return items
        out = []
        for a, item in zip(expr.args, items, strict=True):
            _, held = self._stacks.get(a, (0, None)) if isinstance(a, Value) else (0, None)
            out.append(item if held is None else replace(item, obj=OnStack(held)))
        return tuple(out)

    def popped(self, stack: Value) -> Fact:
        """What is taken off a stack, one that came as an argument included."""
        held = self.of(stack).obj
        if isinstance(held, OnStack):
            names: dict[Any, Any] = {}

            def fresh(d: Any) -> Any:
                if isinstance(d, Dim) and d not in names:
                    names[d] = Dim(d.maybe_one, d.natural)
                return ShapeToken() if isinstance(d, ShapeToken) else names.get(d, d)

            return replace(rename(held.fact, fresh), owned=False, const=NOTHING)
        return super().popped(stack)

    def _starred(self, expr: Apply) -> Fact | None:
        """`(n, *x.shape)`, where the items of what is starred are known."""
        if not any(isinstance(a, Star) for a in expr.args):
            return None
        items: list[Fact] = []
        for a in expr.args:
            if isinstance(a, Star):
                inner = self.of(a.atom)
                if inner.kind not in ("tuple", "list") or inner.items is None:
                    return None
                items += inner.items
            else:
                items.append(self.of(a))
        return Fact("tuple", items=tuple(items))

    def _array(self, expr: Apply) -> Fact | None:
        """`np.array` of a list or tuple of numbers, or of arrays of one rank."""
        if getattr(expr.fn, "obj", None) not in (np.array, np.asarray) or len(expr.args) != 1:
            return None
        x = self.of(expr.args[0])  # type: ignore[arg-type]
        if x.kind not in ("list", "tuple") or not x.items or expr.kwargs:
            return None
        dtypes = [f.dtype for f in x.items]
        shapes = [f.dims for f in x.items]
        first = shapes[0]
        if first is None or any(d is None for d in dtypes):  # to NumPy, None is float64
            return None
        if any(s is None or len(s) != len(first) for s in shapes):
            return None
        dtype = np.result_type(*dtypes)
        return Fact("array", dtype, (len(x.items), *first), owned=True, numeric=True)

    def _runtime(self, name: str, args: Sequence[Fact]) -> Fact | None:
        """What a helper of the runtime gives."""
        match name, args:
            case "add_at", (shadow, _, _):
                return replace(shadow, owned=False)
            case ("as_gradient", (_, x)) | ("copy_of", (x,)):
                plain = x.kind == "array" or x.kind in NUMBER_KINDS
                return replace(x, const=NOTHING, size=None, owned=True) if plain else None
            case "zeros_of", (x,) if x.kind == "array" or x.kind in NUMBER_KINDS:
                dtype = x.dtype if x.dtype is not None and x.dtype.kind in "fc" else _FLOAT64
                return Fact(_kind(x), dtype, x.shape, owned=True, numeric=True)
            case "spread_to", (g, x) if x.kind == "array":
                return Fact("array", g.dtype, x.shape, owned=True, numeric=True)
            case "unbroadcast", (g, x) if x.kind == "array" or x.kind in NUMBER_KINDS:
                return Fact(_kind(x), g.dtype, x.shape, numeric=True)
            case "written", (shadow, index):
                return getitem(shadow, index, self.sizes)
            case "accumulate", (a, b) if a.kind == b.kind == "array":
                return replace(a, owned=True)
            case "copy_of", (x,):
                return replace(x, owned=True)
        if name in ELEMENTWISE:
            real = [a for a in args if a.kind != "none"]
            shape = self.sizes.broadcast([a.shape for a in real])
            dtypes = [a.dtype for a in real]
            kind: Any = np.dtype(bool)
            if name not in ("above", "below", "inside"):
                known = all(d is not None for d in dtypes)
                kind = np.result_type(*dtypes, np.float32) if known else None
            if shape == ():
                return Fact("scalar", kind, (), numeric=True)
            return Fact("array", kind, shape, owned=True, numeric=True)
        return None


def widths(width: Any, rank: int) -> list[tuple[int, int]]:
    """How much `np.pad` adds before and after, axis by axis."""
    return [(int(b), int(a)) for b, a in np.broadcast_to(width, (rank, 2))]


def same_dtype(a: Any, b: Any) -> bool:
    """Whether two dtypes are known to be the same; to NumPy's `==`, None is float64."""
    return a is not None and b is not None and bool(a == b)


_UNDEF = Fact("undef")
_PYTHON = (np.dtype(bool), np.dtype(np.int64), np.dtype(float), np.dtype(complex))
_FLOAT64 = np.dtype(float)


def _kind(x: Fact) -> str:
    return "array" if x.kind == "array" else "scalar"


def runtime_name(fn: Any) -> str:
    """The name of a helper of the runtime, or ''."""
    module = str(getattr(getattr(fn, "obj", None), "__module__", None) or "")
    return str(fn.obj.__name__) if module.startswith("s2s.runtime") else ""


def generated(expr: Any) -> Function | None:
    """The generated function that a call is of."""
    obj = getattr(expr.fn, "obj", None)
    if isinstance(obj, Generated):
        return obj.function_ir
    return obj.function if isinstance(obj, HelperFunction) else None


def bound(function: Function, expr: Apply, facts: Facts) -> dict[str, Fact] | None:
    """The facts about the parameters of a generated function at a call."""
    names = [p.value.name for p in function.params]
    if any(isinstance(a, Star) for a in expr.args) or len(expr.args) > len(names):
        return None
    given = {n: facts.of(a) for n, a in zip(names, expr.args, strict=False)}  # type: ignore[arg-type]
    for key, atom in expr.kwargs:
        if key is None:
            return None
        given[key] = facts.of(atom)
    return given


def kinds_of(function: Function, given: Mapping[str, Fact], calls: Summaries) -> Kinds:
    """All facts about a function."""
    raw = Kinds(calls, proofs=False)
    facts = Kinds(calls, raw)
    for p in function.params:
        facts.give(p.value, given.get(p.value.name, UNKNOWN))
    raw.run(function.body)
    facts.run(function.body)
    return facts
