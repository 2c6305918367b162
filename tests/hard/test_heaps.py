"""Heaps and lists kept in order: which item goes where is not differentiated, the items are."""

from __future__ import annotations

import bisect
import heapq

import numpy as np
import pytest

from s2s.runtime import heaps
from tests.hard.checks import agrees, agrees_when_known

X = np.array([0.3, 0.7, 1.1, 0.2, 0.5, -0.4])
WEIGHTS = np.array([0.3, 0.7, 1.1, 0.2, 0.5])
GRAPH = {0: [(1, 0), (2, 1)], 1: [(3, 2)], 2: [(1, 3), (3, 4)], 3: []}


def sorted_by_a_heap(x):
    heap = []
    for v in x:
        heapq.heappush(heap, v * v)
    total, k = 0.0, 1
    while heap:
        total = total + k * heapq.heappop(heap)
        k += 1
    return total


def huffman(x):
    heap = [(v * v, k) for k, v in enumerate(x)]
    heapq.heapify(heap)
    total = 0.0
    while len(heap) > 1:
        a, i = heapq.heappop(heap)
        b, j = heapq.heappop(heap)
        total = total + a * b
        heapq.heappush(heap, (a + b, i + j))
    return total


def dijkstra(w):
    distance = {0: 0.0}
    heap = [(0.0, 0)]
    done = set()
    while heap:
        d, u = heapq.heappop(heap)
        if u in done:
            continue
        done.add(u)
        for v, e in GRAPH[u]:
            new = d + w[e] ** 2
            if v not in distance or new < distance[v]:
                distance[v] = new
                heapq.heappush(heap, (new, v))
    return distance[3]


def the_best_three(x):
    heap = []
    for k, v in enumerate(x):
        if len(heap) < 3:
            heapq.heappush(heap, (v * v, k))
        else:
            heapq.heappushpop(heap, (v * v, k))
    first = heapq.heapreplace(heap, (x[0], 9))
    return sum(v**2 * (i + 1) for i, (v, _) in enumerate(heap)) * first[0]


def some_of_them(x):
    return sum(heapq.nlargest(2, x)) * heapq.nsmallest(3, list(x), key=lambda v: v * v)[2]


def in_order(x):
    items = []
    for v in x:
        bisect.insort(items, v * v)
    place = bisect.bisect_left(items, 0.2)
    return items[place] * items[0] + sum(k * v for k, v in enumerate(items))


@pytest.mark.parametrize("fn", [sorted_by_a_heap, some_of_them], ids=lambda f: f.__name__)
def test_gradients(fn):
    agrees(fn, X)


@pytest.mark.parametrize("fn", [huffman, the_best_three, in_order], ids=lambda f: f.__name__)
def test_pairs_and_places(fn):
    """Reverse over reverse mode is refused."""
    agrees_when_known(fn, X)


def test_dijkstra():
    agrees(dijkstra, WEIGHTS, order=1)


def test_every_item_is_where_the_library_puts_it():
    rng = np.random.default_rng(0)
    ours, theirs = list(rng.integers(0, 9, 40)), []
    theirs = list(ours)
    heaps.made_a_heap(ours)
    heapq.heapify(theirs)
    assert ours == theirs
    for k in range(60):
        v = int(rng.integers(0, 9))
        pairs = [
            (heaps.pushed, heapq.heappush), (heaps.replaced, heapq.heapreplace),
            (heaps.pushed_and_popped, heapq.heappushpop),
        ]  # fmt: skip
        a, b = pairs[k % 3]
        assert a(ours, v) == b(theirs, v)
        assert heaps.popped(ours) == heapq.heappop(theirs)
        assert ours == theirs
