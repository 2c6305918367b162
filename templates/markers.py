"""What users say to the compiler."""

import s2s

constant(s2s.stop_gradient)
