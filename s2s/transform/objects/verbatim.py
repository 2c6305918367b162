"""Attributes of objects in statements and expressions that stay in the user's words.

    raise ValueError(f"{p.n} steps")         p_n = p.n
                                             raise ValueError(f"{p_n} steps")

so that nothing is left of an object that is taken apart.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import gast

from s2s.errors import Origin
from s2s.ir.nodes import Apply, Atom, Const, Let, Opaque, Raw, Ref, Value


def attributes_read(
    whole: Opaque | Raw, class_of: Callable[[Atom], type | None], origin: Origin | None
) -> tuple[list[Let], Opaque | Raw]:
    """Reads of the attributes of objects of known classes, and what refers to them by name."""
    reads = {name: atom for name, atom in whole.reads if class_of(atom) is not None}
    if not reads or any(isinstance(n, _LATER) for n in gast.walk(whole.node)):
        return [], whole
    classes = {name: class_of(atom) for name, atom in reads.items()}
    worker = _Renamer(classes, {name for name, _ in whole.reads})
    node = worker.visit(copy.deepcopy(whole.node))
    if not worker.found:
        return [], whole
    lets = [
        Let((value,), Apply(Ref("getattr", getattr), (reads[name], Const(attr))), origin)
        for (name, attr), value in worker.found.items()
    ]
    left = {n.id for n in gast.walk(node) if isinstance(n, gast.Name)}
    kept = tuple(r for r in whole.reads if r[0] in left)
    return lets, replace(
        whole, node=node, reads=(*kept, *((v.name, v) for v in worker.found.values()))
    )


_LATER = (gast.Lambda, gast.FunctionDef, gast.ClassDef, gast.GeneratorExp)  # run at another time


class _Renamer(gast.NodeTransformer):  # type: ignore[misc]
    """Puts a name in the place of each attribute of an object."""

    def __init__(self, classes: Mapping[str, type | None], taken: set[str]) -> None:
        self.classes, self.taken = classes, taken
        self.found: dict[tuple[str, str], Value] = {}

    def visit_Attribute(self, node: Any) -> Any:  # noqa: N802
        base = node.value
        known = isinstance(base, gast.Name) and base.id in self.classes
        if not known or not isinstance(node.ctx, gast.Load) or (
            callable(getattr(self.classes[base.id], node.attr, None))
        ):  # fmt: skip
            return self.generic_visit(node)
        place = base.id, node.attr
        if place not in self.found:
            name = f"{base.id}_{node.attr}"
            while name in self.taken:
                name += "_"
            self.taken.add(name)
            self.found[place] = Value(name)
        name = self.found[place].name
        new = gast.Name(id=name, ctx=gast.Load(), annotation=None, type_comment=None)
        return gast.copy_location(new, node)
