"""`python -m tests.coverage --write`: the table of what has a rule, in `docs/coverage.md`."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterable
from pathlib import Path

from s2s.rules.listing import Covered, listing

DOC = Path(__file__).resolve().parents[1] / "docs" / "coverage.md"
HEAD = """# What has a rule

Made by `python -m tests.coverage --write` from the rules themselves. *linear*, *elementwise*, *tangent* and
*composite* are kinds of rules; for a *program* a few lines of simpler code are differentiated; *zero* functions are
piecewise constant. Everything else that has Python source is differentiated as it stands. Names that one version of
NumPy or SciPy lacks may be missing.
"""


def modules() -> None:
    """Import all of SciPy, whose rules are read when it is there."""
    import scipy

    for found in pkgutil.iter_modules(scipy.__path__):
        if not found.name.startswith("_") and found.ispkg:
            importlib.import_module(f"scipy.{found.name}")
    importlib.import_module("scipy.sparse.linalg")


def tables(covered: Iterable[Covered]) -> str:
    """One section a module, its functions in lines by kind."""
    parts: dict[str, dict[str, list[str]]] = {}
    for one in covered:
        module, _, name = one.name.rpartition(".")
        if module.startswith("scipy.stats."):  # methods of distributions
            module, name = "scipy.stats", one.name.removeprefix("scipy.stats.")
        parts.setdefault(module or "Python", {}).setdefault(one.kind, []).append(name)
    lines = [HEAD]
    for module in sorted(parts, key=lambda m: (not m.startswith("np"), m)):
        count = sum(map(len, parts[module].values()))
        lines += [f"## {module} ({count})", "", "| kind | functions |", "|---|---|"]
        for kind, names in sorted(parts[module].items()):
            lines.append(f"| {kind} | {' '.join(f'`{n}`' for n in sorted(set(names)))} |")
        lines.append("")
    return "\n".join(lines)


def text() -> str:
    """What the file should hold."""
    modules()
    return tables(listing())


if __name__ == "__main__":
    if "--write" in sys.argv:
        DOC.write_text(text(), encoding="utf-8")
    else:
        print(text())
