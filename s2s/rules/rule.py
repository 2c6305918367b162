"""The nouns of the engine: a rule as written, what is known of a callable, a bound call."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import gast

from s2s.errors import Origin, RuleError
from s2s.ir.nodes import Apply, Atom
from s2s.rules.ask import Ask
from s2s.rules.helpers import HelperFunction

__all__ = [
    "REQUIRED", "Bound", "Declaration", "Entry", "Library", "Packed", "Parameter", "Rule", "View",
]  # fmt: skip

REQUIRED: Any = inspect.Parameter.empty



def as_gast(statements: tuple[Any, ...]) -> tuple[Any, ...]:
    """Statements of `ast` or of gast as those of gast."""
    # The classes of gast are named after those of `ast`, and derived from `ast.stmt`.
    return tuple([
        gast.ast_to_gast(s) if type(s) is getattr(ast, type(s).__name__) else s
        for s in statements
    ])  # fmt: skip


View: TypeAlias = "bool | str"  # False, True or "maybe"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a template: `kind` is pos, normal, star, kwonly or starstar."""

    name: str
    kind: str = "normal"
    default: Any = REQUIRED
    text: str | None = None  # how the default is written when it is no literal


@dataclass(frozen=True, eq=False, slots=True)
class Rule:
    """One template: its kind, its signature and its body as syntax, never executed.

    `kind` is elementwise, linear, tangent, composite, adjoint, constant or macro; `of` names
    the parameters in which a `linear` rule is linear, or that a `composite` depends on.
    """

    kind: str
    params: tuple[Parameter, ...]
    results: tuple[str, ...]
    written: tuple[Any, ...]  # the statements as they were read: see `body`
    of: tuple[str, ...] = ()
    namespace: Mapping[str, Any] = field(default_factory=dict)
    filename: str = "<rule>"
    lines: tuple[str, ...] = ()
    _body: tuple[Any, ...] = field(init=False, repr=False)

    @property
    def body(self) -> tuple[Any, ...]:
        """The statements as gast: few of all rules are ever asked for them."""
        try:
            return self._body
        except AttributeError:
            body = as_gast(self.written)
            object.__setattr__(self, "_body", body)
            return body

    def names(self) -> tuple[str, ...]:
        """The names of the parameters."""
        return tuple(p.name for p in self.params)

    def error(self, reason: str, node: Any = None) -> RuleError:
        """The error that shows a place in this template."""
        line = getattr(node, "lineno", None)
        if line is None or line > len(self.lines):
            return RuleError(f"{reason} (in a rule of {self.filename})")
        end = getattr(node, "end_lineno", line) or line
        where = Origin(
            self.filename, line, node.col_offset, end, node.end_col_offset,
            "\n".join(self.lines[line - 1 : end]),
        )  # fmt: skip
        return RuleError(reason, origin=where)


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """All that the templates say about one callable."""

    obj: Any
    text: str
    elementwise: Rule | None = None
    linear: tuple[Rule, ...] = ()
    tangent: Rule | None = None
    adjoint: tuple[Rule, ...] = ()
    constant: bool = False
    view: View = False
    constant_on_reals: bool = False  # the rules speak of complex arguments only
    programs: tuple[Any, ...] = ()  # Python functions that are differentiated in its place
    gives: type | None = None  # the class of the result, where that is an object
    when: tuple[tuple[str, Any], ...] = ()  # a variant: the values of parameters it is about
    variants: tuple[Entry, ...] = ()
    _rules: tuple[Rule, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        single = tuple(r for r in (self.elementwise, self.tangent) if r)
        object.__setattr__(self, "_rules", (*single, *self.linear, *self.adjoint))

    def rules(self) -> tuple[Rule, ...]:
        """Every template with a body."""
        return self._rules

    def signature(self) -> Rule | None:
        """The template whose parameters bind a call."""
        return self._rules[0] if self._rules else None

    def linear_in(self, name: str) -> Rule | None:
        """The linear template that names a parameter."""
        return next((r for r in self.linear if name in r.of), None)


@dataclass(frozen=True, slots=True)
class Packed:
    """Arguments that a call passes apart and the template takes as one tuple (`*args`)."""

    items: tuple[Atom, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Bound:
    """A call matched with its rules.

    `args` holds what the call passes, by template parameter; parameters left out are not in
    it.  `rebuild` makes the same call with some of the arguments replaced.  `guard` is the
    receiver of a method or attribute that is taken for an array without proof.
    """

    book: Library
    entry: Entry
    op: Apply
    args: Mapping[str, Atom | Packed]
    differentiable: tuple[Atom, ...]
    active: tuple[str, ...]  # the parameters behind `differentiable`
    constant: bool
    view: View
    rebuild: Callable[[Mapping[str, Any]], Apply]
    guard: Atom | None = None
    mask: Atom | None = None  # the `where=` of a ufunc: elsewhere the result has no derivative


@dataclass(frozen=True, eq=False)
class Declaration:
    """One decorator of one template: for which callables it speaks."""

    kind: str
    targets: tuple[tuple[Any, str], ...]
    rule: Rule | None
    view: View | None
    name: str
    gives: type | None = None
    when: tuple[tuple[str, Any], ...] = ()  # a variant: for calls with these arguments


class Library(Protocol):
    """What is asked of the book of all rules, of which bound calls are a part."""

    helpers: dict[Any, HelperFunction]

    @property
    def macros(self) -> dict[str, Rule]:
        """The `@macro` templates by name."""

    def entry(self, obj: Any) -> Entry | None:
        """What the templates say about a callable."""

    def lookup(self, op: Apply, ask: Ask) -> Bound | None:
        """The rule that speaks for a call."""

    def why(self, op: Apply, ask: Ask) -> str:
        """Why there is none."""
