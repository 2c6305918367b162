"""The command line: `python -m s2s show | compile | check FILE.py:function`."""

from __future__ import annotations

import argparse
import difflib
import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from s2s.driver import ahead
from s2s.driver.display import as_terminal
from s2s.driver.subject import Subject
from s2s.errors import S2SError
from s2s.testing import check_grads


class UsageError(Exception):
    """What was asked for does not make sense: one line, exit status 2."""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors take one line."""

    def error(self, message: str) -> NoReturn:
        """Print the message and leave with status 2."""
        self.exit(2, f"{self.prog}: error: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after `python -m s2s`; those of the process if left out.
    """
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except UsageError as error:
        print(f"s2s {options.command}: error: {error}", file=sys.stderr)
        return 2
    except S2SError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader has seen enough. What is left in the buffer must not raise again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def _parser() -> _Parser:
    """The commands and their options."""
    parser = _Parser(prog="s2s", description="Source-to-source differentiation of NumPy programs.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.add_argument("target", metavar="FILE.py:function", help="what to differentiate")
        made.set_defaults(run=run)
        return made

    show = command("show", _show, "Print the derivative of a function.")
    build = command("compile", _compile, "Write a module that runs where s2s is not installed.")
    check = command("check", _check, "Compare a derivative with differences, on example "
                    "arguments: those that `function_example` or `example` in the file returns "
                    "or is.")  # fmt: skip
    for made in (show, build):
        made.add_argument("--wrt", metavar="NAMES", help="as in w,b; default: the first")
        made.add_argument("--mode", choices=("reverse", "forward"), default="reverse")
        made.add_argument("--value", action="store_true", help="return the value as well")
        made.add_argument(
            "--example", action="store_true", help="specialise for the example arguments"
        )
        made.add_argument(
            "--target", dest="engine", choices=("numpy", "numba"), default="numpy",
            help="what runs it; numba takes --example",
        )  # fmt: skip
    show.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    build.add_argument("-o", "--output", metavar="OUT.py", required=True, type=Path)
    build.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if the file is stale"
    )
    check.add_argument("--order", type=int, choices=(1, 2), default=1)
    check.add_argument("--mode", choices=("reverse", "forward"), help="one mode only")
    return parser


# ---- commands --------------------------------------------------------------------------------


def _show(options: Any) -> int:
    """Print the derivative."""
    text = ahead.source(_request(options))
    wanted = options.color == "auto" and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    coloured = wanted or options.color == "always"
    print((as_terminal(text) if coloured else text).rstrip("\n"))
    return 0


def _compile(options: Any) -> int:
    """Write a standalone module, or compare it with the file that is there."""
    out: Path = options.output
    if out.suffix != ".py":
        raise UsageError(f"`{out}` is no Python file: the name must end in .py")
    if not out.parent.is_dir():
        raise UsageError(f"there is no folder `{out.parent}`")
    request = _request(options)
    if out.exists() and out.resolve() == request.where.resolve():
        raise UsageError(f"`{out}` is the source itself")
    text = ahead.module(request, out)
    if not options.check:
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot write `{out}`: {error.strerror}") from error
        return 0
    if not out.exists():
        print(f"s2s compile: `{out}` does not exist", file=sys.stderr)
        return 1
    old = out.read_text(encoding="utf-8")
    if ahead.is_fresh(old, text):
        return 0
    diff = difflib.unified_diff(
        old.splitlines(True), text.splitlines(True), str(out), f"{out} (as generated now)"
    )
    sys.stdout.writelines(diff)
    mend = f"python -m s2s compile {options.target}{request.options()} -o {out}"
    print(f"s2s compile: `{out}` is stale; run: {mend}", file=sys.stderr)
    return 1


def _check(options: Any) -> int:
    """Verify a derivative numerically."""
    module, fn, name, _ = _load(options.target)
    args = _example(module, fn, name)
    modes = {"reverse": ("rev",), "forward": ("fwd",), None: ("fwd", "rev")}[options.mode]
    try:
        check_grads(fn, args, order=options.order, modes=modes)
    except AssertionError as error:
        print(f"s2s check: {error}", file=sys.stderr)
        return 1
    except (TypeError, ValueError) as error:
        raise UsageError(f"{name}: {error}") from error
    which = " and ".join({"rev": "reverse", "fwd": "forward"}[m] for m in reversed(modes))
    order = " and second" if options.order == 2 else ""
    print(f"{name}: {which} mode agree{'s' if len(modes) == 1 else ''} with differences "
          f"(first{order} order, {len(args)} argument{'s' if len(args) != 1 else ''})")  # fmt: skip
    return 0


