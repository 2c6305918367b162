"""Text that no longer belongs to the running code, and what recovery costs."""

import ast
import gc
import importlib
import importlib.util
import linecache
import os
import textwrap
import threading
import time

import gast
import pytest

import s2s.frontend.source as implementation
import s2s.frontend.text as text_module
from s2s.errors import Unsupported
from s2s.frontend.source import recover, underlying


def load(path, text, name=None):
    """Write a module and import it, without a bytecode cache that could outlive an edit."""
    path.write_text(textwrap.dedent(text))
    linecache.checkcache(str(path))
    spec = importlib.util.spec_from_file_location(name or path.stem, path)
    module = importlib.util.module_from_spec(spec)
    exec(compile(path.read_text(), str(path), "exec"), module.__dict__)
    return module


def unparse(tree):
    return ast.unparse(gast.gast_to_ast(tree))


def returned(fn):
    """The text of what a one-line function returns."""
    return unparse(recover(fn).tree.body[-1].value)


def refused(fn):
    with pytest.raises(Unsupported) as caught:
        recover(fn)
    return caught.value


# ---------------------------------------------------------------- files that change

MODULE = """
K = 1

def f(x):
    # first
    y = x * 1.0
    return y

def g(x):
    return x - 1
"""


def edit(path, text):
    path.write_text(text)
    # Some file systems keep whole seconds: make sure that the edit shows.
    stamp = time.time() + 10
    os.utime(path, (stamp, stamp))


@pytest.mark.parametrize(
    "old, new",
    [
        ("x * 1.0", "x * 2.0"),
        ("x * 1.0", "x * 1"),
        ("x * 1.0", "x / 1.0"),
        ("x * 1.0", "K * 1.0"),
        ("def f(x)", "def f(y)"),
        ("def f(x)", "def ff(x)"),
        ("K = 1", "K = 1\nL = 2"),
        ("return y", "return (y"),
        ("return y", "pass"),
    ],
)
def test_an_edited_function_is_refused(tmp_path, old, new):
    path = tmp_path / "edited.py"
    module = load(path, MODULE)
    edit(path, MODULE.replace(old, new))
    error = refused(module.f)
    assert "the file changed since it was imported" in error.reason
    assert "importlib.reload" in error.advice[0]


def test_edits_elsewhere_and_of_layout_are_fine(tmp_path):
    path = tmp_path / "elsewhere.py"
    module = load(path, MODULE)
    edit(
        path, MODULE.replace("x - 1", "x - 2").replace("y = x * 1.0", "y = (x  *  1.0)  # new")
    )
    source = recover(module.f)
    assert source.trailing[source.first_line + 2] == "# new"
    assert "changed" in refused(module.g).reason


def test_what_was_recovered_before_the_edit_stays(tmp_path):
    path = tmp_path / "before.py"
    module = load(path, MODULE)
    recover(module.g)
    edit(path, MODULE.replace("x - 1", "x - 2"))
    assert returned(module.g) == "x - 1"


def test_reloading_helps(tmp_path):
    path = tmp_path / "reloaded.py"
    module = load(path, MODULE)
    recover(module.g)
    edit(path, MODULE.replace("x - 1", "x - 2").replace("# first", "# second"))
    fresh = load(path, path.read_text())
    assert returned(fresh.g) == "x - 2"
    assert "# second" in recover(fresh.f).comments.values()


def test_a_replaced_code_object_is_refused(tmp_path):
    module = load(tmp_path / "replaced.py", MODULE)
    consts = tuple(5.0 if c == 1.0 else c for c in module.f.__code__.co_consts)
    module.f.__code__ = module.f.__code__.replace(co_consts=consts)
    assert "changed" in refused(module.f).reason


@pytest.mark.parametrize("old, new", [("0.0", "-0.0"), ("1", "True"), ("(1, 2)", "(1, 2.0)")])
def test_constants_that_compare_equal_are_told_apart(tmp_path, old, new):
    path = tmp_path / "constants.py"
    text = f"def f(x):\n    return x, {old}\n"
    module = load(path, text)
    edit(path, text.replace(old, new))
    assert "changed" in refused(module.f).reason


def test_asserts_rewritten_by_pytest_are_accepted():
    def checked(x):
        assert x > 0, "positive"
        return x * 2

    assert returned(checked) == "x * 2"

    def around(x):
        def inner(y):
            assert y
            return y

        return inner(x)

    assert recover(around).tree.body[0].name == "inner"


# ---------------------------------------------------------------- breadth and speed


@pytest.mark.parametrize(
    "name", ["numpy.lib._function_base_impl", "argparse", "typing", "_pytest.python"]
)
def test_no_false_alarm_on_real_modules(name):
    module = importlib.import_module(name)
    count = 0
    for value in list(vars(module).values()):
        members = list(vars(value).values()) if isinstance(value, type) else [value]
        for member in members:
            if not hasattr(member, "__code__") or member.__code__.co_filename.startswith("<"):
                continue
            assert recover(member).code is underlying(member).__code__
            count += 1
    assert count > 30


def test_a_file_is_read_once(tmp_path, monkeypatch):
    parses = []
    parse = text_module._parse
    monkeypatch.setattr(text_module, "_parse", lambda *a: parses.append(a[0]) or parse(*a))
    lines = [f"def f{i}(x):\n    return x * {i}  # {i}\n" for i in range(500)]
    module = load(tmp_path / "many.py", "".join(lines))
    for i in range(500):
        assert recover(getattr(module, f"f{i}")).tree.body[0].value.right.value == i
    assert len(parses) == 1


def test_forgotten_functions_are_forgotten(tmp_path):
    module = load(tmp_path / "short.py", MODULE)
    key = id(module.f.__code__)
    recover(module.f)
    assert key in implementation._found
    del module
    gc.collect()
    assert key not in implementation._found


def test_threads(tmp_path):
    module = load(tmp_path / "threads.py", MODULE)
    results = []
    work = [
        threading.Thread(target=lambda: results.append(returned(module.g))) for _ in range(8)
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert results == ["x - 1"] * 8
