"""`try` around active code: both paths, in loops, with returns, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

import s2s
from s2s import Unsound, Unsupported
from tests.hard.checks import agrees, refuses

A = np.array([[2.0, 1.0], [1.0, 3.0]])


def finally_only(x):
    y = x
    try:
        y = y**2
    finally:
        y = y * 2
    return np.sum(y)


def finally_with_an_effect(x):
    old = np.seterr(divide="raise")
    try:
        y = x * x
    finally:
        np.seterr(**old)
    return np.sum(y)


def solved(a, b):
    """The second path where the shapes do not fit."""
    try:
        y = np.linalg.solve(a, b)
    except (np.linalg.LinAlgError, ValueError):
        y = b[:2] * 2.0 + a[0]
    return np.sum(y * y)


def careful_root(v):
    try:
        return math.sqrt(v)
    except ValueError:
        return -v


def returns(x):
    return careful_root(x) * careful_root(-x) + careful_root(x * x)


def in_a_loop(x):
    """Some iterations fail after they have computed something."""
    total = 0.0
    for v in x:
        try:
            t = v * v
            u = math.log(t * v) * t
            total = total + u * t
        except ValueError:
            total = total * 0.5 + v
    return total


def old_value(x):
    """The name keeps what it held."""
    y = x * x
    for k in range(3):
        try:
            y = y * math.sqrt(y - k)
        except ValueError as error:
            y = y + len(str(error)) * 0.01 * y
    return y


def several_kinds(x):
    table = {"a": x, "b": x * x}
    total = 0.0
    for key in ("a", "c", "b", 3):
        try:
            v = table[key]
            w = v * math.log(v - 0.5)
        except KeyError:
            w = x * 3
        except (ValueError, TypeError) as error:
            w = x * len(type(error).__name__)
        else:
            w = w * 2
        finally:
            total = total + w
    return total


def raised(x):
    try:
        y = np.log(x)
        z = y * y
    except ValueError as error:
        raise RuntimeError("no logarithm") from error
    return np.sum(z * y)


def searched(x):
    """Leaves the loop from the body and from the handler."""
    for k in range(5):
        try:
            y = math.sqrt(x - k) * x
            if y < 0.7:
                return y * k
        except ValueError:
            break
        else:
            continue
    return x * k


@pytest.mark.parametrize(
    ("fn", "args"),
    [
        (finally_only, (np.array([0.3, -1.2]),)),
        (finally_with_an_effect, (np.array([0.3, -1.2]),)),
        (solved, (A, np.array([1.0, 2.0]))),
        (solved, (A, np.array([1.0, 2.0, 3.0]))),
        (returns, (0.7,)),
        (in_a_loop, ([0.4, -0.3, 1.2, -2.0, 0.7],)),
        (old_value, (1.3,)),
        (several_kinds, (0.9,)),
        (raised, (np.array([0.3, 1.2]),)),
        (searched, (2.3,)),
    ],
    ids=lambda p: getattr(p, "__name__", ""),
)
def test_differentiated(fn, args):
    agrees(fn, *args, order=2)


def half_assigned(x):
    y = x
    try:
        y = y * 2
        z = math.sqrt(x - 3)
    except ValueError:
        z = x
    return y * z


def half_written(x):
    y = np.zeros(2)
    try:
        y[0] = x
        y[1] = math.sqrt(x - 3)
    except ValueError:
        y[1] = x * x
    return np.sum(y * y)


def half_counted(x):
    counter = Counter()
    try:
        counter.count(x)
        y = math.sqrt(x - 3)
    except ValueError:
        y = x
    return y * counter.total


class Counter:
    """Counts."""

    def __init__(self):
        self.total = 0.0

    def count(self, v):
        self.total += v


@pytest.mark.parametrize(
    ("fn", "kind", "words"),
    [(half_assigned, Unsupported, "`y` is read after a `try`"),
     (half_written, Unsound, "`y` is changed in the body of a `try`"),
     (half_counted, Unsound, "`counter` is changed in the body of a `try`")],
    ids=lambda p: getattr(p, "__name__", ""),
)  # fmt: skip
def test_refused(fn, kind, words):
    refuses(fn, 0.7, kind=kind, words=words)


def test_exceptions_come_through():
    """What the program raises, its derivative raises, with what `finally` does."""

    def f(x, log):
        try:
            y = math.sqrt(x)
        except ValueError as error:
            raise RuntimeError("negative") from error
        finally:
            log.append("done")
        return y

    log = []
    assert s2s.grad(f)(4.0, log) == 0.25
    with pytest.raises(RuntimeError, match="negative") as caught:
        s2s.grad(f)(-4.0, log)
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_view_that_the_body_changes_before_it_raises() -> None:
    """The handler's path would go on with what was changed through the view."""

    def put(view):
        view[0] = view[1] * 3
        return view.sum()

    def program(x):
        x = x * 1.0
        try:
            y = put(x.T)
            if y > -1e9:
                raise ValueError
        except ValueError:
            y = 2.0
        return np.sum(x**2) * y

    with pytest.raises(s2s.Unsound, match="which may raise after it"):
        s2s.grad(program)(np.array([1.0, 2.0]))


