"""What is known of the values of a program: ranks, sizes that are 1, equal shapes, dtypes.

Facts only delete code: the derivative is right without any of them.  A wrong one makes a wrong
derivative, so everything here is either proven or absent.  With parameters of which nothing is
known, the code itself still tells a lot: `np.tanh(x)` has the shape of `x`, `np.sum(x)` is a
number.

What is taken for granted: an argument is an array, a number, or a container of such, not an
object that only pretends to be one; and nobody changes the shape of an array in place, except
by a statement of the program itself.
"""

from __future__ import annotations

import functools
import operator
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from s2s.analysis import callables as table
from s2s.analysis.contents import Tracked
from s2s.analysis.fact import (
    CONTAINERS,
    NOTHING,
    NUMBER,
    NUMBER_KINDS,
    UNKNOWN,
    Fact,
    Join,
    like,
    rename,
    without_items,
)  # fmt: skip
from s2s.analysis.flow import Flow, escaping
from s2s.analysis.infer import Infer
from s2s.analysis.iterators import unzipped
from s2s.analysis.parts import taken
from s2s.analysis.shapes import Dim, Dims, ShapeToken, Size, Sizes, another, watermark
from s2s.analysis.witnesses import attribute_of, witness_of
from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Block, Closure, Const, Expr, Method, Ref, Star, Value
from s2s.ir.record import replace
from s2s.ir.walk import free_values
from s2s.rules import Nothing, book

__all__ = ["NUMBER", "UNKNOWN", "Fact", "Facts"]

_MUTABLE = frozenset({"list", "dict"})


