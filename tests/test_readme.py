"""The README tells the truth: its Python runs, its derivative and its commands are real.

`python -m tests.test_readme --write` puts the derivative as generated now into the README.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
BEGIN, END = "<!-- generated: begin", "<!-- generated: end -->"
GENERATED = re.compile(rf"({re.escape(BEGIN)}[^\n]*-->\n)(.*?)({re.escape(END)})", re.S)
COMMANDS = (
    'pip install -e ".[examples]" && python examples/digits.py',
    'pip install -e ".[test]" && python -m pytest',
)


def blocks(text: str) -> list[tuple[int, str]]:
    """Return (line, code) of every block of Python, but for the generated one."""
    found = []
    generated = GENERATED.search(text)
    for match in re.finditer(r"^```python\n(.*?)^```$", text, flags=re.M | re.S):
        if generated is None or not generated.start() <= match.start() < generated.end():
            found.append((text.count("\n", 0, match.start(1)), match.group(1)))
    return found


def program(text: str) -> str:
    """Return the blocks as one program in which every line keeps its number in the README."""
    lines: list[str] = []
    for line, code in blocks(text):
        lines += [""] * (line - len(lines))
        lines += code.splitlines()
    return "\n".join(lines) + "\n"


def run(source: str, folder: Path) -> str:
    """Run a program in its own process and return what it prints."""
    path = folder / "readme_blocks.py"
    path.write_text(source, encoding="utf-8")
    code = (
        f"import sys, runpy; sys.path.insert(0, {str(ROOT)!r}); runpy.run_path({str(path)!r})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def derivative(text: str, folder: Path) -> str:
    """Return the source of `dloss`, the derivative that the README shows, as generated now."""
    first = blocks(text)[0][1]
    return run(f"{first}\nprint(dloss.specialize(w, b, x, y).source)\n", folder).strip("\n") + "\n"


def test_the_blocks_run(tmp_path):
    text = README.read_text(encoding="utf-8")
    assert len(blocks(text)) >= 3
    run(program(text), tmp_path)


def test_a_false_claim_in_a_block_would_be_noticed(tmp_path):
    text = README.read_text(encoding="utf-8")
    with pytest.raises(AssertionError, match="AssertionError"):
        run(program(text + "\n```python\nassert dw.shape == (0,)\n```\n"), tmp_path)


def test_the_derivative_shown_is_the_one_generated(tmp_path):
    text = README.read_text(encoding="utf-8")
    shown = GENERATED.search(text)
    assert shown, "the README has lost the marks around the generated derivative"
    advice = "run: python -m tests.test_readme --write"
    assert shown.group(2) == f"```python\n{derivative(text, tmp_path)}```\n", advice


def test_the_two_commands_are_there_word_for_word():
    lines = README.read_text(encoding="utf-8").splitlines()
    for command in COMMANDS:
        assert command in lines
    assert COMMANDS[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_files_that_the_readme_names_exist():
    text = README.read_text(encoding="utf-8")
    named = set(re.findall(r"\]\(([^)#:]+)\)", text)) | {
        "examples/digits.py",
        "examples/tour.py",
    }
    assert not [name for name in named if not (ROOT / name).exists()]


def main() -> None:
    """Write the derivative into the README."""
    import tempfile

    if sys.argv[1:] != ["--write"]:
        raise SystemExit(__doc__)
    text = README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        block = f"```python\n{derivative(text, Path(folder))}```\n"
    README.write_text(GENERATED.sub(lambda m: m[1] + block + m[3], text), encoding="utf-8")


if __name__ == "__main__":
    main()
