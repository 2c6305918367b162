"""s2s: source-to-source automatic differentiation of NumPy programs."""

__version__ = "0.1.0"
