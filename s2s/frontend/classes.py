"""Classes that a function defines: made when compiling, where they use nothing of the function.

    def f(x):                          `State` is a class like any other, so that its objects
        class State:                   can be taken apart
            def __init__(self, v):
                self.v = v
"""

from __future__ import annotations

import dataclasses
import inspect
from types import CodeType
from typing import Any

import gast

from s2s.frontend import scope
from s2s.frontend.context import Context
from s2s.frontend.statements import opaque, statement
from s2s.frontend.text import FUTURE_BITS
from s2s.ir.nodes import Ref


@statement.register(gast.ClassDef)
def _(node: Any, ctx: Context) -> None:
    cls = _made(node, ctx)
    if cls is None:
        opaque(node, ctx)
    else:
        ctx.bind(node.name, Ref(node.name, cls))


def _made(node: Any, ctx: Context) -> type | None:
    """The class, if making it does nothing else and depends on nothing that the function has."""
    known = {n: a.obj for n, a in ctx.env.items() if isinstance(a, Ref) and isinstance(a.obj, type)}
    outer = {*node.bases, *node.decorator_list}
    inside = [n for s in node.body for n in scope.ordered_reads(s)]
    if any(n in ctx.local or n in ctx.resolver.cells for n in inside):
        return None
    for base in outer:
        named = base.func if isinstance(base, gast.Call) else base
        if not isinstance(named, gast.Name):
            return None
        obj = known.get(named.id, ctx.resolver.lookup(named.id))
        if base in node.decorator_list and obj is not dataclasses.dataclass:
            return None
        if base in node.bases and not isinstance(obj, type):
            return None
    if node.keywords or not all(map(_is_plain, node.body)):
        return None
    # Compiled where it stands, so that the source of its methods is found.
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    lines = ctx.source.lines[first - 1 : node.end_lineno]
    text = "\n" * (first - 2) + "if True:\n" + "\n".join(lines) + "\n"
    if first < 2 or not lines[0].startswith((" ", "\t")):
        return None
    namespace: dict[str, Any] = dict(known)
    flags = ctx.source.code.co_flags & FUTURE_BITS
    code = compile(text, ctx.source.filename, "exec", flags, dont_inherit=True)
    exec(_named(code, f"{ctx.source.code.co_qualname}.<locals>."), ctx.resolver.globals, namespace)  # type: ignore[arg-type]
    made = namespace[node.name]
    if isinstance(made, type) and "__name__" not in ctx.resolver.globals:
        made.__module__ = "__main__"  # that of a function made by `exec`
    return made if isinstance(made, type) else None


def _named(code: CodeType, prefix: str, top: bool = True) -> CodeType:
    """Code whose functions are called as they are in the file."""
    consts = tuple(
        _named(c, prefix, False) if isinstance(c, CodeType) else c for c in code.co_consts
    )
    if top:
        return code.replace(co_consts=consts)
    flags = code.co_flags | inspect.CO_NESTED
    return code.replace(
        co_consts=consts, co_qualname=prefix + code.co_qualname, co_flags=flags
    )


def _is_plain(stmt: Any) -> bool:
    """Whether a statement of a class body only defines."""
    match stmt:
        case gast.FunctionDef():
            names = [d.id for d in stmt.decorator_list if isinstance(d, gast.Name)]
            known = {"property", "staticmethod", "classmethod"}
            return len(names) == len(stmt.decorator_list) and set(names) <= known
        case gast.Assign(value=gast.Constant()) | gast.Pass() | gast.Expr(value=gast.Constant()):
            return True
        case gast.AnnAssign(value=value):
            return value is None or isinstance(value, gast.Constant)
    return False
