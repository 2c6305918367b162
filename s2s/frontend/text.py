r"""The text behind code objects: read, indexed once a file, compared with the code that runs.

A file may have been edited since it was imported, and a text made by `exec` may share its name
with something else, so no text is trusted: it is compiled again, and what it gives is compared
with the live code object, constant by constant.

>>> one = compile("lambda x: x + 1", "a", "eval").co_consts[0]
>>> same_code(one, compile("\n\nlambda x: x  +  1", "b", "eval").co_consts[0])
True
>>> same_code(one, compile("lambda x: x + 1.0", "a", "eval").co_consts[0])
False
"""

from __future__ import annotations
import __future__

import ast
import io
import linecache
import os
import threading
import tokenize
import warnings
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import CodeType, MappingProxyType
from typing import Any, TypeAlias

from s2s.errors import Origin, Unsupported

__all__ = [
    "FunctionNode",
    "SourceFile",
    "changed",
    "is_pseudo",
    "line_origin",
    "no_source",
    "open_text",
    "same_code",
]

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Place: TypeAlias = tuple[str, int]  # name, first line

# A notebook cell inherits `__future__` imports from earlier cells, and its own text does not
# show them. (Flags below 0x10000 are options no longer, and their bits mean other things.)
FUTURE_BITS = sum(
    flag
    for name in __future__.all_feature_names
    if (flag := getattr(__future__, name).compiler_flag) > 0xFFFF
)
_MAX_FILES = 64


@dataclass(frozen=True, eq=False)
class SourceFile:
    """One text, parsed and compiled once for all of its functions."""

    filename: str
    raw: list[str]  # as `linecache` gave them, to notice that it now gives others
    lines: tuple[str, ...]
    nodes: Mapping[_Place, list[FunctionNode]]
    codes: Mapping[_Place, list[CodeType]]
    comments: Mapping[int, str]
    trailing: Mapping[int, str]


_files: OrderedDict[tuple[str, int], SourceFile] = OrderedDict()
_lock = threading.RLock()


def open_text(code: CodeType, module: dict[str, Any]) -> SourceFile:
    """Read, parse and compile the text that a code object says it came from."""
    with _lock:
        raw = _read(code, module)
        if not raw:
            raise no_source(code)
        flags = code.co_flags & FUTURE_BITS
        key = (code.co_filename, flags)
        file = _files.get(key)
        if file is None or (file.raw is not raw and file.raw != raw):
            try:
                file = _parse(code.co_filename, raw, flags)
            except (SyntaxError, ValueError):  # half-way through an edit
                raise changed(code) from None
            _files[key] = file
            if len(_files) > _MAX_FILES:
                _files.popitem(last=False)
        _files.move_to_end(key)
        return file


def _read(code: CodeType, module: dict[str, Any]) -> list[str]:
    """Read the lines of a file, a notebook cell, a doctest or a generated module."""
    filename = code.co_filename
    linecache.checkcache(filename)
    lines = linecache.getlines(filename, module)
    if not lines and hasattr(linecache, "_getlines_from_code"):  # the prompt of Python 3.13
        lines = linecache._getlines_from_code(code)
    if not lines and not os.path.isabs(filename) and not is_pseudo(filename):
        # A script started under a relative name, in a process that has changed directory since.
        path = module.get("__file__") or ""
        if os.path.basename(path) == os.path.basename(filename):
            lines = linecache.getlines(path)
    return lines


