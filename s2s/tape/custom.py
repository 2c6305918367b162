"""Functions with a derivative of their own, and functions that are computed again."""

from __future__ import annotations

import functools
from typing import Any


def custom_gradient(fn: Any) -> Any:
    """placeholder"""
    return fn


def recompute_grad(fn: Any) -> Any:
    return fn
