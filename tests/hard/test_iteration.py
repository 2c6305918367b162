"""What loops run over, in every way that Python allows."""

from __future__ import annotations

import numpy as np
import pytest

from tests.hard.checks import agrees

X = np.array([0.4, -0.7, 1.2])


def listed_enumeration(x):
    """A list of pairs is a loop that builds it."""
    return sum(i * v * v for i, v in list(enumerate(x)))


def whole_enumeration(x):
    """A pair that is not taken apart by the loop."""
    total = 0.0
    for pair in enumerate(x, 1):
        total = total + pair[0] * pair[1] ** 2
    return total


def whole_zip(x):
    """The same of `zip`, with a star in the target."""
    total = 0.0
    for pair in zip(x, x[::-1]):
        total = total + pair[0] * pair[1]
    for first, *rest in zip(x, x[::-1], x):
        total = total + first * rest[0] + rest[1]
    return total


def strict_zip(x):
    """`zip` keeps what `strict` asks for."""
    return sum(a * b for a, b in zip(x, x[::-1], strict=True))


def mapped(x):
    """`map` in a sum and in a loop, over one and over two sequences."""
    total = sum(map(lambda v, w: v * w, x, x[::-1]))
    for v in map(np.sin, x):
        total = total + v
    return total * max(map(abs, x))


def generator_in_enumerate(x):
    """A generator expression that a loop goes through."""
    return sum(v * k for k, v in enumerate(w * 2 for w in x))


def generator_shadows(x):
    """The variable of the generator is its own; what it reads may change in the loop."""
    w, scale = x[0], 1.0
    for v in (w * scale for w in x):
        scale = scale + v
    return w * scale


def generator_of_two(x):
    """Two clauses and two conditions."""
    return sum(a * b for a in x for b in x if b > 0 if a < 1)


def keyword_values(x, y):
    """Dictionaries of keywords, differentiated twice."""

    def total(x, **weights):
        result = x
        for value in weights.values():
            result = result * value
        return result

    return np.sum(total(x, u=y, v=0.5))


def integer_keys(x):
    """A dict whose keys could be taken for positions."""
    parts = {2: x[0], 0: x[1] * 2, 1: x[2] ** 2}
    total = 0.0
    for k in parts:
        total = total * parts[k] + parts[k]
        if total > 100:
            break
    for k, v in parts.items():
        total = total + k * v * total
    return total


def nothing_to_do(x):
    """Loops without an iteration."""
    total = x[0]
    for i in range(0):
        total = total * x[i]
    for v in []:
        total = total + v
    while False:
        total = total * 2
    return total * x[1]


def backwards(x):
    """Reversed sequences and ranges."""
    total = 0.0
    for v in reversed(x):
        total = total * v + v
    for i in reversed(range(3)):
        total = total * x[i] + i
    for i in range(2, -1, -2):
        total = total * x[i] + x[i]
    return total


PROGRAMS = [
    listed_enumeration, whole_enumeration, whole_zip, strict_zip, mapped, generator_in_enumerate,
    generator_shadows, generator_of_two, integer_keys, nothing_to_do, backwards,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_loop(program) -> None:
    """Both modes and the second order agree with differences."""
    agrees(program, X)


def test_keywords() -> None:
    """A callee that loops over its keywords."""
    agrees(keyword_values, X, 0.7)


def swapped_with_a_list(x):
    """An adjoint that is a plain zero when items are added to it."""
    head, *rest = x
    q = rest
    for _ in x:
        x, q = q, x
    return 1.5 + head if head > 0 else sum([e for e in x])


def test_plain_zero_takes_items() -> None:
    """The adjoint of a name that holds an array and a list in turn."""
    agrees(swapped_with_a_list, X[:2])
    agrees(swapped_with_a_list, -X[:2])


def a_mask_of_the_same_shape(x, z):
    """Zeros are taken from an array of the right dtype, not from a mask that is at hand."""
    total = 0.0
    if z > 0:
        p = np.where(x > 0.0, x, np.full(3, 0.5))[:, None] * np.sin(x)
        total = np.sum(p)
    return total * z


def test_zeros_have_a_dtype() -> None:
    """A mask has the shape of the values but not their dtype."""
    agrees(a_mask_of_the_same_shape, X, 1.5)
