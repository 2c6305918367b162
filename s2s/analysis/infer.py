"""What an operation gives, from what is known of its arguments."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

from s2s.analysis import callables as table
from s2s.analysis.demands import demand
from s2s.analysis.elementwise import Elementwise
from s2s.analysis.fact import ANY, NOTHING, NUMBER, NUMBER_KINDS, UNKNOWN, Contents, Fact, Join
from s2s.analysis.helpers import helper_fact
from s2s.analysis.indexing import getitem, one_of, read_contents
from s2s.analysis.iterators import iterator
from s2s.analysis.parts import joined, parts
from s2s.analysis.positions import positions
from s2s.analysis.shapes import Dim, ShapeToken, Size, Sizes, watermark
from s2s.analysis.standins import Standins, is_option
from s2s.ir import prims
from s2s.ir.outputs import is_ufunc
from s2s.ir.record import replace

Kwargs = dict[str, Fact]
_INT = np.dtype(np.int64)
_SET = Fact("object", obj=frozenset())  # that of any set: only its class is known
_TOKEN_OPTIONS = {"dtype", "copy", "order", "decimals", "k", "axis"}
_FLOAT_MATH: frozenset[Any] = frozenset(
    getattr(math, name, None)
    for name in (
        "sqrt exp log log2 log10 log1p expm1 sin cos tan asin acos atan atan2 sinh cosh tanh "
        "asinh acosh atanh erf erfc gamma lgamma hypot fabs copysign fmod pow radians degrees "
        "cbrt exp2 dist fsum"
    ).split()
) - {None}
_ALIKE = {"zeros_like", "ones_like", "empty_like", "copy"}  # new, of the shape of their argument
# These may give a tuple, depending on their options.
_SEVERAL = {
    "linalg.slogdet", "linalg.eigh", "linalg.eig", "linalg.svd", "linalg.qr", "average",
}  # fmt: skip


def _of_numbers(fact: Fact) -> Fact:
    """What the sum, or the largest, of numbers is."""
    if fact.kind not in NUMBER_KINDS:
        return UNKNOWN
    return Fact("scalar", fact.dtype, (), numeric=True)


def _of_lists(fn: Any, args: Sequence[Fact]) -> Fact:
    """Lists joined or repeated; a list and an array are added as arrays."""
    a, b = args
    if fn is operator.mul:
        return Fact(a.kind, owned=True) if b.kind in ("int", "bool") else UNKNOWN
    if a.kind != b.kind:
        return UNKNOWN if b.kind != "array" else NUMBER
    both = a.items is not None and b.items is not None
    items = (*(a.items or ()), *(b.items or ())) if both else None
    return Fact(a.kind, items=items, owned=a.kind == "list")


def _nested(dims: Sequence[Size], x: Fact) -> Fact:
    """The lists that an array of some dimensions is made into."""
    kinds = {"b": "bool", "i": "int", "u": "int", "f": "scalar"}
    kind = None if x.dtype is None else kinds.get(x.dtype.kind)
    inner = Fact(kind or "scalar", x.dtype if kind else None, (), py=True, numeric=True)
    for _ in dims:
        inner = Fact("list", contents=Contents(((ANY, inner),), watermark()), owned=True)
    return inner


def _of_container(name: str, x: Fact, args: Sequence[Fact]) -> Fact:
    """What a method of a list or dict gives."""
    assert x.contents is not None
    if name == "copy":
        return replace(x, owned=True)
    if name == "pop" and x.kind == "list":
        return read_contents(x.contents, ANY)
    if name in ("pop", "get", "setdefault") and args:
        known = args[0].is_const and not isinstance(args[0].const, tuple | slice)
        item = read_contents(x.contents, args[0].const if known else ANY)
        others = args[1:] if len(args) > 1 else (Fact.from_const(None),)
        return item if name == "pop" and len(args) == 1 else Join()(item, others[0])
    return UNKNOWN


def _given(fn: Any, args: Sequence[Fact], kwargs: Kwargs) -> Fact:
    """The array that a function of NumPy is given for its result, and gives back."""
    if is_ufunc(fn):
        return args[fn.nin] if fn.nout == 1 and len(args) > fn.nin else kwargs.get("out", UNKNOWN)
    ours = "out" in kwargs and (getattr(fn, "__module__", None) or "").startswith("numpy")
    return kwargs["out"] if ours else UNKNOWN


class Infer:
    """Inference of one expression; all state is in the sizes and in the cache of calls."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.standins = Standins()
        self.elementwise = Elementwise(sizes)
        self._reshaped: dict[Hashable, tuple[Size, ...]] = {}

    # Calls ---------------------------------------------------------------------------------

    def call(self, fn: Any, args: Sequence[Fact], kwargs: Kwargs) -> Fact:
        """The fact about `fn(*args, **kwargs)`."""
        if not table.hashable(fn):
            return UNKNOWN
        if (out := _given(fn, args, kwargs)).kind == "array" and out.dims:
            return replace(out, owned=False)
        if fn in (operator.add, operator.mul) and args[0].kind in ("list", "tuple"):
            return _of_lists(fn, args)
        if fn in (operator.iadd, operator.imul) and args[0].kind == "list":
            return Fact("list")  # whatever is put in
        if fn in table.OUT_OF_PLACE:
            return self.elementwise.inplace(table.OUT_OF_PLACE[fn], args)
        several = parts(fn, args, kwargs, self.sizes) or positions(fn, args, kwargs)
        several = several or joined(fn, args, kwargs)
        if several is not None:
            return several
        if table.is_elementwise(fn):
            return self.elementwise.apply(fn, args, kwargs)
        if fn is operator.getitem and len(args) == 2:
            return getitem(args[0], args[1], self.sizes)
        if fn is getattr and len(args) == 2 and isinstance(args[1].const, str):
            return self.attribute(args[0], args[1].const)
        if fn in table.CALLS:
            name, letters = table.CALLS[fn]
            return self._numpy(name, letters, fn, args, kwargs)
        if getattr(fn, "__module__", None) == prims.__name__ or fn in table.PLAIN:
            return self._builtin(fn, args) if not kwargs else UNKNOWN
        return self._others(fn, args, kwargs)

    def _numpy(
        self,
        name: str,
        letters: str,
        fn: Callable[..., Any],
        args: Sequence[Fact],
        kwargs: Kwargs,
    ) -> Fact:
        """A function of NumPy from the table, or a method with its receiver first."""
        if "out" in kwargs or any(
            a.kind in ("object", "dict", "str") and not a.is_const for a in args
        ):
            return UNKNOWN
        first = args[0] if args else kwargs.get("a", kwargs.get("x", UNKNOWN))
        if name in ("ndim", "size"):
            return self.attribute(first, name)
        alike = name in _ALIKE and len(args) == 1 and not kwargs
        if alike and first.kind == "array" and first.dims:
            return Fact("array", first.dtype, first.dims, owned=True, numeric=True)
        lettered = [(letters[min(k, len(letters) - 1)], a) for k, a in enumerate(args)]
        named = {k: (table.KEYWORDS.get(k, "o"), a) for k, a in kwargs.items()}
        sized = [a for letter, a in (*lettered, *named.values()) if letter == "z"]
        if name in ("reshape", "broadcast_to") or (name in table.CREATE and sized):
            known = self._sized(name, sized, args)
            if known is not None:
                return known
        if name == "arange" and all(a.kind in NUMBER_KINDS for a in sized) and "like" not in kwargs:
            if any(a.kind == "scalar" for a in sized):
                real = all(a.py for a in sized) and "dtype" not in kwargs
                real &= any(a.dtype == np.dtype(float) for a in sized)
                dtype = np.dtype(float) if real else None
                return Fact("array", dtype, (Dim(natural=True),), owned=True, numeric=True)
        if any(a.kind == "array" or a.kind == "scalar" for a in sized):
            sized_only = Fact(numeric=True, owned=name in table.CREATE)
            return sized_only
        if isinstance(first.shape, ShapeToken) or first.shape is None and first.kind == "any":
            return self._ranked(name, first, args[1:], kwargs)
        options = {k: f.const for k, (_, f) in named.items() if f.is_const}
        if len(args) > 2 and name == "tensordot":
            options["axes"] = args[2].const
        if len(args) > 1 and name == "concatenate":
            options["axis"] = args[1].const
        if all(f.is_const for letter, f in (*lettered, *named.values()) if letter == "o"):
            demand(name, args, options, self.sizes)
        found = self.standins.call(name, fn, lettered, named, self.sizes)
        if found is None:
            if name in _FILLED and sized and sized[0].kind in ("int", "tuple"):
                return _filled(sized[0])
            # Arrays or numbers in any case, but for the few that give a tuple.
            return UNKNOWN if name in _SEVERAL else _numeric(name)
        copy = kwargs.get("copy")
        keep = copy is None or copy.const is True
        return found if keep or not found.owned else replace(found, owned=False)

    def _ranked(self, name: str, x: Fact, rest: Sequence[Fact], kwargs: Kwargs) -> Fact:
        """A function of an array of unknown rank."""
        dtype = kwargs.get("dtype")
        if name in table.FULL or name == "linalg.norm":
            axis = rest[0] if rest and name != "linalg.norm" else kwargs.get("axis")
            known = all(k in ("dtype", "ddof", "keepdims", "axis", "b") for k in kwargs)
            keep = kwargs.get("keepdims")
            whole = (axis is None or axis.kind == "none") and known
            if name == "vdot" or (
                whole and (keep is None or keep.const is False) and len(rest) <= 1
            ):
                return Fact("scalar", None, (), owned=True, py=False, numeric=True)
            return Fact(numeric=True)
        keeps = name in table.KEEP and kwargs.keys() <= _TOKEN_OPTIONS
        plain = name not in ("array", "asarray", "full_like", "astype") or dtype is None
        if keeps and (
            plain or (dtype is not None and dtype.is_const and is_option(dtype.const))
        ):
            alias = name in table.MAY_ALIAS or "copy" in kwargs
            kind = "array" if x.kind == "array" and x.has_axes else "any"
            return Fact(kind, None, x.shape, owned=not alias, numeric=True)
        return UNKNOWN if name in _SEVERAL else _numeric(name)

    def _sized(self, name: str, sized: Sequence[Fact], args: Sequence[Fact]) -> Fact | None:
        """Creation, reshape and broadcast to a shape that is known as a whole."""
        target = sized[0] if len(sized) == 1 else None
        if name == "reshape" and len(sized) > 1:  # x.reshape(2, -1)
            target = Fact("tuple", items=tuple(sized))
        if target is None or name in ("identity", "eye", "tri", "arange", "linspace"):
            return None
        owned = name in table.CREATE
        if isinstance(target.size, ShapeToken):
            return Fact(
                "any" if not owned else "array", None, target.size, owned=owned, numeric=True
            )
        if owned or not args:
            return None
        entries = target.items if target.kind == "tuple" else (target,)
        if entries is None or not all(f.kind == "int" for f in entries):
            return None
        if name == "reshape" and args[0].dims is not None:
            exact = self.standins.call(
                name, np.reshape, [("d", args[0]), ("z", target)], {}, self.sizes
            )
            if exact is not None:
                return exact
        dims = self._named_sizes(name, args[0], entries)
        if (
            name == "broadcast_to"
            and args[0].dims is not None
            and len(args[0].dims) <= len(dims)
        ):
            # The argument fits into the shape: its sizes other than 1 are those of the shape.
            for a, b in zip(args[0].dims[::-1], dims[::-1], strict=False):
                if not self.sizes.may_be_one(a):
                    self.sizes.unify(a, b)
        array = args[0].kind == "array"
        # A NumPy number reshaped to `()` stays a number.
        kind = "array" if array or dims or name == "broadcast_to" else "any"
        return Fact(kind, args[0].dtype if array else None, tuple(dims), numeric=True)

    def _named_sizes(self, name: str, x: Fact, entries: Sequence[Fact]) -> list[Size]:
        """Sizes given as numbers; what is reshaped alike again has the same sizes again."""
        find = self.sizes.find
        asked = tuple(f.const if f.is_const else f.size for f in entries)
        key = (tuple(map(find, x.dims)) if x.dims is not None else None, asked)
        known = self._reshaped.get(key) if name == "reshape" else None
        if known is not None:
            return [find(d) for d in known]
        dims: list[Size] = []
        for fact in entries:
            if fact.is_const and fact.const >= 0:
                dims.append(int(fact.const))
            elif isinstance(fact.size, Dim) and (fact.size.natural or name == "broadcast_to"):
                dims.append(find(fact.size))
            else:
                dims.append(Dim(natural=True))
        if x.dims is not None and None not in asked:
            self._reshaped[key] = tuple(dims)
        return dims

    def method(self, name: str, args: Sequence[Fact], kwargs: Kwargs) -> Fact:
        """The fact about `args[0].name(*args[1:], **kwargs)`."""
        x = args[0]
        if name in ("index", "count") and x.kind in ("list", "tuple", "str"):
            return Fact("int", _INT, (), py=True, numeric=True)
        if name == "get" and x.kind == "dict" and x.keys is not None and len(args) in (2, 3):
            known = args[1].is_const and type(args[1].const) is str
            if known and args[1].const in x.keys:
                return getitem(x, args[1], self.sizes)
            return (args[2] if len(args) == 3 else Fact.from_const(None)) if known else UNKNOWN
        if x.contents is not None and x.kind in ("list", "dict"):
            return _of_container(name, x, args[1:])
        if not x.numeric:
            return UNKNOWN  # any class may have a method of this name
        if name == "clip" and 2 <= len(args) <= 3:
            return self.elementwise.apply(np.clip, args, kwargs)
        if name == "tolist" and x.dims is not None and x.kind == "array":
            return _nested(x.dims, x)
        if name not in table.METHODS:
            return UNKNOWN
        if name == "item":
            return Fact("scalar", None, (), py=True, numeric=True)
        letters = table.METHODS[name]
        if name in ("transpose", "reshape") and len(args) > 2:
            if name == "reshape":
                return self._numpy(
                    "reshape",
                    letters,
                    np.reshape,
                    [x, Fact("tuple", items=tuple(args[1:]))],
                    kwargs,
                )
            letters = "do"
        return self._numpy(name, letters, _caller(name), args, kwargs)

    # Attributes ----------------------------------------------------------------------------

    def attribute(self, x: Fact, name: str) -> Fact:
        """The fact about `x.name`; `np.shape(x)` and its like come here too."""
        dims = x.dims if x.kind in ("array", "any", *NUMBER_KINDS) else None
        if x.kind == "tuple" and x.items is not None:
            fields = getattr(x.obj, "_fields", ())
            known = name in fields and len(fields) == len(x.items)
            return replace(x.items[fields.index(name)], owned=False) if known else UNKNOWN
        if x.kind in ("object", "function", "str", "dict"):
            return UNKNOWN
        if name == "shape":
            if dims is not None:
                return Fact("tuple", items=tuple(map(self.int_of, dims)))
            return Fact("tuple", size=x.shape) if isinstance(x.shape, ShapeToken) else UNKNOWN
        if dims is None and x.numeric and name in ("size", "ndim"):
            return Fact("int", _INT, (), size=Dim(natural=True), py=True, numeric=True)
        if dims is None:
            keeps = x.numeric and name in ("real", "imag")
            return Fact(numeric=x.numeric, shape=x.shape if keeps else None)
        if name == "ndim":
            return Fact.from_const(len(dims))
        if name == "size":
            return self.int_of(self.sizes.product(dims))
        if name == "dtype":
            return UNKNOWN if x.dtype is None else Fact("object", const=x.dtype, obj=x.dtype)
        if name == "T":
            return replace(x, shape=dims[::-1], const=NOTHING, owned=False)
        if name == "mT" and len(dims) > 1:
            return replace(x, shape=(*dims[:-2], dims[-1], dims[-2]), owned=False)
        if name in ("real", "imag") and x.kind == "array":
            real = None if x.dtype is None else np.empty(0, x.dtype).real.dtype
            return Fact("array", real, dims, numeric=True)
        return UNKNOWN

    def int_of(self, size: Size) -> Fact:
        """The fact about an int that is a size."""
        size = self.sizes.find(size)
        if isinstance(size, int):
            return Fact.from_const(size)
        return Fact("int", _INT, (), size=size, py=True, numeric=True)

    # The rest ------------------------------------------------------------------------------

    def _builtin(self, fn: Any, args: Sequence[Fact]) -> Fact:
        """Displays and builtin functions."""
        if fn in (prims.build_tuple, prims.build_list):
            kind = "tuple" if fn is prims.build_tuple else "list"
            # An empty list is there to be filled.
            const: Any = NOTHING
            if kind == "tuple" and all(a.is_const for a in args):
                const = tuple(a.const for a in args)
            return Fact(
                kind, items=tuple(args) if args or kind == "tuple" else None, const=const
            )
        if fn is prims.build_dict:
            keys: list[Hashable] = [f.const for f in args[::2]]
            if all(f.is_const and table.hashable(f.const) for f in args[::2]) and len(
                set(keys)
            ) == len(keys):
                return Fact("dict", items=tuple(args[1::2]), keys=tuple(keys))
            return Fact("dict")
        if fn is prims.list_append or fn is prims.dict_put:
            return Fact("list" if fn is prims.list_append else "dict")
        if fn in (prims.contains, prims.not_contains) and len(args) == 2:
            key, there = args[0].const, args[1].keys
            if type(key) is str and there is not None and all(type(k) is str for k in there):
                return Fact.from_const((key in there) is (fn is prims.contains))
        if fn in (prims.truth, prims.contains, prims.not_contains, isinstance, bool, hasattr,
                  callable):  # fmt: skip
            return Fact("bool", np.dtype(bool), (), py=True, numeric=True)
        if fn is slice:
            parts = (Fact.from_const(None), *args, Fact.from_const(None))
            items = parts[:3] if len(args) == 1 else (*args, Fact.from_const(None))[:3]
            if all(f.is_const for f in args):
                return Fact("slice", items=items, const=slice(*(f.const for f in args)))
            return Fact("slice", items=items)
        if fn is len and len(args) == 1:
            return self._len(args[0])
        if fn is float:
            return Fact("scalar", np.dtype(float), (), py=True, numeric=True)
        if fn is complex:
            return Fact("scalar", np.dtype(complex), (), py=True, numeric=True)
        if fn is int:
            size = args[0].size if args and args[0].kind == "int" else None
            return Fact("int", _INT, (), size=size, py=True, numeric=True)
        if fn in (min, max, sum) and args and all(a.kind in NUMBER_KINDS for a in args):
            join, joined = Join(), args[0]
            for other in args[1:]:
                joined = join(joined, other)
            return replace(joined, const=NOTHING, size=None)
        if fn in (set, frozenset, prims.build_set):
            return _SET
        if fn in (list, tuple, sorted) and len(args) == 1:
            kind = "tuple" if fn is tuple else "list"
            listed = fn is not sorted and args[0].kind in ("list", "tuple")
            same = args[0].contents if args[0].kind in ("list", "any") and kind == "list" else None
            return Fact(kind, items=args[0].items if listed else None, contents=same)
        if fn is dict and len(args) == 1 and args[0].kind == "dict":
            return replace(args[0], owned=True)
        if fn is dict:
            return Fact("dict")
        if fn in (sum, min, max) and len(args) == 1 and args[0].contents is not None:
            held = read_contents(args[0].contents, ANY)
            if held.kind == "int" or held.kind == "bool" and fn is sum:
                return Fact("int", _INT, (), numeric=True)
            return _of_numbers(held)
        if fn is round and args and args[0].kind in NUMBER_KINDS:
            return Fact("scalar", None, (), numeric=True)
        return iterator(fn, args, {}, one_of)

    def _len(self, x: Fact) -> Fact:
        """`len(x)`."""
        if x.kind == "array" and x.dims:
            return self.int_of(x.dims[0])
        if x.kind in ("tuple", "list", "dict") and x.items is not None:
            return Fact.from_const(len(x.items))
        return Fact("int", _INT, (), size=Dim(natural=True), py=True, numeric=True)

    def _others(self, fn: Any, args: Sequence[Fact], kwargs: Kwargs) -> Fact:
        """`is`, `math`, and helpers of the runtime, known by name."""
        if fn is np.shape and args:
            return self.attribute(args[0], "shape")
        if fn in (operator.is_, operator.is_not):
            same = _is_none(args)
            if same is not None:
                return Fact.from_const(same is (fn is operator.is_))
            return Fact("bool", np.dtype(bool), (), py=True, numeric=True)
        if fn is operator.not_:
            if args[0].is_const and args[0].kind in (*NUMBER_KINDS, "none", "str"):
                return Fact.from_const(not args[0].const)
            return Fact("bool", np.dtype(bool), (), py=True, numeric=True)
        if fn in _FLOAT_MATH:
            return Fact("scalar", np.dtype(float), (), py=True, numeric=True)
        if str(getattr(fn, "__module__", "")).startswith("s2s.runtime"):
            if fn.__name__ in ("ratio", "over_or_zero") and len(args) == 2:
                return replace(self.elementwise.apply(operator.truediv, args, {}), py=None)
            return UNKNOWN if kwargs else helper_fact(fn, args, self.standins, self.sizes)
        return iterator(fn, args, kwargs, one_of)


