"""What a program under construction may refer to at a given point.

Every name keeps one shape for its whole life, so that any expression built from the scope runs.
The generator never looks at values; programs that leave the safe domain are rejected when run.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Options:
    """Which constructs the generator may use."""

    control_flow: bool = True
    calls: bool = True
    containers: bool = True
    augmented_arrays: bool = True
    writes: bool = False


@dataclass
class Names:
    """A counter of fresh names, shared by all scopes of a program."""

    used: set[str] = field(default_factory=set)

    def fresh(self, stem: str) -> str:
        """Invent a name that starts with the stem."""
        number = 0
        while (name := f"{stem}{number}" if number else stem) in self.used:
            number += 1
        self.used.add(name)
        return name


@dataclass
class Scope:
    """The names that can be read here, by kind."""

    rng: random.Random
    names: Names
    options: Options
    dims: tuple[int, ...]
    floats: dict[str, Shape] = field(default_factory=dict)
    integers: dict[str, int] = field(default_factory=dict)  # name -> exclusive upper bound
    sequences: dict[str, tuple[int, Shape]] = field(default_factory=dict)
    mappings: dict[str, tuple[tuple[str, ...], Shape]] = field(default_factory=dict)
    functions: dict[str, tuple[tuple[Shape, ...], Shape]] = field(default_factory=dict)
    procedures: dict[str, tuple[tuple[Shape, ...], Shape | None]] = field(default_factory=dict)
    growing: dict[str, int] = field(default_factory=dict)  # lists, and where they were made
    classes: dict[str, Shape] = field(default_factory=dict)  # with the shape of attribute `a`
    things: set[str] = field(default_factory=set)  # names of objects
    # What holds others: of which kind, how many, and their shape.
    held: dict[str, tuple[str, int, Shape]] = field(default_factory=dict)
    frozen: set[str] = field(default_factory=set)  # read-only here: captured names
    result: Shape = ()
    loops: int = 0
    nesting: int = 0

    def child(self, loop: bool = False) -> Scope:
        """Open a block: what it binds anew is unknown after it."""
        return replace(
            self,
            floats=dict(self.floats),
            integers=dict(self.integers),
            sequences=dict(self.sequences),
            mappings=dict(self.mappings),
            functions=dict(self.functions),
            procedures=dict(self.procedures),
            growing=dict(self.growing),
            things=set(self.things),
            held=dict(self.held),
            frozen=set(self.frozen),
            loops=self.loops + loop,
            nesting=self.nesting + 1,
        )

    def inner(self, result: Shape) -> Scope:
        """Open the body of a nested function: what is outside is read-only."""
        opened = self.child()
        opened.frozen |= set(self.floats) | set(self.integers)
        opened.result, opened.loops = result, 0
        return opened

    def bind(self, name: str, shape: Shape) -> str:
        """Record a floating-point name and return it."""
        self.floats[name] = shape
        return name

    def of_shape(self, shape: Shape, writable: bool = False) -> list[str]:
        """List the names with a shape."""
        return [
            name
            for name, known in self.floats.items()
            if known == shape and not (writable and name in self.frozen)
        ]

    def chance(self, probability: float) -> bool:
        """Toss a biased coin."""
        return self.rng.random() < probability

    def number(self, low: float = -2.0, high: float = 2.0) -> str:
        """Write a literal with two digits, parenthesised when negative."""
        value = round(self.rng.uniform(low, high), 2) or 0.25
        return f"{value}" if value > 0 else f"({value})"

    def any_shape(self) -> Shape:
        """Draw a shape, scalars first."""
        rank = self.rng.choice((0, 0, 0, 1, 1, 2))
        return tuple(self.rng.choice(self.dims) for _ in range(rank))
