"""The engine behind the derivative rules in `templates/`."""

from s2s.rules.ask import Ask, Nothing
from s2s.rules.book import Book, book
from s2s.rules.forward import tangent
from s2s.rules.helpers import HelperFunction
from s2s.rules.reverse import adjoint
from s2s.rules.rule import Bound, Entry, Packed, Rule
from s2s.rules.sums import sum_to_shape

__all__ = [
    "Ask", "Book", "Bound", "Entry", "HelperFunction", "Nothing", "Packed", "Rule", "adjoint",
    "book", "sum_to_shape", "tangent",
]  # fmt: skip
