"""What NumPy itself answers on tiny arrays that stand for the real ones.

Sizes that are not known become distinct primes, so that a size of the result can be recognised:
it is one of them, a product of them, or a number.  Everything is asked several times with other
primes, in another order, and with 1 for each size that may be 1; only what holds every time is
believed.  The values of the stand-ins mean nothing and nothing is concluded from those of the
result.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from s2s.analysis.callables import CLIPPED, CREATE, MAY_ALIAS, UNSURE_DTYPE
from s2s.analysis.fact import NUMBER_KINDS, Fact, const_key
from s2s.analysis.shapes import Dim, Size, Sizes

_PRIMES = (5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)
_LARGEST = 300_000  # elements of one stand-in
_OPTIONS = (
    type(None),
    bool,
    int,
    float,
    complex,
    str,
    slice,
    type(...),
    np.dtype,
    type,
    np.generic,
)


class Unfit(Exception):
    """The arguments cannot be stood in for."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One argument as a recipe: `make` builds it from the sizes of the symbols."""

    key: Hashable
    make: Callable[[Sequence[int]], Any]


class Symbols:
    """The unknown sizes of one call, numbered in the order in which they are met."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.dims: list[Dim] = []
        self.literals: set[int] = set()

    def number(self, size: Size) -> int | tuple[int]:
        """A literal size as itself, a symbol as (its number,)."""
        size = self.sizes.find(size)
        if not isinstance(size, Dim):
            self.literals.add(size)
            return size
        if size not in self.dims:
            self.dims.append(size)
        return (self.dims.index(size),)

    def assignments(self) -> Iterator[list[int]]:
        """Sizes to try: every order of two symbols, small ones, and 1 where it is possible."""
        primes = [p for p in _PRIMES if p not in self.literals]
        count = len(self.dims)
        if 2 * count > len(primes):
            raise Unfit
        first = primes[:count]
        yield first
        if not count:
            return
        yield primes[1 : count + 1][::-1] if count > 1 else [primes[3]]
        yield [p for p in (2, 3, *primes) if p not in self.literals][:count]
        ones = [k for k, d in enumerate(self.dims) if self.sizes.may_be_one(d)]
        if len(ones) > 6:
            raise Unfit
        for k in ones:
            yield [1 if j == k else p for j, p in enumerate(first)]
        if len(ones) > 1:
            yield [1 if j in ones else p for j, p in enumerate(first)]


def is_option(value: Any) -> bool:
    """Whether a constant may be handed to NumPy as it is."""
    if isinstance(value, tuple | list):
        return all(map(is_option, value))
    if isinstance(value, type):
        return value in (bool, int, float, complex) or issubclass(value, np.number | np.bool_)
    return (
        isinstance(value, _OPTIONS)
        and value != np.dtype(object)
        and value not in ("O", "object")
    )


def data_slot(fact: Fact, symbols: Symbols, zeros: bool = False) -> Slot:
    """An argument whose values do not matter."""
    if fact.is_const and is_option(fact.const):
        value = fact.const
        return Slot(("const", const_key(value)), lambda sizes: value)
    if fact.kind in ("scalar", "int", "bool"):
        one = scalar_of(fact)
        return Slot((type(one), str(fact.dtype)), lambda sizes: one)
    if fact.kind in ("tuple", "list") and fact.items is not None:
        slots = [data_slot(f, symbols, zeros) for f in fact.items]
        return Slot(
            (fact.kind, *(s.key for s in slots)), lambda sizes: [s.make(sizes) for s in slots]
        )
    dims = fact.dims
    if dims is None or not fact.numeric:
        raise Unfit
    numbers = tuple(map(symbols.number, dims))
    dtype = fact.dtype or np.dtype(float)

    def make(sizes: Sequence[int]) -> Any:
        """An array of these sizes: well-conditioned where it is square."""
        shape = tuple(n if isinstance(n, int) else sizes[n[0]] for n in numbers)
        if prod(shape) > _LARGEST:
            raise Unfit
        if zeros:
            return np.zeros(shape, dtype)
        if len(shape) < 2:
            return np.ones(shape, dtype)
        array = np.empty(shape, dtype)
        array[...] = np.eye(*shape[-2:], dtype=dtype)
        return array

    return Slot(("array", dtype.str, numbers, zeros), make)


def size_slot(fact: Fact, symbols: Symbols, natural: bool) -> Slot:
    """An argument that says how large the result is."""
    if fact.is_const and is_option(fact.const):
        value = fact.const
        for n in value if isinstance(value, tuple) else (value,):
            if isinstance(n, int):
                symbols.literals.add(n)
        return Slot(("const", const_key(value)), lambda sizes: value)
    if fact.kind == "int" and isinstance(fact.size, Dim):
        size = symbols.sizes.find(fact.size)
        if natural and isinstance(size, Dim) and not fact.size.natural:
            raise Unfit
        number = symbols.number(size)
        return Slot(
            ("size", number),
            lambda sizes: number if isinstance(number, int) else sizes[number[0]],
        )
    if fact.kind == "tuple" and fact.items is not None:
        slots = [size_slot(f, symbols, natural) for f in fact.items]
        return Slot(
            ("sizes", *(s.key for s in slots)),
            lambda sizes: tuple(s.make(sizes) for s in slots),
        )
    raise Unfit


def option_slot(fact: Fact) -> Slot:
    """An argument that must be known."""
    if fact.kind == "list" and fact.items is not None:
        slots = [option_slot(f) for f in fact.items]
        return Slot(
            ("list", *(s.key for s in slots)), lambda sizes: [s.make(sizes) for s in slots]
        )
    if not fact.is_const or not is_option(fact.const):
        raise Unfit
    value = fact.const
    return Slot(("option", const_key(value)), lambda sizes: value)


def scalar_of(fact: Fact) -> Any:
    """A number of the type of a scalar."""
    dtype = fact.dtype or np.dtype(float)
    one = np.ones((), dtype)[()]
    return one if fact.py is False else one.item()


_MOST = 4096
_UNASKED = object()


class Kept:
    """Answers of NumPy, which are the same in every compilation: the last few thousand."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, Any] = {}

    def get(self, key: Hashable, ask: Callable[[], Any]) -> Any:
        """The answer to a question, asked if it is not known."""
        found = self._answers.get(key, _UNASKED)
        if found is _UNASKED:
            found = ask()
            if len(self._answers) >= _MOST:
                self._answers.clear()
            self._answers[key] = found
        return found


