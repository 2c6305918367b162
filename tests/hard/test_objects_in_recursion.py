"""Objects whose attributes are used by functions that recursion is given, and random numbers."""

from __future__ import annotations

import random

import numpy as np
import pytest

import s2s
from tests.hard.checks import agrees_when_known


def is_flat(tensor):
    return not isinstance(tensor[0], list)


def apply(f, tensor):
    """An element at a time, however deep."""
    if is_flat(tensor):
        return [f(x) for x in tensor]
    return [apply(f, row) for row in tensor]


def total(tensor):
    return sum(tensor) if is_flat(tensor) else sum(total(row) for row in tensor)


class Layer:
    """Attributes that lambdas and nested functions read and assign."""

    def __init__(self, scale):
        self.scale, self.count = scale, 0.0

    def forward(self, x):
        self.seen = x
        self.out = apply(lambda v: v * self.scale + self.offset, x)
        return self.out

    def counted(self, x):
        def f(v):
            self.count = self.count + v * v
            return v * self.count

        return apply(f, x)

    def squares(self, x):
        return apply(lambda v: self.square(v), x)

    def square(self, v):
        return v * v * self.scale

    def dropped(self, x):
        random.seed(3)
        self.mask = apply(lambda _: 0 if random.random() < self.scale else 1, x)
        return apply(lambda v: v * (1 - self.scale), x), self.mask


def read(x, scale):
    layer = Layer(scale)
    layer.offset = scale * scale
    return total(layer.forward([x, x])) + total(layer.forward([layer.out[0], x]))


def assigned(x, scale):
    layer = Layer(scale)
    outs = layer.counted([x, x])
    layer.scale = 2.0 * scale
    return total(outs) + layer.count * layer.scale


def masks(x, scale):
    layer = Layer(scale)
    outs, mask = layer.dropped([x, x])
    return total(outs) * total(mask)


def test_attributes_read() -> None:
    agrees_when_known(read, [0.3, 0.7], 1.2)


def test_attributes_assigned() -> None:
    agrees_when_known(assigned, [0.3, 0.7], 1.2)


def test_masks() -> None:
    agrees_when_known(masks, [0.3, 0.7], 0.4)


def test_methods_are_refused() -> None:
    def f(x, scale):
        layer = Layer(scale)
        layer.offset = scale
        return total(layer.squares([x, x]))

    with pytest.raises(s2s.Unsupported, match="`layer` is used as a whole here"):
        s2s.grad(f)([0.3, 0.7], 1.2)


def draws(x):
    random.seed(1)
    state = random.getstate()
    a = random.gauss(x[0], x[1]) * random.uniform(x[2], x[3])
    random.setstate(state)
    places = random.sample(range(4), 2)
    return a * random.expovariate(x[1]) * random.gauss(mu=x[3]) * np.sum(x[places] ** 2)


def test_random_numbers() -> None:
    agrees_when_known(draws, np.array([0.3, 0.8, 1.2, 2.1]))


class Centres:
    """Keys of `min`, `max` and `sorted` that use attributes while others are assigned."""

    def __init__(self, means):
        self.means, self.asked = means, 0

    def nearest(self, x):
        self.asked += 1
        return min(range(len(self.means)), key=lambda i: (x - self.means[i]) ** 2)

    def order(self):
        return sorted(range(len(self.means)), key=lambda i: -self.means[i])

    def best(self, xs):
        return max(xs, key=lambda v: v * self.means[0])

    def scaled(self, xs):
        return list(map(lambda v: v * self.means[1], xs))


def keyed(x):
    centres = Centres(x[0] * 1.0)
    centres.weight = x[0, 1]
    result = 0.0
    for v in x[1]:
        result = result + centres.means[centres.nearest(v)] * v
    first, second, _ = centres.order()
    result = result + 2 * x[1, first] * centres.best([x[1, 0], x[1, 2]]) + x[1, second]
    return result * centres.weight + sum(centres.scaled([x[1, 0], x[1, 1]]))


def test_keys_that_use_attributes() -> None:
    agrees_when_known(keyed, np.array([[0.2, 0.5, 0.9], [0.3, 1.1, 0.75]]))
