"""No file of the compiler or of the rules grows beyond what can be read in one sitting."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 500


def overlong(folder: Path, limit: int = LIMIT) -> list[str]:
    """Return `path: lines` for the Python files below `folder` longer than `limit`."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > limit:
            found.append(f"{path.relative_to(folder.parent)}: {lines} lines")
    return found


@pytest.mark.parametrize("folder", ["s2s", "templates"])
def test_no_file_is_too_long(folder):
    assert any((ROOT / folder).rglob("*.py")), f"{folder}/ holds no Python file"
    long = overlong(ROOT / folder)
    assert not long, f"split these along their parts (limit {LIMIT}):\n" + "\n".join(long)


def test_the_check_finds_a_long_file(tmp_path):
    package = tmp_path / "package" / "deep"
    package.mkdir(parents=True)
    (package / "short.py").write_text("x = 1\n" * LIMIT)
    (package / "long.py").write_text("x = 1\n" * (LIMIT + 1))
    assert overlong(tmp_path / "package") == [
        f"{Path('package', 'deep', 'long.py')}: {LIMIT + 1} lines"
    ]
