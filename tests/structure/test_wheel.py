"""The sdist, the wheel built from it and an editable install each work in a clean environment.

The environments are made without a download: the dependencies come from the site-packages of
the running interpreter, named in a `.pth` file. Python does not read the `.pth` files that
lie in such a folder, so an editable s2s there stays invisible and only what was installed can
be imported.
"""

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Prints where s2s lies, where the rules that it opened lie, and a derivative. The audit hook
# sees every file that is opened, so the answer does not lean on the loader's own idea of its
# path.
PROGRAM = """
import sys
opened = set()

def note(event, args):
    if event == "open" and str(args[0]).endswith(".py") and "templates" in str(args[0]):
        opened.add(str(args[0]))

sys.addaudithook(note)
import importlib.metadata
import numpy as np
import s2s

def f(x):
    return np.sin(x)

slope = float(s2s.grad(f)(0.5))
print(s2s.__file__)
print(*sorted(opened), sep="|")
print(slope, float(np.cos(0.5)))
print(s2s.__version__, importlib.metadata.version("s2s"))
"""


def run(command: list[object], cwd: Path, **env: str) -> str:
    """Run a command away from the checkout and return what it prints."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**clean, "XDG_CACHE_HOME": str(cwd / "cache"), **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def clean_environment(folder: Path) -> Path:
    """Make an environment with the dependencies of s2s but no s2s; return its python."""
    venv.create(folder, with_pip=False)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    query = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(run([python, "-c", query], folder).strip())
    wanted = [find_spec(name) for name in ("numpy", "gast", "astunparse", "hatchling")]
    folders = {str(Path(spec.origin).parent.parent) for spec in wanted if spec and spec.origin}
    (site / "dependencies.pth").write_text("\n".join(sorted(folders)) + "\n")
    return python


def install(python: Path, cwd: Path, *what: object) -> None:
    """Install into the environment of `python` with the running interpreter's pip."""
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    run([*pip, "--no-deps", "--no-index", "--no-build-isolation", *what], cwd)


def differentiate(python: Path, cwd: Path) -> tuple[Path, list[Path]]:
    """Differentiate a sine in a fresh process; return the package's file and the rules read."""
    program = cwd / "program.py"
    program.write_text(PROGRAM)
    package, rules, values, versions = run([python, program], cwd).splitlines()
    ours, true = map(float, values.split())
    assert abs(ours - true) < 1e-15
    assert len(set(versions.split())) == 1, f"the package and its metadata disagree: {versions}"
    return Path(package), [Path(rule) for rule in rules.split("|") if rule]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> dict[str, Path]:
    """Build the sdist from the checkout, and the wheel from the sdist."""
    out = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT], out)
    (sdist,), (wheel,) = out.glob("*.tar.gz"), out.glob("*.whl")
    return {"sdist": sdist, "wheel": wheel}


def rule_files() -> set[str]:
    """Return the paths of the rule files of the checkout, relative to `templates/`."""
    base = ROOT / "templates"
    return {path.relative_to(base).as_posix() for path in base.rglob("*.py")}


def test_the_wheel_holds_every_rule_and_no_tests(built):
    names = zipfile.ZipFile(built["wheel"]).namelist()
    inside = {name.removeprefix("s2s/templates/") for name in names if "/templates/" in name}
    assert rule_files()
    assert rule_files() <= inside
    assert "s2s/py.typed" in names
    strays = [n for n in names if not n.startswith(("s2s/", "s2s-"))]
    assert not strays


def test_the_sdist_holds_what_a_build_and_the_tests_need(built):
    with tarfile.open(built["sdist"]) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    wanted = {"pyproject.toml", "LICENSE", "README.md", "s2s/__init__.py", "tests/__init__.py"}
    assert wanted | {f"templates/{name}" for name in rule_files()} <= names
    assert not [name for name in names if name.startswith("examples/output")]


def test_the_wheel_works_in_a_clean_environment(built, tmp_path):
    python = clean_environment(tmp_path / "env")
    install(python, tmp_path, built["wheel"])
    package, rules = differentiate(python, tmp_path)
    assert package.is_relative_to(tmp_path / "env")
    assert rules, "no rule file was opened"
    assert all(rule.is_relative_to(package.parent / "templates") for rule in rules)


def test_an_editable_install_finds_the_rules_of_the_checkout(tmp_path):
    python = clean_environment(tmp_path / "env")
    install(python, tmp_path, "--editable", ROOT)
    package, rules = differentiate(python, tmp_path)
    assert package == ROOT / "s2s" / "__init__.py"
    assert rules, "no rule file was opened"
    assert all(rule.resolve().is_relative_to(ROOT / "templates") for rule in rules)
