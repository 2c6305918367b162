"""What every hard program has to pass, and what a refusal has to say."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import s2s
from tests.oracle import assert_close, finite_difference_gradient
from tests.pytree import flatten


def _floats(args: tuple[Any, ...]) -> tuple[int, ...]:
    """The numbers of the arguments that have a derivative."""
    return tuple(k for k, a in enumerate(args) if flatten(a)[0])


def agrees(fn: Callable[..., Any], *args: Any, order: int = 2, generic: bool = True) -> None:
    """Compare all ways of differentiating with finite differences.

    Both programs, the specialised and the generic one, give the gradient; `check_grads` adds
    forward mode and the second order. `generic=False` is for programs that mean one thing for
    vectors and another for matrices, such as swapped items: for arguments of any kind they are
    refused.
    """
    numbers = _floats(args)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        expected = finite_difference_gradient(fn, copy.deepcopy(args), numbers)
        value = fn(*copy.deepcopy(args))
        derivative = s2s.value_and_grad(fn, argnums=numbers)
        found, gradient = derivative(*copy.deepcopy(args))
        assert_close(found, value, rtol=1e-12, atol=1e-12, where="value")
        assert_close(gradient, expected, rtol=1e-6, atol=1e-7, where="gradient")
        if generic:
            module = derivative.generic(tuple(derivative.wrt({}))).module
            module.ready()
            _, gradient = derivative.subject.entry(module.entry)(*copy.deepcopy(args))
            assert_close(gradient, expected, rtol=1e-6, atol=1e-7, where="generic gradient")
        s2s.check_grads(fn, args, order)


def agrees_when_known(fn: Callable[..., Any], *args: Any) -> None:
    """The same for programs that are differentiated for known kinds of arguments alone.

    The second order is forward over reverse mode. The arguments stay as they are.
    """
    numbers, given = _floats(args), copy.deepcopy(args)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        expected = finite_difference_gradient(fn, copy.deepcopy(args), numbers)
        found, gradient = s2s.value_and_grad(fn, argnums=numbers)(*args)
        assert_close(found, fn(*copy.deepcopy(args)), rtol=1e-12, atol=1e-12, where="value")
        assert_close(gradient, expected, rtol=1e-6, atol=1e-7, where="gradient")
        way = copy.deepcopy(args)
        s2s.jvp(fn, args, way)
        for other in (args, way):
            assert_close(other, given, rtol=0, atol=0, where="an argument")
        s2s.check_grads(fn, args)
        s2s.check_grads(fn, args, order=2, modes="fwd")


def refuses(fn: Callable[..., Any], *args: Any, kind: type, words: str) -> None:
    """Both modes refuse a program, at a line of this user's, in the given words."""
    numbers = _floats(args)
    way = tuple(np.zeros_like(a) if k in numbers else a for k, a in enumerate(args))
    for run in (lambda: s2s.grad(fn, argnums=numbers)(*args), lambda: s2s.jvp(fn, args, way)):
        with pytest.raises(kind, match=words) as caught:
            run()
        assert "\n" in str(caught.value) and "^" in str(caught.value)
