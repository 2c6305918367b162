"""What a `GradientTape` costs: interactive and compiled, by hand, PyTorch and TensorFlow.

    python -m benchmarks.tape [--quick] [--seconds 4]

Five programs, value and gradient.  Results are compared with the gradient by hand before they
are timed.  Writes a table to benchmarks/output, and a full run the kept
benchmarks/results/tape.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import s2s
from benchmarks import harness
from benchmarks.harness import duration

COLUMNS = ("by hand", "compiled", "interactive", "PyTorch", "TF eager", "TF function")
Way = Callable[[], Any]


@dataclass(frozen=True)
class Program:
    """One program: starting values, and the loss over one of the modules."""

    name: str
    values: tuple[np.ndarray, ...]
    hand: Callable[..., Any]
    interactive: Callable[..., Any]
    compiled: Callable[..., Any]
    other: Callable[[Any, Any, tuple[Any, ...]], Any]  # (functions, data, variables) -> loss
    data: tuple[np.ndarray, ...] = ()


# ---------------------------------------------------------------- 4 w + w^3


def scalar_hand(w):
    return 4 * w + w**3, 4 + 3 * w**2


def scalar_tape(w):
    with s2s.GradientTape() as tape:
        loss = 4 * w + w**3
    return loss, tape.gradient(loss, w)


def scalar_other(f, data, variables):
    (w,) = variables
    return 4 * w + w**3


# ---------------------------------------------------------------- tanh over 129 points


def tanh_hand(w):
    y = np.tanh(w)
    return np.sum(y), 1 - y * y


def tanh_tape(w):
    with s2s.GradientTape() as tape:
        loss = np.sum(np.tanh(w))
    return loss, tape.gradient(loss, w)


def tanh_other(f, data, variables):
    return f.sum(f.tanh(variables[0]))


# ---------------------------------------------------------------- 784-128-10, batch of 64


def mlp_hand(w1, b1, w2, b2, x, y):
    h = np.tanh(x @ w1 + b1)
    scores = h @ w2 + b2
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    e = np.exp(shifted)
    total = np.sum(e, axis=1, keepdims=True)
    loss = -np.sum(y * (shifted - np.log(total))) / len(x)
    scores_bar = (e / total - y) / len(x)
    h_bar = (scores_bar @ w2.T) * (1 - h * h)
    return loss, x.T @ h_bar, np.sum(h_bar, axis=0), h.T @ scores_bar, np.sum(scores_bar, axis=0)


def mlp_tape(w1, b1, w2, b2, x, y):
    with s2s.GradientTape() as tape:
        h = np.tanh(x @ w1 + b1)
        scores = h @ w2 + b2
        shifted = scores - np.max(scores, axis=1, keepdims=True)
        log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
        loss = -np.sum(y * log_p) / len(x)
    return (loss, *tape.gradient(loss, [w1, b1, w2, b2]))


def mlp_other(f, data, variables):
    (x, y), (w1, b1, w2, b2) = data, variables
    scores = f.tanh(x @ w1 + b1) @ w2 + b2
    return -f.sum(y * f.log_softmax(scores)) / len(x)


# ---------------------------------------------------------------- a loop of 1000 steps


def loop_hand(w):
    ys = []
    y = w
    for _ in range(1000):
        ys.append(y)
        y = y * 0.999 + 0.1 * np.sin(y)
    y_bar = 1.0
    for old in reversed(ys):
        y_bar = y_bar * 0.999 + 0.1 * y_bar * np.cos(old)
    return y, y_bar


def loop_tape(w):
    with s2s.GradientTape() as tape:
        y = w
        for _ in range(1000):
            y = y * 0.999 + 0.1 * np.sin(y)
    return y, tape.gradient(y, w)


def loop_other(f, data, variables):
    (y,) = variables
    for _ in range(1000):
        y = y * 0.999 + 0.1 * f.sin(y)
    return y


# ---------------------------------------------------------------- products of 512 x 512


def chain_hand(a, b, c):
    ab = a @ b
    abc = ab @ c
    abc_bar = 2 * abc
    ab_bar = abc_bar @ c.T
    return np.sum(abc * abc), ab_bar @ b.T, a.T @ ab_bar, ab.T @ abc_bar


def chain_tape(a, b, c):
    with s2s.GradientTape() as tape:
        abc = a @ b @ c
        loss = np.sum(abc * abc)
    return (loss, *tape.gradient(loss, [a, b, c]))


def chain_other(f, data, variables):
    a, b, c = variables
    abc = a @ b @ c
    return f.sum(abc * abc)


def programs(quick: bool) -> list[Program]:
    """The five programs."""
    rng = np.random.default_rng(0)
    n, size = (64, 64) if quick else (784, 512)

    def normal(*shape: int) -> np.ndarray:
        return rng.normal(size=shape) / np.sqrt(shape[0])

    x = rng.normal(size=(64, n))
    y = np.eye(10)[rng.integers(0, 10, 64)]
    weights = (normal(n, 128), np.zeros(128), normal(128, 10), np.zeros(10))
    square = tuple(normal(size, size) for _ in range(3))
    made = s2s.function
    return [
        Program("scalar 4w + w^3", (np.array(1.0),), scalar_hand, scalar_tape,
                made(scalar_tape), scalar_other),
        Program("tanh, 129 points", (np.linspace(-10, 10, 129),), tanh_hand, tanh_tape,
                made(tanh_tape), tanh_other),
        Program(f"MLP {n}-128-10, batch 64", weights, mlp_hand, mlp_tape, made(mlp_tape),
                mlp_other, (x, y)),
        Program("1000-step loop", (np.array(0.5),), loop_hand, loop_tape, made(loop_tape),
                loop_other),
        Program(f"three matrices {size}x{size}", square, chain_hand, chain_tape,
                made(chain_tape), chain_other),
    ]  # fmt: skip


# ---------------------------------------------------------------- the other tools


def torch_way(program: Program) -> Way:
    """PyTorch's tape."""
    import torch

    torch.set_num_threads(1)

    class Functions:
        tanh, sin, sum = torch.tanh, torch.sin, torch.sum

        @staticmethod
        def log_softmax(z):
            return torch.log_softmax(z, dim=1)

    variables = tuple(torch.tensor(v, requires_grad=True) for v in program.values)
    data = tuple(torch.tensor(v) for v in program.data)

    def way():
        loss = program.other(Functions, data, variables)
        return (loss.detach(), *torch.autograd.grad(loss, variables))

    return way


