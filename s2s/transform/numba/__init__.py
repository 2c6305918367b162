"""The Numba target: derivatives rewritten into the language that Numba compiles."""