_KEPT = Kept()


class Standins:
    """Calls on stand-ins, each made once."""

    def call(
        self,
        name: str,
        fn: Callable[..., Any],
        args: Sequence[tuple[str, Fact]],
        kwargs: dict[str, tuple[str, Fact]],
        sizes: Sizes,
    ) -> Fact | None:
        """The fact about `fn(*args, **kwargs)`; each argument comes with its letter."""
        symbols = Symbols(sizes)
        natural, zeros = name not in CREATE, name == "take"

        def slot(letter: str, fact: Fact) -> Slot:
            """The recipe of one argument."""
            if letter == "d":
                return data_slot(fact, symbols, zeros and fact.dtype is not None
                                 and fact.dtype.kind in "iu")  # fmt: skip
            return size_slot(fact, symbols, natural) if letter == "z" else option_slot(fact)

        try:
            slots = [slot(*a) for a in args]
            named = {k: slot(*a) for k, a in kwargs.items()}
        except Unfit:
            return None
        ones = tuple(map(sizes.may_be_one, symbols.dims))
        key = (name, fn, *(s.key for s in slots), *((k, s.key) for k, s in named.items()), ones)

        def ask() -> _Result | None:
            runs = self._runs(fn, slots, named, symbols)
            return None if runs is None else _common(runs)

        found: _Result | None = _KEPT.get(key, ask)
        if found is None:
            return None
        leaves = [f for f in facts_of(args, kwargs) if f.numeric and not f.is_const]
        maker = _Maker(
            symbols, all(map(has_type, leaves)) and name not in UNSURE_DTYPE,
            any(f.dims == () and not has_type(f) for f in leaves), name not in MAY_ALIAS,
            name in CLIPPED and bool(symbols.dims),
        )  # fmt: skip
        return maker.fact(found, ("call", key, tuple(symbols.dims)))

    def _runs(
        self,
        fn: Callable[..., Any],
        slots: list[Slot],
        named: dict[str, Slot],
        symbols: Symbols,
    ) -> list[tuple[list[int], Any, bool]] | None:
        """For each assignment: the sizes, the result, whether it shares memory."""
        runs = []
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("error")
                for sizes in symbols.assignments():
                    args = [s.make(sizes) for s in slots]
                    kwargs = {k: s.make(sizes) for k, s in named.items()}
                    result = fn(*args, **kwargs)
                    runs.append((sizes, result, _shares(result, [*args, *kwargs.values()])))
        except Exception:  # whatever NumPy has against the stand-ins: nothing is known
            return None
        return runs


def facts_of(
    args: Sequence[tuple[str, Fact]], kwargs: dict[str, tuple[str, Fact]]
) -> Iterator[Fact]:
    """The numbers and arrays among arguments, those inside lists included."""
    stack = [f for _, f in (*args, *kwargs.values())]
    while stack:
        fact = stack.pop()
        if fact.items is not None and fact.kind != "slice":
            stack.extend(fact.items)
        else:
            yield fact