def tensorflow_ways(program: Program) -> dict[str, Way]:
    """TensorFlow's eager tape, and `tf.function`."""
    import tensorflow as tf

    class Functions:
        tanh, sin, sum = tf.tanh, tf.sin, tf.reduce_sum
        log_softmax = tf.nn.log_softmax

    variables = tuple(tf.Variable(v) for v in program.values)
    data = tuple(tf.constant(v) for v in program.data)

    def eager():
        with tf.GradientTape() as tape:
            loss = program.other(Functions, data, variables)
        return (loss, *tape.gradient(loss, variables))

    return {"TF eager": eager, "TF function": tf.function(eager)}


def ways_of(program: Program, torch: bool, tensorflow: bool) -> dict[str, Way]:
    """Every way to compute a program, verified."""
    variables = [s2s.Variable(v) for v in program.values]
    ways: dict[str, Way] = {
        "by hand": lambda: program.hand(*program.values, *program.data),
        "compiled": lambda: program.compiled(*variables, *program.data),
        "interactive": lambda: program.interactive(*variables, *program.data),
    }
    if torch:
        ways["PyTorch"] = torch_way(program)
    if tensorflow:
        ways |= tensorflow_ways(program)
    expected = ways["by hand"]()
    for name, way in ways.items():
        harness.check_equal(expected, way(), f"{program.name}: {name}")
    return ways


def main(argv: list[str] | None = None) -> int:
    """Run the programs and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tape", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small arguments, little time")
    parser.add_argument("--seconds", type=float, default=4.0, help="for each program")
    options = parser.parse_args(argv)
    warnings.simplefilter("ignore")
    harness.pin_malloc()
    there = {n: importlib.util.find_spec(n) is not None for n in ("torch", "tensorflow")}
    for name, found in there.items():
        if not found:
            print(f"{name} is not installed: left out")
    rows = []
    seconds = min(options.seconds, 0.3) if options.quick else options.seconds
    for program in programs(options.quick):
        ways = ways_of(program, there["torch"], there["tensorflow"])
        timings = harness.measure(ways, "by hand", seconds)
        cells = [program.name]
        for column in COLUMNS:
            t = timings.get(column)
            cells.append("" if t is None else f"{duration(t.median)} ({t.ratio:.2f})")
        rows.append(cells)
        print(": ".join(cells[:2]), *cells[2:], flush=True)
    text = "\n".join([
        "# Cost of a tape\n", harness.machine() + ".\n",
        "Value and gradient, median time; in brackets the ratio to NumPy by hand.\n",
        harness.markdown(("program", *COLUMNS), rows),
    ])  # fmt: skip
    print(text)
    harness.OUTPUT.mkdir(parents=True, exist_ok=True)
    (harness.OUTPUT / "tape.md").write_text(text)
    if not options.quick:
        harness.RESULTS.mkdir(exist_ok=True)
        (harness.RESULTS / "tape.md").write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
