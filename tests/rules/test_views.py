"""What shares memory with an argument says so: its rule, or the list of those that sometimes do."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from s2s.analysis.sharing import may_share
from s2s.rules import book

ARRAYS = [
    np.arange(1.0, 7.0).reshape(2, 3), np.arange(1.0, 5.0).reshape(2, 2), np.arange(1.0, 5.0),
    np.arange(1.0, 25.0).reshape(2, 3, 4), np.array(2.0),
]  # fmt: skip
OUT_SECOND = (print, np.fix, np.isneginf, np.isposinf)  # the second argument is written into
KEYWORDS: list[dict[str, Any]] = [
    {}, {"copy": False}, {"axis": None}, {"axis": 0}, {"axes": None}
]  # fmt: skip


def shares(result: Any, x: np.ndarray) -> bool:
    """Whether any part of a result is memory of `x`."""
    if isinstance(result, np.ndarray):
        return np.shares_memory(result, x)
    if isinstance(result, list | tuple):
        return any(shares(part, x) for part in result)
    return result is x


def calls(x: np.ndarray) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Arguments after the first one."""
    more = [(), (0,), (1,), (x,), ((0,),), (x.shape,), (float,), (0, 1), ("ij",)]
    return [(m, {}) for m in more] + [((), k) for k in KEYWORDS]


def _is_scipy(fn: Any) -> bool:
    """Whether a function is compiled code of others, or draws random numbers."""
    module = str(getattr(fn, "__module__", "") or "")
    own = getattr(np, getattr(fn, "__name__", ""), None) is fn
    foreign = module.startswith(("scipy", "numpy.random"))
    foreign |= "random" in str(getattr(fn, "__qualname__", "")) or "Generator" in repr(fn)
    return foreign or isinstance(fn, np.ufunc) and not own


def test_the_rules_know_what_shares_memory():
    # Compiled functions of SciPy may crash on arguments that make no sense.
    entries = [e for e in book().entries.values() if callable(e.obj) and not _is_scipy(e.obj)]
    if len(entries) < 300:
        pytest.fail(f"only {len(entries)} rules")
    wrong = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for entry in entries:
            if entry.view or may_share(entry.obj) or entry.obj in OUT_SECOND:
                continue
            for original in ARRAYS:
                for more, keywords in calls(original):
                    x = original.copy()
                    args = [x if a is original else a for a in more]
                    if isinstance(entry.obj, np.ufunc) and len(args) >= entry.obj.nin:
                        continue  # the last one would be `out`
                    try:
                        result = entry.obj(x, *args, **keywords)
                    except Exception:  # not a call that this function takes
                        continue
                    if shares(result, x):
                        wrong.add(entry.text)
    assert sorted(wrong) == []
