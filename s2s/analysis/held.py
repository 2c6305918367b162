"""What the containers of a function hold, told by what may share memory."""

from __future__ import annotations

from s2s.analysis.buffers import changes_items
from s2s.analysis.facts import Facts
from s2s.analysis.operations import Built, Copied, Item, classify
from s2s.analysis.sharing import HOLDERS, Sharing, shares
from s2s.ir import prims
from s2s.ir.effects import is_append, is_put
from s2s.ir.nodes import Apply, Atom, Block, Const, For, Function, Let, Ref, Value, While, Write
from s2s.ir.walk import blocks_of, inner_defs

DISPLAYS = (prims.build_tuple, prims.build_list, prims.build_dict)
Path = tuple[int, ...]


class Contents:
    """What the containers of a function hold, by what may share memory."""

    def __init__(self, function: Function, facts: Facts) -> None:
        self.facts, self.sharing = facts, Sharing(function, facts)
        self.put: dict[object, set[Atom]] = {}
        self.unknown: set[object] = {
            self.sharing.find(p.value) for p in function.params if self.holds(p.value)
        }
        self.paths: dict[Value, tuple[Path, int]] = {
            p.value: ((), 0) for p in function.params
        }
        self.loops: set[int] = set()
        self.made: list[tuple[object, Value]] = []
        self._count = 0
        self._walk(function.body, ())

    def holds(self, value: Atom) -> bool:
        """Whether a value is a container."""
        return isinstance(value, Value) and self.facts.of(value).kind in HOLDERS

    def only(self, container: Value, at: tuple[Path, int]) -> Value | None:
        """The one array that all containers of a class hold, where it can be named."""
        key = self.sharing.find(container)
        items = self.put.get(key, set())
        item = next(iter(items)) if len(items) == 1 else None
        if key in self.unknown or self.sharing.outside(container):
            return None
        if not isinstance(item, Value) or item not in self.paths:
            return None
        if self.facts.is_array(item) is not True:
            return None
        path, born = self.paths[item]
        if at[0][: len(path)] != path or born >= at[1]:
            return None
        inside = [k for k in path if k in self.loops]
        for other, made in self.made:  # not an item of an iteration before
            if other is key and [k for k in self.paths[made][0] if k in self.loops][
                : len(inside)
            ] != inside:
                return None
        return item

    def _put(self, container: Value, *atoms: object) -> None:
        key = self.sharing.find(container)
        for a in atoms:
            if isinstance(a, Value) and self.holds(a):
                self.unknown.add(key)
            elif isinstance(a, Value) and shares(a, self.facts):
                self.put.setdefault(key, set()).add(a)
            elif not isinstance(a, Const | Value):
                self.unknown.add(key)

    def _walk(self, block: Block, path: Path) -> None:
        for stmt in block.stmts:
            self._count += 1
            if isinstance(stmt, Let):
                self._let(stmt)
            elif isinstance(stmt, Write) and changes_items(stmt, self.facts):
                self._write(stmt)
            for b in blocks_of(stmt):
                if isinstance(stmt, For | While):
                    self.loops.add(b.key)
                for v in inner_defs(stmt):
                    self.paths[v] = ((*path, b.key), self._count)
                self._walk(b, (*path, b.key))
            self._count += 1
            results = stmt.targets if isinstance(stmt, Let) else getattr(stmt, "results", ())
            for v in results:
                self.paths[v] = (path, self._count)

    def _let(self, stmt: Let) -> None:
        held = [t for t in stmt.targets if self.holds(t) and shares(t, self.facts)]
        if not held:
            return
        target, expr = held[0], stmt.expr
        if isinstance(expr, Apply) and isinstance(expr.fn, Ref):
            if any(expr.fn.obj is d for d in DISPLAYS):
                pairs = expr.fn.obj is prims.build_dict
                self._put(target, *(expr.args[1::2] if pairs else expr.args))
                self.made.append((self.sharing.find(target), target))
                return
            if is_append(expr.fn) or is_put(expr.fn):
                self._put(target, expr.args[-1])
                return
        op = classify(expr, self.facts, self.sharing.closures)
        harmless = isinstance(op, Copied) or isinstance(op, Built) and op.kind in (
            "copy", "join", "repeat"
        )  # fmt: skip
        if isinstance(op, Item) and self.facts.of(op.index).kind == "slice":
            harmless = True
        if not harmless or stmt.unpack:
            self.unknown.add(self.sharing.find(target))

    def _write(self, stmt: Write) -> None:
        if isinstance(stmt.target, Value):
            if stmt.kind in ("insert", "item", "new"):
                self._put(stmt.target, stmt.value)
            elif stmt.kind not in ("del", "cut", "clear"):
                self.unknown.add(self.sharing.find(stmt.target))
