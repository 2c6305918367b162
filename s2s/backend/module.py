"""Several functions and their imports as the text of one module."""

from __future__ import annotations

from collections.abc import Sequence

import gast

from s2s.backend.emit import emit_function
from s2s.backend.unparse import unparse
from s2s.ir.nodes import Function


def module_text(
    functions: Sequence[Function], imports: Sequence[str] = (), header: str | None = None
) -> str:
    """The text of a module.

    Parameters
    ----------
    functions
        The functions, in order.
    imports
        Import statements as text, written in the order given.
    header
        The docstring of the module.
    """
    body: list[object] = []
    if header is not None:
        body.append(gast.Expr(gast.Constant(header, None)))
    for line in imports:
        body += gast.parse(line).body
    body += [emit_function(f) for f in functions]
    return unparse(gast.Module(body, []))
