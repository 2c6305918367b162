"""Reverse mode by structural recursion: one file a construct; `driver.py` starts."""
