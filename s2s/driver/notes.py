"""Which line of the user a line of a backward sweep stands for, when it raises an exception."""

from __future__ import annotations

from types import TracebackType

from s2s.driver.compile import Module
from s2s.errors import Origin
from s2s.ir.nodes import Note
from s2s.ir.walk import statements


def explain(error: BaseException, module: Module) -> None:
    """Add a note to an exception that left a generated module through its backward sweep."""
    for line in reversed(_lines(error.__traceback__, module.filename)):
        origin = _origin(module, line)
        if origin is not None:
            text = " ".join(origin.text.split())
            note = f"s2s: while differentiating {origin}: {text}"
            if note not in getattr(error, "__notes__", ()):
                error.add_note(note)
            return


def _lines(trace: TracebackType | None, filename: str) -> list[int]:
    """The lines of a file that a traceback passes, outermost first."""
    found = []
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename and trace.tb_lineno is not None:
            found.append(trace.tb_lineno)
        trace = trace.tb_next
    return found


def _origin(module: Module, line: int) -> Origin | None:
    """The statement of the user that the comment above a generated line repeats."""
    lines = module.text.splitlines()
    heads = [k for k in range(line) if lines[k].startswith("def ")]
    if not heads:
        return None
    start = heads[-1]
    name = lines[start][4:].partition("(")[0]
    function = next((f for f in module.scope.functions if f.name == name), None)
    if function is None:  # a helper
        return None
    notes = [s for s in statements(function.body) if isinstance(s, Note) and s.text]
    found: Origin | None = None
    k = 0
    for text in lines[start + 1 : line]:
        comment = text.strip()
        if not comment.startswith("# "):
            continue
        for ahead in range(k, len(notes)):
            if comment[2:] == notes[ahead].text.lstrip("#").strip().partition("\n")[0]:
                found, k = notes[ahead].origin, ahead + 1
                break
    return found
