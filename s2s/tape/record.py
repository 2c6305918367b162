"""One run of the block of a tape: what it was given, what it left, and its derivatives."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from s2s.driver.directional import Halves, Pushforward
from s2s.errors import S2SError, Unsupported
from s2s.frontend import scope
from s2s.ir.nodes import Function
from s2s.tape import active
from s2s.tape import place as places
from s2s.tape.connected import Connections
from s2s.tape.effects import check_unseen
from s2s.tape.held import Path, leaves_of, stand_in
from s2s.tape.lift import (
    Helpers,
    Lifted,
    code_key,
    entry_objects,
    follow,
    needed_names,
    structure_key,
)
from s2s.tape.variable import Variable


class Site:
    """What is known of one place, whatever runs there."""

    def __init__(self, place: places.Place) -> None:
        self.place = place
        body = place.tree.body
        items = [i.context_expr for i in place.tree.items[place.item + 1 :]]
        self.needed = needed_names([*items, *body])
        self.assigned = scope.ordered_assigned(body)
        self.last = {  # where a name is bound for the last time
            name: number for number, stmt in enumerate(body) for name in scope.assigned(stmt)
        }
        self.routes: dict[Hashable, Helpers] = {}
        self.lifted: dict[Hashable, Lifted] = {}
        self.alive: list[Any] = []


_sites: dict[tuple[int, int], Site] = {}


def site_of(frame: FrameType) -> Site:
    """The place that a frame is entering, found once."""
    place = places.find(frame)
    key = (id(place), place.item)
    if key not in _sites:
        _sites[key] = Site(place)
    return _sites[key]


class Guard:
    """Refuses a block that, run again on arrays, still finds a Variable somewhere."""

    def __init__(self, place: places.Place) -> None:
        self.place = place
        self.found: list[Variable] = []

    def __enter__(self) -> None:
        active.enter(self)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        active.leave(self)
        if self.found:
            raise Unsupported(
                f"the block uses the variable `{self.found[0].name}` in a way that its source "
                "does not show",
                origin=self.place.origin(),
                advice=("give the variable a name in the function that has the block",),
            )

    def _accessed(self, variable: Variable) -> None:
        self.found.append(variable)


class Record:
    """One run of a block.

    Parameters
    ----------
    frame : FrameType
        The caller, which is entering the block.
    tape : object
        The manager of the `with` statement.
    """

    once = False  # whether the block itself is run by generated code
    tape_class: Any = None  # `GradientTape`, which is made of this

    def __init__(self, frame: FrameType, tape: Any) -> None:
        self.frame: FrameType | None = frame
        site = site_of(frame)
        objects = entry_objects(frame, site.needed)
        item = site.place.tree.items[site.place.item]
        own = {n for n, o in objects.items() if o is tape}
        if hasattr(item.optional_vars, "id"):
            own.add(item.optional_vars.id)
        self.prepare(site, {n: o for n, o in objects.items() if n not in own}, own, tape)

    def prepare(
        self, site: Site, objects: Mapping[str, Any], own: set[str], tape: Any
    ) -> None:
        """Keep what the block is given."""
        self.site = site
        self.lifted = self._lift(objects, own, tape)
        self.objects = {n: follow(r, objects) for n, r in self.lifted.helpers.routes.items()}
        self.leaves: dict[int, list[Path]] = {}
        self.kept: list[Any] = []
        self.roots: dict[str, Any] = {}
        memo: dict[int, Any] = {}
        self.values: dict[str, Any] = {}
        for given in self.lifted.inputs:
            root = given.path.read(self.objects[given.path.name])
            self.roots[given.param] = root
            self.values[given.param] = stand_in(root, memo)
            late = self.lifted.rewriter.late.get(given.param)
            for path, leaf in leaves_of(given.param, root):
                if late is not None and not path.steps:
                    path = Path(late)
                self.leaves.setdefault(id(leaf), []).append(path)
                self.kept.append(leaf)
        for name, late in self.lifted.rewriter.late.items():
            self.values[late] = self.values[name]
        self.exit: dict[int, list[str]] = {}
        self.made: dict[str, Any] = {}
        self.cut: int | None = None
        self.closed = False
        self.programs: dict[Any, Any] = {}

    def _lift(self, objects: Mapping[str, Any], own: set[str], tape: Any) -> Lifted:
        """The block as a function, made once for surroundings of one kind."""
        site = self.site
        persistent = getattr(tape, "_persistent", True)
        named = tuple((n, code_key(o) if _fixed(o) else 0) for n, o in objects.items())
        first = (persistent, named, frozenset(own))
        helpers = site.routes.get(first)
        if helpers is None:
            helpers = Helpers(self.once)
            for name, obj in objects.items():
                helpers.add(name, obj)
            site.routes[first] = helpers
            site.alive += [o for o in objects.values() if _fixed(o)]
        data = {n: follow(r, objects) for n, r in helpers.routes.items()}
        pattern: dict[int, int] = {}
        second = tuple(
            (n, structure_key(o), pattern.setdefault(id(leaf), len(pattern)))
            for n, o in data.items() for _, leaf in leaves_of(n, o) if hasattr(leaf, "dtype")
        )  # fmt: skip
        rest = tuple((n, structure_key(o)) for n, o in data.items())
        key = (first, second, rest)
        if key not in site.lifted:
            site.lifted[key] = self._check(Lifted(
                site.place, objects, helpers, own, self.tape_class, persistent, self.once
            ))
        return site.lifted[key]

    def _check(self, lifted: Lifted) -> Lifted:
        """Refuse, before the block runs, what would be seen if it ran again."""
        function = lifted.function((), (), None)
        assert function is not None
        lifted.leaky = check_unseen(function, lifted) or lifted.rewriter.leaky
        return lifted

    # The end of the block ---------------------------------------------------------------------

    def close(self, error: BaseException | None, trace: TracebackType | None) -> None:
        """Note what the names hold now, and where an exception left the block."""
        if self.closed:
            return
        self.look()
        self.closed, self.cut = True, None
        if error is not None:
            while trace is not None and trace.tb_frame is not self.frame:
                trace = trace.tb_next
            line = trace.tb_lineno if trace is not None else 0
            self.cut = self.site.place.statement_at(line)
        self.frame = None

    def look(self) -> None:
        """Find the values that the block has made so far, by the names that hold them."""
        if self.closed or self.frame is None:
            return
        now = entry_objects(self.frame, self.site.assigned)
        self.exit, self.made = {}, {}
        for name, obj in now.items():
            self.made[name] = obj
            for path, leaf in leaves_of(name, obj):
                self.exit.setdefault(id(leaf), []).append(path.text())
                self.kept.append(leaf)
        for name, root in self.roots.items():  # containers that the block has added to
            for path, leaf in leaves_of(name, root):
                if id(leaf) not in self.leaves and hasattr(leaf, "dtype"):
                    self.exit.setdefault(id(leaf), []).append(path.text())
                    self.kept.append(leaf)

    def stop_here(self, frame: FrameType, final: bool = False) -> None:
        """The tape is asked inside its block: what follows does not count (yet)."""
        if self.frame is not frame:
            raise Unsupported(
                "the gradient is taken in a function that the block calls",
                origin=self.site.place.origin(),
                advice=("take the gradient after the block",),
            )
        self.look()
        where = places.position(frame)
        line = where[0] if where else frame.f_lineno
        self.cut = self.site.place.statement_at(line)
        if self.cut is None or not self.site.place.is_first_in(self.cut, line):
            raise Unsupported(
                "the gradient is taken in a loop or branch inside the block of its tape",
                origin=self.site.place.origin(),
                advice=("put the `with` statement inside the loop", "take it after the block"),
            )
        if final:
            self.closed, self.frame = True, None

    def knows(self, obj: Any) -> bool:
        """Whether the block is given a value, or makes it."""
        return id(obj) in self.leaves or id(obj) in self.exit

    def object(self, ident: int) -> Any:
        """The object that the block has made."""
        return next((o for o in self.kept if id(o) == ident), None)

    # Derivatives ------------------------------------------------------------------------------

    def produced(self, obj: Any) -> str | None:
        """How the block reads a value that it has made; None for other values."""
        paths = self.exit.get(id(obj))
        if paths is None or (id(obj) in self.leaves):
            return None
        # A plain name first: the place where its value is made can be told. Of several the one
        # that was bound first: the others were given its value later.
        return min(paths, key=lambda text: (
            not text.isidentifier(), self.site.last.get(text, 0), paths.index(text)
        ))  # fmt: skip

    def function(
        self, targets: tuple[str, ...], probes: tuple[str, ...]
    ) -> Function:
        """The block as a function of its data and the probes, refused where it is none."""
        made = self.lifted.function(targets, probes, self.cut)
        if made is None:
            raise Unsupported(
                f"the gradient with respect to `{probes[0]}`: the block uses the value before "
                "it has the name for good", origin=self.site.place.origin(),
                advice=("give it a name of its own, in a line of its own, when it is made",),
            )  # fmt: skip
        return made

    def arguments(self, function: Function) -> tuple[Any, ...]:
        """The values of the parameters."""
        found = []
        for p in function.params:
            name = p.value.name
            if name in self.values:
                found.append(self.values[name])
            elif name.endswith("_probe"):
                found.append(_as_data(self.made[name.removesuffix("_probe")]))
            else:
                made = self.made.get(name.removesuffix("_made"))
                found.append(made._value if isinstance(made, Variable) else None)
        return tuple(found)

    def program(
        self, kind: type[Any], targets: tuple[str, ...], probes: tuple[str, ...],
        wrt: tuple[str, ...],
    ) -> Any:  # fmt: skip
        """The derivative program of the block by some parameters."""
        key = (kind, targets, probes, wrt, self.cut)
        store = self.lifted.programs
        if key not in store:
            store[key] = _program(kind, self.lifted, self.function(targets, probes), wrt)
        return store[key]

    def pull(
        self, targets: Sequence[tuple[str, Any]], probes: tuple[str, ...], wrt: tuple[str, ...]
    ) -> Any:
        """The pullback from some values that the block has made to parameters.

        Raises
        ------
        Unsupported
            Where running the block again does not give the same values.
        """
        texts = tuple(text for text, _ in targets)
        key = (texts, probes, wrt, self.cut)
        known = self.programs.get(key)
        if known is not None:
            return known
        program = self.program(Halves, texts, probes, wrt)
        arguments = self.arguments(program.subject.function)
        program.find(arguments, {})  # errors of the compiler are not errors of the block
        try:
            with Guard(self.site.place):
                value, back = program.pull(arguments)
        except S2SError:
            raise
        except Exception as error:
            raise self.failed("running the block again", error) from error
        self.compare(value, targets)
        names = program.subject.parameters

        def pullback(seeds: Any) -> dict[str, Any]:
            try:
                return dict(zip(names, back(seeds), strict=True))
            except Exception as error:
                raise self.failed("the backward sweep of the block", error) from error

        self.programs[key] = pullback
        return pullback

    def failed(self, what: str, error: Exception) -> Unsupported:
        """What to say when generated code raises."""
        return Unsupported(
            f"{what} failed: {type(error).__name__}: {error}",
            origin=self.site.place.origin(),
            advice=("move what the block does besides computing out of it",),
        )

    def push(self, targets: Sequence[tuple[str, Any]], ways: Mapping[str, Any]) -> Any:
        """The tangents of some values that the block has made, along given ones."""
        texts = tuple(text for text, _ in targets)
        program = self.program(Pushforward, texts, (), tuple(ways))
        arguments = self.arguments(program.subject.function)
        names = program.subject.parameters
        pairs = zip(names, arguments, strict=True)
        with Guard(self.site.place):
            value, dots = program.push(arguments, tuple(ways.get(n, a) for n, a in pairs))
        self.compare(value, targets)
        return dots

    def compare(self, value: Sequence[Any], targets: Sequence[tuple[str, Any]]) -> None:
        """Refuse where the block, run again, gives other values than it gave the user."""
        for again, (text, obj) in zip(value, targets, strict=True):
            first = _as_data(obj)
            same = np.shape(again) == np.shape(first) and np.array_equal(
                again, first, equal_nan=np.asarray(first).dtype.kind in "fc"
            )
            if not same and not _close(again, first):
                raise Unsupported(
                    f"running the block again gives another value of `{text}`\n"
                    "It depends on something that has changed, or the value was changed in place.",
                    origin=self.site.place.origin(),
                    advice=("draw random numbers and read files before the block",),
                )

    def connections(
        self, targets: tuple[str, ...], probes: tuple[str, ...], marks: Mapping[str, Any]
    ) -> list[frozenset[Any]]:
        """Which of the marked values each target depends on."""
        key = (targets, probes, self.cut)
        store = self.lifted.connections
        if key not in store:
            function = self.function(targets, probes)
            store[key] = Connections(function, self.site.place, self.lifted.seen)
        function = store[key].function
        names = [p.value.name for p in function.params]
        found: list[frozenset[Any]] = store[key].of(
            dict(zip(names, self.arguments(function), strict=True)), marks
        )
        return found


def _fixed(obj: Any) -> bool:
    from s2s.frontend.resolve import is_fixed

    return is_fixed(obj)


def _as_data(obj: Any) -> Any:
    if isinstance(obj, Variable):
        return obj._value
    return np.asarray(obj) if isinstance(obj, np.ndarray) else obj


def _close(a: Any, b: Any) -> bool:
    """Equal up to rounding: sums may be taken in another order."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape or a.dtype.kind not in "fc" or b.dtype.kind not in "fc":
        return False
    eps = 64 * max(np.finfo(a.dtype).eps, np.finfo(b.dtype).eps)
    scale = np.max(np.abs(b), initial=0.0, where=np.isfinite(b))
    return bool(np.allclose(a, b, rtol=eps, atol=eps * scale, equal_nan=True))


def _program(kind: type[Any], lifted: Lifted, function: Function, wrt: tuple[str, ...]) -> Any:
    """A family of derivative programs of a lifted block."""
    made: Any = object.__new__(kind)
    made.begin(lifted.subject(function), None)
    made.chosen, made.masked = wrt, False  # a tape gives NaN where TensorFlow does
    made._renew = made.forget
    return made