class Facts:
    """The facts about the values of one function.

    Parameters
    ----------
    pure : callable, optional
        Says of a callable whether it is known to change none of its arguments; functions of
        NumPy and operators are known without it.
    call : callable, optional
        Says what is known of the result of a call of a function with source.
    sizes : callable
        Makes the record of which sizes are equal.
    """

    def __init__(
        self, pure: Callable[[Any], bool] = lambda fn: False,
        call: Callable[[Apply, Facts], Fact] | None = None,
        sizes: Callable[[], Sizes] = Sizes,
    ) -> None:  # fmt: skip
        self.calls = call
        self.closures: Mapping[Value, Closure] = {}  # nested functions that are called
        self._make_sizes = sizes
        self.sizes = sizes()
        self._infer = Infer(self.sizes)
        self._pure = pure
        self._table: dict[Value, Fact] = {}
        self._items: dict[Value, tuple[Atom, ...]] = {}
        self._given: dict[Value, Fact] = {}
        self._undo: list[tuple[Value, Fact]] = []
        self._consts: dict[Any, Fact] = {}
        self._stacks: dict[Value, tuple[int, Fact | None]] = {}  # when made, what is on them
        self._order: list[Value] = []
        self._escaping: frozenset[Value] = frozenset()
        # Set when the program may change containers, or shapes of arrays, out of our sight.
        self.volatile = self.blind = False
        self.tracked = Tracked(Block())
        self._proving = False
        self._depth = 0  # of parts that may not run, or may run again
        self.operations: dict[int, Any] | None = {}  # `operations.classify`; None while learning
        self.believed: dict[Value, Fact] = {}
        self._stated: dict[Value, Fact] = {}

    def again(self, block: Block, given: Mapping[Value, Fact]) -> Facts:
        """The facts of generated code, in addition to those that hold for the same values here."""
        new = Facts(self._pure, self.calls)
        new.sizes, new._infer = self.sizes, self._infer
        new.believed, new._stated = self._table, self._given
        for value, fact in given.items():
            new.give(value, fact)
        new.run(block)
        return new

    # Questions (the protocol of the rules) -------------------------------------------------

    def of(self, atom: Atom) -> Fact:
        """All that is known of an atom."""
        if isinstance(atom, Value):
            fact = self._table.get(atom)
            if fact is not None and fact.contents is not None:
                now = self.tracked.of(atom)
                return fact if now is None else replace(fact, contents=now)
            return fact if fact is not None else self._set(atom, UNKNOWN)
        if isinstance(atom, Const):
            key: Any = atom
            value = atom.value
        elif isinstance(atom, Ref) and not atom.live:
            key, value = id(atom.obj), atom.obj
        else:
            return UNKNOWN
        fact = self._consts.get(key)
        if fact is None:
            fact = Fact.from_const(value)
            if (
                fact.kind == "object"
                and type(value) is np.ndarray
                and value.dtype.kind in "biufc"
            ):
                fact = Fact("array", value.dtype, value.shape, obj=value, numeric=True)
            self._consts[key] = fact
        return fact

    def constant(self, a: Atom) -> tuple[bool, Any]:
        """(True, value) when the value is known when compiling."""
        if isinstance(a, Const):
            return True, a.value
        if isinstance(a, Ref):
            return (False, None) if a.live else (True, a.obj)
        return _constant(self.of(a))

    def ndim(self, a: Atom) -> int | None:
        """The rank."""
        dims = self._dims(a)
        return None if dims is None else len(dims)

    def dims(self, a: Atom) -> tuple[Size, ...] | None:
        """The sizes: 1, another int, or a symbol that is not 1; None where one may be 1."""
        dims = self._dims(a)
        if dims is None or any(isinstance(d, Dim) and self.sizes.may_be_one(d) for d in dims):
            return None
        return dims

    def summed(self, g: Atom, x: Atom) -> tuple[int, tuple[int, ...]] | None:
        """How `g` is summed to the shape of `x`: over so many leading axes, then over these."""
        have, want = self._dims(g), self._dims(x)
        return None if have is None or want is None else self.sizes.summed(have, want)

    def same_shape(self, a: Atom, b: Atom) -> bool:
        """Whether the shapes are provably the same."""
        if a is b:
            return True
        f, g = self.of(a), self.of(b)
        if f.kind in CONTAINERS or g.kind in CONTAINERS:
            return False
        return self.sizes.same(f.shape, g.shape)

    def is_scalar(self, a: Atom) -> bool | None:
        """Whether it is a Python or NumPy scalar or a 0-d array."""
        fact = self.of(a)
        kind = fact.kind
        if kind == "any" or kind == "array":
            dims = fact.dims
            return None if dims is None else not dims
        return kind in NUMBER_KINDS

    def is_array(self, a: Atom) -> bool | None:
        """Whether it is an ndarray, neither a scalar object nor a container."""
        fact = self.of(a)
        if fact.kind == "array":
            return True
        return None if fact.kind in ("any", "object") else False

    def dtype(self, a: Atom) -> np.dtype[Any] | None:
        """The dtype; for a Python number, that of an array made of it."""
        return self.of(a).dtype

    def items(self, a: Atom) -> tuple[Atom, ...] | None:
        """The items of a value built as a tuple or list display."""
        if not isinstance(a, Value) or self.of(a).items is None:
            return None
        return self._items.get(a)

    def class_of(self, a: Atom) -> type | None:
        """The class of an object that is neither an array, a number nor a container."""
        if isinstance(a, Ref):
            return Nothing().class_of(a)
        fact = self.of(a)
        return type(fact.obj) if fact.kind == "object" and fact.obj is not None else None

    def _dims(self, a: Atom) -> Dims | None:
        """The dimensions by their representatives."""
        fact = self.of(a)
        if fact.kind not in ("any", "array", *NUMBER_KINDS) or fact.dims is None:
            return None
        return self.sizes.resolve(fact.dims)

    # Answers -------------------------------------------------------------------------------

    def give(self, value: Value, fact: Fact) -> None:
        """State what is known of a value from elsewhere: a parameter, an adjoint."""
        self._given[value] = fact
        self._set(value, fact)

    def put(self, value: Value, fact: Fact) -> None:
        """State what the control flow says of a value."""
        self._set(value, fact)

    def like(self, a: Atom) -> Fact:
        """The fact about a value of the same shape as `a`: its adjoint, its tangent.

        Nothing is said of the dtype, which need not be that of `a` before the end.
        """
        return like(self.of(a))

    def learn(self, value: Value, expr: Expr) -> None:
        """Note that `value` is `expr`."""
        if isinstance(expr, Value | Const | Ref):
            fact = self.of(expr)
            self._set(value, replace(fact, owned=False) if fact.owned else fact)
            if isinstance(expr, Value) and expr in self._items:
                self._items[value] = self._items[expr]
            return
        fact = self._alone(expr)
        if isinstance(expr, Apply) and isinstance(expr.fn, Ref) and _is_display(expr.fn.obj):
            if not expr.args:
                self._stacks.setdefault(value, (watermark(), None))
            atoms = tuple(a for a in expr.args if not isinstance(a, Star))
            if len(atoms) == len(expr.args):
                self._items[value] = atoms
        if fact.kind == "int" and fact.size is None and not fact.is_const:
            fact = replace(fact, size=Dim())  # whatever is made of this size is equally long
        self._set(value, fact)

    def pushed(self, stack: Value, item: Atom) -> None:
        """Note what is put on a stack."""
        made, known = self._stacks.get(stack, (0, None))
        fact = self.resolved(self.of(item))
        self._stacks[stack] = made, fact if known is None else Join()(known, fact)

    def popped(self, stack: Value) -> Fact:
        """What is taken off a stack: sizes that are younger than the stack may be others."""
        made, fact = self._stacks.get(stack, (0, None))
        names: dict[Any, Any] = {}

        def renewed(d: Any) -> Any:
            if not isinstance(d, Dim | ShapeToken) or d.id < made:
                return d
            if d not in names:
                names[d] = another(d)
            return names[d]

        return UNKNOWN if fact is None else replace(rename(fact, renewed), owned=False)

    def learn_unpack(self, targets: Sequence[Value], expr: Expr) -> None:
        """Note that `targets` are the items of `expr`."""
        rest = None
        if isinstance(expr, Apply) and isinstance(expr.fn, Ref) and (
            expr.fn.obj is prims.unpack_star
        ):
            source, before, _ = expr.args
            assert not isinstance(source, Star) and isinstance(before, Const)
            expr, rest = source, before.value
        fact = self.of(expr) if isinstance(expr, Value | Const | Ref) else self._alone(expr)
        for target, item in zip(targets, taken(fact, len(targets), rest, self.sizes), strict=True):
            self._set(target, item)
        if fact.kind == "array" and fact.dims and self._proving and rest is None:
            self.sizes.unify(fact.dims[0], len(targets))

    def expression(self, expr: Expr) -> Fact:
        """The fact about an expression."""
        if isinstance(expr, Closure):
            return Fact("function")
        if not isinstance(expr, Apply) or self.blind:
            return UNKNOWN
        args: list[Fact] = []
        for a in expr.args:
            if isinstance(a, Star):
                kind = _DISPLAY_KINDS.get(expr.fn.obj) if isinstance(expr.fn, Ref) else None
                several = self.of(a.atom)
                if len(expr.args) == 1 and expr.fn == _ZIP and not expr.kwargs:
                    return unzipped(several)
                if kind is None or several.kind != "tuple" or several.items is None:
                    return Fact(kind) if kind else self.calls(expr, self) if self.calls else UNKNOWN
                args += several.items
            else:
                args.append(self.of(a))
        kwargs: dict[str, Fact] = {}
        for name, atom in expr.kwargs:
            if name is None:
                return UNKNOWN if self.calls is None else self.calls(expr, self)
            kwargs[name] = self.of(atom)
        if any(a.kind == "undef" for a in args):  # it is not reached: `Summaries`
            return Fact("undef")
        made = None if _arithmetic(expr, args) else book().gives(expr, self)
        if made is not None:
            return Fact("object", obj=witness_of(made))
        if args and args[0].kind == "object":
            if expr.fn == _GETATTR:
                return attribute_of(args[0].obj, args[1])
            if isinstance(expr.fn, Method):
                return UNKNOWN if self.calls is None else self.calls(expr, self)
        if isinstance(expr.fn, Method):
            return self._infer.method(expr.fn.name, args, kwargs) if args else UNKNOWN
        known, fn = self.constant(expr.fn)
        if not known or (self.calls is not None and _has_source(fn)):
            return UNKNOWN if self.calls is None else self.calls(expr, self)
        stated = getattr(fn, "result", None)  # of a function that s2s writes
        fact = stated if isinstance(stated, Fact) else self._infer.call(fn, args, kwargs)
        if self._proving:
            self._refine(fn, expr, args)
        return fact

    def _alone(self, expr: Expr) -> Fact:
        """The fact about an expression; outside `run`, what it proves holds for its value only.

        A pass writes code for branches and loop bodies without saying which; a proof made in
        one of them must not be used in another.
        """
        mark = self.sizes.mark()
        fact = self.resolved(self.expression(expr))
        if not self._proving:
            self.sizes.undo(mark)
        return fact

    def _refine(self, fn: Any, expr: Apply, args: list[Fact]) -> None:
        """Operands that went through an operator that lists do not have are numbers."""
        for a in args:
            if not a.numeric:
                break
        else:
            return
        if fn not in _REVEALING:
            return
        for k, (atom, fact) in enumerate(zip(expr.args, args, strict=True)):
            others = [a for j, a in enumerate(args) if j != k]
            if fact.kind != "any" or fact.numeric or not isinstance(atom, Value):
                continue
            # `[1, 2] - np.float64(1)` is an array; with a number of Python it raises.
            if all(a.kind in NUMBER_KINDS and a.py is True for a in others):
                if fn is operator.mul and not all(
                    a.dtype is not None and a.dtype.kind in "fc" for a in others
                ):
                    continue
                self._undo.append((atom, fact))
                self._table[atom] = replace(fact, numeric=True)

    def _set(self, value: Value, fact: Fact) -> Fact:
        """Store the fact about a value, with names for what is not known of it."""
        believed = self.believed.get(value)
        if believed is not None:
            self._same_sizes(fact, believed)
            fact = fact.and_also(believed)
            stated = self._stated.get(value)
            if stated is not None and stated.dims is not None and fact.dims is not None:
                fact = fact.shaped(stated.shape)  # that of its primal value
        if self.blind:
            fact = UNKNOWN
        elif self.volatile and fact.items is not None:
            escapes = value in self._escaping or value not in self._items
            if escapes or any(f.items is not None for f in fact.items):
                fact = without_items(fact, _MUTABLE)
        self.tracked.returned(value, fact)
        if self.volatile and not self.believed and self.tracked.is_exposed(value):
            fact = replace(fact, contents=None)  # something that is not seen may change it
        if fact.kind in ("list", "dict") and (contents := self.tracked.of(value)) is not None and (
            fact.items is None or not self.tracked.is_still(value)
        ):  # fmt: skip
            fact = replace(fact, items=None, keys=None, const=NOTHING, contents=contents)
        if fact.shape is None and fact.kind in ("any", "array"):
            fact = fact.shaped(ShapeToken())
        elif fact.kind == "int" and fact.size is None and not fact.is_const:
            fact = replace(fact, size=Dim())
        self._order.append(value)
        self._table[value] = fact
        return fact

    def _same_sizes(self, fact: Fact, believed: Fact) -> None:
        """Two shapes of one value are the same, where neither depends on an iteration."""
        a, b = fact.dims, believed.dims
        if self._proving and not self._depth and a and b and len(a) == len(b):
            for m, n in zip(a, b, strict=True):
                self.sizes.unify(m, n)

    # Scopes --------------------------------------------------------------------------------

    def enter(self) -> tuple[int, int, int]:
        """Begin a part of the program that may not run, or may run again."""
        self._depth += 1
        return self.sizes.mark(), len(self._undo), len(self._order)

    def leave(self, mark: tuple[int, int, int]) -> None:
        """End it: its own values keep what was proved in it, all others forget it."""
        sizes, undo, order = mark
        self._depth -= 1
        own = set(self._order[order:])
        if self.sizes.changed(sizes):
            for value in own:
                self._table[value] = self.resolved(self._table[value])
        for value, fact in reversed(self._undo[undo:]):
            # A value of the part itself keeps it: what follows in the part proved it.
            if value not in own:
                self._table[value] = fact
        del self._undo[undo:]
        self.sizes.undo(sizes)

    def resolved(self, fact: Fact) -> Fact:
        """The fact with the sizes by which they are known here."""
        if fact.shape is None and fact.size is None and fact.items is None:
            return fact
        return rename(fact, self._found)

    def _found(self, size: Any) -> Any:
        return self.sizes.find(size) if isinstance(size, Dim) else size

    def merged(self, facts: Sequence[Fact]) -> Fact:
        """What alternatives have in common."""
        return functools.reduce(Join(), facts)

    def join(self, f: Fact, g: Fact) -> Fact:
        """What two alternatives have in common."""
        return self.merged((f, g))

    # Whole functions -----------------------------------------------------------------------

    def run(self, block: Block) -> None:
        """Learn everything about a function from its body; parameters are given before."""
        self._escaping = escaping(block)
        self.tracked = Tracked(block)
        self._proving, self.operations = True, None
        while True:
            before = self.volatile, self.blind
            for value in free_values(block):
                self.of(value)
            Flow(self, self._pure).block(block)
            same = (self.volatile, self.blind) == before
            if not self.tracked.again() and same:
                break
            # Something was found that takes back what was believed: begin again.
            self.sizes = self._make_sizes()
            self._infer = Infer(self.sizes)
            self._stacks = {}
            self._table, self._items, self._undo, self._order = {}, {}, [], []
            for value, fact in self._given.items():
                self._set(value, fact)
        self._proving, self.operations = False, {}


