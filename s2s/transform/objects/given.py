"""The objects of a function: which are given, and which are left."""

from __future__ import annotations

from collections.abc import Mapping

from s2s.analysis.fact import Fact
from s2s.ir import prims
from s2s.ir.nodes import Apply, Function, Let, Ref, Value
from s2s.ir.walk import statements
from s2s.transform.objects.classes import has_slots, is_plain


def is_given(fact: Fact) -> bool:
    """Whether an argument is an object whose attributes are nothing but its own."""
    return fact.kind == "object" and is_plain(type(fact.obj)) and not has_slots(fact.obj)


def objects_in(fact: Fact) -> list[object]:
    """Objects like those in a list, if it holds nothing else."""
    items = fact.items if fact.kind in ("list", "tuple") else None
    return [f.obj for f in items] if items and all(map(is_given, items)) else []


def still_made(function: Function, made: Mapping[Value, type]) -> dict[Value, type]:
    """The objects that are objects: not those that have become places in lists."""
    new = {
        t for s in statements(function.body) if isinstance(s, Let) for t in s.targets
        if isinstance(s.expr, Apply) and isinstance(s.expr.fn, Ref)
        and s.expr.fn.obj is prims.new_object
    }  # fmt: skip
    return {v: cls for v, cls in made.items() if v in new}
