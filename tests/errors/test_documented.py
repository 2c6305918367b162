"""Every block of docs/writes.md runs, or is refused with the line, a caret and advice."""

from __future__ import annotations

import math
import re
import warnings
from pathlib import Path

import numpy as np
import pytest

import s2s

DOCS = Path(__file__).parents[2] / "docs" / "writes.md"
BLOCKS = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("k", range(len(BLOCKS)))
def test_block(k, tmp_path):
    text = BLOCKS[k]
    path = tmp_path / f"block_{k}.py"
    path.write_text(text, encoding="utf-8")
    names = {"np": np, "math": math, "s2s": s2s, "__name__": "documented"}
    code = compile(text, str(path), "exec")
    first = text.splitlines()[0]
    if not first.startswith("# refused:"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            exec(code, names)
        return
    kind = getattr(s2s, first.split()[-1])
    with pytest.raises(kind) as caught:
        exec(code, names)
    message = str(caught.value)
    line = int(re.search(rf"{path.name}:(\d+): ", message).group(1))
    assert message.startswith(f"s2s.{kind.__name__}: ")
    assert text.splitlines()[line - 1].strip() in message and "^" in message
    assert len(caught.value.advice) >= 1


def test_refused_blocks_are_followed_by_one_that_runs():
    refused = [b.startswith("# refused:") for b in BLOCKS]
    assert sum(refused) >= 7
    assert all(not after for before, after in zip(refused, refused[1:]) if before)
