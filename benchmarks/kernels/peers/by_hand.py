"""The adjoints by hand, by the name of their kernel."""

from benchmarks.kernels.peers import by_hand_algebra, by_hand_grids, by_hand_others

ADJOINTS = {**by_hand_grids.ADJOINTS, **by_hand_algebra.ADJOINTS, **by_hand_others.ADJOINTS}
