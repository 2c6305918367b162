"""Lists and tuples of items, sorted lists, and what their adjoints give back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from s2s.runtime.core import accumulate


def items_like(g: Any, x: Any) -> Any:
    """The adjoint of `list(x)` or `tuple(x)`: an array for an array, a list for a sequence.

    Parameters
    ----------
    g : list or array
        Adjoints of the items.
    x : array, sequence or dict
        What was listed; of a dict, the keys.

    Returns
    -------
    array, list or dict
        In the structure of `x`.

    Examples
    --------
    >>> items_like([1.0, 2.0], np.zeros(2))
    array([1., 2.])
    """
    if isinstance(x, np.ndarray):
        return np.reshape(np.asarray(list(g)), x.shape)
    return {} if isinstance(x, dict) else list(g)


def insertion_place(items: list[Any], index: int) -> int:
    """Where `items.insert(index, item)` puts an item.

    Parameters
    ----------
    items : list
        Before the insertion.
    index : int
        As for `list.insert`: it may be negative, or beyond the end.

    Returns
    -------
    int
        The position of the new item.

    Examples
    --------
    >>> insertion_place([1.0, 2.0], -1), insertion_place([1.0, 2.0], 7)
    (1, 2)
    """
    return slice(index, None).indices(len(items))[0]


def splice_place(items: list[Any], key: slice, new: Any) -> slice:
    """Where the items of `items[key] = new` come to lie.

    Parameters
    ----------
    items : list
        Before the assignment.
    key : slice
        What is replaced.
    new : sequence
        What takes its place.

    Returns
    -------
    slice
        The places of the new items.

    Examples
    --------
    >>> splice_place([1.0, 2.0, 3.0], slice(1, None), [4.0])
    slice(1, 2, None)
    """
    start, _, step = key.indices(len(items))
    return slice(start, start + len(new)) if step == 1 else key


def repeated_sum(g: list[Any], count: int) -> list[Any]:
    """The adjoint of `items * n`: what belongs to one item is added up.

    Parameters
    ----------
    g : list
        Adjoints of all items.
    count : int
        How many there are before the repetition.

    Returns
    -------
    list
        Adjoints of the items before.

    Examples
    --------
    >>> repeated_sum([1.0, 2.0, 10.0, 20.0], 2)
    [11.0, 22.0]
    """
    total = list(g[:count])
    for start in range(count, len(g), count or 1):
        total = [accumulate(p, q) for p, q in zip(total, g[start : start + count])]
    return total


def refill(container: Any, contents: Any) -> None:
    """Give a list or dict the contents of another, in their order.

    Parameters
    ----------
    container : list or dict
        Changed in place.
    contents : list or dict
        What it holds after.

    Examples
    --------
    >>> d = {"a": 1.0}
    >>> refill(d, {"b": 2.0, "a": 3.0})
    >>> d
    {'b': 2.0, 'a': 3.0}
    """
    container.clear()
    if isinstance(container, dict):
        container.update(contents)
    else:
        container.extend(contents)


def place_of_largest(keys: Any) -> int:
    """Where the first of the largest keys is, as `max` compares them: numbers, tuples, words.

    Parameters
    ----------
    keys : sequence
        What can be compared.

    Returns
    -------
    int
        A position.

    Examples
    --------
    >>> place_of_largest([(1, 5.0), (2, 0.0), (2, 0.0)])
    1
    """
    return max(range(len(keys)), key=keys.__getitem__)


def place_of_smallest(keys: Any) -> int:
    """Where the first of the smallest keys is, as `min` compares them.

    Parameters
    ----------
    keys : sequence
        What can be compared.

    Returns
    -------
    int
        A position.

    Examples
    --------
    >>> place_of_smallest(["b", "a", "a"])
    1
    """
    return min(range(len(keys)), key=keys.__getitem__)


def sorting_order(items: Any, key: Callable[[Any], Any] | None, reverse: bool) -> list[int]:
    """The positions of the items of `sorted(items, key=key, reverse=reverse)`.

    Parameters
    ----------
    items : sequence or array
        What is sorted.
    key : callable or None
        As for `sorted`.
    reverse : bool
        As for `sorted`.

    Returns
    -------
    list of int
        Position `k` holds the place that item `k` of the result comes from.

    Examples
    --------
    >>> sorting_order([3.0, 1.0, 2.0], None, False)
    [1, 2, 0]
    """
    values = list(items)
    keys = values if key is None else [key(value) for value in values]
    return sorted(range(len(keys)), key=lambda k: keys[k], reverse=reverse)


def items_at(items: Any, order: list[int]) -> list[Any]:
    """The items at some positions.

    Parameters
    ----------
    items : sequence or array
        Where they are taken from.
    order : list of int
        Which positions.

    Returns
    -------
    list
        The items.

    Examples
    --------
    >>> items_at(["a", "b"], [1, 0, 1])
    ['b', 'a', 'b']
    """
    return [items[k] for k in order]


def items_to(g: Any, order: list[int], items: Any) -> Any:
    """The adjoint of `items_at` where each position is taken once.

    Parameters
    ----------
    g : list or array
        Adjoints in the new order.
    order : list of int
        Where each comes from.
    items : sequence or array
        What was taken from.

    Returns
    -------
    array or list
        In the structure of `items`.

    Examples
    --------
    >>> items_to([1.0, 2.0, 3.0], [1, 2, 0], [0.0, 0.0, 0.0])
    [3.0, 1.0, 2.0]
    """
    places = sorted(range(len(order)), key=lambda k: order[k])
    back = [g[k] for k in places]
    if isinstance(items, np.ndarray):
        return np.reshape(np.asarray(back), items.shape)
    return back
