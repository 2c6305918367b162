"""Source recovery: where functions come from, which lambda is meant, stale and missing text."""

import ast
import doctest
import functools
import linecache
import math
import os
import pickle
import subprocess
import sys
import textwrap
from pathlib import Path

import gast
import numpy as np
import pytest

from s2s.errors import Unsupported
from s2s.frontend.source import recover, underlying

ROOT = str(Path(__file__).resolve().parents[2])


def unparse(tree):
    return ast.unparse(gast.gast_to_ast(tree))


def returned(fn):
    """The text of what a one-line function returns."""
    return unparse(recover(fn).tree.body[-1].value)


# ---------------------------------------------------------------- ordinary functions


def plain(x, y=2.0, *rest, scale=1, **options):
    """Doc."""
    # above
    z = x * y  # beside
    text = "# not a comment"
    return z * scale


def test_function_in_a_file():
    source = recover(plain)
    assert isinstance(source.tree, gast.FunctionDef) and source.tree.name == "plain"
    assert os.path.samefile(source.filename, __file__)
    assert source.code is plain.__code__ and not source.is_lambda
    assert source.first_line == plain.__code__.co_firstlineno
    assert source.lines[source.first_line - 1].startswith("def plain(x, y=2.0")
    first = source.first_line
    assert source.comments[first + 2] == "# above"
    assert source.trailing[first + 3] == "# beside"
    assert first + 4 not in source.comments and first + 4 not in source.trailing
    statement = source.tree.body[1]
    assert (statement.lineno, statement.col_offset) == (first + 3, 4)
    assert [d.value for d in source.tree.args.defaults] == [2.0]


def test_origin_of_a_node():
    source = recover(plain)
    product = source.tree.body[1].value
    origin = source.origin(product)
    assert origin.text == "    z = x * y  # beside"
    assert origin.text[origin.col : origin.end_col] == "x * y"
    assert origin.line == origin.end_line == source.first_line + 3
    assert source.origin(source.tree.args).line == source.first_line


def test_each_tree_is_fresh():
    first = recover(plain).tree
    first.body.clear()
    assert len(recover(plain).tree.body) == 4


def test_nested_functions_and_closures():
    def outer(k):
        def inner(x):
            return x * k

        return inner

    one, two = outer(1), outer(2)
    assert returned(one) == "x * k"
    assert recover(one).code is recover(two).code


class Model:
    def step(self, x):
        return self.rate * x

    @staticmethod
    def fixed(x):
        return x + 1

    @classmethod
    def made(cls, x):
        return x + 2

    @property
    def value(self):
        return self.rate


def test_methods():
    assert returned(Model.step) == returned(Model().step) == "self.rate * x"
    assert returned(Model.fixed) == returned(Model.__dict__["fixed"]) == "x + 1"
    assert returned(Model.made) == returned(Model.__dict__["made"]) == "x + 2"
    assert returned(Model.__dict__["value"].fget) == "self.rate"
    assert recover(Model.fixed).tree.decorator_list == []


# ---------------------------------------------------------------- decorators


def registered(*tags):
    def decorate(fn):
        fn.tags = tags
        return fn

    return decorate


