"""Elements that a loop computes for a later one alone are computed there.

    for i in range(n):                     for i in range(n):
        b[i + 1] = a[i] + a[i + 2]             b[i + 1] = a[i] + a[i + 2]
        t[i] = 2 * b[i + 1]                for i in range(n):
    for i in range(n):                         a[i + 1] = b[i] - 2 * b[i + 1]
        a[i + 1] = b[i] - t[i]

The first statement of the next step of a stencil often fits into the loop of this one, and the
rest does not: all that it hands over would go through memory.  It moves where it reads no more
arrays of its size than it hands over, or such as are read there anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from s2s.ir.nodes import Block, Stmt, Value
from s2s.transform.numba.element import Element
from s2s.transform.numba.reach import Reach


def sunk(
    members: Sequence[Element], rest: Sequence[Stmt], block: Block, reach: Reach,
    values: Callable[[Stmt], Any],
) -> list[Element]:  # fmt: skip
    """The elements of a loop that can be computed by what comes after it, with less memory.

    `values` gives what a statement reads from outside.
    """
    elements = reach.elements
    later: dict[Value, list[Element | None]] = {}
    for stmt in rest:
        element = elements.element(stmt)
        for v in values(stmt):
            later.setdefault(v, []).append(element)
    for a in block.outs:
        if isinstance(a, Value):
            later.setdefault(a, []).append(None)
    chosen: list[Element] = []
    inside: set[Value] = set()  # that stay: what they read cannot move
    for k in range(len(members) - 1, 0, -1):
        m = members[k]
        stays = m.kind != "map" or any(v in inside for v in m.defines)
        stays |= any(
            e is None or e.rank != m.rank or not _reads(e, v)
            for v in m.defines for e in later.get(v, ())
        )  # fmt: skip
        written = {
            reach.root(o.writes.base) for o in members[k + 1 :]
            if o.writes is not None and o not in chosen
        }  # fmt: skip
        stays |= any(reach.root(v.base) in written for v in m.reads)
        if stays:
            inside |= _bases(m, reach)
        else:
            chosen.append(m)
    return [m for part in _parts(chosen[::-1], members, later, reach)
            if _pays(part, members, later, reach) for m in part]  # fmt: skip


def _reads(element: Element, v: Value) -> bool:
    return v in element.operands


def _bases(m: Element, reach: Reach) -> set[Value]:
    """The arrays that an element reads, those behind views too."""
    found = {a for a in m.operands if isinstance(a, Value)}
    return found | {view.base for view, _, _ in reach.elements.accesses(m)}


def _parts(
    chosen: list[Element], members: Sequence[Element], later: Mapping[Value, Any], reach: Reach
) -> list[list[Element]]:  # fmt: skip
    """The chosen elements, those together that need each other, without those that need others.

    What is kept as an array anyway can be read later, too.
    """
    made = {v for m in members if m not in chosen for v in (*m.defines, *_given(m))}
    made -= {v for v in made if later.get(v)}
    found: list[list[Element]] = []
    for m in chosen:
        mine = [p for p in found if any(v in _bases(m, reach) for o in p for v in o.defines)]
        found = [p for p in found if p not in mine]
        found.append([*(o for p in mine for o in p), m])
    return [p for p in found if not any(_bases(m, reach) & made for m in p)]


def _given(m: Element) -> tuple[Value, ...]:
    return getattr(m.stmt, "targets", ())


def _pays(
    part: list[Element], members: Sequence[Element], later: dict[Value, list[Element | None]],
    reach: Reach,
) -> bool:  # fmt: skip
    """Whether less goes through memory where the elements are computed later."""
    own = {v for m in part for v in m.defines}
    users = [e for v in own for e in later.get(v, ()) if e is not None]
    handed = {v for v in own if later.get(v)}
    if not handed:
        return False
    there = {view.base for e in users for view, _, _ in reach.elements.accesses(e)}
    needed = {
        view.base for m in part for view, dims, _ in reach.elements.accesses(m)
        if len(dims) == m.rank
    }  # fmt: skip
    return len(needed - own - there) <= len(handed)
