"""Heaps in lists, and lists kept in order, as `heapq` and `bisect` keep them: item by item.

Which item goes where is decided by comparing them; the items themselves are only moved.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable
from typing import Any


def pushed(heap: list[Any], item: Any) -> None:
    """`heapq.heappush`: the item rises from the end."""
    heap.append(item)
    place = len(heap) - 1
    while place > 0:
        above = (place - 1) // 2
        if not item < heap[above]:
            break
        heap[place] = heap[above]
        place = above
    heap[place] = item


def popped(heap: list[Any]) -> Any:
    """`heapq.heappop`: the last item takes the place of the first, and sinks."""
    last = heap.pop()
    if len(heap) == 0:
        return last
    first = heap[0]
    sunk(heap, last, 0)
    return first


def replaced(heap: list[Any], item: Any) -> Any:
    """`heapq.heapreplace`: the item takes the place of the first, and sinks."""
    first = heap[0]
    sunk(heap, item, 0)
    return first


def pushed_and_popped(heap: list[Any], item: Any) -> Any:
    """`heapq.heappushpop`: the smaller of the item and the first."""
    if len(heap) == 0 or not heap[0] < item:
        return item
    first = heap[0]
    sunk(heap, item, 0)
    return first


def made_a_heap(x: list[Any]) -> None:
    """`heapq.heapify`: every item that has one below it sinks, from the last such."""
    for place in range(len(x) // 2 - 1, -1, -1):
        sunk(x, x[place], place)


def sunk(heap: list[Any], item: Any, start: int) -> None:
    """Put an item below a place: the smaller branch rises to the leaves, then the item."""
    place = start
    while 2 * place + 1 < len(heap):
        below = 2 * place + 1
        if below + 1 < len(heap) and not heap[below] < heap[below + 1]:
            below = below + 1
        heap[place] = heap[below]
        place = below
    while place > start:
        above = (place - 1) // 2
        if not item < heap[above]:
            break
        heap[place] = heap[above]
        place = above
    heap[place] = item


def smallest(n: int, iterable: Any, key: Callable[[Any], Any] | None = None) -> list[Any]:
    """`heapq.nsmallest`."""
    return sorted(iterable, key=key)[: max(n, 0)]


def largest(n: int, iterable: Any, key: Callable[[Any], Any] | None = None) -> list[Any]:
    """`heapq.nlargest`."""
    return sorted(iterable, key=key, reverse=True)[: max(n, 0)]


def put_in_order(a: list[Any], x: Any) -> None:
    """`bisect.insort` and `bisect.insort_right`."""
    a.insert(bisect.bisect_right(a, x), x)


def put_in_order_before(a: list[Any], x: Any) -> None:
    """`bisect.insort_left`."""
    a.insert(bisect.bisect_left(a, x), x)


pushed.changes = popped.changes = replaced.changes = pushed_and_popped.changes = True  # type: ignore[attr-defined]
made_a_heap.changes = put_in_order.changes = put_in_order_before.changes = True  # type: ignore[attr-defined]
