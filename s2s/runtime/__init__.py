"""All that generated derivatives may import: small functions on NumPy arrays."""

from s2s.runtime.core import Record, accumulate, add_at, as_gradient, zeros_of
from s2s.runtime.elementwise import (
    above,
    arctan2_slope,
    below,
    inside,
    interp_slope,
    knot_mix,
    knot_sum,
    phase,
    power_log,
    power_slope,
    ratio,
    reciprocal_or_zero,
    sinc_slope,
    softmax_share,
    tie_share,
)
from s2s.runtime.shapes import spread_to, unbroadcast

__all__ = [
    "Record",
    "above",
    "accumulate",
    "add_at",
    "arctan2_slope",
    "as_gradient",
    "below",
    "inside",
    "interp_slope",
    "knot_mix",
    "knot_sum",
    "phase",
    "power_log",
    "power_slope",
    "ratio",
    "reciprocal_or_zero",
    "sinc_slope",
    "softmax_share",
    "spread_to",
    "tie_share",
    "unbroadcast",
    "zeros_of",
]
