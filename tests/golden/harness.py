"""Finding, rendering and loading golden pairs.

`<topic>/<name>.py` holds a program: FUNCTION, ARGNUMS and example(). `<topic>/<name>.grad.py`
holds its derivative as standalone text, whose entry point is called `<function>_grad`.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from tests.oracle import as_tuple
from tests.pytree import is_active, walk

FOLDER = Path(__file__).parent


def discover() -> list[str]:
    """List the programs as 'topic/name', sorted."""
    found = [p for p in FOLDER.glob("*/*.py") if not p.name.endswith(".grad.py")]
    return sorted(f"{p.parent.name}/{p.stem}" for p in found if not p.stem.startswith("__"))


# Programs that s2s refuses today; a test holds that it does, so the list can only shrink.
REFUSED: set[str] = set()


# Programs whose derivative, as text, s2s cannot differentiate in reverse mode again yet.
ONCE = {
    "containers/asked_list",  # adjoints in a list whose items may be numbers or arrays
    "containers/lists_of_lists",  # old rows on a stack, which other names may reach
    "functions/functions_in_containers",
    # what a half of theirs saves may be memory that is updated, and nobody knows of recursive calls
    "mutation/haar_in_place",
    "mutation/multigrid",
    "mutation/weights_of_the_caller",  # the copy of the dict is a function that calls itself
    "shapes/integer_and_mask_indexing",  # sums of two kinds into one adjoint
}


def program(name: str) -> ModuleType:
    """Import the program called 'topic/name'."""
    return importlib.import_module("tests.golden." + name.replace("/", "."))


def render(module: ModuleType) -> str:
    """Text of the derivative of a golden program, as it is checked in."""
    import s2s

    derivative = s2s.grad(module.FUNCTION, argnums=module.ARGNUMS)
    return derivative.specialize(*module.example()).module_source()


def expected_path(name: str) -> Path:
    """Path of the checked-in derivative."""
    return FOLDER / f"{name}.grad.py"


def load(path: Path, module_name: str, **given: Any) -> ModuleType:
    """Execute a file as a module with some globals given beforehand."""
    spec = importlib.util.spec_from_file_location(module_name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    vars(module).update(given)
    sys.modules[module_name] = module
    spec.loader.exec_module(module)
    return module


def checked_in(name: str, module: ModuleType) -> Callable[..., Any]:
    """Load the entry point of the checked-in derivative."""
    loaded = load(expected_path(name), "golden_grad_" + name.replace("/", "_"))
    return getattr(loaded, f"{module.FUNCTION.__name__}_grad")


def parameters(module: ModuleType) -> list[str]:
    """Names of the parameters that the example fills."""
    return list(inspect.signature(module.FUNCTION).parameters)[: len(module.example())]


def restricted(module: ModuleType, folder: Path) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """Give FUNCTION as a function of its active arguments only, and those arguments.

    Forward mode takes a tangent for every argument, and an integer or a string has none.
    """
    args, chosen = module.example(), as_tuple(module.ARGNUMS)
    if len(chosen) == len(args):
        return module.FUNCTION, args
    names = parameters(module)
    passed = [names[i] if i in chosen else f"FIXED[{i}]" for i in range(len(args))]
    text = (
        f"def restricted({', '.join(names[i] for i in chosen)}):\n"
        f"    return FUNCTION({', '.join(passed)})\n"
    )
    path = folder / "restricted.py"
    path.write_text(text)
    fixed = load(path, "golden_restricted", FUNCTION=module.FUNCTION, FIXED=args)
    return fixed.restricted, tuple(args[i] for i in chosen)


def scalar_of_gradient(
    module: ModuleType, derivative: Callable[..., Any], gradient: Any, folder: Path
) -> Callable[..., Any]:
    """Write and load a scalar function of the gradient: the sum of the cosines of its entries.

    It is text, so that it can be differentiated in turn; `gradient` shows the structure.
    """
    terms = []
    # Cosines of large entries would be too wild for differences.
    large = max((np.max(np.abs(x), initial=0.0) for _, x in walk(gradient) if is_active(x)))
    scale = f"{1.0 / (1.0 + large):.3g} * "
    for path, leaf in walk(gradient):
        if not is_active(leaf):
            continue
        if np.iscomplexobj(leaf):
            terms.append(f"np.sum(np.cos({scale}g{path}.real)) + np.sum(np.sin({scale}g{path}.imag))")
        else:
            terms.append(f"np.sum(np.cos({scale}g{path}))")
    names = ", ".join(parameters(module))
    text = "\n".join(
        [
            "import numpy as np",
            "",
            "",
            f"def scalar({names}):",
            f"    g = derivative({names})",
            f"    total = {terms[0]}",
            *(f"    total = total + {term}" for term in terms[1:]),
            "    return total",
            "",
        ]
    )
    path = folder / "scalar_of_gradient.py"
    path.write_text(text)
    return load(path, "golden_scalar_of_gradient", derivative=derivative).scalar
