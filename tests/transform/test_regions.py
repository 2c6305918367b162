"""What is put back and what is saved, for loops over arrays that are written item by item."""

import importlib.util
import random
from pathlib import Path

import numpy as np
import pytest

import s2s
from s2s.analysis.regions import Linear, at_least_zero


class Writer:
    """Random loops whose indices are linear in the items of the loops around them."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.lines = []

    def program(self, name):
        """The text of a function of two vectors and a matrix."""
        self.lines = [f"def {name}(u, v, a):"]
        copied = self.rng.random() < 0.5
        self.put(1, "x = u.copy()" if copied else "x = np.zeros_like(u)")
        self.put(1, "y = v * 1.0")
        self.put(1, "n = x.shape[0]")
        self.put(1, "m = max(1, n // 3)")
        for _ in range(self.rng.randint(1, 2)):
            self.loop(1, [])
        self.put(1, "return np.sum(x * x) + np.sum(x * y) + np.sum(a * a)")
        self.lines.insert(1, "    a = a.copy()")
        return "\n".join(self.lines)

    def put(self, depth, text):
        self.lines.append("    " * depth + text)

    def loop(self, depth, items):
        item = "ijk"[len(items)]
        last = items[-1] if items else None
        ranges = ["range(n)", "range(1, n)", "range(n - 1)", "range(n - 1, -1, -1)",
                  "reversed(range(n))", "range(1, n - 1)", "range(0, n, 2)", "range(0, n, m)", "range(n - 2, 0, -1)"]
        if last:
            ranges += [f"range({last})", f"range({last}, n)", f"range({last} + 1, n)"] * 2
        self.put(depth, f"for {item} in {self.rng.choice(ranges)}:")
        inner = [*items, item]
        for k in range(self.rng.randint(1, 3)):
            if len(inner) < 2 + (depth == 1) and self.rng.random() < 0.3:
                self.loop(depth + 1, inner)
            elif self.rng.random() < 0.12:
                self.put(depth + 1, f"if {item} % 2 == 0:")
                self.write(depth + 2, inner)
            else:
                self.write(depth + 1, inner)

    def index(self, items):
        """An index that is in bounds: it may count from the end."""
        item = self.rng.choice(items)
        kind = self.rng.random()
        if kind < 0.55:
            return item
        if kind < 0.75:
            return f"{item} - 1"
        if kind < 0.85:
            return f"({item} + 1) % n"
        return self.rng.choice(["0", "-1", f"n - 1 - {item}", f"-{item}", "1"])

    def slice(self, items):
        item = self.rng.choice(items)
        return self.rng.choice([f":{item}", f"{item}:", f"{item} + 1:", f":{item} + 1", ":", "1:",
                                f"{item} - 1:{item} + 1", ":-1"])  # fmt: skip

    def number(self, items):
        """An expression for one number."""
        i, j = self.index(items), self.index(items)
        part = self.slice(items)
        return self.rng.choice([
            f"x[{i}]", f"y[{i}]", f"np.sin(x[{i}])", f"x[{i}] * y[{j}]", f"a[{i}, {j}]",
            f"x[{part}] @ y[{part}]", f"x[{part}] @ a[{i}, {part}]", f"x[{i}] * x[{j}]", "0.5",
            f"np.sum(np.sin(a[{part}, {i}]))", f"x[{i}] / (2.0 + np.cos(y[{j}]))",
            "np.sum(np.tanh(x))",
        ])  # fmt: skip

    def write(self, depth, items):
        rng = self.rng
        i, j = self.index(items), self.index(items)
        value = f"0.3 * {self.number(items)}"
        if rng.random() < 0.4:
            value += f" + 0.2 * {self.number(items)}"
        part = self.slice(items)
        kind = rng.random()
        if kind < 0.45:
            place = rng.choice([f"x[{i}]", f"y[{i}]", f"a[{i}, {j}]"])
            self.put(depth, f"{place} {rng.choice(['=', '=', '=', '+=', '-='])} {value}")
        elif kind < 0.6:
            place = rng.choice([f"x[{i}]", f"y[{i}]", f"a[{i}, {j}]"])
            op = rng.choice(["*=", "/="])
            self.put(depth, f"{place} {op} 1.5 + np.tanh({value})")
        elif kind < 0.85:
            place = rng.choice([f"x[{part}]", f"y[{part}]", f"a[{i}, {part}]", f"a[{part}, {j}]"])
            op = rng.choice(["=", "+=", "-=", "*=", "/="])
            right = rng.choice([f"x[{part}]", f"a[{i}, {part}]", value, f"np.cos(y[{part}])"])
            self.put(depth, f"{place} {op} 1.2 + 0.3 * np.tanh({right})")
        else:
            self.put(depth, f"t = {value}")
            self.put(depth, f"x[{i}] = t")
            self.put(depth, f"y[{j}] = np.tanh(t * x[{i}])")


def load(text, path):
    """The functions of a text, from a file."""
    path.write_text("import numpy as np\n\n\n" + text + "\n")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def slope(f, args, ways):
    """The derivative along a direction, by a complex step."""
    return f(*(x + 1e-30j * w for x, w in zip(args, ways))).imag / 1e-30


def check(seed, folder, count):
    """Random programs: the gradient, with facts and without, against complex steps."""
    writer = Writer(seed)
    texts = [writer.program(f"f{k}") for k in range(count)]
    module = load("\n\n\n".join(texts), Path(folder) / f"loops_{seed}.py")
    rng = np.random.default_rng(seed)
    right = 0
    for k in range(count):
        f = getattr(module, f"f{k}")
        args = [rng.normal(size=5), rng.normal(size=5), rng.normal(size=(5, 5))]
        ways = [rng.normal(size=x.shape) for x in args]
        try:
            with np.errstate(all="ignore"):
                found = s2s.grad(f, (0, 1, 2))(*args)
        except s2s.S2SError:
            continue
        with np.errstate(all="ignore"):
            expected = slope(f, args, ways)
        if not abs(expected) < 1e6:
            continue
        given = sum(np.sum(g * w) for g, w in zip(found, ways))
        assert np.isclose(given, expected, rtol=1e-7, atol=1e-9), texts[k]
        right += 1
    return right


@pytest.mark.filterwarnings("ignore:the result of")
@pytest.mark.parametrize("seed", range(4))
def test_random_loops(seed, tmp_path):
    assert check(seed, tmp_path, 12) >= 8


def test_what_was_written_once_is_not_kept():
    def solve(lower, b):
        x = np.zeros_like(b)
        for i in range(len(b)):
            x[i] = (b[i] - lower[i, :i] @ x[:i]) / lower[i, i]
        return np.sum(x * x)

    text = s2s.grad(solve, (0, 1)).specialize(np.eye(3), np.ones(3)).source
    assert "saved" not in text and "old" not in text


def test_what_is_read_before_it_is_overwritten_is_put_back():
    def shift(x):
        x = x.copy()
        for i in range(len(x) - 1):
            x[i] = np.sin(x[i + 1]) * x[i]
        return np.sum(x * x)

    x = np.arange(1.0, 5.0)
    assert "saved" in s2s.grad(shift).specialize(x).source
    s2s.check_grads(shift, (x,))


def test_a_negative_index_counts_from_the_end():
    def ring(x):
        x = x.copy()
        for i in range(len(x)):
            x[i] = x[i - 1] * x[i]
        return np.sum(x * x)

    s2s.check_grads(ring, (np.arange(1.0, 5.0),))


def test_proofs_are_sums_of_what_is_known():
    i, j, n = "i", "j", "n"
    known = [Linear(0, ((j, 1),)), Linear(-1, ((i, 1), (j, -1))), Linear(-1, ((n, 1), (i, -1)))]
    assert at_least_zero(Linear(-2, ((n, 1), (j, -1))), known)  # 0 <= j < i < n
    assert at_least_zero(Linear(-2, ((n, 1),)), known)
    assert not at_least_zero(Linear(-3, ((n, 1), (j, -1))), known)
    assert not at_least_zero(Linear(0, ((j, 1), (i, -1))), known)
