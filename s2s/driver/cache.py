"""Generated text as files, so that tracebacks, debuggers and other tools can show it.

The files lie in a cache folder of the user, or in the one that `S2S_CACHE_DIR` names.  They are
written and never read back: what runs is compiled from the text in memory.
"""

from __future__ import annotations

import hashlib
import linecache
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from types import CodeType

_KEEP_DAYS = 30
_OURS = re.compile(r"_[0-9a-f]{12}\.py$")
_tidied: set[Path] = set()


def folder() -> Path:
    """The folder of generated files."""
    chosen = os.environ.get("S2S_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
        return Path(base).expanduser() / "s2s" / "Cache"
    if sys.platform == "darwin":
        return Path("~/Library/Caches/s2s").expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "s2s"


def compile_text(text: str, name: str) -> CodeType:
    """Compile text under the name of a file that holds it.

    Where no file can be written, `linecache` shows the lines under a made-up name.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    stem = f"{re.sub(r'[^0-9A-Za-z_]', '_', name)}_{digest}"
    try:
        filename = str(_write(folder(), f"{stem}.py", text))
    except (OSError, RuntimeError):  # no home, no room, no right to write
        filename = f"<s2s {stem}>"
        linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    return compile(text, filename, "exec", dont_inherit=True)


def _write(where: Path, name: str, text: str) -> Path:
    """The file with this text, written if it is not there yet."""
    path = where / name
    try:
        if path.read_text(encoding="utf-8") == text:
            os.utime(path)  # still in use: see `_tidy`
            return path
    except (FileNotFoundError, UnicodeDecodeError):
        pass
    where.mkdir(parents=True, exist_ok=True)
    _tidy(where)
    # Moved into place whole: another process may be looking at it.
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=where)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return path


def _tidy(where: Path) -> None:
    """Remove, once a process, generated files that nobody has used for a month."""
    if where in _tidied:
        return
    _tidied.add(where)
    before = time.time() - _KEEP_DAYS * 24 * 3600
    for path in where.glob("*.py"):
        try:
            if _OURS.search(path.name) and path.stat().st_mtime < before:
                path.unlink()
        except OSError:  # another process was faster
            continue
