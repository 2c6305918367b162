"""Refusals that forward and reverse mode share, worded once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NoReturn

from s2s.errors import NoRule, Origin, Unsupported
from s2s.ir.nodes import Atom, Opaque, Value

WAYS_OUT = (
    "write it with functions that have a rule",
    "give it a rule: @s2s.elementwise, @s2s.tangent, or @s2s.custom_gradient around it",
    "give it s2s.stop_gradient(x) if its derivative is to count as zero",
)


def refuse_unknown(what: str, active: Iterable[Atom], origin: Origin | None) -> NoReturn:
    """A call of a function without a rule, with active arguments."""
    names = ", ".join(dict.fromkeys(f"`{a.name}`" for a in active if isinstance(a, Value)))
    verb = "are" if ", " in names else "is"
    raise NoRule(
        f"{what} has no derivative rule, and {names} {verb} active here", origin=origin,
        advice=WAYS_OUT,
    )  # fmt: skip


def refuse_attribute(name: str, origin: Origin | None) -> NoReturn:
    """An attribute of an active object that is no array."""
    raise Unsupported(
        f"the attribute `{name}` of an active value has no derivative rule", origin=origin,
        advice=("pass the attribute's value as an argument of its own",
                "read it outside the function that is differentiated"),
    )  # fmt: skip


def check_opaque(stmt: Opaque, wanted: Callable[[Atom], bool]) -> None:
    """A statement kept as written must not carry derivatives."""
    for _, value in stmt.writes:
        if wanted(value):
            why = getattr(stmt.node, "why", None)
            if isinstance(why, Unsupported):  # what kept it from being taken apart
                raise why
            word = type(stmt.node).__name__
            raise Unsupported(
                f"`{value.name}` is active and assigned in a `{word}` statement, which cannot"
                " be differentiated", origin=stmt.origin,
                advice=(f"compute `{value.name}` outside the `{word}` statement",),
            )  # fmt: skip


def refuse_set(origin: Origin | None) -> NoReturn:
    """A set forgets the order, and equal values fall together."""
    raise Unsupported(
        "a set of active values cannot be differentiated", origin=origin,
        advice=("use a list or a tuple",),
    )  # fmt: skip