def forwarding(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        """Only pass it on."""
        return fn(*args, **kwargs)

    return wrapper


def doubling(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        return 2 * fn(*args, **kwargs)

    return wrapper


def with_option(fn):
    @functools.wraps(fn)
    def wrapper(*args, verbose=False, **kwargs):
        return fn(*args, **kwargs)

    return wrapper


@registered(
    "a",
    "b",
)
@registered()
def decorated(x):
    return x * 3


@forwarding
@forwarding
def forwarded(x):
    return x * 4


@doubling
def doubled(x):
    return x * 5


@with_option
def optioned(x):
    return x * 6


@functools.lru_cache(maxsize=None)
def cached(x):
    return x * 7


def test_decorators_are_dropped_from_the_tree():
    source = recover(decorated)
    assert source.tree.decorator_list == []
    assert source.first_line > source.code.co_firstlineno
    assert source.lines[source.first_line - 1] == "def decorated(x):"


def test_wrappers_that_only_forward_are_seen_through():
    assert returned(forwarded) == "x * 4"
    assert underlying(forwarded) is forwarded.__wrapped__.__wrapped__
    assert returned(cached) == "x * 7"


@pytest.mark.parametrize("fn", [doubled, optioned])
def test_other_wrappers_are_the_function(fn):
    # The value of `doubled` is twice that of what it wraps: to unwrap it would be wrong.
    assert underlying(fn) is fn
    assert recover(fn).tree.name == "wrapper"


def test_a_wrapper_of_something_else_is_the_function():
    wrapper = forwarding(plain)
    wrapper.__wrapped__ = doubled  # not what it calls
    assert underlying(wrapper) is wrapper


# ---------------------------------------------------------------- lambdas

square = lambda x: x * x
pair = (lambda x: x + 1), (lambda x: x + 2)
curried = lambda a: lambda b: a * b
constants = (lambda: 3), (lambda: 4), lambda: 3
same = [lambda x: x % 2, lambda x: x % 2]
default = (lambda x, k=(lambda y: y - 1): k(x)), 0
# fmt: off
several = (lambda x:
           x + 10, lambda x: (  # why
           x + 20))
# fmt: on
unicode = ("é", lambda é: é + 1, "ü", lambda ü: ü + 2)


def test_a_lambda_becomes_a_function():
    source = recover(square)
    assert source.is_lambda and unparse(source.tree) == "def lambda_(x):\n    return x * x"
    assert (source.tree.lineno, source.tree.col_offset) == (source.first_line, len("square = "))
    assert source.origin(source.tree.body[0]).col == len("square = lambda x: ")
    assert isinstance(source.tree.args.args[0].ctx, gast.Param)


def test_several_lambdas_on_a_line():
    assert [returned(f) for f in pair] == ["x + 1", "x + 2"]
    assert [returned(f) for f in constants] == ["3", "4", "3"]
    assert [returned(f) for f in several] == ["x + 10", "x + 20"]
    assert [returned(f) for f in (unicode[1], unicode[3])] == ["é + 1", "ü + 2"]


def test_lambdas_that_do_the_same_keep_their_own_columns():
    columns = [recover(f).tree.col_offset for f in same]
    text = "same = [lambda x: x % 2, lambda x: x % 2]"
    assert columns == [text.index("lambda"), text.rindex("lambda")]


def test_nested_lambdas():
    assert returned(curried) == "lambda b: a * b"
    assert returned(curried(2)) == "a * b"
    assert returned(default[0]) == "k(x)"
    assert returned(default[0].__defaults__[0]) == "y - 1"


def test_lambdas_in_calls_and_conditions():
    k = 2.0
    fs = [(lambda x: x * k if x > k else -x) if k else (lambda x: x), lambda: [k for k in "ab"]]
    assert returned(fs[0]) == "x * k if x > k else -x"
    assert returned(fs[1]) == "[k for k in 'ab']"
    found = []
    list(map(lambda f: found.append(returned(f)), [lambda x: x + k, lambda x: x - k]))
    assert found == ["x + k", "x - k"]


def test_a_lambda_inside_a_rewritten_assert():
    assert returned(lambda x: x**2) == "x ** 2"


def test_without_column_information(tmp_path):
    path = tmp_path / "columns.py"
    path.write_text(
        "import sys\n"
        f"sys.path.insert(0, {ROOT!r})\n"
        "from s2s.errors import Unsupported\n"
        "from s2s.frontend.source import recover\n"
        "pair = (lambda x: x + 1), (lambda x: x + 2)\n"
        "same = (lambda x: x + 1), (lambda x: x + 1)\n"
        "def make(k): return (lambda x: x + k), (lambda x: x - k)\n"
        "print([recover(f).tree.body[0].value.right.value for f in pair + same])\n"
        "try: recover(make(1)[0])\n"
        "except Unsupported as error: print(error.advice[0])\n"
    )
    out = subprocess.run(
        [sys.executable, "-X", "no_debug_ranges", str(path)], capture_output=True, text=True
    )
    assert out.stderr == ""
    assert out.stdout.splitlines() == [
        "[1, 2, 1, 1]",
        "Put each lambda on a line of its own, or use `def`.",
    ]


# ---------------------------------------------------------------- other places for text


def notebook_cell(text, filename, namespace, flags=0):
    """Run a cell as notebooks do: compiled under a made-up name, with its text in linecache."""
    text = textwrap.dedent(text)
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    exec(compile(text, filename, "exec", flags, dont_inherit=True), namespace)


def test_notebook_cells():
    cell = {}
    notebook_cell("def f(x):\n    return x + 1\n", "<ipython-input-1-abc>", cell)
    first = cell["f"]
    notebook_cell("# again\ndef f(x):\n    return x + 2\n", "<ipython-input-2-def>", cell)
    assert (returned(first), returned(cell["f"])) == ("x + 1", "x + 2")


def test_a_cell_inherits_future_imports_and_may_await():
    import __future__

    cell = {}
    text = "def f(x: Missing) -> Missing:\n    return x + 1\n"
    notebook_cell(text, "<cell-future>", cell, __future__.annotations.compiler_flag)
    assert returned(cell["f"]) == "x + 1"
    text = "def f(x):\n    return x + 3\nawait later()\n"
    linecache.cache["<cell-await>"] = (len(text), None, text.splitlines(True), "<cell-await>")
    source = text.replace("await ", "").replace("later()", "pass")
    exec(compile(source, "<cell-await>", "exec"), cell)
    assert returned(cell["f"]) == "x + 3"


def test_generated_modules():
    cell = {}
    notebook_cell("\n\ndef f_grad(x):\n    return 2 * x\n", "<s2s f_grad>", cell)
    source = recover(cell["f_grad"])
    assert (source.filename, source.first_line) == ("<s2s f_grad>", 3)


def test_doctests(capsys):
    example = """
    >>> from s2s.frontend.source import recover
    >>> def f(x):
    ...     return x * 2
    >>> recover(f).tree.body[0].value.right.value
    2
    >>> g = lambda x: x * 3
    >>> recover(g).tree.body[0].value.right.value
    3
    """
    test = doctest.DocTestParser().get_doctest(example, {}, "live", None, 0)
    result = doctest.DocTestRunner().run(test)
    assert (result.attempted, result.failed) == (5, 0), capsys.readouterr().out


# ---------------------------------------------------------------- refusals


def refused(fn):
    with pytest.raises(Unsupported) as caught:
        recover(fn)
    error = caught.value
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    return error


@pytest.mark.parametrize("filename", ["<string>", "<exec>", "/nowhere/at/all.py"])
def test_text_that_was_not_kept(filename):
    space = {}
    exec(compile("def f(x):\n    return x\n", filename, "exec"), space)
    error = refused(space["f"])
    assert "no source text for `f`" in str(error)
    assert "Put the function in a file" in error.advice[0]
    assert (error.origin.filename, error.origin.line) == (filename, 1)


@pytest.mark.parametrize(
    "fn", [len, math.sin, np.add, np.vectorize(plain), 3, "f", dict, Model]
)
def test_not_python_functions(fn):
    assert type(refused(fn)) is Unsupported


def test_advice_names_the_wrapped_function():
    @functools.singledispatch
    def generic(x):
        return x

    class Wrapper:
        __wrapped__ = generic

        def __call__(self, x):
            return x

    assert "__wrapped__" in refused(Wrapper()).advice[-1]


def test_async_functions():
    async def fetch(x):
        return x

    error = refused(fetch)
    assert "async function `fetch`" in error.reason
    assert error.origin.text == "    async def fetch(x):"


def test_outside_pytest():
    """The same file under plain Python, where asserts are not rewritten."""
    script = textwrap.dedent(
        f"""
        import runpy, sys
        sys.path.insert(0, {ROOT!r})
        space = runpy.run_path({__file__!r})
        for name in sorted(space):
            fn = space[name]
            if name.startswith("test_") and fn.__code__.co_argcount == 0:
                if name != "test_outside_pytest":
                    fn()
                    print(name)
        """
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert out.returncode == 0, out.stderr
    plain_tests = {
        name
        for name, value in globals().items()
        if name.startswith("test_") and not value.__code__.co_argcount
    }
    assert set(out.stdout.splitlines()) == plain_tests - {"test_outside_pytest"}
    assert "test_several_lambdas_on_a_line" in plain_tests
