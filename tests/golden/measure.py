"""How the goldens read, in numbers: `python -m tests.golden.measure [--where NAME]`.

Lines and calls of helpers per line of source, and how often a reader meets what a hand would have
written otherwise.
"""

from __future__ import annotations

import argparse
import ast
import collections
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from s2s import runtime
from tests.golden import harness

HELPERS = {name for name in runtime.__all__ if callable(getattr(runtime, name))}


def code_lines(text: str) -> int:
    """The lines that are neither blank nor a comment."""
    return sum(bool(s) and not s.startswith("#") for s in map(str.strip, text.splitlines()))


def helpers(tree: ast.Module, text: str) -> Iterator[str]:
    """Calls of functions that the reader has to look up."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in HELPERS
        ):
            yield node.func.id


def numbered(tree: ast.Module, text: str) -> Iterator[str]:
    """Variables of the user, and adjoints, that had to take another name: `x_2`."""
    names = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    yield from (n for n in sorted(names) if re.fullmatch(r"(?!t_).*[a-z]_\d+", n))


def used_once(tree: ast.Module, text: str) -> Iterator[str]:
    """Temporaries with a name that is read once."""
    names = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and re.fullmatch(r"t_?\d*", n.id)]
    for function in (n for n in tree.body if isinstance(n, ast.FunctionDef)):
        inside = [n for n in ast.walk(function) if n in names]
        reads = collections.Counter(n.id for n in inside if isinstance(n.ctx, ast.Load))
        stores = collections.Counter(n.id for n in inside if isinstance(n.ctx, ast.Store))
        yield from (name for name in stores if stores[name] == 1 and reads[name] == 1)


def in_two_steps(tree: ast.Module, text: str) -> Iterator[str]:
    """`x_bar = a` and at once `x_bar = x_bar + b`, or a sum in place."""
    for block in _blocks(tree):
        for one, two in zip(block, block[1:], strict=False):
            if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name):
                name = one.targets[0].id
                if isinstance(two, ast.Assign) and isinstance(two.value, ast.BinOp):
                    left = two.value.left
                    same = isinstance(left, ast.Name) and left.id == name
                    if same and ast.unparse(two.targets[0]) == name:
                        yield name
                elif isinstance(two, ast.AugAssign) and ast.unparse(two.target) == name:
                    yield name


def signs(tree: ast.Module, text: str) -> Iterator[str]:
    """Signs that belong to the operator in front of them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            right = node.right
            while isinstance(right, ast.BinOp):
                right = right.left
            if isinstance(right, ast.UnaryOp) and isinstance(right.op, ast.USub):
                yield ast.unparse(node)


def copies(tree: ast.Module, text: str) -> Iterator[str]:
    """Copies in the backward sweep."""
    late = text.rpartition("\n\n")[2]
    yield from re.findall(r"\.copy\(\)", late)


def comments_twice(tree: ast.Module, text: str) -> Iterator[str]:
    """The same comment again with nothing of another statement between."""
    last = None
    for line in map(str.strip, text.splitlines()):
        if line.startswith("# "):
            if line == last:
                yield line
            last = line


def saved(tree: ast.Module, text: str) -> Iterator[str]:
    """Lists of saved values."""
    yield from re.findall(r"^ +(\w+_saved\w*) = \[\]", text, re.M)


def factors(tree: ast.Module, text: str) -> Iterator[str]:
    """Two literal factors in one product."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            found = [n for n in _factors(node) if isinstance(n, ast.Constant)]
            if len(found) > 1:
                yield ast.unparse(node)


def zeros_then_one(tree: ast.Module, text: str) -> Iterator[str]:
    """Zeros to which the next statement adds."""
    for block in _blocks(tree):
        for one, two in zip(block, block[1:], strict=False):
            made = isinstance(one, ast.Assign) and "zeros" in ast.unparse(one.value)
            if made and isinstance(two, ast.AugAssign):
                if ast.unparse(two.target).startswith(ast.unparse(one.targets[0])):
                    yield ast.unparse(two)


def _factors(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        yield from _factors(node.left)
        yield from _factors(node.right)
    else:
        yield node


def _blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                yield block


OBJECTIONS: dict[str, Callable[[ast.Module, str], Iterator[str]]] = {
    f.__name__: f
    for f in (
        helpers, numbered, used_once, in_two_steps, signs, copies, comments_twice, saved, factors,
        zeros_then_one,
    )
}  # fmt: skip


def main() -> None:
    """Print the numbers, or where one of the objections is met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--where", choices=[*OBJECTIONS])
    where = parser.parse_args().where
    lines = source = 0
    met: collections.Counter[str] = collections.Counter()
    files: collections.Counter[str] = collections.Counter()
    called: collections.Counter[str] = collections.Counter()
    for name in harness.discover():
        text = harness.expected_path(name).read_text(encoding="utf-8")
        source += code_lines(Path(harness.FOLDER / f"{name}.py").read_text(encoding="utf-8"))
        lines += code_lines(text)
        tree = ast.parse(text)
        called.update(helpers(tree, text))
        for objection, find in OBJECTIONS.items():
            found = list(find(tree, text))
            met[objection] += len(found)
            files[objection] += bool(found)
            if objection == where:
                print(*(f"{name}: {one}" for one in found), sep="\n", end="\n" if found else "")
    if where is not None:
        return
    print(f"{lines} lines for {source} of source: {lines / source:.2f} per line")
    print(f"{met['helpers']} calls of helpers: {met['helpers'] / source:.3f} per line")
    for objection, count in met.most_common():
        print(f"{count:5} {objection} in {files[objection]} files")
    print("helpers:", ", ".join(f"{n} {c}" for n, c in called.most_common(12)))


if __name__ == "__main__":
    main()
