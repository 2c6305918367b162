"""Differentiating one program and comparing with independent oracles.

A program is *rejected* when it is no test: it raises, leaves the safe range, two step sizes
disagree, which means a kink or a jump nearby, or the slopes to both sides differ. Otherwise the
outcome is *right*, *refused* (an S2SError), *wrong* (a number, shape or type differs) or *crashed*
(any other exception).
"""

from __future__ import annotations

import contextlib
import importlib.util
import linecache
import re
import signal
import sys
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from tests.oracle import assert_close, finite_difference_gradient, one_sided_gradient
from tests.pytree import copy_tree, flatten, walk

TOLERANCE = 2e-6
LARGEST = 1e4
PRIMAL_SECONDS = 5
SECONDS = 20


@dataclass(frozen=True)
class Outcome:
    """What became of a program: a kind, a short reason for the tally, and the details."""

    kind: str
    reason: str = ""
    detail: str = ""

    def same_failure(self, other: Outcome) -> bool:
        """Say whether two outcomes are the same failure, for shrinking."""
        return (self.kind, self.reason) == (other.kind, other.reason)


class TooSlow(BaseException):
    """A program ran past its time; no handler of ordinary exceptions may swallow this."""


@contextlib.contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raise TooSlow in the block after so many seconds (main thread of POSIX systems only)."""

    def expire(signum: int, frame: Any) -> None:
        """Interrupt whatever is running."""
        raise TooSlow

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    previous = signal.signal(signal.SIGALRM, expire)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


def load(text: str, folder: Path, name: str = "fuzzed_program") -> ModuleType:
    """Write a program to a file and import it, as a user's file would be."""
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    linecache.checkcache(str(path))
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    # No byte code: a program rewritten within one second would be taken from the old cache.
    exec(compile(text, str(path), "exec"), vars(module))
    return module


