"""Tape semantics without a tape: variables, and derivatives of `with` blocks from their source."""

from s2s.tape.compiled import function
from s2s.tape.custom import custom_gradient, recompute_grad
from s2s.tape.forward import ForwardAccumulator
from s2s.tape.leaves import UnconnectedGradients
from s2s.tape.tape import GradientTape
from s2s.tape.variable import Variable, constant

__all__ = [
    "ForwardAccumulator", "GradientTape", "UnconnectedGradients", "Variable", "constant",
    "custom_gradient", "function", "recompute_grad",
]  # fmt: skip
