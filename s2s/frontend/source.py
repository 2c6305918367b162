"""From a live function to its syntax tree, comments and lines, or to a refusal in words.

>>> from s2s.errors import S2SError
>>> def half(x):  # keep
...     return x / 2
>>> source = recover(half)
>>> source.tree.name, source.first_line, source.trailing[1]
('half', 1, '# keep')
>>> recover(lambda x: x + 1).tree.name
'lambda_'

The text found is checked against the code that runs (see `s2s.frontend.text`), so that a file
edited since it was imported is refused rather than differentiated.
"""

from __future__ import annotations

import ast
import functools
import re
import types
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

import gast

from s2s.errors import Origin, Unsupported
from s2s.frontend.text import (
    FunctionNode,
    SourceFile,
    changed,
    is_pseudo,
    line_origin,
    no_source,
    open_text,
    same_code,
)

__all__ = ["Source", "recover", "underlying"]


@dataclass(frozen=True, eq=False)
class Source:
    """What was written down about one function.

    Parameters
    ----------
    tree : gast.FunctionDef
        A fresh tree on every call, without decorators, at the line and column numbers of the
        file. A lambda becomes a function named ``lambda_`` with a single `Return`.
    filename : str
        The file, notebook cell or generated module.
    first_line : int
        The line of ``def`` or ``lambda``; decorators come before it.
    lines : tuple of str
        All lines of the file, without line ends: line ``n`` is ``lines[n - 1]``.
    comments, trailing : mapping of int to str
        By line, the comments (with their ``#``) that stand alone on a line, and those that
        follow code. Both are of the whole file.
    code : types.CodeType
        The code object that the tree was checked against.
    is_lambda : bool
        Whether the function was written as a lambda.
    """

    tree: Any
    filename: str
    first_line: int
    lines: tuple[str, ...]
    comments: Mapping[int, str]
    trailing: Mapping[int, str]
    code: CodeType
    is_lambda: bool

    def origin(self, node: Any) -> Origin:
        """Say where a node of the tree stands: the whole function if it has no position."""
        return _origin(
            node if hasattr(node, "lineno") else self.tree, self.filename, self.lines
        )


# By identity: code objects compare equal across files and across edits of a comment.
_found: dict[int, tuple[weakref.ref[CodeType], SourceFile, FunctionNode]] = {}


def recover(fn: Any) -> Source:
    """Find the source of a function.

    Parameters
    ----------
    fn : callable
        A Python function or lambda, or what `underlying` sees through.

    Returns
    -------
    Source
        The tree and what surrounds it.

    Raises
    ------
    Unsupported
        There is no source text, it is no longer that of the running code, or `fn` is not a
        Python function.
    """
    function = underlying(fn)
    file, node = _locate(function)
    if isinstance(node, ast.AsyncFunctionDef):
        raise Unsupported(
            f"cannot differentiate the async function `{node.name}`",
            origin=_heading(node, file),
            advice=[
                "Move the numerical part into an ordinary function and differentiate that."
            ],
        )
    tree = gast.ast_to_gast(node)
    if isinstance(node, ast.Lambda):
        tree = _as_function(tree)
    tree.decorator_list = []
    _name_private(tree, function.__code__)
    return Source(
        tree=tree,
        filename=file.filename,
        first_line=node.lineno,
        lines=file.lines,
        comments=file.comments,
        trailing=file.trailing,
        code=function.__code__,
        is_lambda=isinstance(node, ast.Lambda),
    )


def _name_private(tree: Any, code: CodeType) -> None:
    """Give attributes such as `self.__x` the names that they have outside of their class."""
    private = [
        n for n in gast.walk(tree)
        if isinstance(n, gast.Attribute) and n.attr.startswith("__") and not n.attr.endswith("__")
    ]  # fmt: skip
    names = list(_names_of(code)) if private else []
    for node in private:
        whole = {n for n in names if re.fullmatch(rf"_[^_].*{re.escape(node.attr)}", n)}
        if len(whole) == 1:
            (node.attr,) = whole


