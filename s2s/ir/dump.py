"""Prints the intermediate representation as indented text that reads like Python."""

from __future__ import annotations

from collections.abc import Callable

from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Closure,
    Const,
    Expr,
    For,
    Function,
    If,
    Iter,
    Let,
    Method,
    Note,
    Opaque,
    Pop,
    Push,
    Raw,
    Ref,
    Star,
    Stmt,
    Undef,
    Value,
    While,
    With,
    Write,
)  # fmt: skip


def dump(function: Function) -> str:
    """The text of a function; values of one name are numbered from the second on."""
    names: dict[Value, str] = {}
    counts: dict[str, int] = {}

    def name(value: Value) -> str:
        if value not in names:
            k = counts.get(value.name, 0)
            counts[value.name] = k + 1
            names[value] = f"{value.name}_{k}" if k else value.name
        return names[value]

    params = ", ".join(name(p.value) for p in function.params)
    body = _block(function.body, name, 1)
    return "\n".join([f"{function.name}({params}):", *body])


Namer = Callable[[Value], str]


def _atom(a: Atom | Star | Method | None, name: Namer) -> str:
    match a:
        case Value():
            return name(a)
        case Const(value):
            return repr(value)
        case Ref(text=text):
            return text
        case Star(atom):
            return "*" + _atom(atom, name)
        case Method(attr):
            return f".{attr}"
        case Undef():
            return "undef"
    return "-"


def _atoms(atoms: tuple[Atom, ...], name: Namer) -> str:
    return ", ".join(_atom(a, name) for a in atoms)


def _expr(expr: Expr, name: Namer) -> str:
    match expr:
        case Apply(fn, args, kwargs):
            parts = [_atom(a, name) for a in args]
            parts += [f"{k}={_atom(a, name)}" if k else "**" + _atom(a, name) for k, a in kwargs]
            return f"{_atom(fn, name)}({', '.join(parts)})"
        case Raw(_, reads):
            return f"raw({', '.join(_atom(a, name) for _, a in reads)})"
        case Closure():
            captured = ", ".join(_atom(a, name) for _, a in expr.captures)
            return f"closure {expr.name}({captured})"
        case _:
            return _atom(expr, name)


def _iter(it: Iter, name: Namer) -> tuple[str, str]:
    """The target and the iterable of a loop."""
    parts = [_iter(i, name) for i in it.inner]
    items = ([name(it.item)] if it.item else []) + [p[0] for p in parts]
    target = items[0] if len(items) == 1 else f"({', '.join(items)})"
    inside = ", ".join([p[1] for p in parts] + [_atom(a, name) for a in it.args])
    return target, inside if it.kind in ("each", "keys") else f"{it.kind}({inside})"


def _carry(stmt: For | While, name: Namer) -> str:
    pairs = zip(stmt.params, stmt.inits, stmt.body.outs, strict=True)
    parts = [f"{name(p)} ({_atom(i, name)}, {_atom(o, name)})" for p, i, o in pairs]
    return f" carrying {', '.join(parts)}" if parts else ""


def _block(block: Block, name: Namer, depth: int) -> list[str]:
    pad = "    " * depth
    lines = [line for stmt in block.stmts for line in _stmt(stmt, name, depth)]
    if block.exit:
        lines.append(pad + block.exit)
    if depth == 1:
        lines.append(f"{pad}-> {_atoms(block.outs, name)}")
    return lines


def _stmt(stmt: Stmt, name: Namer, depth: int) -> list[str]:
    pad = "    " * depth
    match stmt:
        case Let(targets, expr):
            left = ", ".join(name(t) for t in targets) + ("," if stmt.unpack else "")
            return [f"{pad}{left} = {_expr(expr, name)}" if targets else pad + _expr(expr, name)]
        case If():
            lines = [f"{pad}if {_atom(stmt.test, name)}:", *_block(stmt.then, name, depth + 1)]
            if stmt.orelse.stmts or stmt.orelse.exit:
                lines += [f"{pad}else:", *_block(stmt.orelse, name, depth + 1)]
            triples = zip(stmt.results, stmt.then.outs, stmt.orelse.outs, strict=True)
            return lines + [
                f"{pad}{name(r)} = either({_atom(a, name)}, {_atom(b, name)})"
                for r, a, b in triples
            ]
        case For():
            target, items = _iter(stmt.iter, name)
            for p in stmt.params:  # number them before the body
                name(p)
            body = _block(stmt.body, name, depth + 1)
            lines = [f"{pad}for {target} in {items}{_carry(stmt, name)}:", *body]
        case While():
            for p in stmt.params:
                name(p)
            head = _block(stmt.head, name, depth + 1)
            body = _block(stmt.body, name, depth + 1)
            lines = [f"{pad}while{_carry(stmt, name)}:", *head]
            lines += [f"{pad}test {_atom(stmt.head.outs[0], name)}", *body]
        case With():
            target = f" as {name(stmt.target)}" if stmt.target else ""
            body = _block(stmt.body, name, depth + 1)
            return [f"{pad}with {_atom(stmt.context, name)}{target}:", *body]
        case Opaque():
            reads = ", ".join(_atom(a, name) for _, a in stmt.reads)
            writes = ", ".join(name(v) for _, v in stmt.writes)
            return [f"{pad}{writes} = opaque({reads})"]
        case Write():
            return [
                f"{pad}write {stmt.kind} {_atom(stmt.target, name)}[{_atom(stmt.key, name)}]"
                f" = {_atom(stmt.value, name)}"
            ]
        case Push():
            return [f"{pad}push {name(stmt.stack)} {_atom(stmt.value, name)}"]
        case Pop():
            return [f"{pad}{name(stmt.target)} = pop {name(stmt.stack)}"]
        case Note(text):
            return [f"{pad}# {text}"]
    for r in stmt.results:  # loops: number the results after the body
        name(r)
    return lines
