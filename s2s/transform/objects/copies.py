"""Copies of objects: `copy.copy`, `copy.deepcopy` and `dataclasses.replace`."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from typing import Any

from s2s.ir.nodes import Apply, Atom, Ref, Value
from s2s.transform.objects.classes import fields_of
from s2s.transform.objects.kinds import Kinds, find, holds_made

_HOOKS = ("__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__")


def copied_object(
    expr: Apply, class_of: Callable[[Any], type | None], kinds: Kinds
) -> tuple[Atom, type, list[str], bool] | None:  # fmt: skip
    """What is copied, its class and attributes, and whether they are copied, too."""
    if not isinstance(expr.fn, Ref) or expr.kwargs or len(expr.args) != 1:
        return None
    deep = expr.fn.obj is copy.deepcopy
    if not deep and expr.fn.obj is not copy.copy:
        return None
    source = expr.args[0]
    cls = class_of(source)
    if cls is None or not isinstance(source, Value):
        return None
    if any(getattr(cls, n, None) is not getattr(object, n, None) for n in _HOOKS):
        return None
    parts = kinds.of(source).parts
    if deep and any(holds_made(find(p)) or find(p).classes for p in parts.values()):
        return None  # parts that may be shared
    names = [k[1:] for k in parts if k.startswith(".")]
    return source, cls, [n for n in names if not hasattr(getattr(cls, n, None), "__get__")], deep


def replaced_fields(
    expr: Apply, class_of: Callable[[Any], type | None]
) -> tuple[type, list[str]] | None:  # fmt: skip
    """The class of the dataclass, and the fields that stay as they are."""
    if not isinstance(expr.fn, Ref) or expr.fn.obj is not dataclasses.replace:
        return None
    cls = class_of(expr.args[0]) if len(expr.args) == 1 else None
    fields = fields_of(cls) if cls is not None else None
    given = {k for k, _ in expr.kwargs}
    if cls is None or fields is None or not given <= {f.name for f in fields}:
        return None
    return cls, [f.name for f in fields if f.name not in given]
