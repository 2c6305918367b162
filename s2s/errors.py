"""What s2s says when it will not do something: file, line, source, a caret, what to write.

Every refusal of the compiler is one of four kinds. `Unsupported` is a construct outside the
language, `Unsound` a write whose aliasing cannot be proven, `NoRule` a call that has neither a
derivative rule nor readable source, and `RuleError` a mistake in a rule itself.

>>> where = Origin("model.py", 31, 4, 31, 20, "    y[mask] *= decay")
>>> print(Unsound("cannot differentiate this in-place update", origin=where,
...               advice=["write instead:  y = np.where(mask, y * decay, y)"]))
s2s.Unsound: model.py:31: cannot differentiate this in-place update
    31 |     y[mask] *= decay
             ^^^^^^^^^^^^^^^^
    write instead:  y = np.where(mask, y * decay, y)
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["NoRule", "Origin", "RuleError", "S2SError", "Unsound", "Unsupported"]

# A construct that spans more lines than this is shown by its head and its last line.
_MAX_LINES = 6
_HEAD_LINES = 3
_INDENT = "    "


@dataclass(frozen=True)
class Origin:
    """A span of source text.

    Parameters
    ----------
    filename : str
        The file, or the name of the notebook cell or generated module.
    line, end_line : int
        First and last line, counted from 1.
    col, end_col : int
        Start on the first line and end (exclusive) on the last, as in `ast`: counted from 0, in
        UTF-8 bytes.
    text : str
        The whole source lines from `line` to `end_line`, not dedented, joined by newlines.
    """

    filename: str
    line: int
    col: int
    end_line: int
    end_col: int
    text: str

    def __str__(self) -> str:
        return f"{_shown_path(self.filename)}:{self.line}"

    def excerpt(self) -> str:
        """Show the source lines with their numbers, and carets under the span."""
        lines = self.text.split("\n")
        width = len(str(self.line + len(lines) - 1))
        shown = list(range(len(lines)))
        if len(lines) > _MAX_LINES:
            shown = [*range(_HEAD_LINES), len(lines) - 1]
        out = []
        previous = -1
        for index in shown:
            if index != previous + 1:
                out.append(" " * width + " | ...")
            previous = index
            line = lines[index].rstrip()
            out.append(f"{self.line + index:>{width}} | {line}")
            carets = self._carets(index, line, last=index == len(lines) - 1)
            if carets:
                out.append(" " * (width + 3) + carets)
        return "\n".join(out)

    def _carets(self, index: int, line: str, *, last: bool) -> str:
        """Underline the part of one line that the span covers."""
        start = _characters(line, self.col) if index == 0 else len(line) - len(line.lstrip())
        end = len(line)
        if last and self.line + index == self.end_line:
            end = min(_characters(line, self.end_col), len(line))
        if not line:
            return ""
        # A tab is kept, so that the caret stays aligned however wide the terminal draws it.
        lead = "".join(c if c == "\t" else " " * _columns(c) for c in line[:start])
        return lead + "^" * max(sum(_columns(c) for c in line[start:end]), 1)


def _characters(line: str, offset: int) -> int:
    """Turn an offset in UTF-8 bytes, which is what syntax trees carry, into characters."""
    return len(line.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "ignore"))


def _columns(character: str) -> int:
    """Count the terminal columns that a character takes."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _shown_path(filename: str) -> str:
    """Shorten a path under the current directory; leave every other one clickable."""
    try:
        prefix = os.path.join(os.getcwd(), "")
    except OSError:  # the current directory was removed
        return filename
    return filename[len(prefix) :] if filename.startswith(prefix) else filename


class S2SError(Exception):
    """The base of every error that s2s raises on purpose.

    Parameters
    ----------
    reason : str
        What cannot be done. The first line is the headline; further lines, the explanation, are
        shown below the source.
    origin : Origin, optional
        The source that is meant. It may also be set later, by a caller that knows it.
    advice : sequence of str
        What to write instead, one line each.
    """

    # Users meet these classes as `s2s.Unsound`, so that is the name a traceback gives.
    __module__ = "s2s"

    def __init__(
        self, reason: str, *, origin: Origin | None = None, advice: Sequence[str] = ()
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.origin = origin
        self.advice: tuple[str, ...] = (advice,) if isinstance(advice, str) else tuple(advice)

    @property
    def message(self) -> str:
        """The text of the error without the name of its class."""
        headline, _, explanation = self.reason.partition("\n")
        below = [explanation] if explanation else []
        if self.origin is not None:
            headline = f"{self.origin}: {headline}"
            if self.origin.text:
                below.insert(0, self.origin.excerpt())
        below.extend(self.advice)
        lines = [line for block in below for line in block.split("\n")]
        return "\n".join([headline, *((_INDENT + line).rstrip() for line in lines)])

    def __str__(self) -> str:
        return f"s2s.{type(self).__name__}: {self.message}"

    def __reduce__(self) -> tuple[Any, ...]:
        # The default would call the class with `reason` alone and lose the keywords.
        cls = type(self)
        which = cls.__name__ if globals().get(cls.__name__) is cls else cls
        state = {
            name: value
            for name, value in self.__dict__.items()
            if name not in ("reason", "origin", "advice")
        }
        return _rebuild, (which, self.reason, self.origin, self.advice), state or None


def _rebuild(
    which: str | type[S2SError], reason: str, origin: Origin | None, advice: tuple[str, ...]
) -> S2SError:
    """Make a pickled error again; ours go by name, so that no import of `s2s` is needed."""
    cls: type[S2SError] = globals()[which] if isinstance(which, str) else which
    return cls(reason, origin=origin, advice=advice)


class Unsupported(S2SError):
    """A construct outside the language that s2s differentiates."""

    __module__ = "s2s"


class Unsound(S2SError):
    """A write, or a use of a written value, whose aliasing cannot be proven harmless."""

    __module__ = "s2s"


class NoRule(S2SError, LookupError):
    """A call on the path of the derivative that has no rule and no source to differentiate."""

    __module__ = "s2s"


class RuleError(S2SError):
    """A derivative rule that is malformed or contradicts itself."""

    __module__ = "s2s"
