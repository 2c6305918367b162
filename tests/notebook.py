"""The introduction as a notebook: cells from the script, run here, with what they show.

    python -m tests.notebook --write      run the script's cells and write the notebook anew

No Jupyter is needed: cells are compiled one by one under names of their own, as Jupyter does.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import json
import linecache
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "examples" / "introduction.py"
NOTEBOOK = SCRIPT.with_suffix(".ipynb")


def cells() -> list[tuple[str, str]]:
    """The cells of the script: (kind, text), without the docstring of the file."""
    found: list[tuple[str, str]] = []
    for part in ("\n" + SCRIPT.read_text(encoding="utf-8")).split("\n# %%")[1:]:
        head, _, body = part.partition("\n")
        body = body.strip("\n")
        if "[markdown]" in head:
            lines = [line[2:] if line.startswith("# ") else line[1:] for line in body.splitlines()]
            found.append(("markdown", "\n".join(lines)))
        else:
            found.append(("code", body))
    return found


def run(code: list[str]) -> list[list[dict[str, Any]]]:
    """Run cells one after the other; the outputs of each."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    names: dict[str, Any] = {"__name__": "__main__"}
    shown = []
    for number, text in enumerate(code, 1):
        filename = f"<introduction, cell {number}>"
        linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            # Jupyter compiles the statements of a cell apart.
            for node in ast.parse(text, filename).body:
                exec(compile(ast.Module([node], []), filename, "exec"), names)
        outputs: list[dict[str, Any]] = []
        if printed.getvalue():
            lines = printed.getvalue().splitlines(True)
            outputs.append({"name": "stdout", "output_type": "stream", "text": lines})
        for figure in map(plt.figure, plt.get_fignums()):
            picture = io.BytesIO()
            figure.savefig(picture, format="png", bbox_inches="tight", metadata={"Software": None})
            data = base64.b64encode(picture.getvalue()).decode()
            outputs.append({
                "data": {"image/png": data, "text/plain": ["<Figure>"]},
                "metadata": {}, "output_type": "display_data",
            })  # fmt: skip
        plt.close("all")
        shown.append(outputs)
    return shown


def notebook(outputs: list[list[dict[str, Any]]] | None = None) -> dict[str, Any]:
    """The notebook, in version 4 of its format."""
    made: list[dict[str, Any]] = []
    count = 0
    for number, (kind, text) in enumerate(cells()):
        cell: dict[str, Any] = {
            "cell_type": kind, "id": f"cell-{number}", "metadata": {},
            "source": text.splitlines(True),
        }  # fmt: skip
        if kind == "code":
            cell["outputs"] = outputs[count] if outputs else []
            count += 1
            cell["execution_count"] = count
        made.append(cell)
    return {
        "cells": made,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def main() -> None:
    """Run the cells and write the notebook."""
    outputs = run([text for kind, text in cells() if kind == "code"])
    text = json.dumps(notebook(outputs), indent=1, ensure_ascii=False, sort_keys=True)
    NOTEBOOK.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    sys.argv[1:] = []
    main()