def test_a_choice_in_the_body_by_what_is_overwritten_later() -> None:
    """The choice is made again from the number as it was; nothing is left of unused indices."""

    def program(x):
        table = [[np.sin(x[0]), np.tanh(x[1])], [np.abs(x[2]), x[0] * x[1]]]
        try:
            picked = table[0][1] if -table[1][1] <= table[0][1] else table[1][0]
            y = np.logaddexp(x[:-1] @ x[1:], picked) ** 2
        except ValueError:
            y = 0.0
        table[1][1] = -1.0
        return y

    x = np.array([-1.4, -0.9, 0.7])
    agrees(program, x, order=1)
    assert "\n        slice(" not in s2s.grad(program).source


def counted(v):
    """No derivative: it assigns a variable of the module."""
    global COUNT
    COUNT = v
    return v * v


PICKED = [np.sin, counted]


def picked(x):
    """The handlers would take a refusal of s2s for an exception of the function."""
    total = 0.0
    for k in range(2):
        try:
            total = total + PICKED[k](x[k])
        except Exception:
            total = total + x[k] ** 3
    return total


def picked_and_named(x):
    total = 0.0
    for k in range(3):
        try:
            total = total + PICKED[k](x[k])
        except LookupError as error:
            total = total + x[k] ** 3 * len(str(error))
    return total


@pytest.mark.parametrize("fn", [picked, picked_and_named])
def test_refusals_are_no_exceptions_of_the_program(fn):
    refuses(fn, np.array([0.3, 0.7, 1.1]), kind=Unsupported, words="`global COUNT`")


def roots(x):
    try:
        total = 0.0
        for v in x:
            total = total + math.sqrt(v)
    except (ValueError, ZeroDivisionError):
        total = -1.0
    return total


def rooted(v):
    return math.sqrt(v) * v


def by_a_function(x):
    try:
        y = rooted(x[0])
    except Exception:
        y = x[0] * 5
    return y


@pytest.mark.parametrize("fn", [roots, by_a_function])
def test_what_only_a_tangent_raises(fn):
    """The square root of 0 is 0, and its slope infinite: that must not lead to the handler."""
    x, way = [0.0, 1.0], [1.0, 0.0]
    with np.errstate(all="ignore"):
        value, _ = s2s.jvp(fn, (x,), (way,))
    assert value == fn(x)
    with np.errstate(all="raise"), pytest.raises(ArithmeticError):
        s2s.jvp(fn, (x,), (way,))


def saved_and_raised(x):
    """A loop of the body saves something before the body raises."""
    total = 0.0
    try:
        for v in x:
            total = total * math.sin(v) + math.log(v)
        if total < 10.0:
            raise ValueError("small")
        y = total * total
    except ValueError:
        y = x[0] * x[1]
    for v in x:
        y = y * math.sin(v)
    return y


def test_what_a_body_saved_before_it_raised_is_read_by_nothing(monkeypatch):
    """The lists of the body stay as they are, and the checks of the sanitizer know it."""
    monkeypatch.setenv("S2S_CHECK", "1")
    agrees(saved_and_raised, np.array([0.3, 0.7, 1.1]), order=1)
    agrees(saved_and_raised, np.array([15.3, 8.7, 7.1]), order=1)
    with pytest.raises(Unsupported, match="is in a loop"):
        s2s.grad(in_a_loop_again)(np.array([0.3, -0.7]))


def in_a_loop_again(x):
    """The next iteration would find what this one has left."""
    y = 1.0
    for _ in range(2):
        try:
            t = 1.0
            for v in x:
                t = t * math.sin(v) + math.log(v)
            y = y * t
        except ValueError:
            y = y * x[0]
    return y