def _names_of(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names_of(inner)


def underlying(fn: Any) -> FunctionType:
    """Return the Python function whose body runs when `fn` is called.

    `staticmethod`, `classmethod`, bound methods and `functools.lru_cache` are seen through. A
    decorator's wrapper is seen through only if all that it does is to call what it wraps with
    the arguments it got: any other wrapper is itself the function to differentiate.
    """
    while True:
        if isinstance(fn, staticmethod | classmethod | types.MethodType):
            fn = fn.__func__
        elif isinstance(fn, functools._lru_cache_wrapper):
            fn = fn.__wrapped__
        elif not isinstance(fn, FunctionType):
            raise _not_a_function(fn)
        elif _only_forwards(fn):
            fn = getattr(fn, "__wrapped__")  # noqa: B009  (not an attribute of the type)
        else:
            return fn


def _only_forwards(fn: FunctionType) -> bool:
    """Say whether a function is ``return wrapped(*args, **kwargs)`` and nothing else."""
    wrapped = getattr(fn, "__wrapped__", None)
    if wrapped is None or wrapped is fn:
        return False
    cells = dict(zip(fn.__code__.co_freevars, fn.__closure__ or ()))
    try:
        names = [name for name, cell in cells.items() if cell.cell_contents is wrapped]
        node = _locate(fn)[1]
    except (ValueError, Unsupported):  # an empty cell; a wrapper that cannot be read
        return False
    if not isinstance(node, ast.FunctionDef) or len(names) != 1:
        return False
    template = "def f(*{0}, **{1}): return {2}(*{0}, **{1})"
    a = node.args
    if a.vararg is None or a.kwarg is None:
        return False
    plain = ast.parse(template.format(a.vararg.arg, a.kwarg.arg, names[0])).body[0]
    assert isinstance(plain, ast.FunctionDef)
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    only_stars = not (a.posonlyargs or a.args or a.kwonlyargs)
    return only_stars and [ast.dump(s) for s in body] == [ast.dump(s) for s in plain.body]


def _not_a_function(fn: Any) -> Unsupported:
    """Say why something other than a Python function has no source of its own."""
    name = getattr(fn, "__qualname__", None) or type(fn).__qualname__
    if isinstance(fn, type):
        return Unsupported(
            f"cannot read the class `{name}` as a function",
            advice=["Pass a function that makes the object and returns a number or an array."],
        )
    if not callable(fn):
        return Unsupported(f"a value of type `{type(fn).__qualname__}` is not a function")
    advice = ["Call it inside a Python function and pass that function."]
    if hasattr(fn, "__wrapped__"):
        advice.append("To leave the decorator out of account, pass its `__wrapped__`.")
    return Unsupported(
        f"`{name}` is not a Python function: there is no source to differentiate\n"
        f"It is an object of type `{type(fn).__module__}.{type(fn).__qualname__}`.",
        advice=advice,
    )


# ---------------------------------------------------------------- finding the place in the text


def _locate(fn: FunctionType) -> tuple[SourceFile, FunctionNode]:
    """Find the checked text and the node of a function, once per code object."""
    code = fn.__code__
    known = _found.get(id(code))
    if known is not None and known[0]() is code:
        return known[1], known[2]
    file = open_text(code, fn.__globals__)
    fresh = [
        c
        for c in file.codes.get((code.co_qualname, code.co_firstlineno), [])
        if same_code(c, code)
    ]
    if not fresh:
        raise no_source(code) if is_pseudo(code.co_filename) else changed(code)
    # Positions tell apart two lambdas of one line that do the same.
    current = next((c for c in fresh if c == code), fresh[0])
    nodes = file.nodes.get((code.co_name, code.co_firstlineno), [])
    node = nodes[0] if len(nodes) == 1 else _by_position(nodes, current, file)
    key = id(code)
    _found[key] = (weakref.ref(code, lambda _: _found.pop(key, None)), file, node)
    return file, node


def _by_position(nodes: list[FunctionNode], code: CodeType, file: SourceFile) -> FunctionNode:
    """Choose among the lambdas that begin on one line the one that a code object came from."""
    spans = [
        ((line, col), (end_line, end_col))
        for line, end_line, col, end_col in code.co_positions()
        if line is not None and end_line is not None and col is not None and end_col is not None
        if (line, col) < (end_line, end_col)
    ]
    lambdas = [node for node in nodes if isinstance(node, ast.Lambda)]
    holding = [n for n in lambdas if spans and all(_holds(n.body, span) for span in spans)]
    if holding:
        # Of nested lambdas the innermost, which is the one whose body begins last.
        return max(holding, key=lambda n: (n.body.lineno, n.body.col_offset))
    # A constant body may have no positions, nor has anything under `-X no_debug_ranges`.
    alike = [n for n in lambdas if same_code(_alone(n), code)]
    if alike and len({ast.dump(n) for n in alike}) == 1:
        return alike[0]
    raise Unsupported(
        "cannot tell which lambda of this line is meant",
        origin=_heading(nodes[0], file) if nodes else line_origin(code),
        advice=["Put each lambda on a line of its own, or use `def`."],
    )


def _holds(node: ast.expr, span: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    """Say whether a span of text lies inside an expression."""
    end = (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
    return (node.lineno, node.col_offset) <= span[0] and span[1] <= end


def _alone(node: ast.Lambda) -> CodeType:
    """Compile a lambda outside its surroundings."""
    outer = compile(ast.Expression(node), "<lambda>", "eval", dont_inherit=True)
    return next(
        c for c in outer.co_consts if isinstance(c, CodeType) and c.co_name == "<lambda>"
    )


# ---------------------------------------------------------------- trees and origins


def _as_function(tree: Any) -> Any:
    """Turn a lambda into a function with a single return."""
    result = gast.copy_location(gast.Return(value=tree.body), tree.body)
    function = gast.FunctionDef(
        name="lambda_",
        args=tree.args,
        body=[result],
        decorator_list=[],
        returns=None,
        type_comment=None,
        type_params=[],
    )
    return gast.copy_location(function, tree)


def _origin(node: Any, filename: str, lines: tuple[str, ...]) -> Origin:
    """Make the origin of a node."""
    end_line = getattr(node, "end_lineno", None) or node.lineno
    end_col = getattr(node, "end_col_offset", None)
    text = "\n".join(lines[node.lineno - 1 : end_line])
    if end_col is None:
        end_col = node.col_offset + 1
    return Origin(filename, node.lineno, node.col_offset, end_line, end_col, text)


def _heading(node: FunctionNode, file: SourceFile) -> Origin:
    """Make the origin of the first line of a function."""
    line = file.lines[node.lineno - 1]
    end = len(line.rstrip().encode())
    return Origin(file.filename, node.lineno, node.col_offset, node.lineno, end, line)
