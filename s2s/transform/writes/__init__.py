"""Writes in place: brought to one form before differentiation, logged and undone in reverse."""
