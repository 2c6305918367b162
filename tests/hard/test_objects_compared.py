"""Objects that are asked whether they are the same: those made apart are not."""

from __future__ import annotations

import numpy as np
import pytest

from tests.hard.checks import agrees_when_known

X = np.array([0.7, 1.2, 0.5])


class Node:
    """Holds a number."""

    def __init__(self, x):
        self.x = x


class Pair:
    """Holds two of them."""

    def __init__(self, a, b):
        self.a, self.b = a, b


def made_apart(x):
    """Their attributes are the same, and they are two."""
    a, b = Node(x[0]), Node(x[0])
    c = a
    a.x = a.x * 2.0
    y = a.x**2 if a is not b else x[1]
    y = y * x[1] if a == b else y * x[1] ** 2
    return y * (x[2] if c is a else x[2] ** 2)


def in_a_list_or_not(x):
    a, b, c = Node(x[0]), Node(x[1]), Node(x[2])
    some = [a]
    y = x[1] ** 2 if b in some else x[1]
    y = y * (x[2] ** 2 if b not in (a, c) else x[2])
    return y * (some.count(b) + 1) * a.x


def seen_before(x):
    a, b, seen, y = Node(x[0]), Node(x[1]), [], 0.0
    for node in [a, b, a]:
        if node in seen:
            y += 5 * node.x
        else:
            seen.append(node)
            y += node.x**2
    return y


def of_an_attribute(x):
    p, q = Node(x[0]), Node(x[1])
    pair = Pair(p, q)
    y = x[1] ** 2 if pair.a is p else x[1]
    return y * (x[2] ** 2 if pair.b is p else x[2]) * p.x


@pytest.mark.parametrize("fn", [made_apart, in_a_list_or_not, seen_before, of_an_attribute])
def test_objects_are_the_same_or_not(fn):
    agrees_when_known(fn, X)
