"""What has a rule: a list for people, from which the documentation's table is made."""

from __future__ import annotations

from dataclasses import dataclass

from s2s.rules.bind import active_parameters
from s2s.rules.book import book
from s2s.rules.rule import Entry

__all__ = ["Covered", "listing"]


@dataclass(frozen=True, order=True)
class Covered:
    """One function that s2s can differentiate, or knows to be piecewise constant.

    `kind` is the kind of its rule, "program" for one that simpler code stands for, or "zero";
    `parameters` are those that derivatives flow through.
    """

    name: str
    kind: str
    parameters: tuple[str, ...]


def listing(prefix: str = "") -> list[Covered]:
    """The functions with a rule, by name.

    Parameters
    ----------
    prefix : str
        What the names begin with: `np.linalg`, `math`, `scipy.special`. Rules for SciPy are
        listed once SciPy's module is imported.

    Examples
    --------
    >>> listing("np.tanh")
    [Covered(name='np.tanh', kind='elementwise', parameters=('x',))]
    """
    entries = {e.text: e for e in book().all_entries() if not _is_ours(e.obj)}
    found = [_covered(e) for name, e in entries.items() if name.startswith(prefix)]
    return sorted(c for c in found if c.name and not c.name.startswith("_"))


def _is_ours(obj: object) -> bool:
    """Whether a function is a part of derivatives, not one that people call."""
    return str(getattr(obj, "__module__", "")).startswith("s2s.runtime")


def _covered(entry: Entry) -> Covered:
    """What is to be said of one entry."""
    if entry.constant:
        return Covered(entry.text, "zero", ())
    rules = entry.rules() or tuple(r for v in entry.variants for r in v.rules())
    if not rules:
        return Covered(entry.text, "program", ())
    return Covered(entry.text, rules[0].kind, active_parameters(entry) if entry.rules() else ())
