"""The stand-in counts as an array module while these tests run."""

import pytest

from s2s.driver import arrays


@pytest.fixture(autouse=True)
def standin_is_known(monkeypatch):
    name = "tests.device.standin"
    monkeypatch.setitem(arrays.ARRAY_MODULES, name, name)
