"""The one source writer: trees to text that people would have written.

It reads generic trees (`gast`) and the standard ones alike, uses no redundant parentheses,
breaks what is wider than the line inside brackets, and leaves the blank lines that formatters
ask for. `Comment` and `Blank` are statements that only this writer understands: text is what
is shown and what is compiled, a tree that holds them cannot be compiled itself.

Type comments are not written. A ``global``, an ``import`` of modules and a ``del`` of several
names cannot be broken, because no parentheses are allowed there or they would change the tree.
"""

from __future__ import annotations

from typing import Any

import gast

from . import layout as lay
from .expressions import ExpressionWriter
from .literals import CannotWrite, constant
from .precedence import ATOM, NAMED, OR, kind
from .statements import Blank, Comment, StatementWriter

__all__ = ["Blank", "CannotWrite", "Comment", "expression", "unparse"]

WIDTH = 88


def unparse(tree: Any, width: int = WIDTH) -> str:
    """Return the source text of a module, a statement, a list of statements or an expression.

    Parameters
    ----------
    tree : gast.AST or list of gast.AST
        What to write.
    width : int
        The line width to keep to where Python allows a line to be broken.

    Returns
    -------
    str
        The text, ending in a newline unless `tree` is an expression.

    Raises
    ------
    TypeError
        If the tree holds a node or a constant that has no source text.
    CannotWrite
        If an f-string needs a newer Python than the running one.
    """
    if kind(tree) == "Expression":
        tree = tree.body
    if isinstance(tree, gast.expr):
        return expression(tree)
    writer = Writer(width)
    if isinstance(tree, list):
        writer.block(tree)
    elif kind(tree) in ("Module", "Interactive"):
        writer.block(tree.body, documented=kind(tree) == "Module")
    else:
        writer.block([tree])
    writer.finish()
    return "\n".join(writer.lines) + "\n" if writer.lines else ""


def expression(node: Any) -> str:
    """Return the source text of an expression on one line."""
    return ExpressionWriter().flat(node, NAMED)


