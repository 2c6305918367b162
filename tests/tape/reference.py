"""A tape that does record: the oracle for programs made at random.

Scalars only, and slow; it follows TensorFlow's rules of what is watched and recorded.
"""

from __future__ import annotations

import contextlib
import math
from typing import Any

ACTIVE: list[Any] = []


class Tensor:
    """A number that tapes can watch."""

    def __init__(self, value: float) -> None:
        self.value = float(value)

    def __add__(self, other: Any) -> Tensor:
        a, b = tensor(self), tensor(other)
        return made(a.value + b.value, [a, b], lambda g: [g, g])

    def __mul__(self, other: Any) -> Tensor:
        a, b = tensor(self), tensor(other)
        return made(a.value * b.value, [a, b], lambda g: [g * b, g * a])

    def __sub__(self, other: Any) -> Tensor:
        a, b = tensor(self), tensor(other)
        return made(a.value - b.value, [a, b], lambda g: [g, g * -1.0])

    def __gt__(self, other: Any) -> bool:
        return tensor(self).value > tensor(other).value

    __radd__, __rmul__ = __add__, __mul__


class Variable(Tensor):
    """A number with a state."""

    def __init__(self, value: float, trainable: bool = True) -> None:
        super().__init__(value)
        self.trainable = trainable

    def assign(self, value: Any) -> Variable:
        self.value = tensor(value).value
        return self

    def assign_add(self, value: Any) -> Variable:
        return self.assign(self + value)

    def numpy(self) -> float:
        return self.value


def tensor(x: Any) -> Tensor:
    """A tensor; of a variable, one that was read just now."""
    if isinstance(x, Variable):
        for tape in ACTIVE:
            if tape.accessed and x.trainable and not tape.paused:
                tape.known[id(x)] = x
        return made(x.value, [x], lambda g: [g])
    return x if isinstance(x, Tensor) else Tensor(x)


def made(value: float, inputs: list[Tensor], back: Any) -> Tensor:
    """The result of an operation, noted by the tapes that watch one of its inputs."""
    out = Tensor(value)
    for tape in ACTIVE:
        if not tape.paused and any(id(i) in tape.known for i in inputs):
            tape.known[id(out)] = out
            tape.ops.append((out, inputs, back))
    return out


def constant(x: Any) -> Tensor:
    return Tensor(x.value if isinstance(x, Tensor) else x)


def sin(x: Any) -> Tensor:
    a = tensor(x)
    return made(math.sin(a.value), [a], lambda g: [g * cos(a)])


def cos(x: Any) -> Tensor:
    a = tensor(x)
    return made(math.cos(a.value), [a], lambda g: [g * sin(a) * -1.0])


def stop_gradient(x: Any) -> Tensor:
    return Tensor(tensor(x).value)


class GradientTape:
    """Records operations on what it watches."""

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self.known: dict[int, Any] = {}
        self.ops: list[Any] = []
        self.paused, self.accessed = False, watch_accessed_variables

    def __enter__(self) -> GradientTape:
        ACTIVE.append(self)
        return self

    def __exit__(self, *error: Any) -> None:
        ACTIVE.remove(self)

    def watch(self, x: Any) -> None:
        if self in ACTIVE:
            self.known[id(x)] = x

    def reset(self) -> None:
        self.known, self.ops = {}, []

    @contextlib.contextmanager
    def stop_recording(self) -> Any:
        self.paused = True
        yield
        self.paused = False

    def gradient(self, target: Any, sources: Any) -> Any:
        bars: dict[int, Any] = {}
        for t in target if isinstance(target, list) else [target]:
            bars[id(t)] = bars[id(t)] + 1.0 if id(t) in bars else Tensor(1.0)
        for out, inputs, back in reversed(self.ops):
            if id(out) not in bars:
                continue
            for i, g in zip(inputs, back(bars[id(out)])):
                if id(i) in self.known:
                    bars[id(i)] = bars[id(i)] + g if id(i) in bars else g
        found = [bars.get(id(s)) for s in (sources if isinstance(sources, list) else [sources])]
        return found if isinstance(sources, list) else found[0]