def _shares(result: Any, args: list[Any]) -> bool:
    """Whether a result may share memory with an argument."""
    if isinstance(result, tuple | list):
        return any(_shares(r, args) for r in result)
    if not isinstance(result, np.ndarray):
        return False
    flat = [b for a in args for b in (a if isinstance(a, list) else [a])]
    return any(isinstance(a, np.ndarray) and np.may_share_memory(a, result) for a in flat)


@dataclass(frozen=True, slots=True)
class _Result:
    """What the runs have in common: the type, the dtype, and how the sizes come about."""

    kind: str
    dtype: np.dtype[Any] | None = None
    py: bool | None = None
    dims: tuple[tuple[str, Any], ...] = ()
    items: tuple[_Result, ...] = ()
    shares: bool = False


def _common(runs: list[tuple[list[int], Any, bool]]) -> _Result | None:
    """What holds in every run."""
    results = [r for _, r, _ in runs]
    shares = any(s for _, _, s in runs)
    first = results[0]
    if len({type(r) for r in results}) != 1:
        return None
    if isinstance(first, tuple | list):
        if len({len(r) for r in results}) != 1:
            return None
        parts = [_common([(n, r[k], s) for n, r, s in runs]) for k in range(len(first))]
        if any(p is None for p in parts):
            return None
        kind = "tuple" if isinstance(first, tuple) else "list"
        return _Result(kind, items=tuple(p for p in parts if p is not None))
    if isinstance(first, np.ndarray):
        if len({r.ndim for r in results}) != 1 or len({r.dtype for r in results}) != 1:
            return None
        dims = tuple(
            _source([n for n, _, _ in runs], column)
            for column in zip(*(r.shape for r in results), strict=True)
        )
        return _Result("array", first.dtype, dims=dims, shares=shares)
    if isinstance(first, bool | int | float | complex | np.generic):
        dtype = np.asarray(first).dtype
        if any(np.asarray(r).dtype != dtype for r in results) or dtype.kind not in "biufc":
            return None
        kind = {"b": "bool", "i": "int", "u": "int"}.get(dtype.kind, "scalar")
        return _Result(kind, dtype, py=not isinstance(first, np.generic))
    return None


def _source(sizes: list[list[int]], column: tuple[int, ...]) -> tuple[str, Any]:
    """Where a size of the result comes from, given what it was in each run."""
    for k in range(len(sizes[0])):
        if all(n[k] == size for n, size in zip(sizes, column, strict=True)):
            return "symbol", k
    if len(set(column)) == 1:
        return "number", column[0]
    factors, rest = [], column[0]
    for k, prime in enumerate(sizes[0]):
        while prime > 1 and rest and rest % prime == 0:
            factors.append(k)
            rest //= prime
    if rest == 1 and all(
        prod(n[k] for k in factors) == size for n, size in zip(sizes, column, strict=True)
    ):
        return "product", tuple(factors)
    return "other", None


@dataclass(frozen=True, slots=True)
class _Maker:
    """Turns what the runs have in common into a fact in terms of the real sizes."""

    symbols: Symbols
    typed: bool  # the types of all arguments are known
    vague: bool  # some argument may be a number or a 0-d array
    owned: bool
    clipped: bool

    def fact(self, found: _Result, key: Hashable) -> Fact:
        """The fact of a result; `key` names the sizes that only it has."""
        if found.kind in ("tuple", "list"):
            items = tuple(self.fact(f, (key, k)) for k, f in enumerate(found.items))
            return Fact(found.kind, items=items)
        dtype = found.dtype if self.typed else None
        if not found.dims and self.vague:
            return Fact("any", None, (), owned=self.owned and not found.shares, numeric=True)
        if found.kind != "array":
            kind = found.kind if self.typed or found.kind == "bool" else "scalar"
            py = found.py if self.typed else None
            return Fact(kind, dtype, (), owned=True, py=py, numeric=True)
        dims = tuple(self._size(source, (key, k)) for k, source in enumerate(found.dims))
        return Fact("array", dtype, dims, owned=self.owned and not found.shares, numeric=True)

    def _size(self, source: tuple[str, Any], key: Hashable) -> Size:
        """One size of the result."""
        match source:
            case "symbol", int(k):
                return self.symbols.dims[k]
            case "number", int(n) if not self.clipped:
                return n
            case "product", tuple(ks) if not self.clipped:
                return self.symbols.sizes.product([self.symbols.dims[k] for k in ks])
        return self.symbols.sizes.derived(key)


def has_type(fact: Fact) -> bool:
    """Whether the dtype is known, and whether it gives way to that of an array."""
    if fact.dtype is None or (fact.kind == "any" and fact.shape == ()):
        return False
    return fact.py is not None or fact.kind not in NUMBER_KINDS