def judge(text: str, folder: Path) -> Outcome:
    """Run one program through all comparisons."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            with time_limit(PRIMAL_SECONDS):
                module = load(text, folder)
                with np.errstate(over="raise"):  # infinity times zero is no number
                    value = module.FUNCTION(*module.example())
                real = isinstance(value, (float, np.floating))
                usable = real and np.isfinite(value) and abs(value) < LARGEST
                if not usable:
                    return Outcome("rejected", "out of range")
                expected = _reference(module)
        except (Exception, TooSlow) as error:
            return Outcome("rejected", type(error).__name__)
        if expected is None:
            return Outcome("rejected", "near a kink")
        try:
            with time_limit(SECONDS):
                return _compare(module, value, expected, autograd_gradient(text, folder))
        except TooSlow:
            return Outcome("crashed", "TooSlow")


def _reference(module: ModuleType) -> Any | None:
    """Gradient by finite differences of three sizes, or None where they disagree."""
    gradients = [
        finite_difference_gradient(module.FUNCTION, module.example(), module.ARGNUMS, step)
        for step in (2e-3, 9e-4, 3.7e-4)
    ]
    for other in gradients[1:]:
        try:
            assert_close(other, gradients[0], rtol=TOLERANCE / 4, atol=TOLERANCE / 4)
        except AssertionError:
            return None
    leaves, _ = flatten(gradients[0])
    if any(np.any(np.abs(leaf) > LARGEST) for leaf in leaves):
        return None
    return gradients[0]


def _at_kink(module: ModuleType) -> bool:
    """Whether the slopes to both sides differ: their mean is what all central differences say."""
    sides = [
        one_sided_gradient(module.FUNCTION, module.example(), module.ARGNUMS, sign)
        for sign in (1.0, -1.0)
    ]
    return not _agree(sides[0], sides[1], 1e-6)


def _compare(module: ModuleType, value: Any, expected: Any, second: Any | None) -> Outcome:
    """Compare reverse and forward mode with the reference and a second opinion."""
    import s2s

    # Autograd has bugs of its own: where it contradicts finite differences, those alone decide,
    # and a failure proves nothing, because one of the two oracles is mistaken.
    contested = second is not None and not _agree(second, expected, 1e-5)
    second = None if contested else second
    for mode, check in (("reverse", _check_reverse), ("forward", _check_forward)):
        try:
            check(module, value, expected, second)
        except s2s.S2SError as error:
            return Outcome("refused", f"{mode}: {refusal_reason(error)}", str(error))
        except AssertionError as error:
            if _inside_compiler(error):
                return Outcome("crashed", f"{mode}: {_where(error)}", traceback.format_exc())
            if _at_kink(module):
                return Outcome("rejected", "at a kink")
            if contested:
                return Outcome("rejected", "autograd and finite differences disagree")
            return Outcome("wrong", f"{mode}: {_what(error)}", str(error))
        except ValueError as error:
            # A guard in generated code, which runs without s2s, refuses by a plain ValueError.
            kind = "refused" if _by_guard(error) else "crashed"
            return Outcome(kind, f"{mode}: {_where(error)}", traceback.format_exc())
        except Exception as error:
            return Outcome("crashed", f"{mode}: {_where(error)}", traceback.format_exc())
    try:
        _check_generic(module, value, expected)
        if len(expected) % 2:  # of every other program: it takes as long as all the rest
            _check_second(module)
    except s2s.S2SError as error:
        return Outcome("right", f"but for the second order: {refusal_reason(error)}")
    except AssertionError as error:
        return Outcome("wrong", f"generic or second order: {_what(error)}", str(error))
    except Exception as error:
        return Outcome("crashed", f"second: {_where(error)}", traceback.format_exc())
    return Outcome("right")


def _check_generic(module: ModuleType, value: Any, expected: Any) -> None:
    """The program that assumes nothing of the arguments."""
    import s2s

    derivative = s2s.value_and_grad(module.FUNCTION, argnums=module.ARGNUMS)
    program = derivative.generic(derivative.wrt({})).module
    program.ready()
    actual, gradient = derivative.subject.entry(program.entry)(*module.example())
    assert_close(actual, value, rtol=1e-12, atol=1e-12, where="value of the generic program")
    assert_close(gradient, expected, rtol=TOLERANCE, atol=TOLERANCE, where="gradient, generic")


def _check_second(module: ModuleType) -> None:
    """A product with the Hessian against differences of the gradient, where these agree."""
    import s2s

    gradient = s2s.grad(module.FUNCTION, argnums=module.ARGNUMS)
    args = module.example()
    leaves, rebuild = flatten(args)
    rng = np.random.default_rng(0)
    ways = [rng.standard_normal(np.shape(leaf)) for leaf in leaves]
    ways = [w if np.shape(w) else float(w) for w in ways]
    slopes = []
    for step in (1e-4, 4e-5):
        sides = []
        for sign in (1, -1):
            moved = [x + sign * step * w for x, w in zip(leaves, ways, strict=True)]
            sides.append(flatten(gradient(*rebuild(moved)))[0])
        slopes.append([(p - q) / (2 * step) for p, q in zip(*sides, strict=True)])
    scale = 1.0 + max(float(np.max(np.abs(s), initial=0.0)) for s in slopes[0])
    if any(np.any(np.abs(p - q) > 1e-5 * scale) for p, q in zip(*slopes, strict=True)):
        return
    product = flatten(s2s.hvp(module.FUNCTION, module.example(), rebuild(ways)))[0]
    for found, wanted in zip(product, slopes[1], strict=True):
        assert np.shape(found) == np.shape(wanted), "gradient of the gradient: another shape"
        close = np.all(np.abs(found - wanted) <= 1e-4 * scale)
        assert close, f"gradient of the gradient: {found} instead of {wanted}"


def _check_reverse(module: ModuleType, value: Any, expected: Any, second: Any | None) -> None:
    """Compare value and gradient, and see that the arguments were left alone."""
    import s2s

    args = module.example()
    before = copy_tree(args)
    derivative = s2s.value_and_grad(module.FUNCTION, argnums=module.ARGNUMS)
    actual_value, gradient = derivative(*args)
    assert_close(actual_value, value, rtol=1e-12, atol=1e-12, where="value")
    assert_close(gradient, expected, rtol=TOLERANCE, atol=TOLERANCE, where="gradient")
    assert_close(args, before, rtol=0.0, atol=0.0, where="arguments")
    if second is not None:
        assert _agree(gradient, second, 1e-9), f"gradient: {gradient} but autograd: {second}"


def _check_forward(module: ModuleType, value: Any, expected: Any, second: Any | None) -> None:
    """Compare one directional derivative for every entry of the arguments."""
    import s2s


    args = module.example()
    leaves, rebuild = flatten(args)
    slopes, _ = flatten(expected)
    for number, leaf in enumerate(leaves):
        for index in np.ndindex(np.shape(leaf)):
            zeros = [np.zeros_like(x) if isinstance(x, np.ndarray) else 0.0 for x in leaves]
            if np.shape(leaf):
                zeros[number][index] = 1.0
            else:
                zeros[number] = 1.0
            primal, tangent = s2s.jvp(module.FUNCTION, module.example(), rebuild(zeros))
            assert_close(primal, value, rtol=1e-12, atol=1e-12, where="value")
            wanted = float(np.asarray(slopes[number])[index])
            where = f"tangent along leaf {number}{list(index) or ''}"
            assert np.shape(tangent) == (), f"{where}: shape {np.shape(tangent)}"
            close = abs(tangent - wanted) <= TOLERANCE * (1.0 + abs(wanted))
            assert close, f"{where}: {tangent} instead of {wanted}"


def _inside_compiler(error: Exception) -> list[str]:
    """List the frames of s2s that an exception went through, as file:function."""
    import s2s

    root = str(Path(s2s.__file__).parent)
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(f.filename).name}:{f.name}" for f in frames if f.filename.startswith(root)]


def _by_guard(error: ValueError) -> bool:
    """Whether a guard of generated code raised an exception: `require_apart` and its kind."""
    return ":require_" in (_inside_compiler(error) or [""])[-1]


def _what(error: AssertionError) -> str:
    """Name the quantity that a failed comparison was about."""
    named = re.search(r"^(value|gradient|arguments|tangent)", str(error), re.MULTILINE)
    return named.group() if named else "comparison"


def _where(error: Exception) -> str:
    """Name an exception by its type and the innermost function of s2s that it went through."""
    places = _inside_compiler(error) or ["no frame of s2s"]
    return f"{type(error).__name__} in {places[-1]}"


def refusal_reason(error: Exception) -> str:
    """First line of a refusal without names, numbers and places, for the tally."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    first = lines[0] if lines else ""
    first = re.sub(r"^s2s\.\w+: ", "", first)
    first = re.sub(r"^(s2s\.\w+: )?\S*?\.py:\d+(:\d+)?:?\s*", "", first)
    first = re.sub(r"`[^`]*`|'[^']*'", "…", first)
    first = re.sub(r"\d+", "N", first)[:90]
    return f"{type(error).__name__}: {first}"


def autograd_gradient(text: str, folder: Path) -> Any | None:
    """Gradient by autograd, or None where the program is outside its subset.

    What a `try` catches may be an exception of autograd's own.
    """
    if "try:" in text:
        return None
    try:
        import autograd

        replaced = text.replace("import numpy as np", "import autograd.numpy as np")
        other = load(replaced, folder, "fuzzed_program_autograd")
        return autograd.grad(other.FUNCTION, other.ARGNUMS)(*other.example())
    except Exception:
        return None


def _agree(found: Any, wanted: Any, tolerance: float) -> bool:
    """Compare the leaves of two gradients, whatever their container types."""
    pairs = [[leaf for _, leaf in walk(tree)] for tree in (found, wanted)]
    if len(pairs[0]) != len(pairs[1]):
        return False
    size = 1.0 + max(float(np.max(np.abs(leaf), initial=0.0)) for leaf in pairs[1])
    return all(
        np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=tolerance, atol=tolerance * size)
        for a, b in zip(*pairs, strict=True)
    )
