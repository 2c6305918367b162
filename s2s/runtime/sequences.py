"""Python's own functions of sequences and numbers, in terms of loops and simpler functions."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable
from typing import Any

from s2s.runtime.items import place_of_largest, place_of_smallest, sorting_order


def reduced(function: Callable[..., Any], iterable: Any, /) -> Any:
    """`functools.reduce`."""
    total = iterable[0]
    for item in iterable[1:]:
        total = function(total, item)
    return total


def reduced_from(function: Callable[..., Any], iterable: Any, initial: Any, /) -> Any:
    """`functools.reduce` with a start."""
    total = initial
    for item in iterable:
        total = function(total, item)
    return total


def accumulated(iterable: Any) -> list[Any]:
    """`itertools.accumulate` as a list."""
    return accumulated_by(iterable, operator.add)


def accumulated_by(iterable: Any, func: Callable[..., Any]) -> list[Any]:
    """`itertools.accumulate` of a function, as a list."""
    total = iterable[0]
    totals = [total]
    for item in iterable[1:]:
        total = func(total, item)
        totals.append(total)
    return totals


def accumulated_from(iterable: Any, func: Callable[..., Any], *, initial: Any) -> list[Any]:
    """`itertools.accumulate` of a function with a start, as a list."""
    total = initial
    totals = [total]
    for item in iterable:
        total = func(total, item)
        totals.append(total)
    return totals


def mapped(function: Callable[..., Any], iterable: Any, /) -> Any:
    """`map` over one sequence, as a list."""
    return [function(item) for item in iterable]


def mapped_pairs(function: Callable[..., Any], first: Any, second: Any, /) -> Any:
    """`map` over two sequences, as a list."""
    return [function(a, b) for a, b in zip(first, second)]


def mapped_triples(
    function: Callable[..., Any], first: Any, second: Any, third: Any, /
) -> Any:  # fmt: skip
    """`map` over three sequences, as a list."""
    return [function(a, b, c) for a, b, c in zip(first, second, third)]


def filtered(function: Callable[..., Any], iterable: Any, /) -> Any:
    """`filter` as a list."""
    return [item for item in iterable if function(item)]


def sliced(iterable: Any, start: Any, stop: Any = ..., step: Any = None, /) -> Any:
    """`itertools.islice` as a list."""
    if stop is ...:
        return list(iterable)[:start]
    return list(iterable)[start:stop:step]


def taken_while(predicate: Callable[..., Any], iterable: Any, /) -> Any:
    """`itertools.takewhile` as a list."""
    items = []
    for item in iterable:
        if not predicate(item):
            break
        items.append(item)
    return items


def dropped_while(predicate: Callable[..., Any], iterable: Any, /) -> Any:
    """`itertools.dropwhile` as a list."""
    items = []
    started = False
    for item in iterable:
        started = started or not predicate(item)
        if started:
            items.append(item)
    return items


def zipped(first: Any, second: Any, /) -> Any:
    """`zip` of two sequences, as a list."""
    return [(a, b) for a, b in zip(first, second)]


def zipped_three(first: Any, second: Any, third: Any, /) -> Any:
    """`zip` of three sequences, as a list."""
    return [(a, b, c) for a, b, c in zip(first, second, third)]


def unzipped(iterables: Any, /) -> Any:
    """`zip(*iterables)`, as a list."""
    rows = [list(items) for items in iterables]
    count = min([len(row) for row in rows], default=0)
    return [tuple([row[k] for row in rows]) for k in range(count)]


def enumerated_from(iterable: Any, start: int = 0) -> Any:
    """`enumerate` as a list."""
    return [(k, item) for k, item in enumerate(iterable, start)]


def turned(sequence: Any) -> Any:
    """`reversed` as a list."""
    return [sequence[k] for k in range(len(sequence) - 1, -1, -1)]


def largest(first: Any, second: Any, /, *others: Any) -> Any:
    """`max` of several numbers."""
    top = max(first, second)
    for other in others:
        top = max(top, other)
    return top


def smallest(first: Any, second: Any, /, *others: Any) -> Any:
    """`min` of several numbers."""
    bottom = min(first, second)
    for other in others:
        bottom = min(bottom, other)
    return bottom


def largest_by(iterable: Any, /, *, key: Callable[..., Any]) -> Any:
    """`max` with a key: the first of the largest."""
    return iterable[place_of_largest([key(item) for item in iterable])]


def smallest_by(iterable: Any, /, *, key: Callable[..., Any]) -> Any:
    """`min` with a key: the first of the smallest."""
    return iterable[place_of_smallest([key(item) for item in iterable])]


def ordered_by(iterable: Any, /, *, key: Callable[..., Any], reverse: Any = False) -> Any:
    """`sorted` with a key, of objects."""
    order = sorting_order([key(item) for item in iterable], None, reverse)
    return [iterable[k] for k in order]


def largest_of_by(first: Any, second: Any, /, *others: Any, key: Callable[..., Any]) -> Any:
    """`max` of several arguments with a key."""
    items = [first, second, *others]
    return items[place_of_largest([key(item) for item in items])]


def smallest_of_by(first: Any, second: Any, /, *others: Any, key: Callable[..., Any]) -> Any:
    """`min` of several arguments with a key."""
    items = [first, second, *others]
    return items[place_of_smallest([key(item) for item in items])]


def largest_or(iterable: Any, /, *, default: Any) -> Any:
    """`max` of what may be empty."""
    return max(iterable) if len(iterable) > 0 else default


def smallest_or(iterable: Any, /, *, default: Any) -> Any:
    """`min` of what may be empty."""
    return min(iterable) if len(iterable) > 0 else default


def largest_by_or(iterable: Any, /, *, key: Callable[..., Any], default: Any) -> Any:
    """`max` with a key of what may be empty."""
    return max(iterable, key=key) if len(iterable) > 0 else default


def smallest_by_or(iterable: Any, /, *, key: Callable[..., Any], default: Any) -> Any:
    """`min` with a key of what may be empty."""
    return min(iterable, key=key) if len(iterable) > 0 else default


def mean(data: Any, weights: Any = None) -> Any:
    """`statistics.mean` and `statistics.fmean`."""
    if weights is None:
        return sum(data) / len(data)
    return sum([x * w for x, w in zip(data, weights)]) / sum(weights)


def variance(data: Any, xbar: Any = None) -> Any:
    """`statistics.variance`."""
    center = sum(data) / len(data) if xbar is None else xbar
    return sum([(x - center) ** 2 for x in data]) / (len(data) - 1)


def pvariance(data: Any, mu: Any = None) -> Any:
    """`statistics.pvariance`."""
    center = sum(data) / len(data) if mu is None else mu
    return sum([(x - center) ** 2 for x in data]) / len(data)


def stdev(data: Any, xbar: Any = None) -> Any:
    """`statistics.stdev`."""
    return math.sqrt(variance(data, xbar))


def pstdev(data: Any, mu: Any = None) -> Any:
    """`statistics.pstdev`."""
    return math.sqrt(pvariance(data, mu))


def geometric_mean(data: Any) -> Any:
    """`statistics.geometric_mean`."""
    return math.exp(sum([math.log(x) for x in data]) / len(data))


def harmonic_mean(data: Any, weights: Any = None) -> Any:
    """`statistics.harmonic_mean`."""
    if weights is None:
        return len(data) / sum([1 / x for x in data])
    return sum(weights) / sum([w / x for w, x in zip(weights, data)])


def median(data: Any) -> Any:
    """`statistics.median`."""
    ranked = sorted(data)
    middle = len(data) // 2
    if len(data) % 2:
        return ranked[middle]
    return (ranked[middle - 1] + ranked[middle]) / 2


def joined(*iterables: Any) -> Any:
    """`itertools.chain` as a list."""
    return [item for items in iterables for item in items]


def pairs(iterable: Any) -> Any:
    """`itertools.pairwise` as a list."""
    return [(iterable[k], iterable[k + 1]) for k in range(len(iterable) - 1)]


def products(first: Any, second: Any, /) -> Any:
    """`itertools.product` of two sequences, as a list."""
    return [(a, b) for a in first for b in second]


def combinations(iterable: Any, r: int, /) -> Any:
    """`itertools.combinations` as a list of lists."""
    return [
        [iterable[k] for k in places]
        for places in itertools.combinations(range(len(iterable)), r)
    ]


def permutations(iterable: Any, r: int, /) -> Any:
    """`itertools.permutations` as a list of lists."""
    return [
        [iterable[k] for k in places]
        for places in itertools.permutations(range(len(iterable)), r)
    ]


def hypot(first: Any, second: Any, third: Any, /, *others: Any) -> Any:
    """`math.hypot` of three numbers or more."""
    length = math.hypot(math.hypot(first, second), third)
    for other in others:
        length = math.hypot(length, other)
    return length