_FILLED = ("zeros", "ones", "empty", "full")


def _filled(size: Fact) -> Fact:
    """A new array whose sizes nobody knows: as many as the tuple has."""
    if size.kind == "tuple" and size.items is None:
        return Fact("array", owned=True, numeric=True)
    count = 1 if size.items is None else len(size.items)
    dims = tuple(Dim(natural=True) for _ in range(count))
    return Fact("array", None, dims, owned=True, numeric=True)


def _numeric(name: str) -> Fact:
    """What a function of NumPy gives for arrays of which nothing is known."""
    if name == "outer":
        sizes = (Dim(natural=True), Dim(natural=True))
        return Fact("array", None, sizes, owned=True, numeric=True)
    return Fact(numeric=True)


def _is_none(args: Sequence[Fact]) -> bool | None:
    """Whether the two are both None, where the kinds tell; None where they do not."""
    kinds = [a.kind for a in args]
    if (
        "none" not in kinds
        or "any" in kinds
        and not all(a.numeric or a.kind != "any" for a in args)
    ):
        return None
    return kinds[0] == kinds[1]


_callers: dict[str, Callable[..., Any]] = {}


def _caller(name: str) -> Callable[..., Any]:
    """The function that calls a method by name, made once."""
    if name not in _callers:

        def call(x: Any, *args: Any, **kwargs: Any) -> Any:
            """`x.name(*args, **kwargs)`."""
            return getattr(x, name)(*args, **kwargs)

        _callers[name] = call
    return _callers[name]
