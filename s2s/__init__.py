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
from s2s.rules.declare import adjoint, elementwise, linear, tangent, zero_derivative
from s2s.tape import (
    ForwardAccumulator,
    GradientTape,
    UnconnectedGradients,
    Variable,
    constant,
    custom_gradient,
    function,
    recompute_grad,
)
from s2s.testing import check_grads

__version__ = "0.1.0"

__all__ = [
    "ForwardAccumulator", "GradientTape", "NoRule", "RuleError", "S2SError",
    "UnconnectedGradients", "Unsound", "Unsupported", "Variable", "adjoint", "check_grads",
    "compile", "constant", "custom_gradient", "elementwise", "function", "grad", "hessian", "hvp",
    "jacobian", "jvp", "linear", "recompute_grad", "stop_gradient", "tangent", "value_and_grad",
    "vjp", "zero_derivative",
]  # fmt: skip
