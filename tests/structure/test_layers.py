"""Imports inside s2s go down the layers only, and the runtime stands on NumPy alone.

The helpers of the rules for SciPy import it inside functions.
"""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "s2s"

# What each part may import, besides itself. One line a part: read it from the bottom up.
BASE = {"errors", "options"}
CORE = BASE | {"ir", "frontend", "rules", "analysis", "transform", "backend", "driver"}
ALLOWED: dict[str, set[str]] = {
    "__init__": CORE | {"api", "tape", "testing"},
    "__main__": {"cli"},
    "cli": CORE | {"api", "testing"},
    "testing": CORE | {"api"},
    "tape": CORE | {"api", "runtime"},
    "api": CORE,
    "driver": CORE - {"driver"},
    "transform": BASE | {"ir", "frontend", "rules", "analysis", "runtime"},
    "analysis": BASE | {"ir", "frontend", "rules"},
    "rules": BASE | {"ir", "frontend"},
    "frontend": BASE | {"ir"},
    "backend": BASE | {"ir"},
    "ir": BASE,
    "options": {"errors"},
    "errors": set(),
    "runtime": set(),
}


def imported(source: str, module: tuple[str, ...], is_package: bool) -> list[tuple[int, str]]:
    """Return (line, absolute dotted name) of everything that a module's source imports.

    Imports under `TYPE_CHECKING` and inside functions count: a layer is about who knows whom.
    """
    package = module if is_package else module[:-1]
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            prefix = ".".join((*base, *((node.module,) if node.module else ())))
            found += [(node.lineno, f"{prefix}.{alias.name}") for alias in node.names]
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__")
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            found.append((node.lineno, node.args[0].value))
    return found


def _at_top(path: Path, line: int) -> bool:
    """Whether a line of a file is not indented."""
    return not path.read_text(encoding="utf-8").splitlines()[line - 1].startswith(" ")


def violations(package: Path) -> list[str]:
    """Return one line for every import inside `package` that the table does not allow."""
    bad = []
    for path in sorted(package.rglob("*.py")):
        relative = path.relative_to(package.parent)
        module = relative.with_suffix("").parts
        is_package = module[-1] == "__init__"
        module = module[:-1] if is_package else module
        part = module[1] if len(module) > 1 else "__init__"
        if part not in ALLOWED:
            bad.append(f"{relative}: s2s.{part} has no place in the table of layers")
            continue
        for line, name in imported(path.read_text(encoding="utf-8"), module, is_package):
            top, *rest = name.split(".")
            if part == "runtime" and top != "s2s":
                # Helpers of the rules for SciPy import it when they are called.
                lazily = path.name.startswith("scipy_") and not _at_top(path, line)
                if top == "scipy" and lazily:
                    continue
                if top != "numpy" and top not in sys.stdlib_module_names:
                    bad.append(f"{relative}:{line}: the runtime imports {name}")
            elif top == "s2s":
                target = rest[0] if rest else "__init__"
                if target == "__version__":
                    continue
                if target != part and target not in ALLOWED[part]:
                    bad.append(f"{relative}:{line}: s2s.{part} imports {name}")
    return bad


def test_imports_go_down_only():
    bad = violations(PACKAGE)
    assert not bad, "imports against the layers:\n" + "\n".join(bad)


def test_the_layers_are_all_there():
    names = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    layers = ("errors", "ir", "frontend", "rules", "transform", "backend", "driver", "runtime")
    missing = set(layers) - names
    assert not missing, f"the table speaks of parts that do not exist: {sorted(missing)}"


def test_the_table_has_no_cycle():
    def below(part: str, seen: tuple[str, ...] = ()) -> None:
        assert part not in seen, " -> ".join((*seen, part))
        for target in ALLOWED[part]:
            below(target, (*seen, part))

    for part in ALLOWED:
        below(part)


@pytest.mark.parametrize(
    "path, source",
    [
        ("ir/nodes.py", "from s2s.frontend import lower"),
        ("ir/nodes.py", "from ..frontend.lower import lower"),
        ("ir/__init__.py", "from ..frontend import lower"),
        ("ir/nodes.py", "from .. import frontend"),
        ("backend/emit.py", "import s2s.transform.pipeline"),
        ("backend/emit.py", "def f():\n    from ..analysis import activity"),
        ("transform/calls.py", "from ..backend import emit"),
        ("driver/compile.py", "from s2s import runtime"),
        ("driver/compile.py", "import importlib\nimportlib.import_module('s2s.api')"),
        ("frontend/lower.py", "import typing\nif typing.TYPE_CHECKING:\n    import s2s"),
        ("runtime/arrays.py", "import scipy.linalg"),
        ("runtime/scipy_x.py", "import scipy.linalg"),
        ("runtime/arrays.py", "def f():\n    import scipy.linalg"),
        ("runtime/arrays.py", "from ..ir import nodes"),
        ("novelty.py", "import math"),
    ],
)
def test_the_check_finds_an_upward_import(tmp_path, path, source):
    file = tmp_path / "s2s" / path
    file.parent.mkdir(parents=True)
    file.write_text(source)
    assert len(violations(tmp_path / "s2s")) == 1


@pytest.mark.parametrize(
    "path, source",
    [
        ("transform/reverse/loops.py", "from ...analysis import activity\nfrom . import calls"),
        ("driver/compile.py", "from ..backend import emit\nfrom s2s.errors import S2SError"),
        ("runtime/arrays.py", "import math\nimport numpy as np\nfrom .shapes import sum_to"),
        ("runtime/scipy_x.py", "def f():\n    from scipy import special"),
        ("backend/load.py", "import numpy\nfrom ..ir import nodes"),
        ("cli.py", "from s2s import __version__\nfrom . import api"),
    ],
)
def test_the_check_lets_a_downward_import_pass(tmp_path, path, source):
    file = tmp_path / "s2s" / path
    file.parent.mkdir(parents=True)
    file.write_text(source)
    assert violations(tmp_path / "s2s") == []