# ---- finding things --------------------------------------------------------------------------


def _request(options: Any) -> ahead.Request:
    """What the options of `show` and `compile` ask for."""
    module, fn, name, where = _load(options.target)
    wrt = tuple(n.strip() for n in options.wrt.split(",")) if options.wrt else ()
    if options.value and options.mode == "forward":
        raise UsageError("--value is for reverse mode: forward mode always gives the value")
    if wrt:
        try:
            Subject(fn).positions(wrt)
        except TypeError as error:
            raise UsageError(str(error)) from error
    elif not Subject(fn).parameters:
        raise UsageError(f"{name}() has no parameter to differentiate by")
    example = _example(module, fn, name) if options.example else None
    forward = options.mode == "forward"
    if options.engine == "numba" and (forward or example is None):
        raise UsageError("--target numba is for reverse mode and takes --example")
    return ahead.Request(fn, where, name, wrt, forward, options.value, example, options.engine)


def _load(target: str) -> tuple[Any, Any, str, Path]:
    """The module, the function, its name and its file."""
    file, colon, name = target.rpartition(":")
    if not colon or not file or not name:
        raise UsageError(f"`{target}` is not of the form FILE.py:function")
    path = Path(file)
    if not path.is_file():
        raise UsageError(f"there is no file `{file}`")
    if path.suffix != ".py":
        raise UsageError(f"`{file}` is no Python file")
    module = _import(path)
    found: Any = module
    for part in name.split("."):
        if not hasattr(found, part):
            raise UsageError(f"`{file}` has no function `{name}`{_nearest(module, name)}")
        found = getattr(found, part)
    if not callable(found):
        raise UsageError(f"`{name}` in `{file}` is a {type(found).__name__}, not a function")
    return module, found, name, path


def _nearest(module: Any, name: str) -> str:
    """A hint at a function with a similar name."""
    own = [n for n, v in vars(module).items() if callable(v) and not n.startswith("_")]
    close = difflib.get_close_matches(name, own, n=1)
    return f"; did you mean `{close[0]}`?" if close else ""


def _import(path: Path) -> Any:
    """Import a file under the name that it has in its package, if it is in one."""
    path = path.resolve()
    parts, folder = [path.stem], path.parent
    if path.stem == "__init__":
        parts = []
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    name = ".".join(parts)
    sys.path.insert(0, str(folder))
    known = sys.modules.get(name)
    try:
        if len(parts) > 1:
            return importlib.import_module(name)
        if known is not None and getattr(known, "__file__", None) != str(path):
            name = f"_s2s_{name}"  # a file called `random.py` must not stand in for the module
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module
    except S2SError:
        raise
    except SyntaxError as error:
        raise UsageError(f"{error.filename}:{error.lineno}: {error.msg}") from error
    except (Exception, SystemExit) as error:
        text = " ".join(str(error).split())
        raise UsageError(f"importing `{path}` failed: {type(error).__name__}: {text}") from error


def _example(module: Any, fn: Any, name: str) -> tuple[Any, ...]:
    """The example arguments that a file provides for a function."""
    last = name.rpartition(".")[2]
    for attribute in (f"{last}_example", f"example_{last}", "example", "EXAMPLE"):
        found = getattr(module, attribute, None)
        if found is not None and found is not fn:
            made = found() if callable(found) else found
            args = made if isinstance(made, tuple) else (made,)
            try:
                Subject(fn).signature.bind(*args)
            except TypeError as error:
                raise UsageError(f"`{attribute}` does not fit {name}(): {error}") from error
            return args
    parameters = Subject(fn).signature.parameters.values()
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if positional and all(p.default is not p.empty for p in positional):
        return tuple(p.default for p in positional)
    raise UsageError(
        f"no example arguments for {name}(): define `{last}_example()` that returns a tuple of them"
    )
