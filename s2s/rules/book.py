"""All rules together: which one speaks for a call."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from s2s.errors import RuleError
from s2s.ir.nodes import Apply, Atom, Const, Method, Ref, Star
from s2s.ir.record import replace
from s2s.rules import objects
from s2s.rules.ask import Ask
from s2s.rules.bind import bind, bind_constant, callee, variant
from s2s.rules.helpers import HelperFunction
from s2s.rules.load import (
    Declaration,
    Templates,
    digest_of,
    find_templates,
    read_file,
    read_files,
)  # fmt: skip
from s2s.rules.methods import ATTRIBUTES, PACKED_METHODS, aliases
from s2s.rules.namespace import MISSING
from s2s.rules.rule import Bound, Entry, Rule
from s2s.rules.subscripts import with_letters

__all__ = ["Book", "book"]


class Book:
    """The rules of a folder of templates.

    Parameters
    ----------
    folder : Path, optional
        Where the template files are; by default those that come with s2s.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or find_templates()
        self.digest = digest_of(self.folder)
        self.helpers: dict[Any, HelperFunction] = {}
        self.entries: dict[Any, Entry] = {}
        self.edition = 0  # how often rules of the user were entered
        self._own: dict[Any, Entry] = {}
        self._modules = 0  # how many were imported when it was last looked
        self._templates = Templates()
        self._enter(sorted(self.folder.rglob("*.py")))

    @property
    def macros(self) -> dict[str, Rule]:
        """The `@macro` templates by name."""
        return self._templates.macros

    @property
    def skipped(self) -> list[str]:
        """The callables in decorators that do not exist in this NumPy or Python."""
        return self._templates.skipped

    def entry(self, obj: Any) -> Entry | None:
        """What the templates say about a callable or one that means the same."""
        if self._templates.deferred and len(sys.modules) != self._modules:
            self._wake()
        try:
            found = self.entries.get(obj)
        except TypeError:  # unhashable
            return None
        if found is not None:
            return found
        for other in aliases(obj):
            if other in self.entries:
                return self.entries[other]
        return None

    def lookup(self, op: Apply, ask: Ask) -> Bound | None:
        """The rule that speaks for a call, or None; see `why` for the reason."""
        found = self._match(op, ask)
        return found if isinstance(found, Bound) else None

    def why(self, op: Apply, ask: Ask) -> str:
        """Why `lookup` finds no rule for a call; empty when it does."""
        found = self._match(op, ask)
        return found if isinstance(found, str) else ""

    def _match(self, op: Apply, ask: Ask) -> Bound | str:
        """The bound call or the reason why there is none."""
        of_object = self.of_object(op, ask)
        if of_object is not None:
            return of_object
        if isinstance(op.fn, Method):
            return self._method(op, ask, op.fn.name)
        obj = callee(op, ask)
        if obj is getattr and len(op.args) == 2:
            return self._attribute(op, ask)
        entry = self.entry(obj) if obj is not None else None
        if entry is None:
            return "there is no rule for it"
        if entry.constant or (entry.constant_on_reals and _real(op, ask)):
            return bind_constant(self, entry, op, None)
        if not entry.rules():
            return "there is no rule for it"
        module = getattr(obj, "__module__", None)
        if module == "_operator" and entry.elementwise:
            # `xs + [y]` joins lists: arithmetic has no rule where a container is certain.
            for atom in op.args:
                if _is_container(atom, ask):
                    return "the operator works on a list, tuple or string here"
        if entry.obj is np.einsum:
            op = with_letters(op, ask)
        chosen = variant(entry, op, ask)
        return bind(self, chosen, op, ask) if chosen.rules() else "there is no rule for it"

    def of_object(self, op: Apply, ask: Ask) -> Bound | str | None:
        """The rule of a method, operator, attribute or call of an object of a known class."""
        for entry, rest in objects.candidates(op, ask):
            found = self.entry(entry)
            if found is not None:
                return objects.bound(self, found, op, rest, ask)
        return None

    def gives(self, op: Apply, ask: Ask) -> type | None:
        """The class of the object that a call makes, where its rule says so."""
        obj = op.fn.obj if isinstance(op.fn, Ref) and not op.fn.live else None
        if isinstance(obj, type) and obj.__module__.startswith("scipy"):
            self.entry(obj)  # reads the rules for the package, if that was not done yet
            known = any(issubclass(obj, cls) for cls in self._templates.classes)
            return obj if known else None
        found: Entry | None = None
        for other, _ in objects.candidates(op, ask):
            found = found or self.entry(other)
        if found is None and obj is not None:
            found = self.entry(obj)
        return None if found is None else found.gives

    def _method(self, op: Apply, ask: Ask, name: str) -> Bound | str:
        """The rule of `x.name(...)` with `x` taken for an array."""
        descriptor = getattr(np.ndarray, name, MISSING)
        entry = self.entry(descriptor) if descriptor is not MISSING else None
        if entry is None or not op.args or not (entry.constant or entry.rules()):
            return f"there is no rule for the method {name}"
        receiver = op.args[0]
        guard = _unproven(receiver, ask)
        if guard is False:
            return f"{name} is not known to be the method of an array"
        if entry.constant:
            return bind_constant(self, entry, op, guard)
        return bind(self, entry, op, ask, guard, name in PACKED_METHODS)

    def _attribute(self, op: Apply, ask: Ask) -> Bound | str:
        """The rule of `x.name` with `x` taken for an array."""
        known, name = ask.constant(op.args[1])  # type: ignore[arg-type]
        if not known or not isinstance(name, str):
            return "the name of the attribute is not known"
        guard = _unproven(op.args[0], ask)
        if guard is False:
            return f"{name} is not the attribute of an array"
        entry = self.entry(getattr(np.ndarray, name, MISSING))
        if entry is None and name in ATTRIBUTES:
            function = ATTRIBUTES[name]
            if function is None:
                entry = Entry(None, name, constant=True)
            else:
                entry = self.entry(function)
        if entry is None:
            return f"there is no rule for the attribute {name}"
        if entry.constant:
            return bind_constant(self, entry, op, guard)
        bound = bind(self, entry, Apply(op.fn, op.args[:1]), ask, guard)
        if isinstance(bound, str):
            return bound
        rest = op.args[1:]

        def rebuild(new: Any) -> Apply:
            """The same attribute of another value."""
            return Apply(op.fn, (*new.values(), *rest) if new else op.args)

        return replace(bound, op=op, rebuild=rebuild)

    def _wake(self) -> None:
        """Read the files whose package has been imported since."""
        self._modules = len(sys.modules)
        ready = [p for name, p in self._templates.deferred if name in sys.modules]
        if ready:
            later = [(n, p) for n, p in self._templates.deferred if n not in sys.modules]
            self._templates.deferred = later
            self._enter(ready)

    def _enter(self, paths: list[Path]) -> None:
        """Add the declarations of some files."""
        self._templates.declarations = []
        read_files(paths, self._templates)
        later = []
        for declaration in self._templates.declarations:
            if declaration.kind == "same_as":
                later.append(declaration)
            else:
                self.declare(declaration)
        for declaration in later:
            self._same(declaration)

    def programs(self, op: Apply, ask: Ask) -> tuple[Any, ...]:
        """The Python functions that may stand for what a call calls."""
        if isinstance(op.fn, Method):
            descriptor = getattr(np.ndarray, op.fn.name, MISSING)
            taken = op.args and not isinstance(_unproven(op.args[0], ask), bool)
            entry = self.entry(descriptor) if descriptor is not MISSING and taken else None
        else:
            obj = callee(op, ask)
            entry = self.entry(obj) if obj is not None else None
        return variant(entry, op, ask).programs if entry is not None else ()

    def declare(self, made: Declaration) -> None:
        """Enter one declaration for each of its callables."""
        if made.kind == "program":
            *names, (program, _) = made.targets
            for obj, text in names:
                if obj is MISSING:
                    continue
                entry = self.entries.get(obj) or Entry(obj, text)
                if made.when:
                    one = Entry(obj, text, when=made.when, programs=(program,))
                    new: dict[str, Any] = {"variants": (*entry.variants, one)}
                else:
                    new = {"programs": (*entry.programs, program)}
                self.entries[obj] = replace(entry, **new)
            return
        for obj, text in made.targets:
            whole = self.entries.get(obj) or Entry(obj, text)
            if not made.when:
                self.entries[obj] = _with(whole, made)
                continue
            others = tuple(v for v in whole.variants if v.when != made.when)
            old = next((v for v in whole.variants if v.when == made.when), None)
            entry = _with(old or Entry(obj, text, view=whole.view, when=made.when), made)
            self.entries[obj] = replace(whole, variants=(*others, entry))

    def declare_own(self, made: Declaration) -> None:
        """Enter a rule of the user: the first for a callable replaces what the templates say."""
        for obj, text in made.targets:
            old = self._own.get(obj) or Entry(obj, text)
            rule = made.rule
            match made.kind:
                case "linear" | "adjoint" if rule is not None:
                    others = tuple(r for r in getattr(old, made.kind) if r.of != rule.of)
                    new: dict[str, Any] = {made.kind: others}
                case kind:
                    new = {} if rule is None else {kind: None}
            old = Entry(obj, text) if rule is None else replace(old, constant=False, **new)
            self._own[obj] = self.entries[obj] = _with(old, made)
        self.edition += 1

    def all_entries(self) -> list[Entry]:
        """Every entry, those for packages that have been imported included."""
        if self._templates.deferred:
            self._wake()
        return list(self.entries.values())

    def _same(self, made: Declaration) -> None:
        """`same_as(f, g)`: f has the rules of g, the last one named."""
        *names, (model, text) = made.targets
        if made.rule is not None or not names:
            raise RuleError(f"same_as(f, ..., model) names functions and has no body: {text}")
        if model is MISSING:
            return
        entry = self.entry(model)
        if entry is None:
            raise RuleError(f"same_as: there is no rule for {text} ({made.name})")
        for obj, own in names:
            if obj is not MISSING and obj is not model:
                view = entry.view if made.view is None else made.view
                self.entries[obj] = replace(entry, obj=obj, text=own, view=view)

    def read(self, path: Path) -> None:
        """Read one more template file (user rules)."""
        templates = Templates(macros=self._templates.macros)
        read_file(path, templates)
        for declaration in templates.declarations:
            if declaration.kind == "same_as":
                self._same(declaration)
            else:
                self.declare(declaration)


