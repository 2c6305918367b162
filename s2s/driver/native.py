"""Derivatives compiled by Numba: the generated file, the compilation, and what falls back.

Functions that Numba cannot compile run as the NumPy code that they are; a warning names them
and the construct.  Numba itself is imported when the first derivative is compiled.
"""

from __future__ import annotations

import contextlib
import inspect
import linecache
import os
import re
import sys
import textwrap
import time
import types
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from s2s.analysis.fact import Fact
from s2s.backend.native import native_text
from s2s.driver.cache import compile_text
from s2s.driver.compile import Module
from s2s.driver.names import Scope, scope_of
from s2s.driver.subject import Home
from s2s.errors import S2SError, Unsupported
from s2s.transform.numba.program import Native, Reason, native_program
from s2s.transform.pipeline import Program

# What the order of a sum is free for, and what looks for NaN apart.
_FAST = {
    "plus": '{"reassoc", "nsz"}', "larger": '{"nnan", "nsz"}', "smaller": '{"nnan", "nsz"}',
}  # fmt: skip
_ROUNDS = 12
_LOOPS = tuple(
    f"s2s.runtime.{name}" for name in ("loops", "loop_slopes", "loop_math", "loop_linalg")
)


class NumbaFallback(UserWarning):
    """A function runs as NumPy code where Numba was asked for."""


@dataclass(eq=False)
class NativeModule(Module):
    """A generated module compiled by Numba.

    Attributes
    ----------
    python : dict
        The functions that run as NumPy code, with the reason.
    seconds : float
        How long Numba took to compile, or to load from its cache.
    """

    python: Mapping[str, Reason] = field(default_factory=dict)
    seconds: float = 0.0


def require_numba() -> Any:
    """The module `numba`.

    Raises
    ------
    S2SError
        Where it is not installed.
    """
    try:
        import numba
    except ImportError as error:
        raise S2SError(
            'target="numba" needs Numba', advice=["install it: pip install numba"]
        ) from error
    return numba


def build_native(
    program: Program, homes: Sequence[Home], facts: Mapping[str, Fact],
    arguments: Sequence[Any], threads: bool = False,
) -> NativeModule:  # fmt: skip
    """Write a program for Numba and compile it for arguments like these."""
    numba = require_numba()
    refused: dict[str, Reason] = {}
    for _ in range(_ROUNDS):
        native = native_program(program, facts, refused, threads)
        module = _module(native, homes)
        if native.compiled in native.python or numba.config.DISABLE_JIT:
            return module  # without compilation, the loops can be stepped through
        start = time.perf_counter()
        try:
            with _quiet(numba):
                whole = len(arguments) == len(native.functions[-1].params)
                seed = [1.0] if native.data and not whole else []  # handed on by the wrapper
                given = [*arguments, *seed, *native.data]
                _compile(module.names[native.compiled], given, numba)
        except Exception as error:  # of Numba's own, too, there are several kinds
            where, reason = _blame(error, native, module)
            refused[where] = reason
            continue
        module.seconds = time.perf_counter() - start
        return module
    refused[program.entry] = Reason("Numba does not compile it")
    return _module(native_program(program, facts, refused, threads), homes)


def _compile(entry: Any, arguments: Sequence[Any], numba: Any) -> None:
    """Compile an entry for the types of some arguments; defaults are left out."""
    kinds = []
    for value in arguments:
        try:
            kinds.append(numba.typeof(value))
        except ValueError as error:
            raise numba.core.errors.TypingError(
                f"an argument is a {type(value).__name__}"
            ) from error
    parameters = list(inspect.signature(entry.py_func).parameters.values())
    for p in parameters[len(kinds) :]:
        kinds.append(numba.types.Omitted(p.default))
    entry.compile(tuple(kinds))


def _module(native: Native, homes: Sequence[Home]) -> NativeModule:
    """The generated module, not compiled yet."""
    scope = scope_of(native.functions, homes)
    helpers = [name for name, obj in scope.fixed.items() if _is_native(obj)]
    fixed = {name: obj for name, obj in scope.fixed.items() if name not in helpers}
    fixed.setdefault("np", np)
    imports = _imports(fixed)
    text = native_text(
        scope.functions, native.python, imports, [_definition(h, scope) for h in helpers],
        bool(os.environ.get("S2S_CHECK")),
    )  # fmt: skip
    code = compile_text(text, native.entry)
    # Registered, unlike other generated modules: what Numba loads from its disk cache asks for
    # the module by name.
    name = re.sub(r"\W", "_", os.path.basename(code.co_filename).removesuffix(".py"))
    home = sys.modules[f"s2s_native_{name}"] = types.ModuleType(f"s2s_native_{name}")
    names = home.__dict__
    names["__file__"] = code.co_filename
    names.update({n: o for n, o in fixed.items() if not isinstance(o, types.ModuleType)})
    for name, (resolver, key) in scope.live.items():
        names[name] = resolver.lookup(key)
    with _quiet(require_numba()):
        exec(code, names)
    return NativeModule(
        text, code.co_filename, scope, names, names[native.entry], dict(native.python)
    )


