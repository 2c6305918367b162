"""Finds the `with` statement that a running frame stands in, and its source."""

from __future__ import annotations

import ast
import dis
import itertools
import linecache
from collections.abc import Mapping
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

import gast

from s2s.errors import Origin, Unsupported
from s2s.frontend.source import Source
from s2s.frontend.text import changed, no_source, open_text, same_code

Span = tuple[int, int, int, int]  # line, end line, column, end column


@dataclass(frozen=True, eq=False)
class Place:
    """One `with` statement in one piece of code.

    Attributes
    ----------
    code : CodeType
        What runs; kept, so that its address is not used again.
    tree : gast.With
        The statement.
    item : int
        Which of the managers of the statement is meant.
    spans : tuple of Span
        Where the statements of its body stand.
    """

    code: CodeType
    tree: Any
    item: int
    filename: str
    lines: tuple[str, ...]
    comments: Mapping[int, str]
    trailing: Mapping[int, str]
    spans: tuple[Span, ...]

    def source(self, tree: Any) -> Source:
        """The source that a function made of this block has."""
        return Source(
            tree, self.filename, self.tree.lineno, self.lines, self.comments, self.trailing,
            self.code, False,
        )  # fmt: skip

    def origin(self, node: Any = None) -> Origin:
        """Where a node, or the head of the statement, stands."""
        line = getattr(node, "lineno", None) or self.tree.lineno
        text = self.lines[line - 1]
        start = getattr(node, "col_offset", None)
        if start is None:
            start = len(text) - len(text.lstrip())
        end = getattr(node, "end_col_offset", None)
        if end is None or getattr(node, "end_lineno", line) != line:
            end = len(text.rstrip())
        return Origin(self.filename, line, start, line, end, text)

    def statement_at(self, line: int) -> int | None:
        """The statement of the body that a line belongs to."""
        for k, (first, last, _, _) in enumerate(self.spans):
            if first <= line <= last:
                return k
        return None


    def is_first_in(self, number: int, line: int) -> bool:
        """Whether a line is a statement of the body, or the first of `with` statements in it."""
        stmt = self.tree.body[number]
        while isinstance(stmt, gast.With):
            stmt = stmt.body[0]
        first, last = stmt.lineno, stmt.end_lineno or stmt.lineno
        return not hasattr(stmt, "body") and first <= line <= last


_places: dict[tuple[int, int], Place] = {}


def find(frame: FrameType) -> Place:
    """The `with` statement whose manager a frame is entering.

    Raises
    ------
    Unsupported
        Where there is no source, or it is not that of the running code.
    """
    key = (id(frame.f_code), frame.f_lasti)
    known = _places.get(key)
    if known is None or known.code is not frame.f_code:
        known = _places[key] = _find(frame)
    return known


def position(frame: FrameType) -> Span | None:
    """Where the instruction of a frame stands in the text."""
    where = next(itertools.islice(frame.f_code.co_positions(), frame.f_lasti // 2, None))
    if any(part is None for part in where):
        return None
    return where  # type: ignore[return-value]


def _find(frame: FrameType) -> Place:
    code = frame.f_code
    file = open_text(code, frame.f_globals)
    if code.co_name != "<module>":
        fresh = file.codes.get((code.co_qualname, code.co_firstlineno), [])
        if not any(same_code(c, code) for c in fresh):
            raise no_source(code) if not fresh else changed(code)
    tree = ast.parse("\n".join(linecache.getlines(code.co_filename)) if not file.lines else
                     "\n".join(file.lines) + "\n")  # fmt: skip
    where = position(frame)
    line = where[0] if where else frame.f_lineno
    found = [
        node for node in ast.walk(tree)
        if isinstance(node, ast.With)
        and (_span(node) == where or any(_span(i.context_expr) == where for i in node.items))
    ]  # fmt: skip
    if not found:  # without positions (`-X no_debug_ranges`): one statement on the line will do
        found = [n for n in ast.walk(tree) if isinstance(n, ast.With) and n.lineno == line]
    if len(found) != 1:
        raise Unsupported(
            "a tape records the block of a `with` statement that can be read",
            origin=Origin(code.co_filename, line, 0, line, 0, ""),
            advice=("write:  with s2s.GradientTape() as tape:  in the file",),
        )
    node = found[0]
    item = _item(frame, node, where) if len(node.items) > 1 else 0
    spans = tuple(_span(s) for s in node.body)
    return Place(
        code, gast.ast_to_gast(node), item, file.filename, file.lines, file.comments,
        file.trailing, spans,
    )  # fmt: skip


def _span(node: Any) -> Span:
    return (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset)


def _item(frame: FrameType, node: ast.With, where: Span | None) -> int:
    """Which of several managers is being entered: by its place, or by counting."""
    for k, part in enumerate(node.items):
        if _span(part.context_expr) == where:
            return k
    count = -1
    for instruction in dis.get_instructions(frame.f_code):
        if instruction.offset > frame.f_lasti:
            break
        enters = instruction.opname == "BEFORE_WITH" or (
            instruction.opname == "LOAD_SPECIAL" and "__enter__" in str(instruction.argrepr)
        )
        at = instruction.positions
        if enters and at is not None:
            span = (at.lineno, at.end_lineno, at.col_offset, at.end_col_offset)
            count += span == where
    return max(count, 0)