def _real(op: Apply, ask: Ask) -> bool:
    """Whether all arguments are certainly real."""
    dtypes = [ask.dtype(a) for a in op.args if not isinstance(a, Star)]
    return all(dtype is not None and dtype.kind != "c" for dtype in dtypes)


def _unproven(receiver: Any, ask: Ask) -> Atom | Literal[False] | None:
    """None when it is an array or a scalar, False when it is not, else the receiver."""
    if ask.is_array(receiver) or ask.is_scalar(receiver):
        return None
    if ask.is_array(receiver) is False and ask.is_scalar(receiver) is False:
        return False
    return receiver  # type: ignore[no-any-return]


def _is_container(atom: Any, ask: Ask) -> bool:
    """Whether an operand is certainly a list, tuple, string or dict."""
    if isinstance(atom, Const):
        return isinstance(atom.value, str | bytes)
    known, value = ask.constant(atom)
    if known:
        return isinstance(value, list | tuple | str | bytes | dict | set)
    if ask.items(atom) is not None:
        return True
    return ask.is_array(atom) is False and ask.is_scalar(atom) is False


def _with(old: Entry, made: Declaration) -> Entry:
    """What is known of a callable with one declaration more."""
    new: dict[str, Any] = {} if made.view is None else {"view": made.view}
    if made.gives is not None:
        new["gives"] = made.gives
    rule: Any = made.rule
    match made.kind:
        case "constant" | "constant_on_reals":
            new[made.kind] = True
        case "composite":
            if old.tangent is not None:
                raise rule.error(f"a second @tangent rule for {old.text}", rule.body[0])
            new["tangent"] = rule
        case "linear" | "adjoint":
            new[made.kind] = (*getattr(old, made.kind), rule)
        case kind:
            if getattr(old, kind) is not None:
                raise rule.error(f"a second @{kind} rule for {old.text}", rule.body[0])
            new[kind] = rule
    entry = replace(old, **new)
    _check(entry)
    return entry


def _check(entry: Entry) -> None:
    """The rules of one callable must agree with each other."""
    rules = entry.rules()
    for rule in rules:
        if rule.names() != rules[0].names() or rule.results != rules[0].results:
            raise rule.error(f"the templates of {entry.text} differ in their signatures",
                             rule.body[0])  # fmt: skip
    if entry.constant and rules:
        raise rules[0].error(f"{entry.text} is declared constant as well", rules[0].body[0])


@cache
def book() -> Book:
    """The rules that come with s2s, read once."""
    return Book()
