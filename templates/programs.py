"""Functions that are differentiated as programs: a few lines of simpler NumPy stand for each."""

import numpy as np

program(np.r_, joined_rows)
program(np.c_, joined_columns)