class Writer(StatementWriter):
    """Writes definitions, compound statements and patterns."""

    # Definitions

    def _ClassDef(self, t: Any) -> None:
        """Write a class."""
        self._decorators(t)
        self.fill("class " + t.name)
        self._type_parameters(t)
        if t.bases or t.keywords:
            self.items("(", [*t.bases, *t.keywords], ")", self._call_argument)
        self._definition_body(t)

    def _FunctionDef(self, t: Any) -> None:
        """Write a function."""
        self._function("def ", t)

    def _AsyncFunctionDef(self, t: Any) -> None:
        """Write a coroutine function."""
        self._function("async def ", t)

    def _function(self, keyword: str, t: Any) -> None:
        """Write a function of either form."""
        self._decorators(t)
        self.fill(keyword + t.name)
        self._type_parameters(t)
        parameters = self.parameters(t.args)
        self.items("(", parameters, ")", lambda parameter: parameter(), hang=False)
        if t.returns is not None:
            self.write(" -> ")
            text = self.flat(t.returns)
            if parameters and self._start * lay.STEP + len(f") -> {text}:") <= self.width:
                self.write(text)  # in one piece, so that the parameters are broken first
            else:
                self.value(t.returns, bare=False)
        self._definition_body(t)

    def _decorators(self, t: Any) -> None:
        """Write the decorators of a definition."""
        for decorator in t.decorator_list:
            self.fill("@")
            self.expr(decorator, NAMED)

    def _definition_body(self, t: Any) -> None:
        """Write the body of a definition, docstring first."""
        saved, self._in_class = self._in_class, kind(t) == "ClassDef"
        self.suite(t.body, documented=True)
        self._in_class = saved

    def _type_parameters(self, t: Any) -> None:
        """Write the type parameters of a definition, if it has any."""
        parameters = getattr(t, "type_params", None)
        if parameters:
            self.items("[", parameters, "]", self.dispatch)

    def _type_parameter(self, stars: str, t: Any) -> None:
        """Write one type parameter."""
        self.write(stars + t.name)
        if getattr(t, "bound", None) is not None:
            self.write(": ")
            self.expr(t.bound)
        if getattr(t, "default_value", None) is not None:
            self.write(" = ")
            self.expr(t.default_value)

    def _TypeVar(self, t: Any) -> None:
        """Write a type variable."""
        self._type_parameter("", t)

    def _TypeVarTuple(self, t: Any) -> None:
        """Write a variadic type variable."""
        self._type_parameter("*", t)

    def _ParamSpec(self, t: Any) -> None:
        """Write a parameter specification."""
        self._type_parameter("**", t)

    # Compound statements

    def _If(self, t: Any) -> None:
        """Write an ``if`` with its ``elif`` branches."""
        word = "if "
        while True:
            self.fill(word)
            self.value(t.test, NAMED, bare=False)
            self.suite(t.body)
            if len(t.orelse) != 1 or kind(t.orelse[0]) != "If":
                break
            t = t.orelse[0]
            word = "elif "
        self._otherwise(t)

    def _otherwise(self, t: Any) -> None:
        """Write the ``else`` of a statement, if it has one."""
        if t.orelse:
            self.fill("else")
            self.suite(t.orelse)

    def _While(self, t: Any) -> None:
        """Write a ``while`` loop."""
        self.fill("while ")
        self.value(t.test, NAMED, bare=False)
        self.suite(t.body)
        self._otherwise(t)

    def _For(self, t: Any) -> None:
        """Write a ``for`` loop."""
        self._for("for ", t)

    def _AsyncFor(self, t: Any) -> None:
        """Write an ``async for`` loop."""
        self._for("async for ", t)

    def _for(self, word: str, t: Any) -> None:
        """Write a loop of either form."""
        self.fill(word)
        self.bare(t.target, OR)
        self.write(" in ")
        self.value(t.iter)
        self.suite(t.body)
        self._otherwise(t)

    def _With(self, t: Any) -> None:
        """Write a ``with``."""
        self._with("with ", t)

    def _AsyncWith(self, t: Any) -> None:
        """Write an ``async with``."""
        self._with("async with ", t)

    def _with(self, word: str, t: Any) -> None:
        """Write a ``with`` of either form."""
        self.fill(word)
        if len(t.items) > 1:
            self.optional(t.items, self.dispatch)
        else:
            item = t.items[0]
            # Without a name, a tuple in parentheses would be read as several managers.
            lone = kind(item.context_expr) == "Tuple" and item.optional_vars is None
            self.write("(" if lone else "")
            self.value(item.context_expr, bare=False)
            self.write(")" if lone else "")
            self._as(item)
        self.suite(t.body)

    def _withitem(self, t: Any) -> None:
        """Write one of several context managers."""
        self.expr(t.context_expr)
        self._as(t)

    def _as(self, item: Any) -> None:
        """Write the target of a context manager, if it has one."""
        if item.optional_vars is not None:
            self.write(" as ")
            self.expr(item.optional_vars, ATOM)

    def _Try(self, t: Any) -> None:
        """Write a ``try``."""
        self._try(t, "except")

    def _TryStar(self, t: Any) -> None:
        """Write a ``try`` that handles groups of exceptions."""
        self._try(t, "except*")

    def _try(self, t: Any, word: str) -> None:
        """Write a ``try`` of either form."""
        self.fill("try")
        self.suite(t.body)
        for handler in t.handlers:
            self.fill(word)
            if handler.type is not None:
                self.write(" ")
                self.value(handler.type, bare=False)
            if handler.name is not None:
                name = handler.name
                self.write(" as " + (name if isinstance(name, str) else name.id))
            self.suite(handler.body)
        self._otherwise(t)
        if t.finalbody:
            self.fill("finally")
            self.suite(t.finalbody)

    # Pattern matching

    def _Match(self, t: Any) -> None:
        """Write a ``match``."""
        self.fill("match ")
        self.value(t.subject, NAMED)
        self.enter()
        for case in t.cases:
            self.fill("case ")
            self.tokens += (lay.PARENS, lay.LPAR, lay.INDENT, lay.SOFT)
            self.dispatch(case.pattern)
            self.tokens += (lay.DEDENT, lay.CLOSE, lay.RPAR, lay.END)
            if case.guard is not None:
                self.write(" if ")
                self.value(case.guard, NAMED, bare=False)
            self.suite(case.body)
        self.leave()

    def _pattern(self, node: Any) -> None:
        """Write an alternative or a named pattern, in parentheses where they are needed."""
        named = kind(node) == "MatchAs" and node.pattern is not None
        needs = named or kind(node) == "MatchOr"
        self.write("(" if needs else "")
        self.dispatch(node)
        self.write(")" if needs else "")

    def _MatchValue(self, t: Any) -> None:
        """Write a pattern that compares with a value."""
        self.expr(t.value)

    def _MatchSingleton(self, t: Any) -> None:
        """Write the pattern of ``None``, ``True`` or ``False``."""
        self.write(constant(t.value))

    def _MatchSequence(self, t: Any) -> None:
        """Write a sequence pattern."""
        self.items("[", t.patterns, "]", self.dispatch, hang=False)

    def _MatchStar(self, t: Any) -> None:
        """Write the pattern for the rest of a sequence."""
        self.write("*" + (t.name or "_"))

    def _MatchMapping(self, t: Any) -> None:
        """Write a mapping pattern."""
        pairs = [*zip(t.keys, t.patterns, strict=True)]
        if t.rest is not None:
            pairs.append((None, t.rest))
        self.items("{", pairs, "}", self._match_item, hang=False)

    def _match_item(self, pair: tuple[Any, Any]) -> None:
        """Write one entry of a mapping pattern."""
        key, pattern = pair
        if key is None:
            self.write("**" + pattern)
            return
        self.expr(key)
        self.write(": ")
        self.dispatch(pattern)

    def _MatchClass(self, t: Any) -> None:
        """Write a class pattern."""
        self.expr(t.cls, ATOM)
        pairs: list[tuple[str, Any]] = [("", pattern) for pattern in t.patterns]
        pairs += zip(t.kwd_attrs, t.kwd_patterns, strict=True)
        self.items("(", pairs, ")", self._match_attribute)

    def _match_attribute(self, pair: tuple[str, Any]) -> None:
        """Write one argument of a class pattern."""
        name, pattern = pair
        if name:
            self.write(name + "=")
        self.dispatch(pattern)

    def _MatchAs(self, t: Any) -> None:
        """Write a capture, with or without a pattern."""
        if t.pattern is not None:
            if kind(t.pattern) == "MatchAs":
                self._pattern(t.pattern)
            else:
                self.dispatch(t.pattern)
            self.write(" as ")
        self.write(t.name or "_")

    def _MatchOr(self, t: Any) -> None:
        """Write alternatives."""
        self.tokens.append(lay.CHAIN)
        for i, pattern in enumerate(t.patterns):
            if i:
                self.tokens += (lay.OPSPACE, "| ")
            self._pattern(pattern)
        self.tokens.append(lay.END)