_GETATTR = Ref("getattr", getattr)
_ZIP = Ref("zip", zip)


def _has_source(fn: Any) -> bool:
    """Whether a callable is a Python function of somebody's, not of NumPy's."""
    if not isinstance(fn, types.FunctionType):
        return hasattr(type(fn), "guess")  # a function that s2s took apart: `transform/lifted.py`
    return not (getattr(fn, "__module__", None) or "").startswith(("numpy", "s2s."))


def _constant(fact: Fact) -> tuple[bool, Any]:
    """The value of a fact; lists are made anew."""
    if fact.is_const:
        return True, fact.const
    if fact.kind in ("tuple", "list") and fact.items is not None:
        parts = [_constant(f) for f in fact.items]
        if all(known for known, _ in parts):
            values = [v for _, v in parts]
            return True, tuple(values) if fact.kind == "tuple" else values
    return False, None


def _is_display(fn: Any) -> bool:
    return fn is prims.build_tuple or fn is prims.build_list


def _arithmetic(expr: Apply, args: Sequence[Fact]) -> bool:
    """Whether an expression is an operator or a ufunc on what is no object of some class."""
    fn = expr.fn
    if not isinstance(fn, Ref) or not table.hashable(fn.obj) or not table.is_elementwise(fn.obj):
        return False
    for atom, fact in zip(expr.args, args, strict=True):
        if fact.kind == "object" or isinstance(atom, Ref):
            return False
    return True


_DISPLAY_KINDS: dict[Any, str] = {prims.build_tuple: "tuple", prims.build_list: "list"}
_REVEALING = table.NUMBERS_ONLY | {operator.add, operator.mul}

