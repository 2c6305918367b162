"""Passes from IR to IR; `pipeline.py` has them in order."""
