"""The block of a tape in a compiled function: runs as the forward half of its derivative."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gast
import numpy as np

from s2s.driver.directional import Halves
from s2s.driver.trees import zeros
from s2s.errors import Unsupported
from s2s.ir.nodes import Function
from s2s.runtime import detached
from s2s.tape.connected import Run
from s2s.tape.effects import check_unseen, is_loud, only_shows_or_draws
from s2s.tape.held import leaves_of
from s2s.tape.leaves import kind_of
from s2s.tape.lift import Lifted
from s2s.tape.place import Place
from s2s.tape.record import Record, Site
from s2s.tape.settled import is_settled
from s2s.tape.tape import GradientTape
from s2s.tape.variable import Variable
from s2s.tape.written import written


class Block:
    """One block of a compiled function.

    Parameters
    ----------
    place : Place
        The `with` statement.
    outer, cells : mapping
        Where names that are not local are looked up.
    tape : str
        The name of the tape.
    outs : tuple of str
        The names that the rest of the function reads.
    targets : tuple of str
        Those of which gradients are taken.
    """

    def __init__(
        self, place: Place, outer: Mapping[str, Any], cells: Mapping[str, Any], tape: str,
        outs: tuple[str, ...], targets: tuple[str, ...],
    ) -> None:  # fmt: skip
        self.site = Site(place)
        self.outer, self.cells, self.tape = outer, cells, tape
        self.outs = outs
        self.targets = tuple(n for n in outs if n in targets)
        if set(targets) - set(outs):
            raise Unsupported("a target that the block does not make")
        self.watched = tuple(_watched(place.tree.body, tape))

    def __call__(self, tape: GradientTape, local: Mapping[str, Any]) -> Any:
        """Run the block; the values of `outs`."""
        record = Forward(self, tape, self.objects(local))
        tape._add(record)
        values = record.run(tape)
        return values[0] if len(self.outs) == 1 else values

    def objects(self, local: Mapping[str, Any]) -> dict[str, Any]:
        """What the names of the block denote."""
        found = {}
        for name in self.site.needed:
            if name in local:
                found[name] = local[name]
            elif name in self.cells:
                found[name] = self.cells[name].cell_contents
            elif name in self.outer:
                found[name] = self.outer[name]
        return found

    def texts(self) -> list[str]:
        """The generated halves."""
        found: dict[str, None] = {}
        for lifted in self.site.lifted.values():
            for program in lifted.programs.values():
                for made in program._cache.values():
                    found[made.source] = None
        return list(found)


class Forward(Record):
    """A run of a block that has kept what its backward half needs."""

    once = True

    def __init__(self, block: Block, tape: GradientTape, objects: dict[str, Any]) -> None:
        self.block = block
        self.frame = None
        own = {block.tape, *(n for n, o in objects.items() if o is tape)}
        self.prepare(block.site, {n: o for n, o in objects.items() if n not in own}, own, tape)
        self.closed = True

    def _check(self, lifted: Lifted) -> Lifted:
        """The block runs once: what it shows or draws does no harm, if no branch hangs on it."""
        function = lifted.function((), (), None)
        assert function is not None
        try:
            lifted.leaky = check_unseen(function, lifted) or lifted.rewriter.leaky
        except Unsupported:
            if not only_shows_or_draws(function) or not is_settled(function, harmless=is_loud):
                raise
            lifted.seen = True
        return lifted

    def check_given(self, function: Function) -> None:
        """Refuse a block that writes into what it is given: it runs on copies."""
        if self.lifted.written is None:
            self.lifted.written = written(function)
        for name in self.lifted.written:
            root = self.roots.get(name)
            fixed = isinstance(root, np.ndarray) and not root.flags.writeable
            if not fixed and not isinstance(root, Variable | float | int | str | np.generic):
                raise Unsupported(
                    f"the block of a tape in a compiled function writes into `{name}`",
                    origin=self.site.place.origin(),
                    advice=(
                        f"work on a copy: `{name} = {name}.copy()` in the block",
                        "or leave out @s2s.function",
                    ),
                )

    def run(self, tape: GradientTape) -> Sequence[Any]:
        """The values that the block makes."""
        tape._current = self
        try:
            for name in self.block.watched:
                tape.watch(self.objects[name])
        finally:
            tape._current = None
        given = [x for x in self.leaf_objects() if kind_of(x) in "fc"]
        moving = [x for x in given if tape._is_watched(x, self)]
        self.wrt = tuple(dict.fromkeys(p.name for v in moving for p in self.leaves[id(v)]))
        entries = tuple(self.lifted.rewriter.entries)
        if entries and self.lifted.rewriter.renamed:
            raise Unsupported(
                "the block of a compiled function assigns a variable and gives one a second name",
                origin=self.site.place.origin(),
                advice=("use one name for a variable", "or leave out @s2s.function"),
            )
        if self.lifted.rewriter.made:
            raise Unsupported(
                "a Variable is made in the block of a tape in a compiled function",
                origin=self.site.place.origin(), advice=("make it before the block",),
            )  # fmt: skip
        hidden = [n for n in (*self.block.outs, *entries) if n not in self.block.targets]
        texts = (*self.block.targets, *(f"{detached.__name__}({n})" for n in hidden))
        self.lifted.names[detached.__name__] = detached
        function = self.function(texts, ())
        self.check_given(function)
        arguments = self.arguments(function)
        if self.wrt and self.block.targets:
            program = self.program(Halves, texts, (), self.wrt)
            values, self._back = program.pull(arguments)
            self._names = program.subject.parameters
        else:
            values, self._back = self.plain(function, arguments), None
        by_name = dict(zip((*self.block.targets, *hidden), values, strict=True))
        originals = {
            id(self.values[p]): root for p, root in self.roots.items()
            if isinstance(root, Variable | np.ndarray)
        }  # fmt: skip
        by_name = {n: originals.get(id(x), x) for n, x in by_name.items()}
        for name in entries:
            self.objects[name].assign(by_name[name])
        for name in self.block.outs:
            self.made[name] = by_name[name]
            for path, leaf in leaves_of(name, by_name[name]):
                self.exit.setdefault(id(leaf), []).append(path.text())
                self.kept.append(leaf)
        self._values = values
        return [by_name[name] for name in self.block.outs]

    def plain(self, function: Function, arguments: tuple[Any, ...]) -> Any:
        """The values where nothing is watched."""
        env = {p.value: a for p, a in zip(function.params, arguments, strict=True)}
        return Run(function).call_block(function.body, env)

    def leaf_objects(self) -> list[Any]:
        """The variables and arrays that the block is given."""
        found = []
        for name, root in self.roots.items():
            found += [leaf for _, leaf in leaves_of(name, root) if hasattr(leaf, "dtype")]
        return found

    def pull(
        self, targets: Sequence[tuple[str, Any]], probes: tuple[str, ...], wrt: tuple[str, ...]
    ) -> Any:
        """The backward half; for other targets and sources the block is run again."""
        texts = [text for text, _ in targets]
        mine = not probes and set(texts) <= set(self.block.targets) and set(wrt) <= set(self.wrt)
        if not mine or self._back is None:
            if self.lifted.seen:
                raise Unsupported(
                    "this gradient needs another run of the block, which would be seen",
                    origin=self.site.place.origin(),
                    advice=("take gradients of named values by what the block is given",),
                )
            return super().pull(targets, probes, wrt)

        def pullback(seeds: Any) -> dict[str, Any]:
            by_text = dict(zip(texts, seeds, strict=True))
            names = (*self.block.targets, *[None] * (len(self._values) - len(self.block.targets)))
            whole = tuple(
                by_text.get(n, zeros(v)) if n is not None else zeros(v)
                for n, v in zip(names, self._values, strict=True)
            )
            return dict(zip(self._names, self._back(whole), strict=True))

        return pullback


def _watched(body: list[Any], tape: str) -> list[str]:
    """The names that the block watches in its first lines.

    Raises
    ------
    Unsupported
        Where something else is watched.
    """
    found: list[str] = []
    made: set[str] = set()
    for stmt in body:
        for node in gast.walk(stmt):
            match node:
                case gast.Call(
                    func=gast.Attribute(value=gast.Name(id=name), attr="watch"), args=args
                ) if name == tape:  # fmt: skip
                    arg = args[0] if args else None
                    top = isinstance(stmt, gast.Expr) and stmt.value is node
                    if not top or not isinstance(arg, gast.Name) or arg.id in made:
                        raise Unsupported("only names are watched in a compiled block")
                    found.append(arg.id)
        made |= {n.id for n in gast.walk(stmt)
                 if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store)}  # fmt: skip
    return found

