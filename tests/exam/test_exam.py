"""The exam: nothing wrong, nothing lost that was right, and the refusals are the known ones.

`tests/data/exam_refused.txt` holds what is not right yet, a line a problem; it may only shrink:
`python -m tests.exam --refused > tests/data/exam_refused.txt`.
"""

from collections import Counter

import pytest

from tests.exam.grade import grade
from tests.exam.problems import DATA, Problem, problems

# How many are right at least; raise it with every improvement.
FLOOR = 589

REFUSED = set((DATA / "exam_refused.txt").read_text(encoding="utf-8").splitlines())
ALL = problems()


@pytest.fixture(scope="module")
def grades():
    """Every problem graded, once."""
    pytest.importorskip("scipy")
    return [grade(p) for p in ALL]


def test_nothing_is_wrong(grades):
    wrong = [g for g in grades if g.result in ("wrong", "crashed")]
    assert not wrong, "\n".join(f"{g.problem.key()}: {g.detail}" for g in wrong)


def test_what_was_right_stays_right(grades):
    lost = [g for g in grades if g.result != "right" and g.problem.key() not in REFUSED]
    assert not lost, "\n".join(f"{g.problem.key()}: {g.result} {g.detail}" for g in lost)


def test_enough_are_right(grades):
    counts = Counter(g.result for g in grades)
    assert counts["right"] >= FLOOR, dict(counts)


def test_a_refusal_names_its_line(grades):
    for g in grades:
        if g.result == "refused":
            assert "s2s." in g.detail and ":" in g.detail, g.problem.key()


def test_the_problems_are_all_there():
    assert Counter(p.tier for p in ALL) == {1: 305, 2: 142, 3: 151}
    assert all(isinstance(p, Problem) for p in problems("scipy.stats", 2))
    assert REFUSED <= {p.key() for p in ALL}