def _parse(filename: str, raw: list[str], flags: int) -> SourceFile:
    """Index the functions and comments of a text."""
    lines = tuple(line.rstrip("\r\n") for line in raw)
    text = "\n".join(lines) + "\n"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they were given when the code was first compiled
        tree = compile(text, filename, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        try:
            module = compile(tree, filename, "exec", flags, dont_inherit=True)
        except SyntaxError:  # a notebook cell may await at its top level
            flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            module = compile(tree, filename, "exec", flags, dont_inherit=True)
    nodes: dict[_Place, list[FunctionNode]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda):
            nodes.setdefault(("<lambda>", node.lineno), []).append(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            # A code object begins at the first decorator, a node at `def`.
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            nodes.setdefault((node.name, first), []).append(node)
    codes: dict[_Place, list[CodeType]] = {}
    for code in _inner_codes(module):
        codes.setdefault((code.co_qualname, code.co_firstlineno), []).append(code)
    comments, trailing = _comments(text)
    return SourceFile(filename, raw, lines, nodes, codes, comments, trailing)


def _inner_codes(code: CodeType) -> Iterator[CodeType]:
    """Walk through the code objects inside a code object."""
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield const
            yield from _inner_codes(const)


def _comments(text: str) -> tuple[Mapping[int, str], Mapping[int, str]]:
    """Collect comments by line: those that stand alone, and those that follow code."""
    own: dict[int, str] = {}
    trailing: dict[int, str] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                line, col = token.start
                alone = not token.line[:col].strip()
                (own if alone else trailing)[line] = token.string
    except (tokenize.TokenError, SyntaxError):  # comments are not worth failing for
        pass
    return MappingProxyType(own), MappingProxyType(trailing)


def same_code(fresh: CodeType, live: CodeType) -> bool:
    """Say whether two code objects do the same, wherever they stand in their files."""
    if fresh == live:
        return True
    shape = ("co_argcount", "co_posonlyargcount", "co_kwonlyargcount")
    if any(getattr(fresh, name) != getattr(live, name) for name in shape):
        return False
    if _asserts_rewritten(live):
        # pytest replaces each `assert` by code that explains it; the arguments are unchanged.
        count = live.co_argcount + live.co_kwonlyargcount
        return fresh.co_varnames[:count] == live.co_varnames[:count]
    body = ("co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_flags")
    return (
        all(getattr(fresh, name) == getattr(live, name) for name in body)
        and fresh.co_exceptiontable == live.co_exceptiontable
        and _same_constant(fresh.co_consts, live.co_consts)
    )


def _same_constant(fresh: object, live: object) -> bool:
    """Compare constants, telling apart 1, 1.0 and True, and 0.0 and -0.0."""
    if isinstance(fresh, CodeType) and isinstance(live, CodeType):
        return same_code(fresh, live)
    if isinstance(fresh, tuple) and isinstance(live, tuple):
        return len(fresh) == len(live) and all(map(_same_constant, fresh, live))
    if isinstance(fresh, frozenset) and isinstance(live, frozenset):
        return sorted(map(repr, fresh)) == sorted(map(repr, live))
    return type(fresh) is type(live) and repr(fresh) == repr(live)


def _asserts_rewritten(code: CodeType) -> bool:
    """Say whether pytest's assertion rewriting has been over a function."""
    return any(
        name.startswith(("@py_", "@pytest_")) for name in code.co_names + code.co_varnames
    )


def line_origin(code: CodeType) -> Origin:
    """Make the origin of a code object whose text is not known."""
    return Origin(code.co_filename, code.co_firstlineno, 0, code.co_firstlineno, 0, "")


def is_pseudo(filename: str) -> bool:
    """Say whether a file name is one like ``<string>``."""
    return filename.startswith("<") and filename.endswith(">")


def no_source(code: CodeType) -> Unsupported:
    """Say that a function has no text."""
    why = (
        "It was made by `exec` or `eval`, or typed at a prompt that keeps no text."
        if is_pseudo(code.co_filename)
        else "The file cannot be read."
    )
    return Unsupported(
        f"there is no source text for `{code.co_qualname}`\n{why}",
        origin=line_origin(code),
        advice=["Put the function in a file or in a notebook cell, and import or run that."],
    )


def changed(code: CodeType) -> Unsupported:
    """Say that a text is not, or no longer, that of the running code."""
    return Unsupported(
        "the file changed since it was imported\n"
        f"What stands there now is not the `{code.co_qualname}` that runs.",
        origin=line_origin(code),
        advice=["Reload the module (`importlib.reload`) or restart Python."],
    )
