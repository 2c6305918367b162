"""The introduction runs from start to end, as a script and cell by cell as a notebook."""

import base64
import importlib.util
import json
import os
import re
import subprocess
import sys

import pytest

from tests.notebook import NOTEBOOK, ROOT, SCRIPT, cells, notebook


def run(*command: str) -> str:
    """Run Python in a process of its own; what it prints."""
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=400,
        env={**os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": paths}, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_script_says_what_it_should():
    output = run(str(SCRIPT), "--quick")
    for line in (
        "gradient of L w.r.t. w at w = 1 is 7.0",
        "gradL_w1 = 1.0 ; gradL_w2 = 4.0",
        "-2.0 None None None None",
        "[ 1. -3.] 10.0 [ 2. -6.]",
        "[-2.0, 1.0] -2.0",
        "[  4. -12.]",
        "lines of Python; the same gradient: True",
    ):
        assert line in output, line
    first, last, accuracy = re.findall(r"loss ([\d.]+) -> ([\d.]+), test accuracy ([\d.]+)",
                                       output)[0]  # fmt: skip
    assert float(last) < float(first) / 4 and float(accuracy) > 85
    for package, said in (("safetensors", "after loading: True"), ("distributed", "2 workers")):
        if importlib.util.find_spec(package) is not None:
            assert said in output
        else:
            assert f"{package} is not installed" in output


def test_notebook_is_the_script():
    stored = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    fresh = notebook()
    assert [c["source"] for c in stored["cells"]] == [c["source"] for c in fresh["cells"]], (
        "run: python -m tests.notebook --write"
    )
    assert stored["nbformat"] == 4 and len({c["id"] for c in stored["cells"]}) == len(cells())


def test_notebook_has_its_outputs():
    stored = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    outputs = [o for c in stored["cells"] for o in c.get("outputs", [])]
    pictures = [o["data"]["image/png"] for o in outputs if "data" in o]
    assert len(pictures) == 2
    for picture in pictures:
        raw = base64.b64decode(picture)
        assert raw.startswith(b"\x89PNG") and 3_000 < len(raw) < 60_000
    text = "".join("".join(o.get("text", [])) for o in outputs)
    assert "test accuracy" in text and "-2.0 None None None None" in text


@pytest.mark.slow
def test_notebook_runs_cell_by_cell():
    code = "from tests.notebook import *; run([t for k, t in cells() if k == 'code'])"
    run("-c", code)
