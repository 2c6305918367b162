"""Precedence levels, and the questions about an expression that its layout depends on."""

from __future__ import annotations

from typing import Any

from .literals import constant

# Precedence, weakest first. An expression is parenthesised where its own level is below the
# level that its place asks for.
NAMED, TEST, OR, AND, NOT, COMPARE, BIT_OR, BIT_XOR = range(8)
BIT_AND, SHIFT, ARITH, TERM, FACTOR, POWER, AWAIT, ATOM = range(8, 16)

LEVELS: dict[str, int | None] = {
    "Yield": -1, "YieldFrom": -1, "NamedExpr": NAMED, "Lambda": TEST, "IfExp": TEST,
    "Compare": COMPARE, "Await": AWAIT,
    "BinOp": None, "UnaryOp": None, "BoolOp": None, "Constant": None,  # see below
}  # fmt: skip
BOOLEAN = {"Or": OR, "And": AND}
BINARY = {
    "BitOr": BIT_OR, "BitXor": BIT_XOR, "BitAnd": BIT_AND, "LShift": SHIFT, "RShift": SHIFT,
    "Add": ARITH, "Sub": ARITH, "Mult": TERM, "Div": TERM, "FloorDiv": TERM, "Mod": TERM,
    "MatMult": TERM, "Pow": POWER,
}  # fmt: skip
OPERATORS = {
    **BINARY, **BOOLEAN, "Not": NOT, "Invert": FACTOR, "UAdd": FACTOR, "USub": FACTOR,
}  # fmt: skip


def kind(node: Any) -> str:
    """Return the name of a node's class."""
    name: str = node.__class__.__name__
    return name


def level(node: Any) -> int:
    """Return the precedence level of an expression."""
    found = LEVELS.get(node.__class__.__name__, ATOM)
    if found is not None:
        return found
    if kind(node) == "Constant":
        value = node.value
        signed = isinstance(value, (int, float)) and constant(value)[0] == "-"
        return FACTOR if signed else ATOM
    return OPERATORS[node.op.__class__.__name__]


def hugs(node: Any) -> bool:
    """Say whether an operand is simple enough for ``**`` to be written without spaces."""
    name = kind(node)
    if name == "UnaryOp":
        return kind(node.op) != "Not" and hugs(node.operand)
    while name == "Attribute":
        node = node.value
        name = kind(node)
    return name == "Name" or _is_number(node)


def _is_number(node: Any) -> bool:
    """Say whether a node is the literal of a number."""
    return kind(node) == "Constant" and type(node.value) in (int, float, complex)


def simple_bound(node: Any) -> bool:
    """Say whether a slice bound needs no spaces around the colon."""
    if node is None:
        return True
    if kind(node) == "UnaryOp" and kind(node.op) != "Not":
        node = node.operand
    return kind(node) in ("Name", "Constant")


def ends_in_brackets(node: Any) -> bool:
    """Say whether an expression ends in brackets that can be broken."""
    while True:
        name = kind(node)
        if name == "Call":
            return bool(node.args or node.keywords)
        if name in ("Subscript", "ListComp", "SetComp", "DictComp", "GeneratorExp", "Set"):
            return True
        if name in ("List", "Tuple"):
            return bool(node.elts)
        if name == "Dict":
            return bool(node.values)
        if name == "UnaryOp":
            node = node.operand
        elif name == "BinOp":
            node = node.right
        elif name == "Compare":
            node = node.comparators[-1]
        elif name in ("Await", "Starred"):
            node = node.value
        else:
            return False
