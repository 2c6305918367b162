"""All that generated derivatives may import: small functions on NumPy arrays."""

from s2s.runtime.core import Record, accumulate, add_at, as_gradient, zeros_of
from s2s.runtime.shapes import spread_to, unbroadcast

__all__ = [
    "Record",
    "accumulate",
    "add_at",
    "as_gradient",
    "spread_to",
    "unbroadcast",
    "zeros_of",
]
