"""Facts across calls: what a callee may assume of its arguments, and its caller of its result.

Two calls of a function whose arguments have facts of one signature share what is made for it.
A signature has kinds, dtypes, ranks, which sizes are 1 and which are equal: never sizes, and no
values of numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from s2s.analysis.fact import NOTHING, Fact, Join, rename
from s2s.analysis.shapes import Dim, ShapeToken
from s2s.ir.record import replace

Groups: TypeAlias = tuple[frozenset[str], ...]  # names of parameters, and these two
RESULT, OUTSIDE = "return", "global"  # no names that a parameter can have
_VALUES = (type(None), bool, str)  # values that a signature keeps
_MAX_DEPTH = 6
_GUESSES = 3


@dataclass
class Canon:
    """Facts with their sizes numbered, and the way back."""

    facts: list[Fact]
    key: Hashable
    back: dict[Any, Any] = field(default_factory=dict)


def canonical(facts: Sequence[Fact]) -> Canon:
    """The facts of arguments as a signature."""
    numbers: dict[Any, Dim | ShapeToken] = {}
    order: dict[Any, int] = {}

    def number(d: Any) -> Any:
        if isinstance(d, Dim | ShapeToken) and d not in numbers:
            fresh = Dim(d.maybe_one, d.natural) if isinstance(d, Dim) else ShapeToken()
            numbers[d] = fresh
            order[fresh] = len(order)
        return numbers.get(d, d)

    def key(f: Fact) -> Hashable:
        def dim(d: Any) -> Hashable:
            if isinstance(d, Dim):
                return order.get(d), d.maybe_one, d.natural
            return ("token", order.get(d)) if isinstance(d, ShapeToken) else d

        shape = tuple(map(dim, f.shape)) if isinstance(f.shape, tuple) else dim(f.shape)
        items = None if f.items is None else tuple(map(key, f.items))
        dtype = None if f.dtype is None else f.dtype.str
        const = ("const", repr(f.const)) if f.is_const and isinstance(f.const, _VALUES) else (
            id(f.const) if f.is_const else None)  # fmt: skip
        contents = None if f.contents is None else tuple(
            (repr(k), key(g)) for k, g in f.contents.entries
        )  # fmt: skip
        return (
            f.kind, dtype, shape, items, f.keys, const, id(f.obj), dim(f.size), f.py, f.numeric,
            contents,
        )  # fmt: skip

    made = [rename(_strip(f), number) for f in facts]
    back = {fresh: d for d, fresh in numbers.items()}
    return Canon(made, tuple(map(key, made)), back)


def _strip(f: Fact) -> Fact:
    """Without the values of numbers, without ownership."""
    items = None if f.items is None else tuple(map(_strip, f.items))
    keep = not f.is_const or isinstance(f.const, _VALUES) or f.kind == "function"
    number = f.kind in ("int", "scalar", "bool")
    if f.is_const and not keep:
        f = replace(f, const=NOTHING, size=Dim() if f.kind == "int" else None)
    elif f.is_const and number and f.kind != "bool":
        f = replace(f, const=NOTHING)
    return replace(f, items=items, owned=False)


@dataclass(frozen=True)
class _Call:
    """A call whose callee is known."""

    callee: Hashable
    function: Any
    canon: Canon
    key: Hashable
    names: tuple[str, ...]

    @property
    def given(self) -> dict[str, Fact]:
        """What is known of the parameters, with sizes of its own."""
        return dict(zip(self.names, self.canon.facts, strict=True))


@dataclass
class Summaries:
    """What calls of functions with source give, by signature.

    `bind` says of a call which function it is of and which facts its parameters get; `infer`
    finds the fact about the result, and whether the call may change containers of its caller.
    """

    bind: Callable[[Any, Any], tuple[Hashable, Any, Mapping[str, Fact]] | None]
    infer: Callable[[Any, Mapping[str, Fact], Summaries], tuple[Fact, bool]]
    share: Callable[[Any, Mapping[str, Fact], Summaries], Groups | None] | None = None
    known: dict[Hashable, Fact] = field(default_factory=dict)
    groups: dict[Hashable, Groups | None] = field(default_factory=dict)
    changes: dict[Hashable, bool] = field(default_factory=dict)  # containers of the caller
    trusted: set[Hashable] = field(default_factory=set)  # to change none, before that was sure
    asked: set[Hashable] = field(default_factory=set)
    depth: int = 0

    def __call__(self, expr: Any, facts: Any) -> Fact:
        """The fact about the result of a call."""
        call = self._call(expr, facts)
        return Fact() if call is None else self._result(call)

    def _call(self, expr: Any, facts: Any) -> _Call | None:
        """A call by its signature, if its callee is known."""
        bound = self.bind(expr, facts)
        if bound is None:
            return None
        callee, function, given = bound
        canon = canonical(list(given.values()))
        return _Call(callee, function, canon, (callee, tuple(given), canon.key), tuple(given))

    def _result(self, call: _Call) -> Fact:
        """The fact about the result of a call of a known callee."""
        key = call.key
        self.asked.add(key)
        if key not in self.known:
            if self.depth >= _MAX_DEPTH:
                return Fact()
            named = call.given
            self.depth += 1
            try:
                guess = getattr(call.callee, "guess", None)
                guessed = guess(named) if guess else None
                self.known[key] = self._confirmed(key, call.function, named, guessed)
            finally:
                self.depth -= 1
            self.known[key, "dims"] = Fact(obj=call.canon.back)
        back = self._back(call.canon, key)
        fresh: dict[Any, Any] = {}

        def renamed(d: Any) -> Any:
            if not isinstance(d, Dim | ShapeToken):
                return d
            if d in back:
                return back[d]
            if d not in fresh:
                fresh[d] = Dim(d.maybe_one, d.natural) if isinstance(d, Dim) else ShapeToken()
            return fresh[d]

        return rename(self.known[key], renamed)

    def is_calm(self, expr: Any, facts: Any) -> bool:
        """Whether a call certainly changes no container that its caller may see."""
        call = self._call(expr, facts)
        if call is None:
            return False
        self._result(call)
        calm = self.changes.get(call.key) is False
        if calm:
            self.trusted.add(call.key)
        return calm

    def together(self, expr: Any, facts: Any) -> Groups | None:
        """The parameters of a callee that may share memory afterwards, with the result or not.

        None is what is not known: then all of them may.
        """
        call = self._call(expr, facts) if self.share is not None else None
        if call is None or self.depth >= _MAX_DEPTH:
            return None
        key = call.key
        if key not in self.groups:
            # Of a recursive call nothing is known, but what the callee says.
            self.groups[key] = getattr(call.callee, "groups", None)
            if self.groups[key] is not None:
                return self.groups[key]
            self.depth += 1
            try:
                assert self.share is not None
                self.groups[key] = self.share(call.function, call.given, self)
            finally:
                self.depth -= 1
        return self.groups[key]

    def _confirmed(
        self, key: Hashable, function: Any, named: Mapping[str, Fact], guess: Fact | None
    ) -> Fact:
        """The fact about the result; a guess about recursive calls must follow from itself."""

        def run(assumed: Fact) -> Fact:
            self.known[key] = assumed
            found, changes = self.infer(function, named, self)
            if changes and not self.changes[key]:
                self.changes[key] = True
                if key in self.trusted:  # what was found is not to be relied on
                    self._forget(known, groups, changed)
                    self.changes[key] = True
                    return run(assumed)
            return replace(_strip(found), owned=found.owned)

        known, groups, changed = dict(self.known), dict(self.groups), dict(self.changes)
        self.changes[key] = False  # until it shows
        # At first, a recursive call gives nothing: what is found is what the other ways give.
        guess = Fact("undef") if guess is None else guess
        for _ in range(_GUESSES):
            guess = replace(_strip(guess), owned=False)
            self.asked.discard(key)
            found = run(guess)
            if key not in self.asked and found.kind != "undef":
                return found
            weaker = Join()(guess, found)
            if canonical([weaker]).key == canonical([guess]).key and guess.kind != "undef":
                return found
            guess = weaker
            changes = self.changes[key]
            self._forget(known, groups, changed)
            self.changes[key] = changes
        return run(Fact())  # of a recursive call nothing is known

    def _forget(
        self, known: Mapping[Hashable, Fact], groups: Mapping[Hashable, Groups | None],
        changes: Mapping[Hashable, bool],
    ) -> None:  # fmt: skip
        """Go back to what was known: the rest followed from what was only assumed."""
        self.known.clear()
        self.known.update(known)
        self.groups.clear()
        self.groups.update(groups)
        self.changes.clear()
        self.changes.update(changes)

    def _back(self, canon: Canon, key: Hashable) -> dict[Any, Any]:
        """From the sizes of the first call of a signature to those of this one."""
        record = self.known.get((key, "dims"))
        if record is None:
            return {}
        first = list(record.obj)
        return dict(zip(first, canon.back.values(), strict=True))


def together(expr: Any, facts: Any) -> Groups | None:
    """Which parameters of a callee may share memory with its result, or with each other."""
    ask = getattr(facts.calls, "together", None)
    found: Groups | None = ask(expr, facts) if ask is not None else None
    return found
