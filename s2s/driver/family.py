"""One transform of one function: the generic program, and a compiled one for each signature."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from s2s.analysis.fact import Fact
from s2s.analysis.shapes import Dim
from s2s.driver.annotations import annotated
from s2s.driver.arrays import array_module
from s2s.driver.compile import Module, build, write
from s2s.driver.device import move
from s2s.driver.dispatch import Token, equal_sizes, fact_of, is_number, kept, ones, signature
from s2s.driver.room import with_room
from s2s.driver.standalone import importable_text
from s2s.driver.subject import Home, Subject
from s2s.rules import book
from s2s.transform.kinds import guarded, kinds_of
from s2s.transform.pipeline import Program

_MOST = 256  # signatures of one derivative that are kept compiled, and shapes known for them


class Family:
    """The programs that differentiate one function in one way.

    Parameters
    ----------
    fn : callable
        What to differentiate.
    """

    target = "numpy"  # or "numba"
    parallel = False  # whether Numba may use several threads

    def __init__(self, fn: Any) -> None:
        self.begin(Subject(fn), fn)

    def begin(self, subject: Subject, fn: Any) -> None:
        """Start with nothing compiled; `fn` is what the subject was made from, if anything."""
        self.subject = subject
        self._fn = fn
        self._cache: dict[Any, Specialized] = {}  # by signature
        self._found: dict[Any, Specialized] = {}  # the same by the shapes of a call
        self._calls: dict[Any, Specialized] = {}  # the same for arrays and numbers alone
        self._of_a_float: Specialized | None = None  # the same for a lone Python float
        self._warned: set[str] = set()
        self._rules = book()
        self._edition = self._rules.edition
        self._plain = False  # whether to compile for NumPy whatever the target

    def wrt(self, given: Mapping[str, Any]) -> tuple[str, ...]:
        """The parameters to differentiate by, given the arguments of a call."""
        raise NotImplementedError

    def transform(self, wrt: tuple[str, ...], given: Mapping[str, Fact]) -> Program:
        """The program for some facts about the parameters."""
        raise NotImplementedError

    def check(self, wrt: tuple[str, ...], bound: Mapping[str, Any]) -> None:
        """Refuse arguments that have no derivative."""

    def look_at(self, program: Program, wrt: tuple[str, ...]) -> None:
        """Say what is remarkable about a new program."""

    def finished(self, made: Specialized) -> Specialized:
        """What is done with every new program."""
        return made

    def _key(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any], token: Token | None = None
    ) -> Any:
        """What the compiled program for some arguments is kept under."""
        if kwargs or self.subject.args or self.subject.keywords:
            whole = (*args, *self.subject.args, *self.subject.keywords.values())
            return (signature((*whole, *kwargs.values()), token), tuple(kwargs))
        return signature(args, token)

    def find(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Specialized:
        """The compiled program for some arguments, ready to run."""
        if self._edition != self._rules.edition:  # the user has entered a rule since
            self._edition = self._rules.edition
            self._renew()
        key = self._key(args, kwargs)
        known = self._found.get(key)
        if known is not None and known.module.ready():
            return known
        found = self._look_up(args, kwargs, equal_sizes(), {})
        _keep(self._found, key, found)
        return found

    def find_for_any_size(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Specialized:
        """The program for arguments of the same kinds, whichever of their sizes are equal."""
        return self._look_up(args, kwargs, ones, None)

    def _look_up(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any], token: Token,
        sizes: dict[int, Dim] | None,
    ) -> Specialized:  # fmt: skip
        """The program for a signature, compiled if it is not there or no longer right."""
        key = self._key(args, kwargs, token)
        known = self._cache.get(key)
        if known is not None and known.module.ready():
            return known
        if known is not None:
            self._renew()
        made = with_room(lambda: self._compile(args, kwargs, sizes))
        _keep(self._cache, key, made)
        made.module.ready()
        return made

    def forget(self) -> None:
        """Drop all compiled programs."""
        self._cache.clear()
        self._forget_calls()

    def remember(self, args: tuple[Any, ...], found: Specialized) -> None:
        """Keep the program of a call where a call may look for it without `signature`.

        That is where the types of the arguments, and of arrays dtype and shape, say it all.
        """
        if self.subject.args or self.subject.keywords:
            return
        key: Any = None
        for x in args:
            if type(x) is np.ndarray:
                key = (key, x.dtype, x.shape)
            elif is_number(x):
                key = (key, type(x))
            else:
                return
        _keep(self._calls, key, found)
        if key == (None, float) and found.module.settled:
            self._of_a_float = found

    def _forget_calls(self) -> None:
        """Look the program of every call up again."""
        self._found.clear()
        self._calls.clear()
        self._of_a_float = None

    def _renew(self) -> None:
        """Start again: a name of the user now denotes another function."""
        self.subject = Subject(self._fn)
        self.forget()

    def _compile(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any], sizes: dict[int, Dim] | None
    ) -> Specialized:
        """The program for arguments like these."""
        subject = self.subject
        bound = subject.bind(args, kwargs)
        wrt = self.wrt(subject.given(args, kwargs))
        self.check(wrt, bound)
        given = {n: fact_of(v, sizes) for n, v in bound.items() if subject.facts_apply(n)}
        program = self.transform(wrt, given)
        self.look_at(program, wrt)
        values = list(bound.values())
        homes = subject.homes(program.functions, values)
        if self.target == "numba" and not self._plain:
            facts, more = self.native_arguments(program, wrt, given, values)
            module: Module = self._native(program, homes, facts, more)
        else:
            module = build(program, homes)
        device = array_module(values)
        if device is not None:
            move(module, device)
        entry = subject.entry(module.entry)
        return self.finished(Specialized(module, entry, program, wrt, tuple(kept(values))))

    def native_arguments(
        self, program: Program, wrt: tuple[str, ...], given: Mapping[str, Fact],
        values: list[Any],
    ) -> tuple[Mapping[str, Fact], list[Any]]:  # fmt: skip
        """What is known of the parameters of the entry, and examples of its arguments."""
        return given, values

    def _native(
        self, program: Program, homes: list[Home], given: Mapping[str, Fact], values: list[Any]
    ) -> Module:
        """The program compiled by Numba, with a warning for what is not."""
        from s2s.driver.native import build_native, warn_of_fallback

        module = build_native(program, homes, given, values, self.parallel)
        warn_of_fallback(module, self.subject.name, level=7)
        return module

    def leave_native(
        self, error: Exception, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> bool:
        """Put NumPy code in the place of a compiled program that an error has shown to be wrong.

        That is one whose loops take sizes to be the same that are not, or that Numba cannot
        call with these arguments.
        """
        from s2s.driver.native import why_not

        reason = why_not(error)
        if reason is None:
            return False
        warnings.warn(
            f"`{self.subject.name}` runs as NumPy code for arguments like these: {reason}",
            stacklevel=3,
        )
        self._plain = True
        try:
            made = self._compile(args, kwargs, {})
        finally:
            self._plain = False
        self._cache[self._key(args, kwargs, equal_sizes())] = made
        self._forget_calls()
        return True

    def given(self) -> dict[str, Fact]:
        """What is known before any call: the kinds of what is bound already."""
        subject = self.subject
        if not subject.args and not subject.keywords:
            return {}
        bound = subject.full.bind_partial(*subject.args, **subject.keywords).arguments
        return {n: fact_of(v) for n, v in bound.items() if subject.facts_apply(n)}

    def generic(self, wrt: tuple[str, ...]) -> Generic:
        """The program that makes no assumption about arguments to come."""
        program = with_room(lambda: self.transform(wrt, self.given()))
        return Generic(self.subject, program)

    def promised(self, wrt: tuple[str, ...]) -> Generic:
        """The generic program, shorter by what annotations promise; it refuses other arguments.

        Whoever differentiates by an `int` means to pass floats.
        """
        bound = self.given()
        subject = self.subject
        promises = {} if subject.generated else annotated(subject.root)
        promises = {
            n: p for n, p in promises.items() if n not in bound and subject.facts_apply(n)
            and not (n in wrt and p[0].dtype is not None and p[0].dtype.kind in "biu")
        }  # fmt: skip
        facts = {**bound, **{n: fact for n, (fact, _) in promises.items()}}
        program = with_room(lambda: self.transform(wrt, facts))
        kinds = {n: kind for n, (_, kind) in promises.items()}
        return Generic(subject, guarded(program, kinds))

    def written_for(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Generic:
        """The program for arguments of the kinds of these, which refuses others."""
        found = self.find_for_any_size(args, kwargs)
        bound = self.subject.bind(args, kwargs)
        kinds = kinds_of({n: x for n, x in bound.items() if self.subject.facts_apply(n)})
        return Generic(self.subject, guarded(found.program, kinds))

    def warn_unused(self, program: Program, wrt: tuple[str, ...], level: int) -> None:
        """Warn of parameters on which the result does not depend."""
        for name in program.idle:
            if name not in self._warned:
                self._warned.add(name)
                warnings.warn(
                    f"the result of `{self.subject.name}` does not depend on `{name}`: "
                    "its gradient is zero",
                    stacklevel=level,
                )


def _keep(cache: dict[Any, Specialized], key: Any, made: Specialized) -> None:
    """Put a program into a cache that forgets the oldest when it is full."""
    if len(cache) >= _MOST:
        del cache[next(iter(cache))]
    cache[key] = made


@dataclass(eq=False)
class Specialized:
    """One compiled program: callable, with its text.

    Attributes
    ----------
    module : Module
        The generated module.
    """

    module: Module
    entry: Callable[..., Any]
    program: Program
    wrt: tuple[str, ...]
    alive: tuple[Any, ...] = ()  # objects that its key names by identity
    halves: Any = None  # of a tangent: what is done for all directions, and for each

    @property
    def source(self) -> str:
        """The functions as text."""
        return self.module.text

    def module_source(self) -> str:
        """The functions with all that they need, as the text of a module to import."""
        return importable_text(self.module.scope, self.module.text)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The derivative at the arguments, taken to be like those it was made for."""
        self.module.ready()
        return self.entry(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<s2s program {self.program.entry}, in {self.module.filename}>"


@dataclass(eq=False)
class Generic:
    """The program that holds for all arguments; compiled only when called."""

    subject: Subject
    program: Program

    @cached_property
    def source(self) -> str:
        """The functions as text."""
        homes = self.subject.homes(self.program.functions, [])
        return with_room(lambda: write(self.program, homes))[1]

    @cached_property
    def module(self) -> Module:
        """The compiled program."""
        homes = self.subject.homes(self.program.functions, [])
        return with_room(lambda: build(self.program, homes))


def checked_target(target: str) -> str:
    """The name of a target, refused where there is none of this name.

    Raises
    ------
    ValueError
        For anything but "numpy" and "numba".
    """
    if target not in ("numpy", "numba"):
        raise ValueError(f'there is no target {target!r}: "numpy" and "numba" are the targets')
    return target
