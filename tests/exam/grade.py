"""Grading: the gradient is right, the problem is refused in words, or something is amiss."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

import s2s
from s2s.errors import S2SError
from tests.exam.problems import Problem

__all__ = ["Grade", "grade"]


@dataclass(frozen=True)
class Grade:
    """`result` is right, refused, wrong or crashed; `detail` says how."""

    problem: Problem
    result: str
    detail: str = ""


def grade(problem: Problem) -> Grade:
    """Differentiate one problem and compare."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loss, x = problem.build()
        given = np.array(x, copy=True)
        try:
            value, found = s2s.value_and_grad(loss)(x)
        except S2SError as error:
            return Grade(problem, "refused", str(error))
        except Exception as error:  # an accident is reported, not raised
            return Grade(problem, "crashed", f"{type(error).__name__}: {error}")
    if not np.array_equal(given, x, equal_nan=True):
        return Grade(problem, "wrong", "the argument was changed")
    if not close(np.asarray(value), np.asarray(problem.value), problem.tol):
        return Grade(problem, "wrong", f"the value is {value}, not {problem.value}")
    return compare(problem, found, x)


def compare(problem: Problem, found: object, x: object) -> Grade:
    """Compare a gradient with the known one: dtype, shape, entries."""
    gradient, want = np.asarray(found), problem.expected()
    if gradient.dtype != np.asarray(x).dtype:
        return Grade(problem, "wrong", f"dtype {gradient.dtype} for {np.asarray(x).dtype}")
    if gradient.shape != want.shape:
        return Grade(problem, "wrong", f"shape {gradient.shape} instead of {want.shape}")
    accepted = [want]
    if problem.convention:
        # One triangle is read: sharing its gradient between both is accepted as well.
        accepted.append((want + want.T) / 2)
    if any(close(gradient, one, problem.tol) for one in accepted):
        return Grade(problem, "right")
    return Grade(problem, "wrong", f"got {gradient.tolist()}, not {want.tolist()}")


def close(found: np.ndarray, want: np.ndarray, tol: float) -> bool:
    """Whether all entries agree, relative to the largest; NaN where NaN is known only."""
    known = np.isfinite(want)
    scale = 1 + np.max(np.abs(want[known]), initial=0.0)
    return bool(np.all(np.abs(found - want)[known] <= tol * scale))
