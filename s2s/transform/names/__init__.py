"""Names of arrays that are updated in place: as few as there can be.

What the analysis of buffers refuses may be said in another way: an array under one name instead of
two, what is done to a picked array written out for each of them, a view made once more.  These
passes run on programs that are refused as they stand.
"""

from __future__ import annotations

from s2s.analysis.buffers import find_buffers
from s2s.analysis.facts import Facts
from s2s.errors import Unsound
from s2s.ir.nodes import Function, If
from s2s.ir.sweep import sweep
from s2s.ir.walk import statements
from s2s.transform.names.chosen import with_choices
from s2s.transform.names.diagonals import with_diagonals
from s2s.transform.names.onename import with_one_name
from s2s.transform.names.remade import remade

_PASSES = (with_one_name, with_diagonals, remade, with_choices)


def told_apart(function: Function, facts: Facts) -> Function:
    """The function, or another way to write it in which it is known what each write changes."""
    if any(isinstance(s, If) and s.form == "try" for s in statements(function.body)):
        return function  # an index that is not there may be what it waits for
    found = function
    for rewrite in (None, *_PASSES):
        if rewrite is not None:
            found = sweep(rewrite(found, facts))
        try:
            find_buffers(found, facts)
        except Unsound:
            continue
        return found
    return function
