"""Source-to-source automatic differentiation for NumPy programs."""

from s2s.api import (
    compile,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    stop_gradient,
    value_and_grad,
    vjp,
)
from s2s.errors import NoRule, RuleError, S2SError, Unsound, Unsupported
from s2s.testing import check_grads

__version__ = "0.1.0"

__all__ = [
    "NoRule", "RuleError", "S2SError", "Unsound", "Unsupported", "check_grads", "compile",
    "grad",
    "hessian", "hvp", "jacobian", "jvp", "stop_gradient", "value_and_grad", "vjp",
]  # fmt: skip