def _is_native(obj: Any) -> bool:
    return isinstance(obj, types.FunctionType) and obj.__module__ in _LOOPS


def _imports(fixed: Mapping[str, Any]) -> list[str]:
    """The import statements for the modules that the text names."""
    lines = []
    for name, obj in sorted(fixed.items()):
        if isinstance(obj, types.ModuleType):
            whole = obj.__name__
            lines.append(f"import {whole}" + ("" if whole == name else f" as {name}"))
    return lines


def _definition(name: str, scope: Scope) -> str:
    """A helper as text, with one line of documentation."""
    obj = scope.fixed[name]
    text = textwrap.dedent(inspect.getsource(obj)).rstrip()
    text = re.sub(r'("""[^\n]*?)\n.*?"""', r'\1"""', text, count=1, flags=re.S)
    head, rest = text.split("\n", 1)
    plain = re.sub(r": Any\b", "", head).replace(" -> Any:", ":").replace(" -> None:", ":")
    plain = plain.replace(": int = 1", "=1").replace(f"def {obj.__name__}(", f"def {name}(")
    flags = "@compiled"
    if obj.__name__ in _FAST:
        flags = f'@njit(cache=True, error_model="numpy", fastmath={_FAST[obj.__name__]})'
    return f"{flags}\n{plain}\n{rest}"


# ---- what does not compile -------------------------------------------------------------------


def _blame(error: Exception, native: Native, module: NativeModule) -> tuple[str, Reason]:
    """The function that Numba could not compile, and what in it."""
    text = str(error)
    starts = _starts(module.text)
    found = re.findall(rf'File "{re.escape(os.path.basename(module.filename))}", line (\d+)', text)
    found += re.findall(rf'{re.escape(module.filename)}", line (\d+)', text)
    lines = [int(n) for n in found]
    names = {f.name for f in native.functions if f.name not in native.python}
    what = _first_line(text)
    for line in lines:
        owner = [name for at, name in starts if at <= line]
        if owner and owner[-1] in names:
            source = linecache.getline(module.filename, line).strip()
            if source.startswith(("def ", "@")):
                source = ""
            return owner[-1], Reason(f"`{source}`: {what}" if source else what)
    return native.entry, Reason(what)


def _starts(text: str) -> list[tuple[int, str]]:
    """Where the functions of a module begin."""
    found = []
    for k, line in enumerate(text.split("\n"), 1):
        match = re.match(r"def (\w+)\(", line)
        if match:
            found.append((k - 1, match.group(1)))
    return found


def _first_line(text: str) -> str:
    """What Numba says, in one line."""
    lines = [line.strip() for line in text.split("\n")]
    telling = [
        line for line in lines
        if line and not line.startswith(("Failed in", "During:", "File ", "-", "<source"))
    ]  # fmt: skip
    return (telling[0] if telling else "Numba refuses it")[:160].rstrip(".")


def warn_of_fallback(module: NativeModule, name: str, level: int) -> None:
    """Name the functions that run as NumPy code."""
    for which, reason in module.python.items():
        if not reason.what.startswith("it calls"):
            warnings.warn(
                f"`{which}` runs as NumPy code, not compiled: {reason}",
                NumbaFallback, stacklevel=level,
            )  # fmt: skip


def standalone_native(module: Any, header: str) -> str:
    """The module below a docstring, for a machine with Numba and without s2s.

    Raises
    ------
    Unsupported
        Where a part is not compiled, or reads data of the user's module.
    """
    advice = ["write the module without --target numba"]
    for name, reason in getattr(module, "python", {}).items():
        if not reason.what.startswith("it calls"):
            raise Unsupported(f"`{name}` does not compile: {reason}", advice=advice)
    if module.scope.live:
        data = next(iter(module.scope.live))
        raise Unsupported(
            f"compiled code reads `{data}` of the module that it was made from",
            advice=[f"pass `{data}` as an argument", *advice],
        )
    quoted = header.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""{quoted}\n"""\n\n{module.text}'


def why_not(error: Exception) -> str | None:
    """Why an error shows that a compiled program is not the one for its arguments."""
    if isinstance(error, ValueError) and str(error).startswith("s2s: sizes differ"):
        return "sizes broadcast that the compiled loops take to be the same"
    if isinstance(error, ValueError) and str(error).startswith("s2s: arrays share memory"):
        return "arrays share memory that the compiled loops take to lie apart"
    if isinstance(error, ValueError) and str(error).startswith("s2s: angles"):
        return "angles are beyond a million"
    step = error.__traceback__
    while step is not None:  # raised while Numba compiles, whatever the kind
        if "/numba/core/" in step.tb_frame.f_code.co_filename.replace(os.sep, "/"):
            return _first_line(str(error))
        step = step.tb_next
    return None


@contextlib.contextmanager
def _quiet(numba: Any) -> Iterator[None]:
    """Without Numba's remarks on how fast generated code could be."""
    errors = numba.core.errors
    with warnings.catch_warnings():
        for name in (
            "NumbaPerformanceWarning", "NumbaPendingDeprecationWarning", "NumbaWarning",
        ):  # fmt: skip
            warnings.simplefilter("ignore", getattr(errors, name))
        yield
