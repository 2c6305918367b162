"""Runs the programs of the tape exam and grades them: right, refused or wrong."""

from __future__ import annotations

import contextlib
import io
import json
import linecache
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np

import s2s

DATA = Path(__file__).resolve().parents[1] / "data" / "tape_semantics.json"


def programs() -> list[dict[str, Any]]:
    """All programs with the answers of TensorFlow."""
    found: list[dict[str, Any]] = json.loads(DATA.read_text(encoding="utf-8"))
    return found


def run(program: dict[str, Any]) -> Any:
    """Run a program as a file of its own; what it binds to `result`."""
    text = program["np_source"]
    filename = f"/tape-exam/{program['id']}.py"
    lines = text.splitlines(True)
    linecache.cache[filename] = (len(text), None, lines, filename)
    names: dict[str, Any] = {"__name__": f"tape_exam_{program['id']}", "__file__": filename}
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(text, filename, "exec", dont_inherit=True), names)
    return names["result"]


def plain(x: Any) -> Any:
    """A result as nested lists, dicts, numbers and None."""
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    if isinstance(x, s2s.Variable):
        return plain(x.numpy())
    if isinstance(x, np.ndarray):
        return plain(x.tolist())
    if isinstance(x, np.generic):
        return plain(x.item())
    if isinstance(x, (list, tuple)):
        return [plain(v) for v in x]
    return x


def same(got: Any, want: Any, rtol: float, atol: float) -> bool:
    """Whether a result is the expected one."""
    if isinstance(want, dict):
        if set(want) == {"re", "im"} or set(want) == {"real", "imag"}:
            re, im = (want[k] for k in want)
            got = np.asarray(got)
            return same(got.real.tolist(), re, rtol, atol) and same(
                got.imag.tolist(), im, rtol, atol)
        return isinstance(got, dict) and set(map(str, got)) == set(map(str, want)) and all(
            same(got[k], want[k], rtol, atol) for k in got
        )
    if isinstance(want, list):
        return isinstance(got, list) and len(got) == len(want) and all(
            same(g, w, rtol, atol) for g, w in zip(got, want, strict=True)
        )
    if isinstance(want, str) and want in ("inf", "-inf", "nan"):
        want = float(want)
    if want is None or isinstance(want, (bool, str)):
        return type(got) is type(want) and got == want
    if isinstance(got, bool) or not isinstance(got, (int, float, complex)):
        return False
    if isinstance(want, float) and math.isnan(want):
        return isinstance(got, float) and math.isnan(got)
    if isinstance(want, float) and math.isinf(want):
        return got == want
    return abs(got - want) <= atol + rtol * abs(want)


def grade(program: dict[str, Any]) -> tuple[str, str]:
    """`right`, `refused` or `wrong`, and why."""
    refusal = program.get("np_expected_exception")
    try:
        got = plain(run(program))
    except Exception as error:
        if refusal is not None and program.get("expected_exception") is not None or refusal:
            names = {c.__name__ for c in type(error).__mro__}
            text = refusal.get("message_contains", "") or ""
            if names & set(refusal["any_of"]) and text in str(error):
                return "right", ""
        if isinstance(error, s2s.S2SError):
            return "refused", str(error)
        return "wrong", f"{type(error).__name__}: {error}"
    if refusal is not None:
        return "wrong", f"no error, but {got!r}"
    tolerance = program["tolerance"]
    keys = program.get("np_accept") or (
        ["np_expected"] if "np_expected" in program else ["expected"]
    )
    for key in keys:
        if same(got, program[key], tolerance["rtol"], tolerance["atol"]):
            return "right", ""
    return "wrong", f"{got!r} is not {program[keys[0]]!r}"
