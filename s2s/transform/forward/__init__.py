"""Forward mode: every statement is followed by its tangent; `driver.py` starts."""
