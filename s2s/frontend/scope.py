"""Which names a piece of code binds and reads, by Python's scoping rules.

Every function takes a statement, an expression or a list of them, and answers for the scope
that the code stands in. A nested ``def`` is a statement of that scope like any other: it binds
its own name, and reads what its decorators, defaults and body need from outside. To ask about
the inside of a function, pass ``tree.body``, or use `local_names` and `free_names`.

>>> tree = gast.parse('''
... def f(x, n):
...     for i in range(n):
...         x = [x * j for j in x]
...     g = lambda k: k + scale
...     return x
... ''').body[0]
>>> ordered_assigned(tree.body), ordered_reads(tree.body)
(['i', 'x', 'g'], ['range', 'n', 'x', 'scale'])
>>> assigned(tree), free_names(tree)
({'f'}, ['range', 'scale'])

Lists are in the order of the text, so that what is generated from them is always the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import gast

__all__ = [
    "assigned",
    "free_names",
    "globals_declared",
    "local_names",
    "nonlocal_writes",
    "nonlocals_declared",
    "ordered_assigned",
    "ordered_reads",
    "parameters",
    "reads",
]

Code: TypeAlias = Any  # a gast node, or a list of them
_Names: TypeAlias = dict[str, None]  # an ordered set

_FUNCTIONS = (gast.FunctionDef, gast.AsyncFunctionDef)
_MARKS = ("ctx", "op")  # the fields of `Load` and `Add`
# These bind no name themselves.
_PLAIN = frozenset({
    gast.Constant, gast.BinOp, gast.UnaryOp, gast.BoolOp, gast.Compare, gast.Call, gast.keyword,
    gast.Attribute, gast.Subscript, gast.Slice, gast.Tuple, gast.List, gast.Dict, gast.IfExp,
    gast.Expr, gast.Assign, gast.AugAssign, gast.Return, gast.If, gast.For, gast.While,
    gast.Break, gast.Continue, gast.Pass,
})  # fmt: skip
_COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)


def assigned(code: Code) -> set[str]:
    """Return the names that running the code may bind or delete in the scope it stands in.

    Stores, loop and ``with`` targets, ``:=`` (also inside comprehensions), ``del``, nested
    functions and classes, imports, ``except ... as`` and match captures count. Comprehension
    targets and what nested functions do inside do not; for the latter see `nonlocal_writes`.
    Names that the scope declares global or nonlocal are included: see `local_names`.
    """
    return set(ordered_assigned(code))


def ordered_assigned(code: Code) -> list[str]:
    """Return what `assigned` does, in the order of the text."""
    names: _Names = {}
    for node in _nodes(code):
        _bind(node, names)
    return list(names)


def reads(code: Code) -> set[str]:
    """Return the names of the scope, or of one around it, that running the code may read.

    What nested functions, classes and comprehensions read counts, minus their own locals, as if
    they were called. ``x += 1`` reads ``x``. Annotations of local variables are never evaluated
    and do not count.
    """
    return set(ordered_reads(code))


def ordered_reads(code: Code) -> list[str]:
    """Return what `reads` does, in the order of the text."""
    return list(dict.fromkeys(_read(code)))


def nonlocal_writes(code: Code) -> set[str]:
    """Return the names that nested functions and classes write through ``nonlocal``.

    The names are those of the scope the code stands in, or of one around it.
    """
    names: set[str] = set()
    for node in _nodes(code):
        if isinstance(node, (*_FUNCTIONS, gast.ClassDef)):
            declared = nonlocals_declared(node.body)
            names |= assigned(node.body) & declared
            inner = nonlocal_writes(node.body)
            # A class body is not a scope that the functions in it can see.
            hidden = local_names(node) if isinstance(node, _FUNCTIONS) else set()
            names |= inner - hidden
        elif not isinstance(node, gast.expr):  # no expression can hold a `def`
            names |= nonlocal_writes(_children(node))
    return names


def globals_declared(code: Code) -> set[str]:
    """Return the names declared ``global`` in a scope; that of a function is its body."""
    return _declared(code, gast.Global)


def nonlocals_declared(code: Code) -> set[str]:
    """Return the names declared ``nonlocal`` in a scope; that of a function is its body."""
    return _declared(code, gast.Nonlocal)


def parameters(function: Any) -> list[str]:
    """Return the parameter names of a function or lambda, in the order of the signature."""
    return [arg.id for arg in _parameter_nodes(function.args)]


def local_names(function: Any) -> set[str]:
    """Return the parameters and local variables of a function or lambda."""
    elsewhere = globals_declared(function) | nonlocals_declared(function)
    return (set(parameters(function)) | assigned(function.body)) - elsewhere


def free_names(function: Any) -> list[str]:
    """Return what the body of a function or lambda reads from outside, in order of the text."""
    own = local_names(function)
    return [name for name in ordered_reads(function.body) if name not in own]


# ---------------------------------------------------------------- binding


def _bind(node: Any, names: _Names) -> None:
    """Add the names that a node binds."""
    if type(node) in _PLAIN:  # most are
        for child in _children(node):
            _bind(child, names)
        return
    match node:
        case gast.Name():
            if not isinstance(node.ctx, gast.Load):
                names[node.id] = None
            return
        case gast.FunctionDef() | gast.AsyncFunctionDef() | gast.ClassDef():
            # Decorators and defaults run in this scope and may hold a `:=`.
            for child in _outside(node):
                _bind(child, names)
            names[node.name] = None
            return
        case gast.Lambda():
            for child in _outside(node):
                _bind(child, names)
            return
        case gast.ListComp() | gast.SetComp() | gast.DictComp() | gast.GeneratorExp():
            for name in _comprehension_binds(node):
                names[name] = None
            return
        case gast.Import() | gast.ImportFrom():
            for alias in node.names:
                name = alias.asname or alias.name.split(".")[0]
                if name != "*":
                    names[name] = None
            return
        case (
            gast.MatchAs(name=captured)
            | gast.MatchStar(name=captured)
            | gast.MatchMapping(rest=captured)
        ):
            for child in _children(node):
                _bind(child, names)
            if captured is not None:  # `_` and `*_` capture nothing
                names[captured] = None
            return
        case gast.AnnAssign():  # its annotation is not evaluated
            _bind(node.target, names)
            if node.value is not None:
                _bind(node.value, names)
            return
    for child in _children(node):
        _bind(child, names)


def _comprehension_binds(node: Any) -> Iterator[str]:
    """Yield what `:=` binds inside a comprehension, which is in the function around it."""
    for child in _walk_scope(_children(node)):
        if isinstance(child, gast.NamedExpr):
            yield child.target.id


def _walk_scope(code: Code) -> Iterator[Any]:
    """Yield all nodes of a scope, comprehensions included, bodies of functions left out."""
    for node in _nodes(code):
        yield node
        inside = _outside(node) if isinstance(node, (*_FUNCTIONS, gast.Lambda)) else None
        yield from _walk_scope(_children(node) if inside is None else inside)


# ---------------------------------------------------------------- reading


def _read(code: Code) -> Iterator[str]:
    """Yield the names that code reads, with repetitions, in the order of the text."""
    for node in _nodes(code):
        match node:
            case gast.Name():
                if isinstance(node.ctx, gast.Load):
                    yield node.id
            case gast.AugAssign():
                if isinstance(node.target, gast.Name):
                    yield node.target.id
                yield from _read([node.target, node.value])
            case gast.AnnAssign():
                yield from _read([node.target])
                yield from _read(_nodes(node.value))
            case gast.Lambda():
                yield from _read(_outside(node))
                yield from free_names(node)
            case gast.FunctionDef() | gast.AsyncFunctionDef() | gast.ClassDef():
                # Type parameters (`def f[T]`) have a scope around the definition.
                own = {p.name for p in getattr(node, "type_params", None) or []}
                is_class = isinstance(node, gast.ClassDef)
                body = _class_reads(node) if is_class else free_names(node)
                yield from (n for n in [*_read(_outside(node)), *body] if n not in own)
            case gast.ListComp() | gast.SetComp() | gast.DictComp() | gast.GeneratorExp():
                yield from _comprehension_reads(node)
            case gast.For() | gast.AsyncFor():
                yield from _read([node.iter, node.target, *node.body, *node.orelse])
            case gast.Assign():
                yield from _read([node.value, *node.targets])
            case _:
                yield from _read(_children(node))


def _comprehension_reads(node: Any) -> Iterator[str]:
    """Yield what a comprehension reads; only its first iterable is evaluated outside of it."""
    yield from _read(node.generators[0].iter)
    yield from _inside_comprehension(node)


def _inside_comprehension(node: Any) -> Iterator[str]:
    """Yield what a comprehension reads from its own scope, minus its targets."""
    targets = set(ordered_assigned([g.target for g in node.generators]))
    parts: list[Any] = []
    for index, generator in enumerate(node.generators):
        parts += [generator.iter] if index else []
        parts += [generator.target, *generator.ifs]
    parts += [node.key, node.value] if isinstance(node, gast.DictComp) else [node.elt]
    yield from (name for name in _read(parts) if name not in targets)


def _class_reads(node: Any) -> Iterator[str]:
    """Yield what a class body reads from around it."""
    own = assigned(node.body) - nonlocals_declared(node.body) - globals_declared(node.body)
    # The names of a class are not seen by its methods, nor inside its comprehensions.
    unseeing: set[str] = set()
    for inner in _walk_scope(node.body):
        if isinstance(inner, (*_FUNCTIONS, gast.Lambda)):
            unseeing.update(free_names(inner))
        elif isinstance(inner, _COMPREHENSIONS):
            unseeing.update(_inside_comprehension(inner))
    for name in _read(node.body):
        if name != "__class__" and (name not in own or name in unseeing):
            yield name


# ---------------------------------------------------------------- walking


def _nodes(code: Code) -> list[Any]:
    """Make a list of a node, a list of nodes, or nothing."""
    if code is None:
        return []
    return list(code) if isinstance(code, (list, tuple)) else [code]


def _children(node: Any) -> list[Any]:
    """Return the nodes directly below, in the order of the grammar; not `Load`, not `Add`."""
    found: list[Any] = []
    for name in node._fields:
        if name in _MARKS:
            continue
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [v for v in value if isinstance(v, gast.AST)]
        elif isinstance(value, gast.AST):
            found.append(value)
    return found


def _parameter_nodes(args: Any) -> Iterable[Any]:
    """Yield the parameters of a signature in order."""
    yield from getattr(args, "posonlyargs", [])
    yield from args.args
    yield from _nodes(args.vararg)
    yield from args.kwonlyargs
    yield from _nodes(args.kwarg)


def _outside(node: Any) -> list[Any]:
    """Return the parts of a definition or lambda that are evaluated where it stands."""
    if isinstance(node, gast.ClassDef):
        return [*node.decorator_list, *node.bases, *(k.value for k in node.keywords)]
    defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
    if isinstance(node, gast.Lambda):
        return defaults
    annotations = [
        a.annotation for a in _parameter_nodes(node.args) if a.annotation is not None
    ]
    return [*node.decorator_list, *defaults, *annotations, *_nodes(node.returns)]


def _declared(code: Code, kind: Any) -> set[str]:
    """Collect the names in the declarations of one kind that belong to a scope."""
    if isinstance(code, gast.Lambda):
        return set()
    if isinstance(code, _FUNCTIONS):
        code = code.body
    names: set[str] = set()
    for node in _nodes(code):
        if isinstance(node, kind):
            names.update(node.names)
        elif isinstance(node, gast.stmt) and not isinstance(node, (*_FUNCTIONS, gast.ClassDef)):
            names |= _declared(_children(node), kind)
        elif isinstance(node, gast.ExceptHandler | gast.match_case):
            names |= _declared(node.body, kind)
    return names
