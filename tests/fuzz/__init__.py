"""Random small programs, differentiated and compared with independent oracles.

`python -m tests.fuzz --count 1000 --seed 1` runs programs; `scope`, `expressions`, `statements`
and `functions` write them, `program` puts them together, `judge` compares, `shrink` makes
failures small.
"""
