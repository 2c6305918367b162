"""Which callables are written as operators, displays and subscripts."""

from __future__ import annotations

import operator
from typing import Any

import gast

from s2s.ir import prims
from s2s.ir.effects import member

BINARY = {fn: getattr(gast, name) for name, fn in prims.BINARY.items()}
UNARY = {fn: getattr(gast, name) for name, fn in prims.UNARY.items()}
COMPARE = {fn: getattr(gast, name) for name, fn in prims.COMPARE.items()}
DISPLAYS = {
    prims.build_tuple: gast.Tuple, prims.build_list: gast.List, prims.build_set: gast.Set,
}  # fmt: skip
_SYNTAX = frozenset({
    *BINARY, *UNARY, *COMPARE, *DISPLAYS, operator.getitem, getattr, prims.build_dict,
    prims.truth, prims.list_append, prims.dict_put, prims.unpack_star, *prims.INPLACE.values(),
})  # fmt: skip

def is_syntax(obj: Any) -> bool:
    """Whether a callable is written as syntax, so that its name does not appear."""
    return member(_SYNTAX, obj)
