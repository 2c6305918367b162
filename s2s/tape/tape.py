"""`GradientTape`: the gradients of what a `with` block computed, from the source of the block."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from s2s.driver.trees import tree_map
from s2s.driver.trees import walk as walk_tree
from s2s.errors import Unsupported
from s2s.tape import active
from s2s.tape.held import Path, is_array
from s2s.tape.leaves import (
    UnconnectedGradients,
    add_to,
    gradient_for,
    kind_of,
    like,
    seeds_of,
    source_leaves,
    unconnected,
)
from s2s.tape.record import Record
from s2s.tape.variable import Variable

_USED = (
    "A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians)"
)


class GradientTape:
    """Differentiates what is computed in its `with` block; nothing is recorded.

    The block runs as plain Python. Its source is read, and a gradient runs the program that was
    generated from it on the values that the block was entered with.

    Parameters
    ----------
    persistent : bool
        Whether more than one gradient may be asked for.
    watch_accessed_variables : bool
        Whether trainable variables are watched without being asked to.

    Raises
    ------
    Unsupported
        On entry, where the block cannot be read, or running it again would be seen.

    Examples
    --------
    >>> import s2s
    >>> w = s2s.Variable(1.0)
    >>> with s2s.GradientTape() as tape:
    ...     loss = 4 * w + w**3
    >>> float(tape.gradient(loss, w))
    7.0
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._persistent, self._watch_accessed = persistent, watch_accessed_variables
        self._records: list[Record] = []
        self._watched: dict[int, tuple[Any, int]] = {}  # with the block from which on it counts
        self._variables: dict[int, Variable] = {}
        self._read: dict[int, Variable] = {}
        self._current: Record | None = None
        self._used = False
        self._paused = False
        self._doubt: Unsupported | None = None

    # Recording --------------------------------------------------------------------------------

    def __enter__(self) -> GradientTape:
        if self._current is not None:
            raise ValueError("Tape is still recording, This can happen if you try to re-enter an "
                             "already-active tape.")  # fmt: skip
        if self._used and not self._persistent:
            self._forget()
        self._current = Record(sys._getframe(1), self)
        self._records.append(self._current)
        active.enter(self)
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if self._current is not None:
            self._current.close(error, trace)
            self._stop()

    def _add(self, record: Record) -> None:
        """A block of a compiled function is about to run."""
        self._records.append(record)
        if self._watch_accessed:
            for leaf in record.kept:
                if isinstance(leaf, Variable) and leaf.trainable:
                    self._variables.setdefault(id(leaf), leaf)

    def _stop(self) -> None:
        active.leave(self)
        self._current = None

    def _forget(self) -> None:
        """Start afresh."""
        self._records, self._used, self._doubt = [], False, None
        self._watched, self._variables, self._read = {}, {}, {}

    def _accessed(self, variable: Variable) -> None:
        """A variable was read while recording."""
        if self._paused:
            return
        self._read.setdefault(id(variable), variable)
        if self._watch_accessed and variable.trainable:
            self._variables.setdefault(id(variable), variable)

    def watch(self, tensor: Any) -> None:
        """Take an array, or all arrays of a structure, for sources from here on.

        Raises
        ------
        ValueError
            For what is no array: a Python number, a string.
        """
        for path, leaf in walk_tree(tensor, "the value"):
            if not is_array(leaf):
                raise ValueError(
                    f"cannot watch {path}, a {type(leaf).__name__}: "
                    "make it an array with s2s.constant"
                )
            if np.asarray(leaf).dtype.kind not in "fc":
                warnings.warn(
                    f"watching {path} of dtype {leaf.dtype}: it has no gradient", stacklevel=2
                )
            if self._current is not None:
                here = self._records.index(self._current)
                self._watched.setdefault(id(leaf), (leaf, here))

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Pause: what is computed inside counts as constant."""
        if self._current is None:
            raise ValueError("the tape is not recording")
        self._paused = True
        try:
            yield
        finally:
            self._paused = False

    def reset(self) -> None:
        """Forget all that was computed and watched so far."""
        current = self._current
        self._forget()
        if current is not None:
            self._records = [current]

    def watched_variables(self) -> tuple[Variable, ...]:
        """The variables that are watched, in the order of their first use."""
        asked = [o for o, _ in self._watched.values() if isinstance(o, Variable)]
        whole = {id(v): v for v in (*self._variables.values(), *asked)}
        return tuple(whole.values())

    # Asking -----------------------------------------------------------------------------------

    def gradient(
        self, target: Any, sources: Any, output_gradients: Any = None,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
    ) -> Any:  # fmt: skip
        """The gradient of the sum of all entries of the targets.

        Parameters
        ----------
        target : array or nested structure
            What was computed.
        sources : array, Variable or nested structure
            What to differentiate by.
        output_gradients : array or list of arrays, optional
            Weights of the entries of each target; by default ones.
        unconnected_gradients : UnconnectedGradients or str
            Whether sources without a path to the target get None or zeros.

        Returns
        -------
        array or nested structure
            One gradient for each source, in their structure. Integer sources get None, and a
            warning. Complex gradients are the conjugates of those of `s2s.grad`.

        Raises
        ------
        RuntimeError
            On the second call, if the tape is not persistent.
        Unsupported, Unsound, NoRule
            Where the gradient cannot be proven right.
        """
        if target is None:
            raise TypeError("target cannot be None: it is what to take the gradient of")
        how = unconnected(unconnected_gradients)
        self._use()
        targets = [leaf for _, leaf in walk_tree(target)]
        wanted = source_leaves(sources)
        seeds = seeds_of(targets, output_gradients)
        found = self._pull(targets, seeds, wanted, sys._getframe(1))

        def one(source: Any) -> Any:
            got = found.get(id(source))
            if got is None and how is UnconnectedGradients.ZERO:
                return np.zeros(source.shape, source.dtype)[()]
            return got.copy() if isinstance(got, np.ndarray) else got

        result = tree_map(one, sources)
        outer = [t for t in active.tapes() if t is not self]
        if outer and any(found.get(id(s)) is None for s in wanted):
            for tape in outer:
                tape._doubt = Unsupported(
                    "a gradient inside the block is None, which the outer tape cannot know",
                    origin=self._records[-1].site.place.origin() if self._records else None,
                    advice=("ask the inner tape only for gradients that are connected",),
                )
        return result

    def jacobian(
        self, target: Any, sources: Any,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
        parallel_iterations: Any = None, experimental_use_pfor: bool = True,
    ) -> Any:  # fmt: skip
        """The derivatives of every entry of a target by every entry of the sources.

        The shape of each is that of the target followed by that of the source.
        """
        if not is_array(target):
            raise TypeError(f"the target of a jacobian is one array, not a {type(target).__name__}")
        how = unconnected(unconnected_gradients)
        self._use()
        wanted = source_leaves(sources)
        rows = self._rows(target, wanted, sys._getframe(1))

        def one(source: Any) -> Any:
            parts = rows.get(id(source))
            if parts is None:
                if how is UnconnectedGradients.NONE:
                    return None
                return np.zeros(np.shape(target) + tuple(source.shape), source.dtype)
            return np.reshape(np.stack(parts), np.shape(target) + tuple(source.shape))[()]

        return tree_map(one, sources)

    def batch_jacobian(
        self, target: Any, source: Any,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
        parallel_iterations: Any = None, experimental_use_pfor: bool = True,
    ) -> Any:  # fmt: skip
        """The jacobian of each row of a target by the same row of a source, stacked."""
        if not is_array(target) or not is_array(source):
            raise TypeError("the target and the source of a batch jacobian are arrays")
        if np.ndim(target) < 2 or source.ndim < 2:
            raise ValueError("a batch jacobian needs a target and a source of rank at least 2")
        if np.shape(target)[0] != source.shape[0]:
            raise ValueError(
                f"target and source of a batch jacobian have {np.shape(target)[0]} and "
                f"{source.shape[0]} rows"
            )
        self._use()
        shape, where = np.shape(target), sys._getframe(1)
        whole = (shape[0], *shape[1:], *source.shape[1:])
        result = np.zeros(whole, source.dtype)
        for index in np.ndindex(shape[1:]):
            seed = np.zeros(shape, np.asarray(target).dtype)
            seed[(slice(None), *index)] = 1
            got = self._pull([target], [seed], [source], where).get(id(source))
            if got is None:
                return result
            result[(slice(None), *index)] = got
        return result

    def _rows(self, target: Any, wanted: list[Any], where: Any) -> dict[int, list[Any]]:
        """One gradient for each entry of a target, by source."""
        rows: dict[int, list[Any]] = {}
        for index in np.ndindex(np.shape(target)):
            seed = np.zeros(np.shape(target), np.asarray(target).dtype)
            seed[index] = 1
            got = self._pull([target], [seed], wanted, where)
            for source in wanted:
                if got.get(id(source)) is not None:
                    rows.setdefault(id(source), []).append(got[id(source)])
        return rows

    def _use(self) -> None:
        """Once, unless the tape is persistent."""
        if self._used and not self._persistent:
            raise RuntimeError(_USED)
        self._used = True

    # Through the blocks -----------------------------------------------------------------------

    def _pull(
        self, targets: list[Any], seeds: list[Any], wanted: list[Any], frame: Any
    ) -> dict[int, Any]:
        """The gradients of the sources by identity, through all blocks, the last one first."""
        if self._doubt is not None:
            raise self._doubt
        current = self._current
        if current is not None:
            current.stop_here(frame, final=not self._persistent)
            if not self._persistent:
                self._stop()
        bars: dict[int, Any] = {}
        kept = list(targets)
        for target, seed in zip(targets, seeds, strict=True):
            if seed is not None:
                add_to(bars, target, seed)
        sources = list({id(s): s for s in wanted if kind_of(s) in "fc"}.values())
        start = dict(bars)
        for record in reversed(self._records):
            self._through(record, bars, sources, kept)
            self._drop_unrecorded(record, bars, sources, start)
        for s in wanted:
            if kind_of(s) not in "fc":
                warnings.warn(
                    f"a source of dtype {s.dtype} has no gradient: it gets None", stacklevel=4
                )
        self._check_known(targets)
        hidden = [
            v for v in sources if isinstance(v, Variable) and id(v) in self._read
            and not any(r.knows(v) for r in self._records)
        ]  # fmt: skip
        if hidden and targets and self._records:
            raise Unsupported(
                f"the block uses the variable `{hidden[0].name}` in a way that its source does "
                "not show",
                origin=self._records[-1].site.place.origin(),
                advice=("give the variable a name in the function that has the block",),
            )
        return {id(s): gradient_for(bars.get(id(s)), s) for s in sources}

    def _drop_unrecorded(
        self, record: Record, bars: dict[int, Any], sources: list[Any], start: dict[int, Any]
    ) -> None:
        """A value that nothing watched leads to has the gradient of a target at most."""
        for s in sources:
            name = record.produced(s)
            if id(s) not in bars or name is None or id(s) in self._watched:
                continue
            if isinstance(s, Variable) or bars[id(s)] is start.get(id(s)):
                continue
            if self._is_recorded(s, record):
                continue
            if id(s) in start:
                bars[id(s)] = start[id(s)]
            else:
                del bars[id(s)]

    def _is_recorded(self, x: Any, record: Record) -> bool:
        """Whether something watched leads to a value that a block has made."""
        name = record.produced(x)
        if name is None:
            return False
        marks: dict[str, list[tuple[Path, Any]]] = {}
        for number, path in enumerate(self._watched_leaves(record, set())):
            marks.setdefault(path.name, []).append((path, (number, "other")))
        for number, (_obj, path) in enumerate(self._from_before(record)):
            marks.setdefault(path.name, []).append((path, (number, "before")))
        return bool(record.connections((name,), (), marks)[0])

    def _from_before(self, record: Record) -> list[tuple[Any, Path]]:
        """What a block is given that an earlier one has made and recorded, with its places."""
        found = []
        for before in self._records[: self._records.index(record)]:
            for ident in before.exit:
                paths = record.leaves.get(ident, ())
                obj = before.object(ident) if paths else None
                if obj is None or kind_of(obj) not in "fc":
                    continue
                if self._is_recorded(obj, before):
                    found += [(obj, path) for path in paths]
        return found

    def _through(
        self, record: Record, bars: dict[int, Any], sources: list[Any], kept: list[Any]
    ) -> None:
        """Carry adjoints from what a block has made to what it was given."""
        ends: list[tuple[str, Any, Any]] = []
        for obj, bar in bars.values():
            text = record.produced(obj)
            if text is not None and kind_of(obj) in "fc":
                ends.append((text, obj, bar))
        if not ends:
            return
        probes = []
        names: dict[int, str] = {}
        for s in sources:
            name = record.produced(s)
            if name is None or any(s is obj for _, obj, _ in ends[:1] if len(ends) == 1):
                continue
            if not name.isidentifier():
                raise Unsupported(
                    f"the gradient with respect to `{name}`, which the block makes in a container",
                    origin=record.site.place.origin(),
                    advice=("give the value a name of its own when it is made",),
                )
            probes.append(name)
            names[id(s)] = name
        marks: dict[str, list[tuple[Path, Any]]] = {}
        wrt: dict[str, None] = {}
        inputs: list[tuple[Any, Path]] = []
        for s in sources:
            if self._is_watched(s, record):
                for path in record.leaves.get(id(s), ()):
                    inputs.append((s, path))
            elif id(s) in self._watched:
                self._check_unmixed(record, s)
        for obj, path in self._from_before(record):
            if not any(obj is s for s, _ in inputs):
                inputs.append((obj, path))
        for number, (_, path) in enumerate(inputs):
            marks.setdefault(path.name, []).append((Path(path.name, path.steps), (number, "in")))
            wrt[path.name] = None
        others = self._watched_leaves(record, {id(o) for o, _ in inputs})
        for number, path in enumerate(others):
            marks.setdefault(path.name, []).append((path, (number, "other")))
        for number, s in enumerate(sources):
            probe = names.get(id(s))
            if probe is not None:
                made = record.lifted.rewriter.made.get(probe)
                param = made if made is not None else f"{probe}_probe"
                marks.setdefault(param, []).append((Path(param), (number, "probe")))
                wrt[param] = None
        texts = tuple(text for text, _, _ in ends)
        upstream = tuple(names.values())
        connected = record.connections((*texts, *upstream), tuple(probes), marks)
        reached = frozenset().union(*connected[: len(texts)]) if texts else frozenset()
        above = dict(zip(upstream, connected[len(texts) :], strict=True))
        live = [n for n in wrt if any(m in reached for _, m in marks.get(n, ()))]
        if not live:
            return
        pull = record.pull([(t, o) for t, o, _ in ends], tuple(probes), tuple(live))
        got = pull(tuple(np.conj(like(bar, obj)) for _, obj, bar in ends))
        for number, (obj, path) in enumerate(inputs):
            if (number, "in") in reached:
                kept.append(obj)
                add_to(bars, obj, np.conj(path.read(got[path.name])))
        for number, s in enumerate(sources):
            name = names.get(id(s))
            if name is None or (number, "probe") not in reached:
                continue
            # A value that nothing watched leads to is not recorded, unless it is watched itself.
            if not self._is_watched(s, record) and not above[name] - {(number, "probe")}:
                continue
            param = record.lifted.rewriter.made.get(name) or f"{name}_probe"
            # It holds what later blocks and the target itself have given already.
            bars[id(s)] = (s, np.conj(got[param]))

    def _is_watched(self, x: Any, record: Record) -> bool:
        """Whether a value is a source in a block without depending on one."""
        if id(x) in self._watched:
            return self._watched[id(x)][1] <= self._records.index(record)
        return isinstance(x, Variable) and id(x) in self._variables

    def _check_unmixed(self, record: Record, x: Any) -> None:
        """Refuse a value that was watched after an operation on it had been recorded."""
        names = {path.name for path in record.leaves.get(id(x), ())}
        if names & record.lifted.rewriter.mixed:
            raise Unsupported(
                "a source is watched after it has been used together with other values",
                origin=record.site.place.origin(), advice=("watch it in the first block",),
            )  # fmt: skip

    def _watched_leaves(self, record: Record, known: set[int]) -> list[Path]:
        """Where the block finds watched values that nobody asks about."""
        found = []
        whole = {id(o): o for o in self._variables.values()}
        whole |= {i: o for i, (o, _) in self._watched.items()}
        for obj in whole.values():
            if not self._is_watched(obj, record):
                continue
            if id(obj) not in known and kind_of(obj) in "fc":
                found += record.leaves.get(id(obj), [])
        return found

    def _check_known(self, targets: list[Any]) -> None:
        """A target that no name holds may have been made in a block all the same."""
        for obj in targets:
            if kind_of(obj) not in "fc" or any(r.knows(obj) for r in self._records):
                continue
            for record in self._records:
                if record.lifted.leaky:
                    raise Unsupported(
                        "the block may have made this target, but no name holds it",
                        origin=record.site.place.origin(),
                        advice=("give the value a name in the block",),
                    )


Record.tape_class = GradientTape
