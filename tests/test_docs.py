"""The documentation says what is so: its code runs, its tables are those of the rules and tests."""

import re
from pathlib import Path

import pytest

from tests import coverage
from tests.rules import test_edges

DOCS = Path(__file__).resolve().parents[1] / "docs"


def test_coverage_is_up_to_date():
    pytest.importorskip("scipy")
    written = set(re.findall(r"`([\w.]+)`", coverage.DOC.read_text(encoding="utf-8")))
    found = set(re.findall(r"`([\w.]+)`", coverage.text()))
    # Versions of NumPy and SciPy differ in a few names.
    assert len(written ^ found) <= 0.03 * len(found), sorted(written ^ found)


def test_every_edge_case_has_its_test():
    rows = [r for r in (DOCS / "edge-cases.md").read_text(encoding="utf-8").splitlines()
            if r.startswith("| ") and not r.startswith("| case")]  # fmt: skip
    named = [re.findall(r"`(test_\w+)`", row) for row in rows]
    assert len(rows) >= 25 and all(len(n) == 1 for n in named)
    missing = {n for (n,) in named if not hasattr(test_edges, n)}
    assert not missing
    tests = {n for n in vars(test_edges) if n.startswith("test_")}
    assert tests == {n for (n,) in named}, "a row for every test, a test for every row"


def test_the_code_of_the_page_on_rules_runs(tmp_path):
    from s2s.rules import book

    own, entries = dict(book()._own), dict(book().entries)
    text = (DOCS / "rules.md").read_text(encoding="utf-8")
    file = tmp_path / "page.py"
    file.write_text("\n".join(re.findall(r"```python\n(.*?)```", text, re.S)))
    scope = {"__name__": "page"}
    try:
        exec(compile(file.read_text(), str(file), "exec"), scope)
    finally:
        book()._own, book().entries = own, entries
        book().edition += 1
