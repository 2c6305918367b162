"""Targets: from the intermediate representation to source text and compiled functions."""
