"""Reading template files into rules.

A template file is parsed, never executed: its functions are data.  `find_templates` is the one
place that knows where the files are (inside the package in a wheel, beside it in a checkout).
"""

from __future__ import annotations

import ast
import hashlib
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gast

from s2s.errors import RuleError
from s2s.rules.densities import methods_of
from s2s.rules.namespace import (
    MISSING,
    Names,
    base_names,
    dotted,
    imported_names,
    literal,
    resolve,
)  # fmt: skip
from s2s.rules.rule import Declaration, Parameter, Rule, as_gast

__all__ = [
    "KINDS", "Declaration", "Reader", "Templates", "digest_of", "find_templates", "read_file",
]  # fmt: skip

KINDS = (
    "elementwise", "linear", "tangent", "composite", "adjoint", "constant", "constant_on_reals",
    "same_as", "program", "macro", "distribution",
)  # fmt: skip
BARE = ("constant", "constant_on_reals", "same_as", "program")  # without a body
_REQUIRES = re.compile(r'^requires = "([\w.]+)"$', re.MULTILINE)  # looked for before parsing


@dataclass(eq=False)
class Templates:
    """What a set of template files says."""

    declarations: list[Declaration] = field(default_factory=list)
    macros: dict[str, Rule] = field(default_factory=dict)
    deferred: list[tuple[str, Path]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)  # targets that do not exist here
    classes: set[type] = field(default_factory=set)  # whose methods have rules


def find_templates() -> Path:
    """The folder of the templates."""
    here = Path(__file__).resolve().parents[1]
    inside = here / "templates"
    return inside if inside.is_dir() else here.parent / "templates"


def digest_of(folder: Path) -> str:
    """A hash of the names and contents of the template files."""
    state = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        state.update(path.relative_to(folder).as_posix().encode())
        state.update(path.read_bytes())
    return state.hexdigest()[:16]


def read_files(paths: Iterable[Path], into: Templates) -> None:
    """Read template files; those that require a package not imported yet are deferred."""
    base = base_names()
    for path in paths:
        read_file(path, into, base)


def read_file(path: Path, into: Templates, base: Names | None = None) -> None:
    """Read one template file."""
    text = path.read_text(encoding="utf-8")
    required = _REQUIRES.search(text)
    if required is not None and required[1] not in sys.modules:
        into.deferred.append((required[1], path))
        return
    try:
        module = ast.parse(text)
    except SyntaxError as error:
        raise RuleError(f"{path.name}:{error.lineno}: not Python: {error.msg}") from error
    names = dict(base if base is not None else base_names())
    reader = Reader(str(path), tuple(text.split("\n")), names, into)
    for statement in module.body:
        reader.statement(statement)


