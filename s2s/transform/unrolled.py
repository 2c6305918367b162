"""What the variables of a loop over displays are, one iteration after the other.

    for k, f in enumerate((np.sin, np.cos)):       k = 0, f = np.sin; then k = 1, f = np.cos
"""

from __future__ import annotations

from s2s.analysis.callees import Callees
from s2s.ir import prims
from s2s.ir.nodes import Atom, Const, Iter, Ref, Star, Value


def rounds_of(it: Iter, known: Callees) -> list[dict[Value, Atom]] | None:
    """The variables in each iteration, if the loop is over displays alone."""
    match it.kind:
        case "each":
            display = known.displays.get(it.args[0])  # type: ignore[arg-type]
            if display is None or it.item is None:
                return None
            if isinstance(display.fn, Ref) and display.fn.obj is prims.build_dict:
                return None
            items = [a for a in display.args if not isinstance(a, Star)]
            return [{it.item: a} for a in items] if len(items) == len(display.args) else None
        case "reversed":
            inner = rounds_of(it.inner[0], known)
            return None if inner is None else inner[::-1]
        case "enumerate" if it.item is not None:
            inner, start = rounds_of(it.inner[0], known), it.args[0]
            if inner is None or not isinstance(start, Const) or type(start.value) is not int:
                return None
            return [{it.item: Const(start.value + k), **t} for k, t in enumerate(inner)]
        case "zip" if not it.args:
            parts = [p for i in it.inner if (p := rounds_of(i, known)) is not None]
            if len(parts) < len(it.inner):
                return None
            return [
                {v: a for t in row for v, a in t.items()} for row in zip(*parts, strict=False)
            ]
    return None


def relied_on(it: Iter, known: Callees) -> bool:
    """Ask for the displays in a way that is noted: whether they are displays for good."""
    return all(known.display(a) is not None for a in _sequences(it))


def _sequences(it: Iter) -> list[Atom]:
    """What a loop runs over, side by side."""
    own = list(it.args) if it.kind == "each" else []
    return own + [a for inner in it.inner for a in _sequences(inner)]
