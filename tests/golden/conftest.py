"""The option that rewrites the expected derivatives."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--regen`."""
    parser.addoption(
        "--regen",
        action="store_true",
        default=False,
        help="write tests/golden/*/*.grad.py anew instead of comparing with them",
    )


@pytest.fixture
def regen(request: pytest.FixtureRequest) -> bool:
    """Say whether expected files are to be rewritten."""
    return bool(request.config.getoption("--regen", default=False))