@dataclass(eq=False)
class Reader:
    """The state of reading one file."""

    filename: str
    lines: tuple[str, ...]
    names: Names
    into: Templates

    def statement(self, written: ast.stmt) -> None:
        """One statement at the top level of the file."""
        if isinstance(written, ast.FunctionDef):
            body = tuple(s for s in written.body if not _is_empty(s))
            written.body = []
            self.template(gast.ast_to_gast(written), body)
            return
        node = gast.ast_to_gast(written)
        match node:
            case gast.Import() | gast.ImportFrom():
                self.names |= imported_names(node)
            case gast.Expr(value=gast.Call()):
                self.declare(node.value, None, node)
            case gast.Expr(value=gast.Constant()) | gast.Assign():
                pass  # a docstring; `requires = ...`
            case _:
                raise self.error("a template file holds imports, templates and lists", node)

    def template(self, node: Any, body: tuple[Any, ...]) -> None:
        """A decorated function, whose body stands apart."""
        if not node.decorator_list:
            raise self.error("a template needs a decorator such as @elementwise(np.tanh)", node)
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, gast.Call) else None
            parts = dotted(call.func if call else decorator)
            if parts is not None and parts[-1] == "macro":
                self.into.macros[node.name] = self.rule("macro", node, body, ())
            elif call is None:
                raise self.error("expected @kind(function, ...)", decorator)
            else:
                self.declare(call, (node, body), node)

    def declare(self, call: Any, of: tuple[Any, tuple[Any, ...]] | None, node: Any) -> None:
        """A kind applied to callables, over a template or alone in a list."""
        parts = dotted(call.func)
        kind = parts[-1] if parts else ""
        if kind not in KINDS:
            raise self.error(f"not a kind of rule; there are {', '.join(KINDS)}", call)
        targets: list[tuple[Any, str]] = []
        strings: list[str] = []
        for arg in call.args:
            if isinstance(arg, gast.Constant) and isinstance(arg.value, str):
                strings.append(arg.value)
                continue
            path = dotted(arg)
            if path is None:
                raise self.error("a rule is for a function given by its dotted name", arg)
            obj, text = resolve(path, self.names)
            owner = resolve(path[:-1], self.names)[0] if len(path) > 1 else None
            if isinstance(owner, type) and not owner.__module__.startswith("numpy"):
                self.into.classes.add(owner)
            # A name that this NumPy lacks has no rule; in `same_as` its place still counts.
            if obj is MISSING:
                self.into.skipped.append(text)
            twice = any(obj is other for other, _ in targets)  # `jn` is another name of `jv`
            if kind in ("same_as", "program") or not (obj is MISSING or twice):
                targets.append((obj, text))
        if kind == "distribution":
            if of is None or len(targets) != 1:
                raise self.error("@distribution(family) stands over one template", call)
            whole = of[0], as_gast(of[1])
            self.into.declarations += methods_of(*targets[0], whole, self.error, self.rule)
            return
        view, gives, when = None, None, list[tuple[str, Any]]()
        for keyword in call.keywords:
            value = getattr(keyword.value, "value", MISSING)
            if keyword.arg == "gives" and dotted(keyword.value):
                gives = resolve(dotted(keyword.value) or (), self.names)[0]
            elif not isinstance(keyword.value, gast.Constant):
                raise self.error("the value of an option is a literal, but for gives=cls", call)
            elif keyword.arg != "view":
                when.append((keyword.arg, value))
            elif value in (True, False, "maybe"):
                view = value
            else:
                raise self.error('view is True, False or "maybe"', call)
        rule, name = None, ""
        if of is not None:
            name = of[0].name
            if of[1]:
                rule = self.rule(kind, of[0], of[1], tuple(strings))
            elif kind not in BARE:
                raise self.error("this template has no body", node)
        elif kind not in BARE:
            raise self.error(f"only {', '.join(f'{k}(...)' for k in BARE)} stand alone", node)
        if kind == "linear" and rule and not set(strings) <= set(rule.names()):
            raise self.error("@linear names a parameter that the template lacks", call)
        if kind in ("linear", "composite") and not strings:
            raise self.error(f'say in which parameters: @{kind}(f, "x")', call)
        named = rule is not None and {n for n, _ in when} <= set(rule.names())
        if when and not (named or kind == "program"):
            raise self.error("the options are view=, gives= and values: (f, full=True)", call)
        self.into.declarations.append(
            Declaration(
                kind, tuple(targets), rule, view, f"{self.filename}:{name}", gives, tuple(when)
            )
        )

    def own_rule(self, kind: str, node: Any, of: tuple[str, ...]) -> Rule:
        """The template below a decorator of the user."""
        body = tuple(s for s in node.body if not _is_empty(s))
        if not body:
            raise self.error("this template has no body", node)
        rule = self.rule(kind, node, body, of)
        if not rule.results:
            raise self.error('the return annotation names the result: -> "y"', node)
        if kind == "linear" and not (of and set(of) <= set(rule.names())):
            raise self.error('say in which parameters it is linear: @linear(f, "x")', node)
        return rule

    def rule(self, kind: str, node: Any, body: tuple[Any, ...], of: tuple[str, ...]) -> Rule:
        """The template as a noun."""
        params = tuple(self.parameters(node.args))
        return Rule(
            kind, params, self.results(node), body, of, self.names, self.filename, self.lines
        )

    def results(self, node: Any) -> tuple[str, ...]:
        """The names in the return annotation."""
        returns = node.returns
        if isinstance(returns, gast.Constant) and isinstance(returns.value, str):
            returns = gast.parse(returns.value, mode="eval").body
        match returns:
            case None:
                return ()
            case gast.Name(id=name):
                return (name,)
            case gast.Tuple(elts=elts) if all(isinstance(e, gast.Name) for e in elts):
                return tuple(e.id for e in elts)
        raise self.error("the return annotation names the results: -> y or -> (w, v)", node)

    def parameters(self, args: Any) -> Iterable[Parameter]:
        """The parameters in the order of the signature."""
        plain = [(a, "pos") for a in args.posonlyargs] + [(a, "normal") for a in args.args]
        first = len(plain) - len(args.defaults)
        for k, (arg, kind) in enumerate(plain):
            yield self.parameter(arg, kind, args.defaults[k - first] if k >= first else None)
        if args.vararg:
            yield Parameter(args.vararg.id, "star")
        for arg, default in zip(args.kwonlyargs, args.kw_defaults):
            yield self.parameter(arg, "kwonly", default)
        if args.kwarg:
            yield Parameter(args.kwarg.id, "starstar")

    def parameter(self, arg: Any, kind: str, default: Any) -> Parameter:
        """One parameter with its default evaluated as a literal or a dotted name."""
        if default is None:
            return Parameter(arg.id, kind)
        try:
            value, text = literal(default, self.names)
        except ValueError as error:
            raise self.error(f"the default of {arg.id}: {error}", default) from None
        return Parameter(arg.id, kind, value, text)

    def error(self, reason: str, node: Any) -> RuleError:
        """The error at a place of this file."""
        shell = Rule("", (), (), (), (), {}, self.filename, self.lines)
        return shell.error(reason, node)


def _is_empty(node: Any) -> bool:
    """Whether a statement, of `ast` or of gast, is `...`, `pass` or a docstring."""
    return isinstance(node, ast.Pass | gast.Pass) or (
        isinstance(node, ast.Expr | gast.Expr)
        and isinstance(node.value, ast.Constant | gast.Constant)
    )
