"""Making a failing program small: delete, unwrap, simplify while the failure stays the same."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator

BLOCKS = ("body", "orelse")


def shrink(text: str, fails: Callable[[str], bool], attempts: int = 400) -> str:
    """Return the smallest program found for which `fails` still holds."""
    best = text
    progress = True
    while progress and attempts > 0:
        progress = False
        for candidate in candidates(best):
            if len(candidate) >= len(best):
                continue
            attempts -= 1
            if attempts <= 0:
                break
            if fails(candidate):
                best, progress = candidate, True
                break
    return best


def candidates(text: str) -> Iterator[str]:
    """Yield simpler programs, the boldest simplifications first."""
    tree = ast.parse(text)
    for rewrite in (_without_statements, _unwrapped, _simpler_expressions):
        for changed in rewrite(tree):
            try:
                yield ast.unparse(ast.fix_missing_locations(changed)) + "\n"
            except (ValueError, AttributeError):
                continue


def _blocks(tree: ast.AST) -> list[tuple[int, str]]:
    """List the blocks of statements as (number of the owner in walking order, field)."""
    return [
        (number, name)
        for number, node in enumerate(ast.walk(tree))
        for name in BLOCKS
        if isinstance(getattr(node, name, None), list)
    ]


def _nth(tree: ast.AST, number: int) -> ast.AST:
    """Find a node by its place in walking order."""
    return list(ast.walk(tree))[number]


def _is_frame(node: ast.stmt) -> bool:
    """Say whether a statement belongs to the frame that every program needs."""
    if isinstance(node, ast.FunctionDef):
        return node.name in ("f", "example")
    targets = node.targets if isinstance(node, ast.Assign) else []
    named = [t.id for t in targets if isinstance(t, ast.Name)]
    return bool({"FUNCTION", "ARGNUMS"} & set(named)) or isinstance(node, ast.Import)


def _is_inputs(node: ast.stmt) -> bool:
    """Say whether a top-level statement gives the arguments, which stay as they are."""
    return _is_frame(node) and getattr(node, "name", "") != "f"


def _is_value(node: ast.expr) -> bool:
    """Say whether an expression can stand alone: no assignment target, function or module."""
    if isinstance(node, ast.Name) and node.id in ("np", "math"):
        return False
    if isinstance(node, ast.Attribute):
        return not (isinstance(node.value, ast.Name) and node.value.id in ("np", "math"))
    return not isinstance(getattr(node, "ctx", None), ast.Store)


def _without_statements(tree: ast.Module) -> Iterator[ast.Module]:
    """Delete runs of statements, long runs first."""
    for number, name in _blocks(tree):
        length = len(getattr(_nth(tree, number), name))
        for size in sorted({length, length // 2, 1} - {0}, reverse=True):
            for start in range(length - size, -1, -1):
                changed = copy.deepcopy(tree)
                owner = _nth(changed, number)
                block = getattr(owner, name)
                if any(_is_frame(statement) for statement in block[start : start + size]):
                    continue
                del block[start : start + size]
                if not block and name == "body":
                    block.append(ast.Pass())
                yield changed


def _unwrapped(tree: ast.Module) -> Iterator[ast.Module]:
    """Replace a compound statement by one of its blocks."""
    for number, name in _blocks(tree):
        for place, statement in enumerate(getattr(_nth(tree, number), name)):
            if not isinstance(statement, (ast.If, ast.For, ast.While, ast.With)):
                continue
            for inner in BLOCKS:
                if getattr(statement, inner, None):
                    changed = copy.deepcopy(tree)
                    block = getattr(_nth(changed, number), name)
                    block[place : place + 1] = getattr(block[place], inner)
                    yield changed


class _Replace(ast.NodeTransformer):
    """Replace one expression node, given by its identity."""

    def __init__(self, target: ast.expr, replacement: ast.expr) -> None:
        """Remember what to replace by what."""
        self.target, self.replacement = target, replacement

    def visit(self, node: ast.AST) -> ast.AST:
        """Replace the node or look inside it."""
        return self.replacement if node is self.target else self.generic_visit(node)


def _simpler_expressions(tree: ast.Module) -> Iterator[ast.Module]:
    """Replace an expression by one of its operands or by a constant."""
    fixed = {id(n) for top in tree.body if _is_inputs(top) for n in ast.walk(top)}
    for number, node in enumerate(ast.walk(tree)):
        if (
            id(node) in fixed
            or not isinstance(node, ast.expr)
            or isinstance(getattr(node, "ctx", None), ast.Store)
        ):
            continue
        if isinstance(node, (ast.Name, ast.Constant)):
            continue
        children = [c for c in ast.walk(node) if isinstance(c, ast.expr) and c is not node]
        operands = [c for c in children[:8] if _is_value(c)]
        for operand in [*operands, ast.Constant(0.5)]:
            changed = copy.deepcopy(tree)
            target = _nth(changed, number)
            assert isinstance(target, ast.expr)
            yield _Replace(target, copy.deepcopy(operand)).visit(changed)
