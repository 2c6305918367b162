"""The whole of Python's syntax, and what becomes of each kind of node.

A test holds this table against gast: a node class of a new Python version that is in none of the
groups fails it.
"""

from __future__ import annotations

# Lowered to IR by a handler of `expressions`, `comprehensions`, `closures`, `classes`,
# `statements`, `loops`, `tries`.
LOWERED = frozenset({
    "AnnAssign", "Assign", "Attribute", "AugAssign", "BinOp", "BoolOp", "Break", "Call",
    "ClassDef", "Compare", "Constant", "Continue", "Delete", "Dict", "DictComp", "Expr", "For",
    "FunctionDef", "If", "IfExp", "Lambda", "List", "ListComp", "Name", "NamedExpr", "Pass",
    "Return", "Set", "Slice", "Starred", "Subscript", "Try", "Tuple", "UnaryOp", "While", "With",
})  # fmt: skip

# Kept in the user's words; refused where derivatives would have to flow through them.
# A `match` of simple patterns is a choice before it gets here (`desugar/matches.py`).
VERBATIM = frozenset({
    "Assert", "FormattedValue", "GeneratorExp", "Import", "ImportFrom", "Interpolation",
    "JoinedStr", "Match", "Raise", "SetComp", "TemplateStr", "TryStar", "TypeAlias",
})  # fmt: skip

# Refused wherever they stand. A generator that is consumed has become a function before it gets
# here (`desugar/consumers.py`).
REFUSED = frozenset({
    "AsyncFor", "AsyncFunctionDef", "AsyncWith", "Await", "Global", "Nonlocal", "Yield",
    "YieldFrom",
})  # fmt: skip

# Statements of Python 2 that gast still has a class for; no Python 3 program has them.
EXTINCT = frozenset({"Exec", "Print", "Repr"})
