"""Recursion over objects: trees, expressions and lists of nodes; made here, given, and captured."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import pytest

import s2s
from s2s import NoRule, Unsupported
from tests.hard.checks import agrees, refuses
from tests.oracle import assert_close, finite_difference_gradient

X = np.array([0.7, 1.3, -0.4])


class Node:
    """A tree with a number in each node."""

    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right

    def total(self):
        s = self.value**2
        if self.left is not None:
            s = s + self.left.total()
        if self.right is not None:
            s = s * self.right.total()
        return s

    def polynomial(self, x):
        s = self.value * x
        if self.left:
            s = s + self.left.polynomial(x) * x
        if not self.right:
            return s
        return s + self.right.polynomial(np.sin(x))


def weighed(node):
    if node is None:
        return 1.0
    return node.value**2 + weighed(node.left) * weighed(node.right)


class Leaf:
    """A variable of an expression."""

    def __init__(self, k):
        self.k = k

    def value(self, x):
        return x[self.k]


class Number:
    """A number of an expression."""

    def __init__(self, v):
        self.v = v

    def value(self, x):
        return self.v


class Sum:
    """The sum of two expressions."""

    def __init__(self, a, b):
        self.a, self.b = a, b

    def value(self, x):
        return self.a.value(x) + self.b.value(x)


class Product(Sum):
    """Their product."""

    def value(self, x):
        return self.a.value(x) * self.b.value(x)


class Scene:
    """Any number of branches."""

    def __init__(self, scale, children=()):
        self.scale, self.children = scale, children

    def drawn(self, p):
        q = p * self.scale
        if not self.children:
            return np.sum(q**2)
        return sum(c.drawn(q) for c in self.children)


class Adder:
    """Sums that every node keeps."""

    def __init__(self, v, children):
        self.v, self.children, self.sum = v, children, 0.0

    def up(self):
        self.sum = self.v
        for child in self.children:
            self.sum = self.sum + child.up() ** 2
        return self.sum


@dataclass
class Fork:
    """A tree with numbers in its leaves."""

    a: object
    b: object


@dataclass
class Weight:
    """One of its leaves."""

    w: float


def folded(t, x):
    if isinstance(t, Weight):
        return t.w * x
    return folded(t.a, x) * folded(t.b, np.sin(x))


TREE = Node(1.0, Node(2.0, None, Node(0.5)), Node(-1.0))
EXPRESSION = Sum(
    Product(Leaf(0), Product(Leaf(1), Leaf(1))), Product(Number(2.0), Sum(Leaf(2), Leaf(0)))
)
SCENE = Scene(0.7, [Scene(2.0), Scene(1.5, [Scene(0.5), Scene(3.0)])])


def captured_tree(x):
    return np.sum(TREE.polynomial(x))


def captured_expression(x):
    return EXPRESSION.value(x) * x[1]


def captured_scene(x):
    return SCENE.drawn(x * x[0])


@pytest.mark.parametrize("fn", [captured_tree, captured_expression, captured_scene],
                         ids=lambda f: f.__name__)  # fmt: skip
def test_what_a_captured_tree_holds_is_found_when_it_is_called(fn):
    agrees(fn, X, order=1)


def test_a_captured_tree_that_was_changed():
    """Another tree, another function; the same kind of tree, the same one with other numbers."""
    tree = Node(1.0, Node(2.0))

    def f(x):
        return tree.polynomial(x[0])

    derivative = s2s.grad(f)
    for left in Node(3.0), None, Node(0.5, Node(0.1), Node(0.2)):
        tree.left = left
        expected = finite_difference_gradient(f, (X,), 0)
        assert_close(derivative(X), expected, rtol=1e-6, atol=1e-7, where="gradient")


def test_twice_over_a_captured_tree_is_refused():
    with pytest.raises(NoRule, match="differentiated twice"):
        s2s.hvp(captured_tree, (X,), (X,))


def made_tree(x):
    tree = Node(x[0], Node(x[1]), Node(x[2], Node(x[0] * x[1])))
    return tree.total() * weighed(tree) + tree.polynomial(x[1])


def made_expression(x):
    e = Sum(Product(Leaf(0), Number(x[1])), Product(Leaf(2), Product(Leaf(1), Number(2.0))))
    return e.value(x)


def sums_kept(x):
    tree = Adder(x[0], [Adder(x[1], [Adder(x[2], [])]), Adder(x[2], [])])
    return tree.up() * x[0]


@pytest.mark.parametrize("fn", [made_tree, made_expression, sums_kept], ids=lambda f: f.__name__)
def test_trees_that_are_made(fn):
    agrees(fn, X)


TREES = [
    (lambda t: t.total(), TREE),
    (lambda t: weighed(t), TREE),
    (lambda t: folded(t, 0.7), Fork(Weight(0.5), Fork(Weight(1.2), Weight(-0.7)))),
]


def numbers(found, like):
    """The numbers that a tree has, from the left, or those of its gradient."""
    if isinstance(like, float):
        return [float(found)]
    held = vars(like) if hasattr(like, "__dict__") else {}
    return [v for name, part in held.items() if part is not None
            for v in numbers(getattr(found, name), part)]  # fmt: skip


def bumped(tree, k, h):
    """A tree with another number."""
    new, count = copy.deepcopy(tree), 0

    def walk(node):
        nonlocal count
        for name, held in vars(node).items():
            if isinstance(held, float):
                if count == k:
                    setattr(node, name, held + h)
                count += 1
            elif hasattr(held, "__dict__"):
                walk(held)

    walk(new)
    return new


@pytest.mark.parametrize("k", range(len(TREES)))
def test_trees_that_are_given(k):
    fn, tree = TREES[k]
    h = 1e-5
    expected = [
        (fn(bumped(tree, j, h)) - fn(bumped(tree, j, -h))) / (2 * h)
        for j in range(len(numbers(tree, tree)))
    ]
    found = numbers(s2s.grad(fn)(tree), tree)
    assert_close(found, expected, rtol=1e-7, atol=1e-7, where="gradient")
    _, tangent = s2s.jvp(fn, (tree,), (copy.deepcopy(tree),))
    along = float(np.dot(expected, numbers(tree, tree)))
    assert_close(tangent, along, rtol=1e-7, atol=1e-7, where="tangent")


def penalty(params):
    if isinstance(params, dict):
        return sum(penalty(p) for p in params.values())
    return np.sum(params**2)


def test_nested_parameters():
    params = {"w": np.array([0.5, 2.0]), "inner": {"b": 1.5, "c": {"d": np.ones((2, 2))}}}
    found = s2s.grad(penalty)(params)
    expected = finite_difference_gradient(penalty, (params,), 0)
    assert_close(found, expected, rtol=1e-6, atol=1e-7, where="gradient")


def test_a_tree_that_recursion_makes_is_refused():
    def made(x, n):
        return None if n == 0 else Node(x[n - 1], made(x, n - 1))

    refuses(lambda x: weighed(made(x, 3)), X, kind=Unsupported, words="used as a whole here")
