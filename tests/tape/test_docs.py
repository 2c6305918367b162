"""The examples of docs/tape.md run, and what is said to be refused is refused in these words."""

import linecache
import re
from pathlib import Path

import pytest

import s2s

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "tape.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", TEXT, flags=re.S)


def run(text: str, number: int) -> None:
    filename = f"/docs/tape-{number}.py"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    exec(compile(text, filename, "exec", dont_inherit=True), {"__name__": f"tape_{number}"})


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_example(number):
    text = EXAMPLES[number]
    words = re.match(r"# refused: ?(.*)\n", text)
    if words is None:
        run(text, number)
        return
    with pytest.raises(s2s.S2SError) as error:
        run(text, number)
    assert words.group(1) in str(error.value)
    assert error.value.origin is not None and error.value.advice
